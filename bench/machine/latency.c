/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The latencies of a machine: all of them measured, kept, and found again. */
#include "machine/latency.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../topology/pin.h"
#include "base/utc.h"
#include "counters/os_sample.h"
#include "machine/clock.h"
#include "machine/envinfo.h"
#include "machine/latency_batch.h"
#include "stats/sample.h"

static int measure(json_t *to, const struct topo *topo, struct err *e)
{
	const struct topo_cpu *cpu = topo_kind_cpu(topo, topo->core_kind_used);
	char why[160];
	int rc = pin_self(cpu->os_index, why, sizeof(why));

	if (rc)
		return err_set(e, rc, "%s", why);
	json_object_set_new(to, "cpu", json_integer(cpu->os_index));
	rc = latency_loads(to, topo, cpu, e);
	if (!rc)
		rc = latency_costs(to, e);
	return rc ? rc : latency_transfers(to, topo, e);
}

json_t *latency_measure(const struct topo *topo, const json_t *env,
			struct err *e)
{
	char now[UTC_SIZE], fingerprint[ENVINFO_FINGERPRINT];
	struct pin_saved *where;
	json_t *o;
	int rc;

	if (!topo->measurable) {
		err_set(e, -ENOTSUP, "not measured: %s", topo->why_not);
		return NULL;
	}
	where = pin_save();
	if (!where) {
		err_set(e, -ENOMEM, "the thread's CPUs cannot be kept");
		return NULL;
	}
	utc_now(now);
	envinfo_fingerprint(env, fingerprint);
	o = json_pack("{si ss ss ss ss sf}", "format", LATENCY_FORMAT,
		      "fingerprint", fingerprint, "measured_utc", now,
		      "cpu_model", envinfo_text(env, "cpu.model"), "clock",
		      clock_info()->source, "clock_step_ns",
		      clock_info()->step_ns);
	rc = o ? measure(o, topo, e) : err_set(e, -ENOMEM, "out of memory");
	os_sample_close();
	pin_restore(where);
	if (!rc)
		return o;
	json_decref(o);
	return NULL;
}

bool latency_path(const char *results, const char *fingerprint,
		  char path[LATENCY_PATH])
{
	const char *slash = strrchr(results, '/');
	int dir = slash ? (int)(slash - results) + 1 : 0;

	return snprintf(path, LATENCY_PATH, "%.*slatency-%s.json", dir, results,
			fingerprint) < LATENCY_PATH;
}

json_t *latency_load(const char *results, const char *fingerprint)
{
	char path[LATENCY_PATH];
	const char *of;
	json_t *o;

	if (!latency_path(results, fingerprint, path))
		return NULL;
	o = json_load_file(path, 0, NULL);
	of = json_string_value(json_object_get(o, "fingerprint"));
	if (of && !strcmp(of, fingerprint) &&
	    json_integer_value(json_object_get(o, "format")) == LATENCY_FORMAT)
		return o;
	json_decref(o);
	return NULL;
}

json_t *latency_of_machine(const char *results, const char *machine)
{
	json_t *m = machine ? json_loads(machine, 0, NULL) : NULL;
	const char *fingerprint =
		json_string_value(json_object_get(m, "fingerprint"));
	json_t *latency = fingerprint ? latency_load(results, fingerprint)
				      : NULL;

	json_decref(m);
	return latency;
}

static double ns_of(const json_t *figure)
{
	const json_t *ns = json_object_get(figure, "ns");

	return json_is_number(ns) && json_number_value(ns) > 0
		       ? json_number_value(ns)
		       : NAN;
}

/* The item of list @list whose @key is @text. */
static const json_t *item(const json_t *latency, const char *list,
			  const char *key, const char *text)
{
	const json_t *all = json_object_get(latency, list), *o;

	for (size_t i = 0; (o = json_array_get(all, i)); i++) {
		const char *s = json_string_value(json_object_get(o, key));

		if (s && !strcmp(s, text))
			return o;
	}
	return NULL;
}

double latency_level_ns(const json_t *latency, const char *level, bool large)
{
	return ns_of(json_object_get(item(latency, "levels", "level", level),
				     large ? "large" : "small"));
}

double latency_cost_ns(const json_t *latency, const char *name)
{
	return ns_of(
		json_object_get(item(latency, "costs", "name", name), "each"));
}

double latency_transfer_ns(const json_t *latency)
{
	const json_t *all = json_object_get(latency, "transfer"), *o;
	double x[4096];
	size_t n = 0;

	for (size_t i = 0; n < 4096 && (o = json_array_get(all, i)); i++) {
		double ns = ns_of(json_object_get(o, "one_way"));

		if (!isnan(ns))
			x[n++] = ns;
	}
	return stats_median(x, n);
}
