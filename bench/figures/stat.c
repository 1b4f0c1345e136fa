/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Medians and intervals over repetitions, parameters of trials, and which
 * designs are drawn.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trial/reference.h"
#include "base/must.h"
#include "base/natural.h"
#include "base/printable.h"
#include "base/text.h"
#include "figures/data.h"

const char *plot_param_text(const struct store_trial *t, const char *key,
			    char buf[PLOT_TEXT])
{
	json_t *params = t->params ? json_loads(t->params, 0, NULL) : NULL;
	const json_t *value = json_object_get(params, key);

	buf[0] = '\0';
	if (json_is_string(value))
		printable_copy(buf, PLOT_TEXT, json_string_value(value));
	else if (json_is_number(value))
		snprintf(buf, PLOT_TEXT, "%.17g", json_number_value(value));
	json_decref(params);
	return buf;
}

double plot_param(const struct store_trial *t, const char *key)
{
	char buf[PLOT_TEXT], *end;

	return natural_number(plot_param_text(t, key, buf), &end);
}

double plot_machine(const struct plotdata *d, const char *key)
{
	json_t *machine = d->run->machine ? json_loads(d->run->machine, 0, NULL)
					  : NULL;
	const json_t *value = json_object_get(machine, key);
	double v = json_is_number(value) ? json_number_value(value) : NAN;

	json_decref(machine);
	return v;
}

double plot_x_walkers(const struct store_trial *t)
{
	return t->walkers ? (double)t->walkers : (double)NAN;
}

double plot_x_footprint(const struct store_trial *t)
{
	return plot_param(t, "footprint");
}

static int compare_doubles(const void *pa, const void *pb)
{
	double a = *(const double *)pa, b = *(const double *)pb;

	return (a > b) - (a < b);
}

double *plot_xs(const struct plot_group *g, plot_x *x, size_t *n)
{
	double *xs = calloc(g->n + 1, sizeof(*xs));
	size_t all = 0, distinct = 0;

	*n = 0;
	if (!xs)
		return NULL;
	for (size_t i = 0; i < g->n; i++) {
		xs[all] = x(g->trial[i]);
		all += isnan(xs[all]) ? 0 : 1;
	}
	qsort(xs, all, sizeof(*xs), compare_doubles);
	for (size_t i = 0; i < all; i++)
		if (!distinct || xs[i] > xs[distinct - 1])
			xs[distinct++] = xs[i];
	*n = distinct;
	if (distinct)
		return xs;
	free(xs);
	return NULL;
}

static bool same(double a, double b)
{
	return !(a < b) && !(a > b);
}

void plot_row(struct summary_row *row, const struct plot_group *g,
	      const char *design, plot_x *x, double at)
{
	*row = (struct summary_row){.design = design,
				    .trial = must_calloc(g->n,
							 sizeof(*row->trial))};
	for (size_t i = 0; i < g->n; i++)
		if ((!design || !strcmp(g->trial[i]->design, design)) &&
		    (!x || same(x(g->trial[i]), at)))
			row->trial[row->n++] = g->trial[i];
}

bool plot_stat(const struct plot_group *g, const char *design, plot_x *x,
	       double at, enum metric_id metric, struct plot_stat *s)
{
	struct summary_lost lost;
	struct summary_row row;
	struct estimate est;

	*s = (struct plot_stat){NAN, NAN, NAN, 0, 0};
	plot_row(&row, g, design, x, at);
	if (summary_estimate(&row, metric, &est)) {
		lost = summary_lost(&row, metric);
		s->disturbed = summary_all_lost(lost) ? lost.lost : 0;
		s->n = lost.of - lost.lost + s->disturbed;
		s->median = est.value;
		s->lo = est.low;
		s->hi = est.high;
	}
	free(row.trial);
	return s->n > 0;
}

static bool listed(const struct plot_designs *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->name[i], name))
			return true;
	return false;
}

void plot_designs_all(struct plot_designs *out, const struct plotdata *d)
{
#define DESIGN(name) #name,
	static const char *const known[] = {
#include "../kernels/designs/registry.def"
	};
#undef DESIGN

	*out = (struct plot_designs){0};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (out->n < PLOT_DESIGNS)
			out->name[out->n++] = known[i];
	for (size_t i = 0; i < d->trials->n; i++)
		if (out->n < PLOT_DESIGNS &&
		    !reference_copy(d->trials->trial[i].design) &&
		    !listed(out, d->trials->trial[i].design))
			out->name[out->n++] = d->trials->trial[i].design;
}

void plot_designs(struct plot_designs *out, const struct plotdata *d)
{
	if (d->choice)
		*out = d->choice->drawn;
	else
		plot_designs_all(out, d);
}

bool plot_has_design(const struct plot_group *g, const char *design)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->trial[i]->design, design))
			return true;
	return false;
}

static bool any_has(const struct plot_groups *g, const char *design)
{
	for (size_t i = 0; i < g->n; i++)
		if (plot_has_design(&g->group[i], design))
			return true;
	return false;
}

/* Whether any group is held against @design. */
static bool is_reference(const struct plot_groups *g, const char *design)
{
	for (size_t i = 0; i < g->n; i++) {
		const char *const *name = reference_designs;

		while (*name && !plot_has_design(&g->group[i], *name))
			name++;
		if (*name && !strcmp(*name, design))
			return true;
	}
	return false;
}

/* Whether @name is in @list, "rcu,spinlock", or that is "all". */
static bool is_asked(const char *list, const char *name)
{
	size_t n = strlen(name);

	if (!strcmp(list, "all"))
		return true;
	for (const char *at = list; *at; at += *at == ',') {
		size_t part = strcspn(at, ",");

		if (part == n && !strncmp(at, name, n))
			return true;
		at += part;
	}
	return false;
}

const struct plotdata *plot_choose(struct plot_choice *c,
				   const struct plotdata *d,
				   const struct plot_groups *g, size_t max)
{
	bool draw[PLOT_DESIGNS] = {false};
	struct plot_designs all;
	size_t n = 0;

	*c = (struct plot_choice){.data = *d};
	plot_designs_all(&all, d);
	for (size_t i = 0; i < all.n; i++) {
		draw[i] = is_reference(g, all.name[i]) ||
			  (d->asked && is_asked(d->asked, all.name[i]));
		n += draw[i] && any_has(g, all.name[i]);
	}
	for (size_t i = 0; !d->asked && i < all.n && n < max; i++)
		if (!draw[i] && any_has(g, all.name[i])) {
			draw[i] = true;
			n++;
		}
	for (size_t i = 0; i < all.n; i++) {
		if (draw[i])
			c->drawn.name[c->drawn.n++] = all.name[i];
		else if (!d->asked)
			c->left += any_has(g, all.name[i]);
	}
	c->data.choice = c;
	return &c->data;
}

static bool ran(const struct plotdata *d, const char *design)
{
	for (size_t i = 0; i < d->trials->n; i++)
		if (!strcmp(d->trials->trial[i].design, design))
			return true;
	return false;
}

int plot_check_asked(const struct plotdata *d, struct err *e)
{
	const char *at = d->asked ? d->asked : "all";
	char name[64], known[PLOT_TEXT] = "";
	struct plot_designs all;

	if (!strcmp(at, "all"))
		return 0;
	plot_designs_all(&all, d);
	for (size_t i = 0; i < all.n; i++)
		if (ran(d, all.name[i]))
			text_join(known, sizeof(known), ", ", "%s",
				  all.name[i]);
	for (; *at; at += *at == ',') {
		size_t n = strcspn(at, ",");

		snprintf(name, sizeof(name), "%.*s", (int)n, at);
		at += n;
		if (ran(d, name))
			continue;
		err_set(e, -EINVAL, "design '%s' did not run in run %" PRId64,
			name, d->run->id);
		return err_remedy(e, "there are %.200s, or all", known);
	}
	return 0;
}
