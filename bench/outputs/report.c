/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report: what was asked, on what, and the tables of each cell. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/must.h"
#include "base/format.h"
#include "base/text.h"
#include "store/machine_class.h"
#include "base/printable.h"
#include "outputs/page.h"
#include "outputs/report.h"
#include "store/trial_name.h"
#include "trial/reference.h"

static void wrapped(FILE *out, const char *text)
{
	page_rest(out, page_width(out), 0, 4, text);
}

static const char *or_unknown(const char *text)
{
	return text && *text ? text : "unknown";
}

/* Trials of a plan that are there: retries and twins do not count. */
static size_t first_attempts(const struct store_trials *trials)
{
	size_t n = 0;

	for (size_t i = 0; i < trials->n; i++)
		n += !trials->trial[i].attempt &&
		     strcmp(trials->trial[i].design, TWIN_DESIGN);
	return n;
}

static void print_machine(const struct store_run *run, FILE *out)
{
	json_t *machine =
		json_loads(run->machine ? run->machine : "{}", 0, NULL);
	const char *cpu = json_string_value(json_object_get(machine, "cpu"));
	json_int_t cpus = json_integer_value(json_object_get(machine, "cpus"));
	json_int_t nodes =
		json_integer_value(json_object_get(machine, "nodes"));
	const char *hypervisor =
		json_string_value(json_object_get(machine, "hypervisor"));
	char line[1024] = "", kinds[256], shown[4 * sizeof(line)];

	text_add(line, sizeof(line), "Machine: %s", or_unknown(cpu));
	if (cpus)
		text_add(line, sizeof(line), ", %d CPU%s", (int)cpus,
			 cpus > 1 ? "s" : "");
	if (nodes)
		text_add(line, sizeof(line), ", %d NUMA node%s", (int)nodes,
			 nodes > 1 ? "s" : "");
	machine_kinds_text(machine, kinds, sizeof(kinds));
	if (*kinds)
		text_add(line, sizeof(line), ", %s", kinds);
	if (hypervisor && strcmp(hypervisor, "none"))
		text_add(line, sizeof(line), ", under %s", hypervisor);
	text_add(line, sizeof(line), "; kernel %s; built by %s",
		 or_unknown(run->kernel), or_unknown(run->compiler));
	wrapped(out, printable_copy(shown, sizeof(shown), line));
	json_decref(machine);
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
					  ? t[next]->record.disturbed
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
	size_t lost = 0, first = first_attempts(trials);

	for (size_t i = 0; i < trials->n; i++)
		lost += trials->trial[i].record.disturbed != 0;
	snprintf(text, size,
		 "a thread lost its CPU in %zu of %zu attempts (%zu trial%s "
		 "and %zu retr%s)",
		 lost, trials->n, first, first == 1 ? "" : "s",
		 trials->n - first, trials->n - first == 1 ? "y" : "ies");
	return lost;
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
	return lost || never;
}

/* How busy the machine was, and how often that was felt. */
static void print_noise(const struct store_run *run,
			const struct store_trials *trials, FILE *out)
{
	json_t *noise = json_loads(run->noise ? run->noise : "{}", 0, NULL);
	json_t *load = json_array_get(json_object_get(noise, "load_avg"), 0);
	json_t *pressure = json_object_get(noise, "cpu_pressure_percent");
	char line[512], lost[256];

	report_lost(trials, lost, sizeof(lost));
	snprintf(line, sizeof(line), "Noise: %s", lost);
	if (json_is_number(load))
		text_add(line, sizeof(line), "; at the start load %.2g",
			 json_number_value(load));
	if (json_is_number(pressure))
		text_add(line, sizeof(line),
			 ", tasks waiting for a CPU %.0f %% of the time",
			 json_number_value(pressure));
	wrapped(out, line);
	json_decref(noise);
}

/* "; on HOST: 1, 4" for the host of shard @i, unless it was there before. */
static void add_host(const struct store_shards *shards, size_t i, char *line,
		     size_t size)
{
	const struct store_shard *s = shards->shard;
	const char *host = or_unknown(s[i].host);

	for (size_t k = 0; k < i; k++)
		if (!strcmp(or_unknown(s[k].host), host))
			return;
	text_add(line, size, "; on %s:", host);
	for (size_t k = i; k < shards->n; k++) {
		if (strcmp(or_unknown(s[k].host), host))
			continue;
		text_add(line, size, "%s %u", k > i ? "," : "", s[k].number);
		if (strcmp(s[k].status, "done"))
			text_add(line, size, " (%s)", s[k].status);
	}
}

/* Which shards each machine measured, and which are missing. */
static void print_shards(const struct store_run *run,
			 const struct store_shards *shards, FILE *out)
{
	const struct store_shard *s = shards->shard;
	char line[4096];

	if (!shards->n)
		return;
	if (!store_run_merged(run, shards)) {
		snprintf(line, sizeof(line),
			 "Shard %u of %u of sweep %s: %" PRIu64
			 " of its %" PRIu64
			 " trials; vtdbench merge puts the shards together",
			 s->number, s->count, s->sweep_id, s->trials,
			 s->plan_size);
		wrapped(out, line);
		return;
	}
	snprintf(line, sizeof(line), "Shards: %zu of %u of sweep %s%s",
		 shards->n, s->count, s->sweep_id,
		 shards->n < s->count ? ", the others are missing" : "");
	for (size_t i = 0; i < shards->n; i++)
		add_host(shards, i, line, sizeof(line));
	wrapped(out, line);
}

static void print_head(const struct store_run *run,
		       const struct store_shards *shards,
		       const struct store_trials *trials, FILE *out)
{
	char line[1024];

	wrapped(out, run->title && *run->title ? run->title : run->name);
	snprintf(line, sizeof(line),
		 "Run %" PRId64 " \"%s\" of %s, %s: %zu of %" PRIu64
		 " trials; seed %" PRIu64 "; vtdbench %s",
		 run->id, run->name, run->started_utc, run->status,
		 first_attempts(trials), run->plan_size, run->seed,
		 or_unknown(run->version));
	wrapped(out, line);
	print_shards(run, shards, out);
	print_machine(run, out);
	print_noise(run, trials, out);
}

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
		wrapped(out, line);
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
		wrapped(out, line);
	}
	wrapped(out,
		"Walkers are CPU threads (iova_to_phys, debugfs dump), not the "
		"hardware walker. Figures are medians over draws (repetitions "
		"in a process of their own), in brackets the interval that "
		"covers the median as often as its heading says; x floor "
		"compares "
		"with bare dependent loads over the same tables in the same "
		"trial; scale is throughput against one walker.");
	if (any_source(trials, SOURCE_SIM) && !any_source(trials, SOURCE_PMU))
		wrapped(out, "Misses per walk come from the cache model fed "
			     "with the same stream (sim), not from counters "
			     "of this CPU.");
	print_missing(trials, out);
}

/* What the signs behind a ratio mean. */
static void print_ratios(const struct report_marks *marks,
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
		 100 * expm1(m->walk), 100 * expm1(m->update),
		 100 * expm1(m->contended));
	wrapped(out, line);
	if (marks->few_draws)
		wrapped(out, "No interval of 95 % can be had of fewer than "
			     "six draws: set repetitions to 6 or more.");
}

static void print_legend(const struct report_marks *marks,
			 const struct margins *margins, FILE *out)
{
	if (marks->clock[MARK_BLOCK] || marks->clock[MARK_STEPS] ||
	    marks->absent || marks->none_clean || marks->ratios)
		fputc('\n', out);
	for (int m = MARK_BLOCK; m <= MARK_STEPS; m++)
		if (marks->clock[m])
			wrapped(out, report_mark_text[m]);
	if (marks->ratios)
		print_ratios(marks, margins, out);
	if (marks->none_clean)
		wrapped(out,
			"! a figure of this row has no attempt in which no "
			"thread lost its CPU: its median is over all");
	if (marks->absent)
		wrapped(out, "- not measured here");
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
		       const struct margins *m, FILE *out,
		       struct report_marks *marks)
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
	wrapped(out, line);
	report_cell(s, cell, m, out, marks);
}

int report_print(struct store *s, int64_t id, FILE *out, struct err *e)
{
	struct report_marks marks = {0};
	struct store_trials trials = {0};
	struct store_shards shards = {0};
	struct margins margins;
	struct summary summary;
	struct store_run run;
	int rc = store_run_read(s, id, &run, e);

	if (!rc)
		rc = store_trials_load(s, id, STORE_VALUES, &trials, e);
	if (!rc)
		rc = store_shards_load(s, id, &shards, e);
	if (!rc)
		rc = margins_load(&margins, s, id, e);
	if (rc)
		goto out;
	summary_make(&summary, &trials, run.config_text);
	print_head(&run, &shards, &trials, out);
	print_method(&trials, out);
	for (size_t i = 0; i < summary.ncells; i++)
		print_cell(&summary, &summary.cell[i], &margins, out, &marks);
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
