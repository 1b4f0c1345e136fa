/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine of a run, as docs/formats.md lays it down. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "envinfo.h"
#include "runner.h"

static void put_text(json_t *o, const char *key, const json_t *env,
		     const char *path)
{
	const char *text = envinfo_text(env, path);

	if (strcmp(text, "unknown"))
		json_object_set_new(o, key, json_string(text));
}

static json_t *caches(const struct topo *t, json_t *machine)
{
	static const char *const names[] = {NULL, "l1d_bytes", "l2_bytes",
					    "llc_bytes"};
	json_t *list = json_array();

	for (size_t i = 0; i < t->ncaches; i++) {
		const struct topo_cache *c = &t->caches[i];

		json_array_append_new(
			list, json_pack("{sI sI sI sI sI}", "level",
					(json_int_t)c->level, "bytes",
					(json_int_t)c->bytes, "ways",
					(json_int_t)c->ways, "line_bytes",
					(json_int_t)c->line_bytes, "shared_by",
					(json_int_t)c->shared_by));
		if (c->level >= 1 && c->level <= 3)
			json_object_set_new(machine, names[c->level],
					    json_integer((json_int_t)c->bytes));
	}
	return list;
}

static char *machine_json(const struct topo *t, const json_t *env)
{
	char print[ENVINFO_FINGERPRINT];
	json_t *o = json_object();
	double bytes;
	char *text;

	put_text(o, "cpu", env, "cpu.model");
	put_text(o, "microcode", env, "cpu.microcode");
	put_text(o, "hypervisor", env, "cpu.hypervisor");
	json_object_set_new(o, "cpus", json_integer((json_int_t)t->ncpus));
	json_object_set_new(o, "cores", json_integer((json_int_t)t->ncores));
	json_object_set_new(o, "packages",
			    json_integer((json_int_t)t->npackages));
	json_object_set_new(o, "nodes", json_integer((json_int_t)t->nnodes));
	if (envinfo_number(env, "memory.bytes", &bytes))
		json_object_set_new(o, "memory_bytes",
				    json_integer((json_int_t)bytes));
	json_object_set_new(o, "caches", caches(t, o));
	envinfo_fingerprint(env, print);
	json_object_set_new(o, "fingerprint", json_string(print));
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

/* Settings that move results, and how busy the machine is. */
static char *noise_json(const json_t *env)
{
	json_t *o = json_object(), *load = json_array();
	double average[3];
	char *text;

	if (getloadavg(average, 3) == 3)
		for (int i = 0; i < 3; i++)
			json_array_append_new(load, json_real(average[i]));
	json_object_set_new(o, "load_avg", load);
	put_text(o, "thp", env, "memory.thp");
	put_text(o, "clocksource", env, "kernel.clocksource");
	json_object_set(o, "settings", json_object_get(env, "settings"));
	json_object_set(o, "limits", json_object_get(env, "limits"));
	json_object_set(o, "now", json_object_get(env, "now"));
	text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(o);
	return text;
}

int runner_machine(const struct topo *t, char **machine, char **noise)
{
	json_t *env = envinfo_json();

	*machine = NULL;
	*noise = NULL;
	if (!env)
		return -ENOMEM;
	*machine = machine_json(t, env);
	*noise = noise_json(env);
	json_decref(env);
	return *machine && *noise ? 0 : -ENOMEM;
}
