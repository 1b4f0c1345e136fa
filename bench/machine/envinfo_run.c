/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run stores of the machine and of its noise: envinfo in the form of
 * docs/formats.md, where what is unknown is absent.
 */
#include "machine/envinfo.h"

#include <stdlib.h>
#include <string.h>

static void copy_text(json_t *to, const char *key, const json_t *env,
		      const char *path)
{
	const char *text = envinfo_text(env, path);

	if (strcmp(text, "unknown"))
		json_object_set_new(to, key, json_string(text));
}

static void copy_number(json_t *to, const char *key, const json_t *env,
			const char *path)
{
	double v;

	if (!envinfo_number(env, path, &v))
		return;
	json_object_set_new(to, key,
			    v == (double)(json_int_t)v
				    ? json_integer((json_int_t)v)
				    : json_real(v));
}

/* A whole member of a section, under its own name. */
static void copy(json_t *to, const char *key, const json_t *env,
		 const char *section)
{
	json_object_set(to, key,
			json_object_get(json_object_get(env, section), key));
}

/* Of the first CPU of @kind. @machine: gets the sizes once more, or NULL. */
static json_t *caches(const struct topo *topo, unsigned kind, json_t *machine)
{
	static const char *const names[] = {NULL, "l1d_bytes", "l2_bytes",
					    "llc_bytes"};
	const struct topo_cpu *cpu = topo_kind_cpu(topo, kind);
	json_t *list = json_array();

	for (size_t i = 0; cpu && i < cpu->ncaches; i++) {
		const struct topo_cache *c = &cpu->caches[i];
		json_t *o = json_pack("{sI sI}", "level", (json_int_t)c->level,
				      "bytes", (json_int_t)c->bytes);

		if (c->ways)
			json_object_set_new(o, "ways", json_integer(c->ways));
		if (c->line_bytes)
			json_object_set_new(o, "line_bytes",
					    json_integer(c->line_bytes));
		if (c->shared_by)
			json_object_set_new(o, "shared_by",
					    json_integer(c->shared_by));
		json_array_append_new(list, o);
		if (machine && c->level >= 1 && c->level <= 3)
			json_object_set_new(machine, names[c->level],
					    json_integer((json_int_t)c->bytes));
	}
	return list;
}

/* Each kind of core, those that this process may not use, too. */
static json_t *core_kinds(const struct topo *topo)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < topo->ncore_kinds; i++) {
		const struct topo_core_kind *k = &topo->core_kinds[i];
		char text[80];
		json_t *o;

		topo_kind_text(k, text, sizeof(text));
		o = json_pack("{sI sI sI ss so}", "cpus_all",
			      (json_int_t)k->ncpus_all, "cpus",
			      (json_int_t)k->ncpus, "cores",
			      (json_int_t)k->ncores, "what", text, "caches",
			      caches(topo, i, NULL));
		json_array_append_new(list, o);
	}
	return list;
}

json_t *envinfo_machine(const json_t *env, const struct topo *topo)
{
	json_t *o = json_object();

	copy_text(o, "cpu", env, "cpu.model");
	copy_text(o, "family", env, "cpu.family");
	copy_text(o, "model", env, "cpu.model_number");
	copy_text(o, "stepping", env, "cpu.stepping");
	copy_text(o, "microcode", env, "cpu.microcode");
	copy_text(o, "hypervisor", env, "cpu.hypervisor");
	copy_text(o, "pmu", env, "cpu.pmu");
	copy_number(o, "mhz", env, "cpu.mhz");
	copy_number(o, "cpus_online", env, "cpu.online");
	copy_number(o, "memory_bytes", env, "memory.bytes");
	copy_text(o, "fingerprint", env, "fingerprint");
	if (!topo)
		return o;
	json_object_set_new(o, "cpus", json_integer((json_int_t)topo->ncpus));
	json_object_set_new(o, "cores", json_integer(topo->ncores));
	json_object_set_new(o, "packages", json_integer(topo->npackages));
	json_object_set_new(o, "nodes", json_integer((json_int_t)topo->nnodes));
	json_object_set_new(o, "caches", caches(topo, topo->core_kind_used, o));
	if (topo->ncore_kinds > 1)
		json_object_set_new(o, "core_kinds", core_kinds(topo));
	return o;
}

json_t *envinfo_noise(const json_t *env)
{
	static const char *const sections[] = {"settings", "limits", "now"};
	json_t *o = json_object(), *load = json_array();
	double avg[3];
	int n = getloadavg(avg, 3);

	for (int i = 0; i < n; i++)
		json_array_append_new(load, json_real(avg[i]));
	json_object_set_new(o, "load_avg", load);
	copy_text(o, "clocksource", env, "kernel.clocksource");
	copy_text(o, "thp", env, "memory.thp");
	copy_text(o, "thp_defrag", env, "memory.thp_defrag");
	copy(o, "tsc_flags", env, "cpu");
	copy(o, "boot_parameters", env, "kernel");
	copy(o, "huge_pages", env, "memory");
	copy(o, "libraries", env, "program");
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		json_t *value;
		const char *key;

		json_object_foreach(json_object_get(env, sections[i]), key,
				    value)
		{
			const char *text = json_string_value(value);

			if (!json_is_null(value) &&
			    (!text || strcmp(text, "unknown")))
				json_object_set(o, key, value);
		}
	}
	return o;
}
