/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registries as JSON: what `vtdbench list` lists. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/engine.h"
#include "../topology/place.h"
#include "cli/documents.h"
#include "counters/group.h"
#include "base/err.h"
#include "base/must.h"
#include "pictures/own.h"
#include "trial/record.h"
#include "workloads/registry.h"

static json_t *item(const char *name, const char *help)
{
	return json_pack("{s:s, s:s}", "name", name, "help", help);
}

static json_t *flag_names(unsigned flags, const char *const *names)
{
	json_t *list = json_array();

	for (unsigned i = 0; names[i]; i++)
		if (flags & 1U << i)
			json_array_append_new(list, json_string(names[i]));
	return list;
}

static json_t *list_designs(void)
{
	/* In the order of the bits of enum design_flags. */
	static const char *const names[] = {
		"single_thread", "linearizable", "defers",	   "holds",
		"reclaim_empty", "foreign",	 "one_shape",	   "waits",
		"one_updater",	 "locks_tables", "linear_updates", NULL};
	json_t *list = json_array();

	for (size_t i = 0; designs[i]; i++) {
		json_t *o = item(designs[i]->name, designs[i]->help);

		json_object_set_new(o, "flags",
				    flag_names(designs[i]->flags, names));
		json_object_set_new(o, "walkers",
				    json_string(design_walkers(designs[i])));
		json_object_set_new(o, "reclaims",
				    json_string(design_reclaims(designs[i])));
		json_object_set_new(o, "frees",
				    json_string(design_frees(designs[i])));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *list_workloads(void)
{
	const char *roles[ROLE_NR + 1] = {NULL};
	json_t *list = json_array();

	for (unsigned r = 0; r < ROLE_NR; r++)
		roles[r] = role_name((enum role)r);
	for (size_t i = 0; workloads[i]; i++) {
		const struct workload *w = workloads[i];
		json_t *o = item(w->name, w->help);

		json_object_set_new(o, "roles", flag_names(w->roles, roles));
		json_object_set_new(o, "uses",
				    json_string(w->uses ? w->uses : ""));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *list_placements(void)
{
	json_t *list = json_array();

	for (const struct placement *p = placements; p->name; p++)
		json_array_append_new(list, item(p->name, p->help));
	return list;
}

static json_t *list_memory(void)
{
	json_t *list = json_array();

	for (const struct memory_policy *p = memory_policies; p->name; p++)
		json_array_append_new(list, item(p->name, p->help));
	return list;
}

static json_t *option(const struct option_module *m, const struct option_row *r)
{
	char accepts[300], twin[64];
	json_t *o = item(r->key, r->help);

	option_accepts(r, accepts, sizeof(accepts));
	option_environment(r, twin, sizeof(twin));
	json_object_set_new(o, "type", json_string(option_type_name(r->type)));
	json_object_set_new(o, "unit", json_string(r->unit ? r->unit : ""));
	json_object_set_new(o, "accepts", json_string(accepts));
	json_object_set_new(o, "default", json_string(r->initial));
	json_object_set_new(o, "list", json_boolean(r->flags & OPTION_AXIS));
	json_object_set_new(o, "scope",
			    json_string(r->scope == OPTION_RUN ? "run"
							       : "trial"));
	json_object_set_new(o, "module", json_string(m->name));
	json_object_set_new(o, "environment", json_string(twin));
	if (r->choices) {
		json_t *choices = json_array();

		for (size_t i = 0; r->choices(i); i++)
			json_array_append_new(choices,
					      json_string(r->choices(i)));
		json_object_set_new(o, "choices", choices);
	}
	return o;
}

static json_t *list_options(void)
{
	json_t *list = json_array();

	for (const struct option_module *m = option_modules; m->name; m++)
		for (const struct option_row *r = m->rows; r->key; r++)
			json_array_append_new(list, option(m, r));
	return list;
}

static json_t *list_metrics(void)
{
	static const char *const better[] = {"lower", "higher", "neither"};
	json_t *list = json_array();

	for (const struct metric *m = metrics + 1; m < metrics + METRIC_NR;
	     m++) {
		json_t *o = item(m->name, m->help);

		json_object_set_new(o, "unit", json_string(m->unit));
		json_object_set_new(o, "source",
				    json_string(source_name(m->source)));
		json_object_set_new(o, "better",
				    json_string(better[m->better]));
		json_array_append_new(list, o);
	}
	return list;
}

static int add_group(void *arg, const char *path)
{
	struct counter_group *g;
	struct err e = {0};

	if (counter_group_read(&g, path, &e)) {
		if (e.code == -ENOMEM)
			must_fail();
		err_print(&e);
		return 0;
	}
	json_array_append_new(arg, item(g->name, g->help));
	counter_group_free(g);
	return 0;
}

/* Files, not rows: a folder that cannot be found is said, and no group. */
static json_t *list_counters(void)
{
	json_t *list = json_array();
	struct err e = {0};

	if (counter_group_each(NULL, add_group, list, &e)) {
		if (e.code == -ENOMEM)
			must_fail();
		err_print(&e);
	}
	return list;
}

static json_t *list_outputs(void)
{
	json_t *list = json_array();

#define OUTPUT(name, extension, planned, help) \
	json_array_append_new(list, item(#name, help));
#include "outputs/registry.def"
#undef OUTPUT
	return list;
}

/* Those of a user's scripts that are none of the project's. */
static void add_own_plots(json_t *list)
{
	struct own_plots own;
	struct err e = {0};

	if (own_plots_read(&own, getenv(OWN_PLOTS_TWIN), &e))
		err_print(&e);
	for (size_t i = 0; i < own.n; i++)
		if (!plot_find(own.plot[i].name))
			json_array_append_new(list, item(own.plot[i].name,
							 own.plot[i].help));
	own_plots_release(&own);
}

static json_t *list_plots(void)
{
	json_t *list = json_array();

#define PLOT(name, help) json_array_append_new(list, item(#name, help));
#include "figures/plots.def"
#undef PLOT
	add_own_plots(list);
	return list;
}

static json_t *list_commands(const struct command *const *commands)
{
	json_t *list = json_array();

	for (; *commands; commands++)
		json_array_append_new(list, item((*commands)->name,
						 (*commands)->help));
	return list;
}

const struct list_kind list_kinds[] = {
	{"designs", "synchronisation designs", NULL, list_designs},
	{"workloads", "generators of operations", NULL, list_workloads},
	{"placements", "which CPUs threads go to", NULL, list_placements},
	{"memory", "which NUMA nodes tables go to", NULL, list_memory},
	{"options", "keys of a config (also: keys)", "keys", list_options},
	{"metrics", "what a trial measures", NULL, list_metrics},
	{"counters", "groups of hardware and software events", NULL,
	 list_counters},
	{"outputs", "forms of vtdbench export", NULL, list_outputs},
	{"plots", "pictures of a run", NULL, list_plots},
	{"commands", "verbs of vtdbench", NULL, NULL},
	{NULL, NULL, NULL, NULL}};

json_t *list_items(const struct list_kind *kind,
		   const struct command *const *commands)
{
	return kind->list ? kind->list() : list_commands(commands);
}
