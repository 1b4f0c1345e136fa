/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of plots, and trials split into groups. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial/reference.h"
#include "base/text.h"
#include "base/natural.h"
#include "figures/data.h"
#include "trial/axes.h"

#define PLOT(name, help) {#name, help, plotdata_##name},
const struct plot plots[] = {
#include "figures/plots.def"
	{NULL, NULL, NULL}};
#undef PLOT

const struct plot *plot_find(const char *name)
{
	for (const struct plot *p = plots; p->name; p++)
		if (!strcmp(p->name, name))
			return p;
	return NULL;
}

static size_t workload_place(const char *name)
{
#define WORKLOAD(name) #name,
	static const char *const names[] = {
#include "workloads/registry.def"
		NULL};
#undef WORKLOAD
	size_t i = 0;

	while (names[i] && strcmp(names[i], name))
		i++;
	return i;
}

/* The axes of @t without @axis, "footprint 64M, page_size 2M". */
static void axes_label(const struct store_trial *t, const char *axis, char *buf,
		       size_t size)
{
	const char *p = t->axes ? t->axes : "";
	struct axis a;

	buf[0] = '\0';
	while (axes_next(&p, &a))
		if (a.mark && !axes_is_role(a.key) &&
		    (!axis || strcmp(axis, a.key)))
			text_join(buf, size, ", ", "%s %s", a.key, a.value);
}

void plot_axes(const struct store_trial *t, char buf[PLOT_TEXT])
{
	axes_label(t, NULL, buf, PLOT_TEXT);
}

struct split {
	unsigned fields;
	const char *axis;
};

static int compare_unsigned(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* By what the groups differ in. */
static int compare_fields(const struct store_trial *a,
			  const struct store_trial *b, const struct split *s)
{
	char axes_a[AXES_TEXT], axes_b[AXES_TEXT];
	int c = 0;

	if (s->fields & PLOT_WORKLOAD) {
		c = compare_unsigned(workload_place(a->workload),
				     workload_place(b->workload));
		c = c ? c : strcmp(a->workload, b->workload);
	}
	if (!c && s->fields & PLOT_AXES) {
		axes_label(a, s->axis, axes_a, AXES_TEXT);
		axes_label(b, s->axis, axes_b, AXES_TEXT);
		c = natural_compare(axes_a, axes_b);
	}
	if (!c && s->fields & PLOT_UPDATERS) {
		c = compare_unsigned(a->dumpers, b->dumpers);
		c = c ? c : compare_unsigned(a->mappers, b->mappers);
	}
	if (!c && s->fields & PLOT_WALKERS)
		c = compare_unsigned(a->walkers, b->walkers);
	if (!c && s->fields & PLOT_SWEEP)
		c = strcmp(a->sweep, b->sweep);
	return c;
}

/* Within a group by repetition: the order of a plan is random. */
static int compare_trials(const void *pa, const void *pb, void *split)
{
	const struct store_trial *a = *(const struct store_trial *const *)pa;
	const struct store_trial *b = *(const struct store_trial *const *)pb;
	int c = compare_fields(a, b, split);

	c = c ? c : strcmp(a->design, b->design);
	c = c ? c : compare_unsigned(a->walkers, b->walkers);
	c = c ? c : compare_unsigned(a->repetition, b->repetition);
	c = c ? c : compare_unsigned(a->attempt, b->attempt);
	return c ? c : strcmp(a->key, b->key);
}

static void append_count(char buf[PLOT_TEXT], unsigned n, const char *what)
{
	if (n)
		text_join(buf, PLOT_TEXT, ", ", "%u %s%s", n, what,
			  n == 1 ? "" : "s");
}

static void label(const struct store_trial *t, const struct split *s,
		  char buf[PLOT_TEXT])
{
	char axes[PLOT_TEXT] = "";

	buf[0] = '\0';
	if (s->fields & PLOT_WORKLOAD)
		text_add(buf, PLOT_TEXT, "%s", t->workload);
	if (s->fields & PLOT_AXES)
		axes_label(t, s->axis, axes, PLOT_TEXT);
	if (*axes)
		text_join(buf, PLOT_TEXT, ", ", "%s", axes);
	if (s->fields & PLOT_WALKERS)
		append_count(buf, t->walkers, "walker");
	if (s->fields & PLOT_UPDATERS) {
		append_count(buf, t->mappers, "mapper");
		append_count(buf, t->dumpers, "dumper");
		if (!t->mappers && !t->dumpers)
			text_join(buf, PLOT_TEXT, ", ", "no updaters");
	}
}

/* Equal labels (groups that differ only in the sweep) get its name. */
static void tell_apart(struct plot_groups *g)
{
	for (size_t i = 0; i < g->n; i++) {
		g->group[i].mark = false;
		for (size_t j = 0; j < g->n; j++)
			if (j != i &&
			    !strcmp(g->group[i].label, g->group[j].label))
				g->group[i].mark = true;
	}
	for (size_t i = 0; i < g->n; i++)
		if (g->group[i].mark)
			text_join(g->group[i].label, PLOT_TEXT, ", ", "%s",
				  g->group[i].trial[0]->sweep);
}

int plot_groups(struct plot_groups *g, const struct store_trial *const *trial,
		size_t n, plot_wanted *wanted, unsigned fields,
		const char *axis)
{
	struct split split = {.fields = fields, .axis = axis};
	const struct store_trial **all;
	size_t kept = 0;

	*g = (struct plot_groups){0};
	all = calloc(n + 1, sizeof(*all));
	g->group = calloc(n + 1, sizeof(*g->group));
	if (!all || !g->group) {
		free(all);
		free(g->group);
		g->group = NULL;
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		if (trial[i]->record.status == TRIAL_OK &&
		    (!wanted || wanted(trial[i])))
			all[kept++] = trial[i];
	qsort_r(all, kept, sizeof(*all), compare_trials, &split);
	for (size_t i = 0; i < kept; i++) {
		struct plot_group *last = &g->group[g->n ? g->n - 1 : 0];

		if (!g->n || compare_fields(all[i - 1], all[i], &split)) {
			last = &g->group[g->n++];
			last->trial = &all[i];
			label(all[i], &split, last->label);
		}
		last->n++;
	}
	g->memory = all;
	return 0;
}

int plot_groups_all(struct plot_groups *g, const struct plotdata *d,
		    plot_wanted *wanted, unsigned fields, const char *axis)
{
	size_t n = d->trials->n, kept = 0;
	const struct store_trial **all = calloc(n + 1, sizeof(*all));
	int rc;

	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (!reference_copy(d->trials->trial[i].design))
			all[kept++] = &d->trials->trial[i];
	rc = plot_groups(g, all, kept, wanted, fields, axis);
	free(all);
	return rc;
}

void plot_groups_filter(struct plot_groups *g, plot_good *good)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->n; i++)
		g->group[i].mark = good(g, &g->group[i]);
	for (size_t i = 0; i < g->n; i++)
		if (g->group[i].mark)
			g->group[kept++] = g->group[i];
	g->n = kept;
}

/* How many earlier groups have the workload and the updaters of @i. */
static unsigned alike(const struct plot_groups *g, size_t i)
{
	const struct store_trial *t = g->group[i].trial[0];
	unsigned n = 0;

	for (size_t j = 0; j < i; j++) {
		const struct store_trial *o = g->group[j].trial[0];

		n += o->mappers == t->mappers && o->dumpers == t->dumpers &&
		     !strcmp(o->workload, t->workload);
	}
	return n;
}

/* Is @a of less interest than @b? */
static bool worse(const struct plot_groups *g, size_t a, size_t b,
		  plot_rank *rank)
{
	unsigned ra = rank ? rank(&g->group[a]) : 0;
	unsigned rb = rank ? rank(&g->group[b]) : 0;

	return ra != rb ? ra < rb : alike(g, a) > alike(g, b);
}

void plot_groups_keep(struct plot_groups *g, size_t max, plot_rank *rank)
{
	while (g->n > max) {
		size_t worst = g->n - 1;

		for (size_t i = g->n - 1; i-- > 0;)
			if (worse(g, i, worst, rank))
				worst = i;
		memmove(&g->group[worst], &g->group[worst + 1],
			(g->n - worst - 1) * sizeof(*g->group));
		g->n--;
		g->left_out++;
	}
	tell_apart(g);
}

void plot_groups_release(struct plot_groups *g)
{
	free(g->memory);
	free(g->group);
	*g = (struct plot_groups){0};
}
