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
#include "outputs/page.h"
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
static void print_missing(const struct store_trials *trials, FILE *out)
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
		report_text(out, line);
	}
}

static void print_method(const struct store_trials *trials, FILE *out)
{
	char line[512];
	double step = any_value(trials, METRIC_clock_step_ns);

	if (!isnan(step)) {
		snprintf(line, sizeof(line),
			 "Clock: step %.3g ns; a reading costs %.3g ns, "
			 "subtracted from samples.",
			 step, any_value(trials, METRIC_clock_cost_ns));
		report_text(out, line);
	}
	report_text(
		out,
		"Walkers are CPU threads (iova_to_phys, debugfs dump), not the "
		"hardware walker. Figures are medians over draws (repetitions "
		"in a process of their own), in brackets the interval that "
		"covers the median as often as its heading says; x floor "
		"compares with bare dependent loads over the same tables in "
		"the same draw; scale is throughput against one walker.");
	if (any_source(trials, SOURCE_SIM) && !any_source(trials, SOURCE_PMU))
		report_text(out,
			    "Misses per walk come from the cache model fed "
			    "with the same stream (sim), not from counters "
			    "of this CPU.");
	print_missing(trials, out);
}

/* What the signs behind a ratio mean. */
void report_ratio_signs(const struct report_marks *marks,
			const struct margins *m, FILE *out)
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
	report_text(out, line);
	if (marks->few_draws)
		report_text(out, "No interval of 95 % can be had of fewer than "
				 "six draws: set repetitions to 6 or more.");
}

static void print_legend(const struct report_marks *marks,
			 const struct margins *margins, FILE *out)
{
	if (marks->clock[MARK_BLOCK] || marks->clock[MARK_STEPS] ||
	    marks->absent || marks->none_clean || marks->ratios ||
	    marks->race || marks->why[WHY_KNOWN] || marks->why[WHY_NO_LATENCY])
		fputc('\n', out);
	for (int m = MARK_BLOCK; m <= MARK_STEPS; m++)
		if (marks->clock[m])
			report_text(out, report_mark_text[m]);
	if (marks->ratios)
		report_ratio_signs(marks, margins, out);
	if (marks->race)
		report_race_legend(out);
	if (marks->none_clean)
		report_text(out,
			    "! a figure of this row has no attempt in which no "
			    "thread lost its CPU: its median is over all");
	if (marks->absent)
		report_text(out, "- not measured here");
	report_why_legend(marks, out);
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

static void print_cell(const struct summary *s, const struct summary_cell *cell,
		       const struct margins *m, const json_t *latency,
		       FILE *out, struct report_marks *marks)
{
	const struct store_trial *t = cell->sample;
	char threads[64], axes[AXES_TEXT], low[24], high[24], line[TRIAL_NAME];
	double a, b, scale = control_scale(s, cell);

	trial_threads(t, threads, sizeof(threads));
	trial_axes(t, axes, sizeof(axes));
	snprintf(line, sizeof(line), "%s / %s, %s%s%s", t->sweep, t->workload,
		 threads, *axes ? ", " : "", axes);
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
	fputc('\n', out);
	report_text(out, line);
	if (summary_has(cell, METRIC_race_dumps)) {
		report_race(cell, out);
		marks->race = true;
		return;
	}
	report_cell(s, cell, m, out, marks);
	report_why(cell, latency, out, marks);
}

int report_print(struct store *s, int64_t id, FILE *out, struct err *e)
{
	struct report_marks marks = {0};
	struct store_trials trials = {0};
	struct store_shards shards = {0};
	struct margins margins;
	struct summary summary;
	struct params_run keys;
	struct store_run run;
	json_t *latency;
	int rc = store_run_read(s, id, &run, e);

	if (!rc)
		rc = store_trials_load(s, id, STORE_VALUES, &trials, e);
	if (!rc)
		rc = store_shards_load(s, id, &shards, e);
	if (!rc)
		rc = margins_load(&margins, s, id, e);
	if (rc)
		goto out;
	config_run_keys(run.config_text, &keys);
	marks.wanted = precision_wanted(&keys);
	summary_make(&summary, &trials, run.config_text);
	report_head(&run, &shards, &trials, out);
	print_method(&trials, out);
	latency = latency_of_machine(store_path(s), run.machine);
	for (size_t i = 0; i < summary.ncells; i++)
		print_cell(&summary, &summary.cell[i], &margins, latency, out,
			   &marks);
	json_decref(latency);
	if (!summary.ncells)
		fputs("\nNo trial is finished.\n", out);
	print_legend(&marks, &margins, out);
	summary_release(&summary);
out:
	store_shards_release(&shards);
	store_trials_release(&trials);
	store_run_release(&run);
	return rc;
}
