/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report: what was asked, on what, and the tables of each cell. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/format.h"
#include "base/text.h"
#include "judge/precision.h"
#include "machine/latency.h"
#include "outputs/report.h"
#include "plan/config.h"
#include "store/trial_name.h"

/* Any trial's @metric; NaN if none has it. */
static double any_value(const struct store_trials *trials,
			enum metric_id metric)
{
	for (size_t i = 0; i < trials->n; i++) {
		const struct value *v =
			record_get(&trials->trial[i].record, metric);

		if (v)
			return v->value;
	}
	return NAN;
}

static bool any_source(const struct store_trials *trials, enum source source)
{
	for (size_t i = 0; i < trials->n; i++)
		for (size_t k = 0; k < trials->trial[i].record.nvalues; k++)
			if (trials->trial[i].record.values[k].source == source)
				return true;
	return false;
}

enum { MISSING_MAX = 256 };

/* Distinct pairs of counter and reason. */
static size_t distinct_missing(const struct store_trials *trials,
			       const struct not_counted **seen)
{
	size_t n = 0;

	for (size_t i = 0; i < trials->n; i++) {
		const struct record *r = &trials->trial[i].record;

		for (size_t k = 0; k < r->nmissing && n < MISSING_MAX; k++) {
			size_t j = 0;

			while (j < n &&
			       (strcmp(seen[j]->name, r->missing[k].name) ||
				strcmp(seen[j]->reason, r->missing[k].reason)))
				j++;
			if (j == n)
				seen[n++] = &r->missing[k];
		}
	}
	return n;
}

/* Each reason once, with the counters that it kept away. */
static void add_missing(const struct store_trials *trials, struct document *d)
{
	const struct not_counted *seen[MISSING_MAX];
	size_t nseen = distinct_missing(trials, seen);

	for (size_t i = 0; i < nseen; i++) {
		const char *reason;
		char line[4096] = "";

		if (!seen[i])
			continue;
		reason = seen[i]->reason;
		for (size_t k = i; k < nseen; k++) {
			if (!seen[k] || strcmp(seen[k]->reason, reason))
				continue;
			text_add(line, sizeof(line), "%s%s",
				 *line ? ", " : "Not counted: ", seen[k]->name);
			seen[k] = NULL;
		}
		text_add(line, sizeof(line), " (%s).", reason);
		report_text(d, line);
	}
}

void report_method(const struct store_trials *trials, struct document *d)
{
	char line[512];
	double step = any_value(trials, METRIC_clock_step_ns);

	if (!isnan(step)) {
		snprintf(line, sizeof(line),
			 "Clock: step %.3g ns; a reading costs %.3g ns, "
			 "subtracted from samples.",
			 step, any_value(trials, METRIC_clock_cost_ns));
		report_text(d, line);
	}
	report_text(
		d,
		"Walkers are CPU threads (iova_to_phys, debugfs dump), not the "
		"hardware walker, which device_walkers stand for. Figures are "
		"medians over draws (repetitions "
		"in a process of their own), in brackets the interval that "
		"covers the median as often as its heading says; x floor "
		"compares with bare dependent loads over the same tables in "
		"the same draw; scale is throughput against one walker.");
	if (any_source(trials, SOURCE_SIM) && !any_source(trials, SOURCE_PMU))
		report_text(d, "Misses per walk come from the cache model fed "
			       "with the same stream (sim), not from counters "
			       "of this CPU.");
	add_missing(trials, d);
}

/* What the signs behind a ratio mean. */
void report_ratio_signs(const struct report_marks *marks,
			const struct margins *m, struct document *d)
{
	char line[512];

	snprintf(line, sizeof(line),
		 "Ratios are of time, by draw: < faster, > slower, = same, all "
		 "beyond or within a margin of %.1f %% (walks), %.1f %% "
		 "(updates), %.1f %% (several threads); ? not resolved; ! one "
		 "of the two lost more batches, not judged. Designs that are "
		 "not told apart share a rank, of the first column; twin is "
		 "the reference once more.",
		 100 * expm1(m->of[RATIO_WALK]),
		 100 * expm1(m->of[RATIO_UPDATE]),
		 100 * expm1(m->of[RATIO_CONTENDED]));
	report_text(d, line);
	if (marks->few_draws)
		report_text(d, "No interval of 95 % can be had of fewer than "
			       "six draws: set repetitions to 6 or more.");
}

static void add_legend(const struct report_marks *marks,
		       const struct margins *margins, struct document *d)
{
	if (marks->clock[MARK_BLOCK] || marks->clock[MARK_STEPS] ||
	    marks->absent || marks->none_clean || marks->ratios ||
	    marks->race || marks->lines || marks->why[WHY_KNOWN] ||
	    marks->why[WHY_NO_LATENCY])
		doc_gap(d);
	for (int m = MARK_BLOCK; m <= MARK_STEPS; m++)
		if (marks->clock[m])
			report_text(d, report_mark_text[m]);
	if (marks->ratios)
		report_ratio_signs(marks, margins, d);
	if (marks->race)
		report_race_legend(d);
	if (marks->lines)
		report_lines_legend(d);
	if (marks->none_clean)
		report_text(d,
			    "! a figure of this row has no attempt in which no "
			    "thread lost its CPU: its median is over all");
	if (marks->absent)
		report_text(d, "- not measured here");
	report_why_legend(marks, d);
}

/* Range of @metric over the rows of a cell; false: none has it. */
static bool range(const struct summary_cell *cell, enum metric_id metric,
		  double *low, double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (size_t i = 0; i < cell->nrows; i++) {
		double v = summary_median(&cell->row[i], metric);

		if (!isnan(v)) {
			*low = fmin(*low, v);
			*high = fmax(*high, v);
		}
	}
	return *low <= *high;
}

/* How much more private work all threads did than one: the median design. */
static double control_scale(const struct summary *s,
			    const struct summary_cell *cell)
{
	double ratio[64];
	size_t n = 0;

	if (cell->sample->walkers < 2)
		return NAN;
	for (size_t i = 0; i < cell->nrows && n < 64; i++) {
		const struct summary_row *one =
			summary_single(s, cell, cell->row[i].design);
		double all =
			summary_median(&cell->row[i], METRIC_control_ops_per_s);
		double alone =
			one ? summary_median(one, METRIC_control_ops_per_s)
			    : NAN;

		if (!isnan(all) && alone > 0)
			ratio[n++] = all / alone;
	}
	return stats_median(ratio, n);
}

static void add_cell(struct report *r, const struct summary_cell *cell,
		     struct document *d)
{
	char low[24], high[24], line[TRIAL_NAME];
	double a, b, scale = control_scale(&r->summary, cell);

	trial_cell(cell->sample, line, sizeof(line));
	if (range(cell, METRIC_floor_dep_ns, &a, &b)) {
		format_ns(a, low, sizeof(low));
		format_ns(b, high, sizeof(high));
		text_add(line, sizeof(line), "; floor %s", low);
		if (strcmp(low, high))
			text_add(line, sizeof(line), " to %s", high);
		text_add(line, sizeof(line), " ns");
	}
	if (!isnan(scale))
		text_add(line, sizeof(line), "; private work scales %.2f",
			 scale);
	doc_heading(d, 3, "%s", line);
	if (summary_has(cell, METRIC_race_dumps)) {
		report_race(cell, d);
		r->marks.race = true;
		return;
	}
	if (r->brief) {
		report_ratios(cell, &r->margins, d, &r->marks);
		return;
	}
	report_cell(&r->summary, cell, &r->margins, d, &r->marks);
	report_why(cell, r->latency, d, &r->marks);
	report_lines(&r->summary, cell, d, &r->marks);
}

int report_load(struct report *r, struct store *s, int64_t run, struct err *e)
{
	struct params_run keys;
	int rc;

	*r = (struct report){0};
	rc = store_run_read(s, run, &r->run, e);
	if (!rc)
		rc = store_trials_load(s, run, STORE_VALUES, &r->trials, e);
	if (!rc)
		rc = store_shards_load(s, run, &r->shards, e);
	if (!rc)
		rc = margins_load(&r->margins, s, run, e);
	if (rc)
		return rc;
	config_run_keys(r->run.config_text, &keys);
	r->marks.wanted = precision_wanted(&keys);
	r->latency = latency_of_machine(store_path(s), r->run.machine);
	summary_make(&r->summary, &r->trials, r->run.config_text);
	return 0;
}

void report_release(struct report *r)
{
	json_decref(r->latency);
	summary_release(&r->summary);
	store_shards_release(&r->shards);
	store_trials_release(&r->trials);
	store_run_release(&r->run);
}

void report_cells(struct report *r, struct document *d)
{
	for (size_t i = 0; i < r->summary.ncells; i++)
		add_cell(r, &r->summary.cell[i], d);
	if (!r->summary.ncells) {
		doc_gap(d);
		report_text(d, "No trial is finished.");
	}
	add_legend(&r->marks, &r->margins, d);
}

int report_print(struct store *s, int64_t run, FILE *out, struct err *e)
{
	struct document d = {0};
	struct report r;
	int rc = report_load(&r, s, run, e);

	if (!rc) {
		report_head(&r.run, &r.shards, &r.trials, &d);
		report_method(&r.trials, &d);
		report_hardware(&r.summary, &d);
		report_cells(&r, &d);
		document_text(&d, out);
	}
	doc_release(&d);
	report_release(&r);
	return rc;
}
