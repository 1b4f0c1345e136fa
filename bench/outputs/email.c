/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain text for a mailing list, in the layout of the cover letter of Linux's
 * generic_pt series: for every design "new,old" pairs, where old is the
 * reference (where none was run: the first by name).
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "outputs/registry.h"
#include "outputs/report.h"
#include "store/trial_name.h"
#include "trial/reference.h"
#include "document/page.h"

struct line {
	const char *name;
	enum metric_id metric;
};

static const struct line maps[] = {
#define MAP_SIZE(size, level, pages, slots, text, brief, caption, bits) \
	{bits, METRIC_map_##size##_ns},
#include "trial/map_sizes.def"
#undef MAP_SIZE
	{NULL, 0},
};

static const struct line unmaps[] = {
#define MAP_SIZE(size, level, pages, slots, text, brief, caption, bits) \
	{bits, METRIC_unmap_##size##_ns},
#include "trial/map_sizes.def"
#undef MAP_SIZE
	{NULL, 0},
};

static const struct line walks[] = {
	{"walk", METRIC_walk_lat_ns},
	{"walk, independent", METRIC_walk_thr_ns},
	{"translate", METRIC_translate_ns},
	{"map p50", METRIC_map_p50_ns},
	{"unmap p50", METRIC_unmap_p50_ns},
	{"trace event", METRIC_event_ns},
	{NULL, 0},
};

static const struct {
	const char *title;
	const struct line *line;
} groups[] = {{"map", maps}, {"unmap", unmaps}, {"walks and updates", walks}};

/* Smallest over the repetitions that count. */
static double least(const struct summary_row *row, enum metric_id metric)
{
	double best = NAN;

	for (size_t i = 0; i < row->n; i++) {
		const struct value *v = summary_value(row, i, metric);

		if (v)
			best = fmin(best, v->value);
	}
	return best;
}

/* The reference, else the first by name. */
static const struct summary_row *old_of(const struct summary_cell *cell)
{
	const struct summary_row *first = &cell->row[0];

	for (const char *const *w = reference_designs; *w; w++)
		for (size_t i = 0; i < cell->nrows; i++)
			if (!strcmp(cell->row[i].design, *w))
				return &cell->row[i];
	for (size_t i = 0; i < cell->nrows; i++)
		if (strcmp(cell->row[i].design, first->design) < 0)
			first = &cell->row[i];
	return first;
}

static void pair(char *text, size_t size, double new_ns, double old_ns,
		 enum clock_mark new_mark, enum clock_mark old_mark)
{
	int digits = fmax(new_ns, old_ns) < 100;

	snprintf(text, size, "%s%.*f%s,%s%.*f%s", report_mark_before[new_mark],
		 digits, new_ns, report_mark_behind[new_mark],
		 report_mark_before[old_mark], digits, old_ns,
		 report_mark_behind[old_mark]);
}

static void table(const struct summary_cell *cell,
		  const struct summary_row *new, const struct summary_row *old,
		  const char *title, const struct line *lines, FILE *out,
		  struct report_marks *marks)
{
	bool begun = false;

	for (const struct line *l = lines; l->name; l++) {
		double new_avg = summary_median(new, l->metric);
		double old_avg = summary_median(old, l->metric);
		double new_min = least(new, l->metric);
		double old_min = least(old, l->metric);
		enum clock_mark new_mark = summary_mark(new, l->metric);
		enum clock_mark old_mark = summary_mark(old, l->metric);
		char average[40], minimum[40], threads[TRIAL_THREADS],
			axes[AXES_TEXT];

		if (isnan(new_avg) || isnan(old_avg))
			continue;
		if (!begun) {
			trial_threads(cell->sample, threads, sizeof(threads));
			trial_axes(cell->sample, axes, sizeof(axes));
			page_line(out, PAGE_MAIL, 1,
				  "\n%s: new = %s, old = %s\n(%s, %s%s%s)",
				  title, new->design, old->design,
				  cell->sample->workload, threads,
				  *axes ? ", " : "", axes);
			fprintf(out, "  %-18s,%14s ,%14s , %s\n", "ns, pgsz",
				"med new,old", "min new,old",
				"min % (+ is slower)");
		}
		begun = true;
		marks->clock[new_mark] = marks->clock[old_mark] = true;
		pair(average, sizeof(average), new_avg, old_avg, new_mark,
		     old_mark);
		pair(minimum, sizeof(minimum), new_min, old_min, new_mark,
		     old_mark);
		fprintf(out, "  %-18s,%14s ,%14s , %+8.2f\n", l->name, average,
			minimum, 100 * (new_min - old_min) / old_min);
	}
}

int output_email(const struct output_input *in, FILE *out, struct err *e)
{
	const struct store_run *run = in->run;
	struct report_marks marks = {0};
	struct summary s;

	page_line(out, PAGE_MAIL, 0, "%s\n",
		  run->title && *run->title ? run->title : run->name);
	page_line(out, PAGE_MAIL, 0,
		  "vtdbench %s, run %s, seed %" PRIu64 ", kernel %s.\n"
		  "Walkers are CPU threads, not the hardware walker, which "
		  "device_walkers stand for. Medians and "
		  "minima over repetitions in which no thread lost its CPU.",
		  run->version ? run->version : "unknown", run->name, run->seed,
		  run->kernel ? run->kernel : "unknown");
	summary_make(&s, in->trials, run->config_text);
	for (size_t i = 0; i < s.ncells; i++) {
		const struct summary_row *old = old_of(&s.cell[i]);

		for (size_t k = 0; k < s.cell[i].nrows; k++)
			for (size_t g = 0; g < 3; g++)
				if (&s.cell[i].row[k] != old)
					table(&s.cell[i], &s.cell[i].row[k],
					      old, groups[g].title,
					      groups[g].line, out, &marks);
	}
	for (int m = MARK_BLOCK; m <= MARK_STEPS; m++)
		if (marks.clock[m])
			fprintf(out, "\n%s\n", report_mark_text[m]);
	summary_release(&s);
	return 0;
}
