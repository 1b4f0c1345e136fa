/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run has of its plan, what it lost to others, and what bounded figures
 * besides a design's own speed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "base/format.h"
#include "base/text.h"
#include "figures/data.h"
#include "figures/why.h"
#include "outputs/report.h"
#include "trial/reference.h"

size_t report_first_attempts(const struct store_trials *trials)
{
	size_t n = 0;

	for (size_t i = 0; i < trials->n; i++)
		n += !trials->trial[i].attempt &&
		     !reference_copy(trials->trial[i].design);
	return n;
}

/* Attempts at one trial stand together, for all fields but the attempt. */
static int by_trial(const void *a, const void *b)
{
	const struct store_trial *x = *(const struct store_trial *const *)a;
	const struct store_trial *y = *(const struct store_trial *const *)b;
	int by = strcmp(x->sweep, y->sweep);

	by = by ? by : strcmp(x->cell, y->cell);
	by = by ? by : strcmp(x->axes, y->axes);
	by = by ? by : strcmp(x->workload, y->workload);
	by = by ? by : strcmp(x->design, y->design);
	return by ? by
		  : (x->repetition > y->repetition) -
			       (x->repetition < y->repetition);
}

/* Phases of which a thread lost its CPU every time; where the host had the CPUs
 * of several is said apart (add_cores()). */
static unsigned phases_lost(const struct record *r)
{
	unsigned cores = record_get(r, METRIC_core_share) ? PHASE_ALL : 0;

	return r->disturbed & ~(cores | PHASE_APART);
}

/* Trials with a phase, the control aside, that was disturbed every time. */
static size_t never_clean(const struct store_trials *trials)
{
	const struct store_trial **t = must_calloc(trials->n, sizeof(*t));
	size_t n = 0;

	for (size_t i = 0; i < trials->n; i++)
		t[i] = &trials->trial[i];
	qsort(t, trials->n, sizeof(*t), by_trial);
	for (size_t i = 0, next; i < trials->n; i = next) {
		unsigned always = ~(unsigned)PHASE_CONTROL;

		for (next = i; next < trials->n && !by_trial(&t[i], &t[next]);
		     next++)
			always &= t[next]->record.status == TRIAL_OK
					  ? phases_lost(&t[next]->record)
					  : 0;
		n += always != 0;
	}
	free(t);
	return n;
}

/* Of the batches of all draws; false: a run of before there were any. */
static bool batches(const struct store_trials *trials, double *all,
		    double *lost)
{
	*all = *lost = 0;
	for (size_t i = 0; i < trials->n; i++) {
		const struct record *r = &trials->trial[i].record;
		const struct value *n = record_get(r, METRIC_batches);
		const struct value *l = record_get(r, METRIC_batches_lost);

		*all += n && l ? n->value : 0;
		*lost += n && l ? l->value : 0;
	}
	return *all > 0;
}

/* The same of such a run, which had attempts at trials; how many were lost. */
static size_t attempts(const struct store_trials *trials, char *text,
		       size_t size)
{
	size_t lost = 0, first = report_first_attempts(trials);

	for (size_t i = 0; i < trials->n; i++)
		lost += trials->trial[i].record.disturbed != 0;
	snprintf(text, size,
		 "a thread lost its CPU in %zu of %zu attempts (%zu trial%s "
		 "and %zu retr%s)",
		 lost, trials->n, first, first == 1 ? "" : "s",
		 trials->n - first, trials->n - first == 1 ? "y" : "ies");
	return lost;
}

/* Trials that have @bit, of those of several threads. */
static size_t trials_with(const struct store_trials *trials, unsigned bit,
			  size_t *of)
{
	size_t n = 0;

	*of = 0;
	for (size_t i = 0; i < trials->n; i++) {
		const struct record *r = &trials->trial[i].record;

		if (!record_get(r, METRIC_core_share))
			continue;
		n += (r->disturbed & bit) != 0;
		++*of;
	}
	return n;
}

/* Where the host had the CPUs of several threads. */
static size_t add_cores(const struct store_trials *trials, char *text,
			size_t size)
{
	size_t of, crowded = trials_with(trials, PHASE_ALL, &of);
	size_t apart = trials_with(trials, PHASE_APART, &of);

	if (crowded + apart)
		text_add(text, size, "; of %zu trials of several threads", of);
	if (crowded)
		text_add(text, size, " %zu had two CPUs on one core", crowded);
	if (apart)
		text_add(text, size,
			 "%s %zu had them further apart than others",
			 crowded ? "," : "", apart);
	return crowded + apart;
}

bool report_lost(const struct store_trials *trials, char *text, size_t size)
{
	size_t never = never_clean(trials), lost;
	double all, some;

	if (batches(trials, &all, &some)) {
		snprintf(text, size,
			 "%.0f of %.0f batches were lost to others and "
			 "tried again",
			 some, all);
		lost = some > 0;
	} else {
		lost = attempts(trials, text, size);
	}
	if (never)
		text_add(text, size,
			 "; in %zu trial%s some phase was disturbed in every "
			 "attempt",
			 never, never == 1 ? "" : "s");
	return add_cores(trials, text, size) || lost || never;
}

/* Less than this share of the intended updates is not keeping up. */
#define RATE_KEPT 0.99

void report_bounds(const struct summary_cell *cell, struct document *d)
{
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct summary_row *row = &cell->row[i];
		double kept = summary_median(row, METRIC_update_rate_kept);
		bool disturbed = summary_all_lost(
			summary_lost(row, METRIC_update_rate_kept));
		double stalls = summary_median(row, METRIC_reclaim_stalls);

		if (kept < RATE_KEPT)
			doc_alert(d,
				  "%s does not keep up: %.1f%% of the "
				  "intended updates were done%s; the others' "
				  "walkers met more of them",
				  row->design, 100 * kept,
				  disturbed ? " (disturbed)" : "");
		if (stalls > 0 && !MUTANT(bounded_unsaid))
			doc_alert(d,
				  "%s is bounded: its mappers waited %.0f "
				  "times for reclamation (defer_max)",
				  row->design, stalls);
	}
}

void report_hardware(const struct summary *s, struct document *d)
{
	char line[512] = "", said[48];

	for (size_t i = 0; i < s->ncells; i++) {
		const struct store_trial *t = s->cell[i].sample;
		double submit = plot_param(t, "inv.submit_ns");
		double service = plot_param(t, "inv.service_ns");

		if (!summary_has(&s->cell[i], METRIC_inv_descriptors_per_unmap))
			continue;
		/* runs of before there was a queue have neither */
		if (submit > 0 || service > 0)
			snprintf(said, sizeof(said), " %g+%g ns;", submit,
				 service);
		else
			snprintf(said, sizeof(said), " none;");
		if (!strstr(line, said))
			text_add(line, sizeof(line), "%s", said);
	}
	if (*line)
		doc_text(d, 0, 4,
			 "Modelled, the hardware's time for an invalidation "
			 "(inv.submit_ns + inv.service_ns a descriptor):%.*s.",
			 (int)strlen(line) - 1, line);
}

static const struct table_column why_columns[] = {
	{"why, ns", "design", 0, true},
	{"entries", "L1d", 6, false},
	{"entries", "L2", 5, false},
	{"entries", "last", 4, false},
	{"entries", "memory", 3, false},
	{"", "= loads", 0, false},
	{"", "+ own", 0, false},
	{"", "= expected", 0, false},
	{"", "measured", 0, false},
	{"", "unexplained", 0, false},
	{"bare loads", "measured", 2, false},
};
enum { WHY_COLUMNS = sizeof(why_columns) / sizeof(*why_columns) };

static void why_row(const struct why *w, const char *design, struct table *t,
		    unsigned row)
{
	const double ns[] = {w->loads_ns, w->own_ns, w->expected_ns,
			     w->measured_ns};

	snprintf(table_cell(t, row, 0), TABLE_CELL, "%s", design);
	for (unsigned i = 0; i < WHY_LEVELS; i++)
		snprintf(table_cell(t, row, 1 + i), TABLE_CELL, "%.2f",
			 w->entries[i]);
	for (unsigned i = 0; i < 4; i++)
		format_ns(ns[i], table_cell(t, row, 5 + i), TABLE_CELL);
	snprintf(table_cell(t, row, 9), TABLE_CELL, "%+.0f %%%s",
		 100 * w->unexplained,
		 fabs(w->unexplained) > WHY_UNEXPLAINED ? " !" : "");
	format_ns(w->floor_ns, table_cell(t, row, 10), TABLE_CELL);
}

void report_why(const struct summary_cell *cell, const json_t *latency,
		struct document *d, struct report_marks *marks)
{
	struct table t;
	unsigned n = 0;
	struct why w;

	for (size_t i = 0; i < cell->nrows; i++) {
		enum why_missing m = why_of(latency, &cell->row[i], &w);

		n += m == WHY_KNOWN;
		marks->why[m] = true;
	}
	if (!n)
		return;
	table_init(&t, why_columns, WHY_COLUMNS, n);
	for (size_t i = 0, row = 0; i < cell->nrows; i++)
		if (why_of(latency, &cell->row[i], &w) == WHY_KNOWN)
			why_row(&w, cell->row[i].design, &t, (unsigned)row++);
	doc_table(d, &t);
}

void report_why_legend(const struct report_marks *marks, struct document *d)
{
	if (marks->why[WHY_KNOWN])
		report_text(
			d,
			"Why a dependent walk takes what it takes: entries "
			"(sim) times the loads that vtdbench topo --measure "
			"measured on this machine, and the design's own lines. "
			"Unexplained are instructions, waiting for others, and "
			"caches that are shared with others; below 0, parts "
			"that overlap; ! more than 20 % of what was "
			"measured.");
	else if (marks->why[WHY_NO_LATENCY])
		report_text(d, "Why walks take what they take: run vtdbench "
			       "topo --measure on that machine, with these "
			       "--results, then this once more.");
	else if (marks->why[WHY_NO_SIM])
		report_text(d, "Why walks take what they take: not known "
			       "without the cache model (sim.enabled).");
}
