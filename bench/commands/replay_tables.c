/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench replay`: the draws, and the tables of what they yield. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/rng.h"
#include "base/text.h"
#include "commands/replay.h"
#include "measure/draw.h"
#include "trial/sides.h"
#include "document/page.h"
#include "outputs/report.h"
#include "stats/singles.h"
#include "trial/reference.h"

enum { DRAWS = 6 /* the fewest with an interval of 95 % */, RETRIES = 3 };

/* Two headings; which is left out first of a narrow page; text or figures. */
static const struct table_column columns[] = {
	{"", "design", 0, true},       {"", "ns/event", 0, false},
	{"map ns", "p50", 0, false},   {"map ns", "p99", 1, false},
	{"unmap ns", "p50", 0, false}, {"unmap ns", "p99", 2, false},
	{"", "waits", 4, false},       {"tables", "live", 6, false},
	{"tables", "freed", 5, false}, {"tables", "held", 0, false},
	{"tables", "peak", 3, false},  {"", "wrong", 0, false},
};
enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

/* A row a design, and what is to be explained under them. */
struct results {
	struct table table;
	unsigned n;
	bool block, none;
	char disturbed[256]; /* designs */
};

int replay_status(const struct trace *t, const char *design,
		  const struct record *r, struct err *e)
{
	const struct value *wrong = record_get(r, METRIC_wrong_answers);

	if (r->status == TRIAL_OK)
		return 0;
	if (r->status != TRIAL_WRONG)
		return err_set(e, -EIO, "%s: design %s: %s", t->name, design,
			       r->reason);
	return err_set(e, -EBADMSG, "%s: design %s: %.0f wrong answers: %s",
		       t->name, design, wrong ? wrong->value : 0, r->reason);
}

/* The chosen designs, and behind several the twin if the reference is one. */
static unsigned contestants(const struct replay_options *o,
			    const char *names[REPLAY_DESIGNS_MAX + 1],
			    struct params *p)
{
	const char *const *ref = reference_designs;
	const char *twin = NULL;

	for (unsigned i = 0; i < o->n; i++)
		names[i] = o->chosen[i]->name;
	for (; o->n > 1 && *ref && !twin; ref++)
		for (unsigned i = 0; i < o->n; i++)
			twin = strcmp(names[i], *ref) ? twin : *ref;
	names[o->n] = TWIN_DESIGN;
	for (unsigned i = 0; i < o->n + !!twin; i++) {
		p[i] = o->p;
		snprintf(p[i].design, sizeof(p[i].design), "%s",
			 i < o->n ? names[i] : twin);
	}
	return o->n + !!twin;
}

static void put(struct results *r, unsigned column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void put(struct results *r, unsigned column, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(table_cell(&r->table, r->n, column), TABLE_CELL, fmt, ap);
	va_end(ap);
}

/* A percentile, or "-" where no event was timed. */
static void put_percentile(struct results *r, unsigned column,
			   const struct summary_row *row, enum metric_id metric)
{
	double ns = summary_median(row, metric);
	bool block = summary_mark(row, metric) == MARK_BLOCK;

	if (isnan(ns))
		put(r, column, "-");
	else
		put(r, column, block ? "%.1fb" : "%.0f", ns);
	r->block |= block;
	r->none |= isnan(ns);
}

static void put_count(struct results *r, unsigned column,
		      const struct summary_row *row, enum metric_id metric,
		      unsigned unit)
{
	double n = summary_median(row, metric) / unit;

	put(r, column, isnan(n) ? "-" : "%.0f", n);
}

static void put_row(struct results *r, const struct summary_row *row)
{
	const struct value *wrong =
		row->first_bad ? record_get(&row->first_bad->record,
					    METRIC_wrong_answers)
			       : NULL;

	put(r, 0, "%s", row->design);
	put(r, 1, "%.1f", summary_median(row, METRIC_event_ns));
	put_percentile(r, 2, row, METRIC_map_p50_ns);
	put_percentile(r, 3, row, METRIC_map_p99_ns);
	put_percentile(r, 4, row, METRIC_unmap_p50_ns);
	put_percentile(r, 5, row, METRIC_unmap_p99_ns);
	put_count(r, 6, row, METRIC_event_waits, 1);
	put_count(r, 7, row, METRIC_tables_live, 1);
	put_count(r, 8, row, METRIC_tables_freed, 1);
	put_count(r, 9, row, METRIC_table_bytes_held_end, VTD_PAGE_BYTES);
	put_count(r, 10, row, METRIC_table_bytes_held_peak, VTD_PAGE_BYTES);
	put(r, 11, "%.0f", wrong ? wrong->value : 0);
	if (summary_all_lost(summary_lost(row, METRIC_event_ns)))
		text_add(r->disturbed, sizeof(r->disturbed), "%s%s",
			 *r->disturbed ? ", " : "", row->design);
	r->n++;
}

static void print_notes(const struct replay_options *o, const struct results *r,
			const struct record *any)
{
	const struct value *step = record_get(any, METRIC_clock_step_ns);
	unsigned width = page_width(stdout);

	if (r->block || r->none || *r->disturbed)
		putchar('\n');
	if (r->block)
		page_line(stdout, width, 4,
			  "b from means of %d events: one is within five steps "
			  "of the clock (%.3g ns)",
			  SINGLES_BLOCK, step ? step->value : NAN);
	if (r->none)
		page_line(stdout, width, 4,
			  "- no event of this kind was timed alone: one in %u "
			  "is",
			  o->p.time.sample_every);
	if (*r->disturbed)
		page_line(stdout, width, 4,
			  "A thread was without its CPU in every replay of %s",
			  r->disturbed);
}

static void print_results(const struct replay_options *o,
			  const struct store_trials *all)
{
	struct report_marks marks = {.ratios = false};
	struct results r = {.n = 0};
	struct document d = {0};
	struct summary s;

	summary_make(&s, all, NULL);
	report_ratios(&s.cell[0], &margins_default, &d, &marks);
	if (marks.ratios) {
		report_ratio_signs(&marks, &margins_default, &d);
		doc_gap(&d);
	}
	document_text(&d, stdout);
	doc_release(&d);
	table_init(&r.table, columns, COLUMNS, (unsigned)s.cell[0].nrows);
	for (size_t i = 0; i < s.cell[0].nrows; i++)
		put_row(&r, &s.cell[0].row[i]);
	table_print(&r.table, page_width(stdout), false, stdout);
	table_release(&r.table);
	print_notes(o, &r, &all->trial[0].record);
	summary_release(&s);
}

/* One process more that measures all designs side by side. */
static int draw(const struct replay_options *o, const struct trace *t,
		unsigned number, const struct gate_sides *sides,
		struct store_trials *all, struct err *e)
{
	const char *names[REPLAY_DESIGNS_MAX + 1];
	struct params *p = must_calloc(o->n + 1, sizeof(*p));
	struct record *r = must_calloc(o->n + 1, sizeof(*r));
	struct draw d = {.params = p,
			 .n = contestants(o, names, p),
			 .seed = number + 1,
			 .retries = o->shared ? 0 : RETRIES,
			 .exact = number == 0,
			 .trace = t,
			 .share_cpus = o->shared};
	struct rng g;
	int rc;

	rng_seed(&g, number, 0);
	if (sides->n)
		d.engine = sides->path[rng_below(&g, sides->n)];
	rc = draw_run(&d, r, e);
	for (unsigned i = 0; i < d.n && !rc; i++) {
		all->trial = must_grow(all->trial, all->n, sizeof(*all->trial));
		all->trial[all->n++] =
			(struct store_trial){.cell = "",
					     .axes = "",
					     .sweep = "",
					     .design = names[i],
					     .workload = o->p.workload,
					     .mappers = o->p.mappers,
					     .repetition = number,
					     .record = r[i]};
	}
	free(p);
	free(r);
	return rc;
}

/* Whether trial @i is the first of its design that did not go well. */
static bool first_bad(const struct store_trials *all, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (all->trial[k].record.status != TRIAL_OK &&
		    !strcmp(all->trial[k].design, all->trial[i].design))
			return false;
	return all->trial[i].record.status != TRIAL_OK;
}

int replay_designs(const struct replay_options *o, const struct trace *t,
		   struct err *e)
{
	unsigned draws = o->n > 1 && !o->shared ? DRAWS : 1;
	struct store_trials all = {0};
	struct gate_sides sides;
	int rc = 0, status = 0;

	if (!gate_sides_own(&sides) && draws > 1)
		err_warn("no engine-N.so beside this program: the linker's "
			 "luck is in every draw alike (make sides)");
	for (unsigned i = 0; i < draws && !rc; i++)
		rc = draw(o, t, i, &sides, &all, e);
	if (!rc)
		print_results(o, &all);
	for (size_t i = 0; i < all.n && !rc; i++) {
		if (!first_bad(&all, i))
			continue;
		if (status)
			err_print(e);
		replay_status(t, all.trial[i].design, &all.trial[i].record, e);
		status = status ? status : e->code;
	}
	for (size_t i = 0; i < all.n; i++)
		record_release(&all.trial[i].record);
	free(all.trial);
	return rc ? rc : status;
}
