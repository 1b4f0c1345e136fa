/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine and its placements as one JSON object. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "views/topo.h"

static json_t *node_json(const struct topo *t, int node)
{
	return node < 0 ? json_null() : json_integer(t->nodes[node].os_index);
}

static json_t *cpus_json(const struct topo *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->ncpus; i++) {
		const struct topo_cpu *c = &t->cpus[i];

		json_array_append_new(
			list,
			json_pack("{s:i,s:i,s:i,s:o,s:o,s:i,s:i}", "cpu",
				  (int)c->os_index, "core", (int)c->core,
				  "package", (int)c->package, "node",
				  node_json(t, c->node), "local_node",
				  node_json(t, c->home), "smt", (int)c->smt,
				  "core_kind", (int)c->core_kind));
	}
	return list;
}

static json_t *nodes_json(const struct topo *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->nnodes; i++)
		json_array_append_new(
			list, json_pack("{s:i,s:I,s:b,s:i}", "node",
					(int)t->nodes[i].os_index, "bytes",
					(json_int_t)t->nodes[i].bytes, "memory",
					t->nodes[i].memory, "cpus",
					(int)t->nodes[i].ncpus));
	return list;
}

/* An unknown number is null, never 0. */
static json_t *known(unsigned n)
{
	return n ? json_integer(n) : json_null();
}

/* Those above the first CPU of @kind. */
static json_t *caches_json(const struct topo *t, unsigned kind)
{
	const struct topo_cpu *cpu = topo_kind_cpu(t, kind);
	json_t *list = json_array();

	for (size_t i = 0; cpu && i < cpu->ncaches; i++) {
		const struct topo_cache *c = &cpu->caches[i];

		json_array_append_new(
			list,
			json_pack("{s:i,s:I,s:o,s:o,s:i}", "level",
				  (int)c->level, "bytes", (json_int_t)c->bytes,
				  "ways", known(c->ways), "line_bytes",
				  known(c->line_bytes), "shared_by_cpus",
				  (int)c->shared_by));
	}
	return list;
}

static json_t *kinds_json(const struct topo *t)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < t->ncore_kinds; i++) {
		const struct topo_core_kind *k = &t->core_kinds[i];

		json_array_append_new(
			list,
			json_pack("{s:i,s:s,s:o,s:o,s:i,s:i,s:o}", "core_kind",
				  (int)i, "type", k->type, "mhz_max",
				  known(k->mhz), "capacity", known(k->capacity),
				  "cpus", (int)k->ncpus, "cores",
				  (int)k->ncores, "caches", caches_json(t, i)));
	}
	return list;
}

static json_t *distances_json(const struct topo *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->nnodes; i++) {
		json_t *row = json_array();

		for (size_t j = 0; j < t->nnodes; j++)
			json_array_append_new(
				row, known(t->distances[i * t->nnodes + j]));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *row_json(const struct topo_row *row)
{
	json_t *o = json_pack("{s:s,s:i,s:b}", "placement",
			      row->placement->name, "threads",
			      (int)row->threads, "possible", !row->ret);
	json_t *cpus, *nodes;

	if (row->ret) {
		json_object_set_new(o, "why_not", json_string(row->why));
		return o;
	}
	cpus = json_array();
	for (unsigned i = 0; i < row->place.nthreads; i++)
		json_array_append_new(cpus, json_integer(row->place.cpus[i]));
	nodes = json_array();
	for (unsigned n = 0; n < NUMA_NODES_MAX; n++)
		if (numa_policy_has(&row->place.mem, n))
			json_array_append_new(nodes, json_integer(n));
	json_object_set_new(o, "cpus", cpus);
	json_object_set_new(o, "memory_nodes", nodes);
	return o;
}

int topo_print_json(const struct topo_report *r)
{
	static const char *const kinds[] = {
		[TOPO_LIVE] = "live",
		[TOPO_XML] = "xml",
		[TOPO_SYNTHETIC] = "synthetic",
	};
	const struct topo *t = r->topo;
	json_t *rows = json_array(), *o;
	int ret;

	for (size_t i = 0; i < r->nrows; i++)
		json_array_append_new(rows, row_json(&r->rows[i]));
	o = json_pack(
		"{s:s,s:s,s:b,s:i,s:i,s:I,s:o,s:o,s:o,s:o,s:i,s:o,s:s,s:o}",
		"topology", r->spec, "kind", kinds[t->kind], "measurable",
		t->measurable, "packages", (int)t->npackages, "cores",
		(int)t->ncores, "bytes", (json_int_t)t->bytes, "cpus",
		cpus_json(t), "nodes", nodes_json(t), "caches",
		caches_json(t, t->core_kind_used), "core_kinds", kinds_json(t),
		"core_kind_used", (int)t->core_kind_used, "distances",
		distances_json(t), "memory", r->memory, "placements", rows);
	if (!o)
		return -ENOMEM;
	if (!t->measurable)
		json_object_set_new(o, "why_not_measurable",
				    json_string(t->why_not));
	ret = json_dumpf(o, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
	json_decref(o);
	putchar('\n');
	return ret || fflush(stdout) || ferror(stdout) ? -EIO : 0;
}
