/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Markdown: tables of a cell, ratios first, a row per design. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/format.h"
#include "outputs/registry.h"
#include "store/trial_name.h"
#include "outputs/report.h"

struct column {
	enum metric_id metric;
	void (*print)(double, char *, size_t);
	bool interval;
	const char *heading; /* of a counter, which has no row */
};

static void ratio(double v, char *text, size_t size)
{
	snprintf(text, size, "%.2f", v);
}

/* Far below one as well: a flush is of hundreds of unmaps. */
static void small(double v, char *text, size_t size)
{
	snprintf(text, size, "%.3g", v);
}

static void percent(double v, char *text, size_t size)
{
	snprintf(text, size, "%.1f %%", 100 * v);
}

/* A column is printed where any design has a figure for it. */
static const struct column columns[] = {
	{METRIC_walk_p50_ns, format_ns, false, NULL},
	{METRIC_walk_p99_ns, format_ns, false, NULL},
	{METRIC_walk_p999_ns, format_ns, false, NULL},
	{METRIC_walk_x_floor, ratio, false, NULL},
	{METRIC_walk_ops_per_s, format_si, true, NULL},
	{METRIC_event_ns, format_ns, true, NULL},
	{METRIC_translate_ns, format_ns, false, NULL},
	{METRIC_iotlb_hit_ratio, percent, false, NULL},
	{METRIC_map_p50_ns, format_ns, false, NULL},
	{METRIC_map_p99_ns, format_ns, false, NULL},
	{METRIC_unmap_p50_ns, format_ns, false, NULL},
	{METRIC_unmap_p99_ns, format_ns, false, NULL},
	{METRIC_update_ops_per_s, format_si, true, NULL},
	{METRIC_map_4k_ns, format_ns, true, NULL},
	{METRIC_unmap_4k_ns, format_ns, true, NULL},
	{METRIC_map_2m_ns, format_ns, true, NULL},
	{METRIC_unmap_2m_ns, format_ns, true, NULL},
	{METRIC_map_1g_ns, format_ns, true, NULL},
	{METRIC_unmap_1g_ns, format_ns, true, NULL},
	{METRIC_map_256x4k_ns, format_ns, true, NULL},
	{METRIC_unmap_256x4k_ns, format_ns, true, NULL},
	{METRIC_dump_ms, format_si, false, NULL},
	{METRIC_l1d_misses_per_op, ratio, false, "L1d misses / op (pmu)"},
	{METRIC_l2_misses_per_op, ratio, false, "L2 (pmu)"},
	{METRIC_llc_misses_per_op, ratio, false, "LLC (pmu)"},
	{METRIC_sim_l1d_misses_per_walk, ratio, false, NULL},
	{METRIC_sim_l2_misses_per_walk, ratio, false, NULL},
	{METRIC_sim_llc_misses_per_walk, ratio, false, NULL},
	{METRIC_table_bytes_held_peak, format_bytes, false, NULL},
	{0},
};

/* Of cells with devices, and with a queue of invalidations: a table each. */
static const struct column devices[] = {
	{METRIC_device_lat_ns, format_ns, false, NULL},
	{METRIC_device_p50_ns, format_ns, false, NULL},
	{METRIC_device_p99_ns, format_ns, false, NULL},
	{METRIC_device_p999_ns, format_ns, false, NULL},
	{METRIC_device_hit_ns, format_ns, false, NULL},
	{METRIC_device_miss_ns, format_ns, false, NULL},
	{METRIC_device_hit_ratio, percent, false, NULL},
	{METRIC_device_ops_per_s, format_si, true, "translates/s"},
	{0},
};

static const struct column invalidations[] = {
	{METRIC_inv_ns_per_unmap, format_ns, false, NULL},
	{METRIC_inv_share, percent, false, NULL},
	{METRIC_inv_descriptors_per_unmap, small, false, NULL},
	{METRIC_inv_waits_per_unmap, small, false, NULL},
	{METRIC_inv_flushes_per_unmap, small, false, NULL},
	{METRIC_sim_queue_lines_per_submit, ratio, false, NULL},
	{0},
};

/* The first is of every cell, the others of those that have its first column. */
static const struct column *const tables[] = {columns, devices, invalidations,
					      NULL};

/* Text of a cell of a table: a bar would end it. */
static void escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text == '\n' ? ' ' : *text, out);
	}
}

static const char *heading(const struct column *c)
{
	return c->heading ? c->heading : metrics[c->metric].heading;
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
static void disturbed(const struct summary_row *row, const struct column *of,
		      FILE *out)
{
	struct summary_lost worst = {0, 0};

	for (const struct column *c = of; c->print; c++)
		summary_lost_worst(&worst, summary_lost(row, c->metric));
	if (worst.of)
		fprintf(out, " %zu/%zu%s |\n", worst.lost, worst.of,
			summary_all_lost(worst) ? ", all used" : "");
	else
		fputs(" – |\n", out);
}

/* Under the heading of the first. */
struct ratios {
	FILE *out;
	bool begun;
};

static void ratio_row(void *arg, const struct ratio_case *c)
{
	struct ratios *r = arg;
	const struct estimate *log = &c->ratio.log;
	char words[48];

	if (!r->begun)
		fprintf(r->out,
			"| time / time of %s | design | rank | ratio | draws | "
			"verdict |\n|---|---|--:|--:|--:|---|\n",
			c->reference->design);
	r->begun = true;
	fprintf(r->out, "| %s | ",
		heading(&(struct column){.metric = c->metric}));
	escaped(r->out, c->row->design);
	if (c->rank)
		fprintf(r->out, " | %u | ", c->rank);
	else
		fputs(" | – | ", r->out);
	fprintf(r->out, "%.3f", exp(log->value));
	if (log->confidence >= RATIO_CONFIDENCE)
		fprintf(r->out, " [%.3f, %.3f]", exp(log->low), exp(log->high));
	ratio_words(&c->ratio, words, sizeof(words));
	fprintf(r->out, " | %zu | %s |\n", c->ratio.draws, words);
}

static void ratio_table(const struct output_input *in,
			struct summary_cell *cell, FILE *out)
{
	const struct summary one = {.cell = cell, .ncells = 1};
	struct ratios r = {out, false};

	ratio_each(&one, in->margins, ratio_row, &r);
	if (r.begun)
		fputc('\n', out);
}

static void table(const struct summary_cell *cell, const struct column *of,
		  FILE *out, struct report_marks *marks)
{
	fputs("| design |", out);
	for (const struct column *c = of; c->print; c++)
		if (summary_has(cell, c->metric))
			fprintf(out, " %s |", heading(c));
	fputs(" disturbed |\n|---|", out);
	for (const struct column *c = of; c->print; c++)
		if (summary_has(cell, c->metric))
			fputs("---:|", out);
	fputs("---:|\n", out);
	for (size_t i = 0; i < cell->nrows; i++) {
		const struct summary_row *row = &cell->row[i];

		fputs("| ", out);
		escaped(out, row->design);
		fputs(" |", out);
		for (const struct column *c = of; c->print; c++)
			if (summary_has(cell, c->metric))
				figure(row, c, out, marks);
		disturbed(row, of, out);
	}
}

static void cell_tables(const struct output_input *in,
			struct summary_cell *cell, FILE *out,
			struct report_marks *marks)
{
	char name[TRIAL_NAME];

	trial_cell(cell->sample, name, sizeof(name));
	fprintf(out, "\n### %s\n\n", name);
	ratio_table(in, cell, out);
	table(cell, *tables, out, marks);
	for (const struct column *const *t = tables + 1; *t; t++) {
		if (!summary_has(cell, (*t)->metric))
			continue;
		fputc('\n', out);
		table(cell, *t, out, marks);
	}
}

static void bad_trials(const struct summary *s, FILE *out)
{
	for (size_t i = 0; i < s->ncells; i++)
		for (size_t k = 0; k < s->cell[i].nrows; k++) {
			const struct summary_row *row = &s->cell[i].row[k];
			char name[TRIAL_NAME];

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

	fprintf(out, "## %s\n\n",
		run->title && *run->title ? run->title : run->name);
	fprintf(out,
		"Run %" PRId64 " `%s` of %s (%s), vtdbench %s, seed %" PRIu64
		". Ratios have 95 %% intervals, medians over draws what can be "
		"had. Walkers are CPU threads, not the hardware walker, which "
		"device_walkers stand for.\n",
		run->id, run->name, run->started_utc, run->status,
		run->version ? run->version : "unknown", run->seed);
	summary_make(&s, in->trials, in->run->config_text);
	for (size_t i = 0; i < s.ncells; i++)
		cell_tables(in, &s.cell[i], out, &marks);
	for (int m = MARK_BLOCK; m <= MARK_STEPS; m++)
		if (marks.clock[m])
			fprintf(out, "\n`%c`%s.\n", report_mark_text[m][0],
				report_mark_text[m] + 1);
	bad_trials(&s, out);
	summary_release(&s);
	return 0;
}
