/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Markdown: a table per cell, a row per design, best first. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/format.h"
#include "outputs/registry.h"
#include "store/trial_name.h"
#include "outputs/report.h"

struct column {
	const char *metric, *heading;
	void (*print)(double, char *, size_t);
	bool interval;
};

static void ratio(double v, char *text, size_t size)
{
	snprintf(text, size, "%.2f", v);
}

static void percent(double v, char *text, size_t size)
{
	snprintf(text, size, "%.1f %%", 100 * v);
}

/* A column is printed where any design has a figure for it. */
static const struct column columns[] = {
	{"walk_p50_ns", "walk p50 ns", format_ns, false},
	{"walk_p99_ns", "p99 ns", format_ns, false},
	{"walk_p999_ns", "p99.9 ns", format_ns, false},
	{"walk_x_floor", "× floor", ratio, false},
	{"walk_ops_per_s", "walks/s", format_si, true},
	{"event_ns", "ns / event", format_ns, true},
	{"translate_ns", "translate ns", format_ns, false},
	{"iotlb_hit_ratio", "IOTLB hits", percent, false},
	{"map_p50_ns", "map p50 ns", format_ns, false},
	{"map_p99_ns", "map p99 ns", format_ns, false},
	{"unmap_p50_ns", "unmap p50 ns", format_ns, false},
	{"unmap_p99_ns", "unmap p99 ns", format_ns, false},
	{"update_ops_per_s", "updates/s", format_si, true},
	{"map_4k_ns", "map 4K ns", format_ns, true},
	{"unmap_4k_ns", "unmap 4K ns", format_ns, true},
	{"map_2m_ns", "map 2M ns", format_ns, true},
	{"unmap_2m_ns", "unmap 2M ns", format_ns, true},
	{"map_1g_ns", "map 1G ns", format_ns, true},
	{"unmap_1g_ns", "unmap 1G ns", format_ns, true},
	{"map_256x4k_ns", "map 256×4K ns", format_ns, true},
	{"unmap_256x4k_ns", "unmap 256×4K ns", format_ns, true},
	{"dump_ms", "dump ms", format_si, false},
	{"l1d_misses_per_op", "L1d misses / op (pmu)", ratio, false},
	{"l2_misses_per_op", "L2 (pmu)", ratio, false},
	{"llc_misses_per_op", "LLC (pmu)", ratio, false},
	{"sim_l1d_misses_per_walk", "L1d misses / walk (sim)", ratio, false},
	{"sim_l2_misses_per_walk", "L2 (sim)", ratio, false},
	{"sim_llc_misses_per_walk", "LLC (sim)", ratio, false},
	{"table_bytes_held_peak", "tables held B", format_bytes, false},
};
enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

/* Text of a cell of a table: a bar would end it. */
static void escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text == '\n' ? ' ' : *text, out);
	}
}

static bool used(const struct summary_cell *cell, const struct column *c)
{
	for (size_t i = 0; i < cell->nrows; i++)
		if (summary_find(&cell->row[i], c->metric))
			return true;
	return false;
}

static void figure(const struct summary_row *row, const struct column *c,
		   FILE *out, struct report_marks *marks)
{
	enum clock_mark mark = summary_mark(row, c->metric);
	char value[32], low[24], high[24];
	struct estimate est;

	if (!summary_estimate(row, c->metric, &est)) {
		fputs(" – |", out);
		return;
	}
	marks->clock[mark] = true;
	if (mark != MARK_NONE) /* a percentile, so ns */
		report_marked_ns(est.value, mark, value, sizeof(value));
	else
		c->print(est.value, value, sizeof(value));
	c->print(est.low, low, sizeof(low));
	c->print(est.high, high, sizeof(high));
	if (c->interval && est.confidence > 0)
		fprintf(out, " %s [%s, %s] |", value, low, high);
	else
		fprintf(out, " %s |", value);
}

/* As in the report: of the figure that suffered most. */
static void disturbed(const struct summary_row *row, FILE *out)
{
	struct summary_lost worst = {0, 0};

	for (size_t k = 0; k < COLUMNS; k++)
		summary_lost_worst(&worst,
				   summary_lost(row, columns[k].metric));
	if (worst.of)
		fprintf(out, " %zu/%zu%s |\n", worst.lost, worst.of,
			summary_all_lost(worst) ? ", all used" : "");
	else
		fputs(" – |\n", out);
}

static void table(const struct summary_cell *cell, FILE *out,
		  struct report_marks *marks)
{
	char threads[64], axes[256];

	trial_threads(cell->sample, threads, sizeof(threads));
	trial_axes(cell->sample, axes, sizeof(axes));
	fprintf(out, "\n### %s / %s, %s%s%s\n\n| design |", cell->sample->sweep,
		cell->sample->workload, threads, *axes ? ", " : "", axes);
	for (size_t k = 0; k < COLUMNS; k++)
		if (used(cell, &columns[k]))
			fprintf(out, " %s |", columns[k].heading);
	fputs(" disturbed |\n|---|", out);
	for (size_t k = 0; k < COLUMNS; k++)
		if (used(cell, &columns[k]))
			fputs("---:|", out);
	fputs("---:|\n", out);
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct summary_row *row = &cell->row[i];

		fputs("| ", out);
		escaped(out, row->design);
		fputs(" |", out);
		for (size_t k = 0; k < COLUMNS; k++)
			if (used(cell, &columns[k]))
				figure(row, &columns[k], out, marks);
		disturbed(row, out);
	}
}

static void bad_trials(const struct summary *s, FILE *out)
{
	for (size_t i = 0; i < s->ncells; i++)
		for (size_t k = 0; k < s->cell[i].nrows; k++) {
			const struct summary_row *row = &s->cell[i].row[k];
			char name[512];

			if (!row->first_bad)
				continue;
			trial_name(row->first_bad, name, sizeof(name));
			fprintf(out, "\n**%zu of %zu trials %s**, first `%s`: ",
				row->bad, row->stored,
				trial_status_name(
					row->first_bad->record.status),
				name);
			escaped(out, row->first_bad->record.reason);
			fputc('\n', out);
		}
}

int output_markdown(const struct output_input *in, FILE *out, struct err *e)
{
	const struct store_run *run = in->run;
	struct report_marks marks = {0};
	struct summary s;

	(void)e;
	fprintf(out, "## %s\n\n",
		run->title && *run->title ? run->title : run->name);
	fprintf(out,
		"Run %" PRId64 " `%s` of %s (%s), vtdbench %s, seed %" PRIu64
		". Medians over repetitions, [95 %% interval]. Walkers are CPU "
		"threads, not the hardware walker.\n",
		run->id, run->name, run->started_utc, run->status,
		run->version ? run->version : "unknown", run->seed);
	summary_make(&s, in->trials, in->run->config_text);
	for (size_t i = 0; i < s.ncells; i++)
		table(&s.cell[i], out, &marks);
	for (int m = MARK_BLOCK; m <= MARK_STEPS; m++)
		if (marks.clock[m])
			fprintf(out, "\n`%c`%s.\n", report_mark_text[m][0],
				report_mark_text[m] + 1);
	bad_trials(&s, out);
	summary_release(&s);
	return 0;
}
