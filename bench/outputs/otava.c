/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CSV for Apache Otava: one line a run with time, commit, the kinds of walkers
 * in it and a column per design, cell and metric that has a better direction.
 * Lines of several runs of one config are put under one header, so columns may
 * not depend on what a run happened to give: they are those of the plan, and
 * all metrics; what a trial does not have is empty. A run without a figure of
 * each trial has no line.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "outputs/registry.h"
#include "store/trial_name.h"
#include "judge/summary.h"
#include "workloads/walker_kind.h"

/* What is done with each figure of the run, in a fixed order. */
typedef void visitor(FILE *out, const struct store_trial *t, const char *design,
		     const char *metric, double value);

static void heading(FILE *out, const struct store_trial *t, const char *design,
		    const char *metric, double value)
{
	char name[TRIAL_NAME];
	size_t n = trial_row_name(t, design, name, sizeof(name));

	snprintf(name + n, sizeof(name) - n, "/%s", metric);
	fputc(',', out);
	output_field(out, name);
}

static void figure(FILE *out, const struct store_trial *t, const char *design,
		   const char *metric, double value)
{
	char number[32] = "";

	if (!isnan(value))
		output_number(value, number, sizeof(number));
	fprintf(out, ",%s", number);
}

/* Designs by name: the best one may change from run to run. */
static const struct summary_row *next_by_name(const struct summary_cell *cell,
					      const char *after)
{
	const struct summary_row *next = NULL;

	for (size_t i = 0; i < cell->nrows; i++) {
		const struct summary_row *row = &cell->row[i];

		if ((!after || strcmp(row->design, after) > 0) &&
		    (!next || strcmp(row->design, next->design) < 0))
			next = row;
	}
	return next;
}

static void each(const struct summary *s, visitor *visit, FILE *out)
{
	for (size_t i = 0; i < s->ncells; i++) {
		const struct summary_cell *cell = &s->cell[i];

		for (const struct summary_row *row = next_by_name(cell, NULL);
		     row; row = next_by_name(cell, row->design))
			for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR;
			     m++)
				if (metrics[m].better != BETTER_NEITHER)
					visit(out, cell->sample, row->design,
					      metrics[m].name,
					      summary_median(row, m));
	}
}

/* How many rows there are, and how many without any figure. */
static size_t count(const struct summary *s, size_t *without)
{
	size_t n = 0;

	*without = 0;
	for (size_t i = 0; i < s->ncells; i++)
		for (size_t k = 0; k < s->cell[i].nrows; k++, n++)
			*without += !s->cell[i].row[k].n;
	return n;
}

/* Of all cells: columns are named by cell, which tells them apart. */
static unsigned walkers(const struct summary *s)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < s->ncells; i++)
		kinds |= trial_walker_kinds(s->cell[i].sample);
	return kinds;
}

int output_otava(const struct output_input *in, FILE *out, struct err *e)
{
	bool done = !strcmp(in->run->status, "done");
	size_t rows, without;
	struct summary s;

	summary_make(&s, in->trials, in->run->config_text);
	rows = count(&s, &without);
	fputs("time,commit,walker_kinds", out);
	each(&s, heading, out);
	fputc('\n', out);
	if (done && rows && !without) {
		fprintf(out, "%s,%s,%s", in->run->started_utc,
			in->run->commit && *in->run->commit ? in->run->commit
							    : in->run->version,
			walker_kinds_name(walkers(&s)));
		each(&s, figure, out);
		fputc('\n', out);
	} else {
		err_warn("run %" PRId64 " is incomplete (%s; %zu of %zu "
			 "designs and cells have no figure): it has no line",
			 in->run->id, in->run->status, without, rows);
	}
	summary_release(&s);
	return 0;
}
