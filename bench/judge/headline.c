/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cells are a run's headlines, by what was measured in them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/engine.h"
#include "base/must.h"
#include "base/text.h"
#include "judge/headline.h"
#include "plan/product.h"
#include "trial/reference.h"

enum { METRICS_MAX = 3 };

/* Threads of a role: none, one, several, or at least one. */
enum count { NONE, ONE, MANY, SOME };

/* What is said of walks: by what the report ranks them, or what there is. */
#define WALK METRIC_walk_ops_per_s, METRIC_walk_lat_ns, METRIC_walk_open_p50_ns

static const struct rule {
	const char *above, *name; /* "": the number of walkers */
	enum count walkers, mappers, dumpers;
	bool frees;			    /* tables while the domain lives */
	enum metric_id metric[METRICS_MAX]; /* the first that is there */
} rules[] = {
	{"walk", "alone", ONE, NONE, NONE, false, {WALK}},
	{"", "walkers", MANY, NONE, NONE, false, {WALK}},
	{"walk,", "mapper", SOME, SOME, NONE, false, {WALK}},
	{"update,", "walker", SOME, SOME, NONE, false, {METRIC_update_ops_per_s}},
	{"map", "4K", NONE, ONE, NONE, false, {METRIC_map_4k_ns}},
	{"unmap", "4K", NONE, ONE, NONE, false, {METRIC_unmap_4k_ns}},
	{"unmap,", "freeing", NONE, ONE, NONE, true, {METRIC_unmap_p50_ns}},
	{"update,", "dump", NONE, SOME, SOME, false, {METRIC_update_ops_per_s}},
	{"trace", "event", NONE, SOME, NONE, false, {METRIC_event_ns}},
};

static bool fits(unsigned n, enum count c)
{
	return c == NONE ? n == 0 : c == ONE ? n == 1 : c == MANY ? n > 1 : n;
}

/* Two designs at least, one of them the reference. */
static bool compares(const struct summary_cell *cell, enum metric_id metric)
{
	const struct summary_row *reference = ratio_reference(cell);
	size_t n = 0;

	for (size_t i = 0; i < cell->nrows; i++)
		n += summary_find(&cell->row[i], metric) != NULL;
	return n > 1 && summary_find(reference, metric);
}

static bool frees(const struct summary_cell *cell)
{
	for (size_t i = 0; i < cell->nrows; i++)
		if (summary_median(&cell->row[i], METRIC_tables_retired) > 0)
			return true;
	return false;
}

static bool fits_rule(const struct summary_cell *cell, const struct rule *r)
{
	const struct store_trial *t = cell->sample;

	return ratio_reference(cell) && fits(t->walkers, r->walkers) &&
	       fits(t->mappers, r->mappers) && fits(t->dumpers, r->dumpers) &&
	       (!r->frees || frees(cell));
}

/* The first cell of the report, by the first of the metrics that any has. */
static bool find(const struct summary *s, const struct rule *r,
		 struct headline *h)
{
	for (size_t k = 0; k < METRICS_MAX && r->metric[k]; k++)
		for (size_t i = 0; i < s->ncells; i++) {
			const struct summary_cell *cell = &s->cell[i];

			if (!fits_rule(cell, r) ||
			    !compares(cell, r->metric[k]))
				continue;
			*h = (struct headline){.cell = cell,
					       .reference =
						       ratio_reference(cell),
					       .metric = r->metric[k]};
			return true;
		}
	return false;
}

/* Of the same sweep, workload and mappers, the cell with the most walkers. */
static void most_walkers(const struct summary *s, struct headline *h)
{
	for (size_t i = 0; i < s->ncells; i++) {
		const struct store_trial *t = s->cell[i].sample;
		const struct store_trial *is = h->cell->sample;

		if (t->walkers > is->walkers && t->mappers == is->mappers &&
		    t->dumpers == is->dumpers && !strcmp(t->sweep, is->sweep) &&
		    !strcmp(t->workload, is->workload) &&
		    compares(&s->cell[i], h->metric)) {
			h->cell = &s->cell[i];
			h->reference = ratio_reference(h->cell);
		}
	}
}

size_t headlines(const struct summary *s, struct headline out[HEADLINES])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const struct rule *r = &rules[i];
		struct headline *h = &out[n];

		if (!find(s, r, h))
			continue;
		if (r->walkers == MANY)
			most_walkers(s, h);
		snprintf(h->above, sizeof(h->above), "%s", r->above);
		if (!*r->above)
			snprintf(h->above, sizeof(h->above), "%u",
				 h->cell->sample->walkers);
		snprintf(h->name, sizeof(h->name), "%s", r->name);
		n++;
	}
	return n;
}

/* Whether its cell has a reference, and another design to hold against it. */
static bool will_compare(const struct plan *plan, unsigned group)
{
	bool reference = false;
	size_t n = 0;

	for (size_t i = 0; i < plan->ntrials; i++) {
		const struct trial_plan *t = &plan->trials[i];

		if (t->group != group || t->repetition)
			continue;
		n++;
		for (const char *const *of = reference_designs; *of; of++)
			reference |= !strcmp(t->p.design, *of);
	}
	return reference && n > 1;
}

const char *headline_planned(const struct plan *plan)
{
	for (size_t k = 0; k < sizeof(rules) / sizeof(*rules); k++) {
		const struct trial_plan *first = NULL;
		const struct rule *r = &rules[k];

		for (size_t i = 0; i < plan->ntrials && !r->frees; i++) {
			const struct trial_plan *t = &plan->trials[i];

			/* designs of a cell are neighbours */
			if (i && t[-1].group == t->group)
				continue;
			if (!t->repetition && fits(t->p.walkers, r->walkers) &&
			    fits(t->p.mappers, r->mappers) &&
			    fits(t->p.dumpers, r->dumpers) &&
			    (!first || t->group < first->group) &&
			    will_compare(plan, t->group))
				first = t;
		}
		if (first)
			return first->cell;
	}
	return NULL;
}

/* Of the designs there the one that is furthest from the reference. */
static bool furthest(const struct headline *h, struct ratio *of,
		     const char **design)
{
	*design = NULL;
	for (size_t i = 0; i < h->cell->nrows; i++) {
		const struct summary_row *row = &h->cell->row[i];
		struct ratio r;

		if (row == h->reference ||
		    !ratio_of(h->cell, row, h->reference, h->metric,
			      &margins_default, &r) ||
		    (*design && fabs(r.log.value) <= fabs(of->log.value)))
			continue;
		*of = r;
		*design = row->design;
	}
	return *design;
}

void headline_brief(const struct summary *s, char *text, size_t size)
{
	struct headline h[HEADLINES];
	const char *design;
	struct ratio r;
	char number[24];

	*text = '\0';
	if (!headlines(s, h) || !furthest(h, &r, &design))
		return;
	ratio_number(r.log.value, 2, number, sizeof(number));
	text_add(text, size, "%s %s: %s %s", h->above, h->name, design, number);
	if (r.log.confidence < RATIO_CONFIDENCE)
		text_add(text, size, " ?");
	else
		text_add(text, size, " +-%.1f %%",
			 100 * expm1(fmin((r.log.high - r.log.low) / 2,
					  log(RATIO_BOUND))));
}

const struct summary_row *headline_row(const struct headline *h,
				       const char *design)
{
	if (!strcmp(design, TWIN_DESIGN))
		return h->cell->twin.n ? &h->cell->twin : NULL;
	return summary_row_of(h->cell, design);
}

/* The first cell with mappers alone in which tables are freed. */
static const struct summary_cell *freeing(const struct summary *s)
{
	for (size_t i = 0; i < s->ncells; i++) {
		const struct store_trial *t = s->cell[i].sample;

		if (t->mappers && !t->walkers && !t->dumpers &&
		    frees(&s->cell[i]))
			return &s->cell[i];
	}
	return NULL;
}

double headline_held(const struct summary *s, const char *design)
{
	const struct summary_cell *of = freeing(s);
	double least = NAN;

	for (size_t i = 0; of && i < s->ncells; i++) {
		const struct store_trial *t = s->cell[i].sample;
		struct headline h = {.cell = &s->cell[i]};
		const struct summary_row *row = headline_row(&h, design);

		if (row && t->mappers == of->sample->mappers && !t->walkers &&
		    !t->dumpers && !strcmp(t->sweep, of->sample->sweep) &&
		    !strcmp(t->workload, of->sample->workload))
			least = fmin(
				least,
				summary_median(row,
					       METRIC_table_bytes_held_peak));
	}
	return least;
}

static bool ran(const struct summary *s, const char *design)
{
	for (size_t i = 0; i < s->ncells; i++)
		for (size_t k = 0; k < s->cell[i].nrows; k++)
			if (!strcmp(s->cell[i].row[k].design, design))
				return true;
	return false;
}

static void add(const char ***name, size_t *n, const char *design)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*name)[i], design))
			return;
	*name = must_grow(*name, *n, sizeof(**name));
	(*name)[(*n)++] = design;
}

const char **headline_designs(const struct summary *s, size_t *n)
{
	const char **name = NULL;

	*n = 0;
	for (size_t i = 0; designs[i]; i++)
		if (ran(s, designs[i]->name))
			add(&name, n, designs[i]->name);
	for (size_t i = 0; i < s->ncells; i++) /* what is no more */
		for (size_t k = 0; k < s->cell[i].nrows; k++)
			add(&name, n, s->cell[i].row[k].design);
	return name;
}
