/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Percentiles of one histogram, as HdrHistogram's outputPercentileDistribution
 * prints them with five ticks a half distance: its plotter reads this. The
 * repetitions of one design in one cell that count are merged.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "outputs/registry.h"
#include "store/trial_name.h"
#include "stats/singles.h"
#include "judge/summary.h"

enum { TICKS = 5 };

/* Merges @name over the row; false: no repetition has it. */
static bool merge(const struct summary_row *row, const char *name,
		  struct hist *into)
{
	bool any = false;

	for (size_t i = 0; i < row->n; i++) {
		const struct hist *h = summary_hist(row, i, name);

		if (h)
			hist_merge(into, h);
		any = any || h;
	}
	return any;
}

struct spread {
	double mean, squares;
};

static void add_square(void *arg, uint64_t low, uint64_t high, uint64_t n)
{
	struct spread *s = arg;
	double off = (double)low / 2 + (double)high / 2 - s->mean;

	s->squares += off * off * (double)n;
}

struct below {
	uint64_t limit, count;
};

static void add_below(void *arg, uint64_t low, uint64_t high, uint64_t n)
{
	struct below *b = arg;

	b->count += high <= b->limit ? n : 0;
}

static uint64_t count_up_to(const struct hist *h, uint64_t value)
{
	struct below b = {.limit = value};

	hist_each(h, add_below, &b);
	return b.count;
}

/* Five levels between each halving of what is left above. */
static void print(const struct hist *h, FILE *out)
{
	double level = 0, halvings, total = (double)hist_count(h);
	struct spread s = {.mean = hist_mean(h)};

	fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile",
		"TotalCount", "1/(1-Percentile)");
	for (;;) {
		uint64_t value = hist_quantile(h, level);
		uint64_t count = count_up_to(h, value);

		if (count == hist_count(h))
			break;
		fprintf(out, "%12.3f %2.12f %10" PRIu64 " %14.2f\n",
			(double)value, level, count, 1 / (1 - level));
		/* As often as the distance to 1 was halved, and once more. */
		halvings = floor(log2(1 / (1 - level))) + 1;
		level += 1 / (TICKS * exp2(halvings));
	}
	fprintf(out, "%12.3f %2.12f %10" PRIu64 "\n", (double)hist_max(h), 1.0,
		hist_count(h));
	hist_each(h, add_square, &s);
	fprintf(out,
		"#[Mean    = %12.3f, StdDeviation   = %12.3f]\n"
		"#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n"
		"#[Buckets = %12d, SubBuckets     = %12d]\n",
		s.mean, sqrt(s.squares / total), (double)hist_max(h),
		hist_count(h), 64 - HIST_SUB_LG2 + 1, 1 << HIST_SUB_LG2);
}

/* Lines with # are no data to readers of this form. */
static void print_mark(const struct hist *h, const char *name, double step,
		       FILE *out)
{
	size_t length = strlen(name);
	double least = singles_least_ns(step);

	if (isnan(step) || (length > 6 && !strcmp(name + length - 6, "_block")))
		return;
	if ((double)hist_quantile(h, 0.5) < least)
		fprintf(out,
			"#[Clock   = values below %.3g ns are within five "
			"steps of the clock (%.3g ns): see --hist "
			"%.*s_block]\n",
			least, step,
			(int)(length > 7 && !strcmp(name + length - 7,
						    "_single")
				      ? length - 7
				      : length),
			name);
}

static int choose(const struct summary *s, const char *name, struct hist *h,
		  double *step, const char **kinds, struct err *e)
{
	char first[TRIAL_NAME];
	size_t found = 0;

	for (size_t i = 0; i < s->ncells; i++)
		for (size_t k = 0; k < s->cell[i].nrows; k++) {
			const struct summary_row *row = &s->cell[i].row[k];

			if (found ? row->n &&
					    record_hist(&row->trial[0]->record,
							name)
				  : merge(row, name, h)) {
				if (found++)
					continue;
				trial_name(row->trial[0], first, sizeof(first));
				*step = summary_median(row,
						       METRIC_clock_step_ns);
				*kinds = trial_walker_kinds_name(row->trial[0]);
			}
		}
	if (!found) {
		err_set(e, -EINVAL, "no trial has a histogram \"%s\"", name);
		return err_remedy(e, "--hist takes walk_single, "
				     "translate_single, device_single, map, "
				     "unmap, walk_open, and walk_block, "
				     "translate_block, ...");
	}
	if (found > 1) {
		err_set(e, -EINVAL,
			"%zu designs and cells have a histogram \"%s\"; this "
			"form holds one",
			found, name);
		return err_remedy(e, "choose with --filter, as --filter '%s'",
				  first);
	}
	return 0;
}

int output_hgrm(const struct output_input *in, FILE *out, struct err *e)
{
	const char *name = in->hist ? in->hist : "walk_single";
	struct hist *h = hist_new();
	const char *kinds;
	struct summary s;
	double step = NAN;
	int rc;

	if (!h)
		return err_set(e, -ENOMEM, "no memory for a histogram");
	summary_make(&s, in->trials, in->run->config_text);
	rc = choose(&s, name, h, &step, &kinds, e);
	if (!rc) {
		print(h, out);
		fprintf(out, "#[Walkers = %s]\n", kinds);
		print_mark(h, name, step, out);
	}
	summary_release(&s);
	hist_free(h);
	return rc;
}
