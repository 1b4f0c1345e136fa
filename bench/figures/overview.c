/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "overview": the run's headlines, as on its one screen. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/must.h"
#include "base/text.h"
#include "figures/dots.h"
#include "judge/headline.h"
#include "trial/reference.h"

static const char *const columns[] = {PLOT_DOTS_COLUMNS("each headline")};

/* A design that has a row and no ratio is added to @none. */
static void add(struct plot_dots *dots, const struct plotdata *d,
		const struct headline *h, size_t group, const char *design,
		char none[PLOT_TEXT])
{
	const struct summary_row *row = headline_row(h, design);
	struct plot_dot dot = {.group = group, .design = design};

	if (!row || row == h->reference || !summary_find(row, h->metric))
		return;
	dot.value = summary_median(row, h->metric);
	if (!row->bad && ratio_of(h->cell, row, h->reference, h->metric,
				  d->margins, &dot.ratio))
		plot_dots_add(dots, &dot);
	else
		text_join(none, PLOT_TEXT, ", ", "%s", design);
}

/* "leak: 8.1 ns", "leak: 3.1M/s". */
static void meta_group(FILE *out, const struct headline *h, size_t group)
{
	double v = summary_median(h->reference, h->metric);
	bool rate = metrics[h->metric].better == BETTER_HIGHER;
	char number[24], text[PLOT_TEXT];

	(rate ? format_si : format_ns)(v, number, sizeof(number));
	snprintf(text, sizeof(text), "%s: %s%s", h->reference->design, number,
		 rate ? "/s" : " ns");
	fprintf(out, "group0_%zu\t%s %s\n", group, h->above, h->name);
	plot_meta_sub(out, 0, group, text);
}

/* What cannot be told apart: the twin's interval, or else the margin. */
static void meta_band(FILE *out, const struct plotdata *d,
		      const struct headline *h, size_t group)
{
	double margin = ratio_margin(h->cell->sample, d->margins);
	const struct summary_row *twin = headline_row(h, TWIN_DESIGN);
	double low = -margin, high = margin;
	struct ratio r;

	if (twin &&
	    ratio_of(h->cell, twin, h->reference, h->metric, d->margins, &r) &&
	    r.log.confidence >= RATIO_CONFIDENCE) {
		low = r.log.low;
		high = r.log.high;
	}
	plot_meta_at(out, "bandlow", group, "%.6g", exp(low));
	plot_meta_at(out, "bandhigh", group, "%.6g", exp(high));
}

/* "Table memory held: none 268K, rcu 65.9M"; empty: not measured. */
static void held(const struct summary *s, const char **design, size_t n,
		 char text[PLOT_TEXT])
{
	*text = '\0';
	for (size_t i = 0; i < n; i++) {
		double bytes = headline_held(s, design[i]);
		char number[24];

		if (isnan(bytes))
			continue;
		format_bytes(bytes, number, sizeof(number));
		text_add(text, PLOT_TEXT, "%s%s %s",
			 *text ? ", " : "Table memory held: ", design[i],
			 number);
	}
}

/* Those of @n that are drawn, to the front; how many. */
static size_t drawn(const struct plotdata *d, const char **design, size_t n)
{
	struct plot_designs chosen;
	size_t kept = 0;

	plot_designs(&chosen, d);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < chosen.n; k++)
			if (!strcmp(design[i], chosen.name[k])) {
				design[kept++] = chosen.name[k];
				break;
			}
	return kept;
}

static bool is_shown(const struct store_trial *t, const struct headline *h,
		     size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (!strcmp(t->cell, h[k].cell->sample->cell))
			return true;
	return false;
}

/* Of all of their cells; the caller frees its trials. */
static struct plot_group group_of(const struct plotdata *d,
				  const struct headline *h, size_t n)
{
	struct plot_group g = {
		.trial = must_calloc(d->trials->n, sizeof(*g.trial))};

	for (size_t i = 0; i < d->trials->n; i++)
		if (is_shown(&d->trials->trial[i], h, n))
			g.trial[g.n++] = &d->trials->trial[i];
	return g;
}

static void write_table(FILE *out, const struct plotdata *d,
			const struct summary *s, const struct headline *h,
			size_t n)
{
	struct plot_group group = group_of(d, h, n);
	struct plot_groups shown = {.group = &group, .n = 1};
	struct plot_dots dots = {0};
	char text[PLOT_TEXT], none[HEADLINES][PLOT_TEXT] = {{0}};
	size_t designs;
	const char **design = headline_designs(s, &designs);

	designs = drawn(d, design, designs);
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < designs; i++)
			add(&dots, d, &h[k], k, design[i], none[k]);
	plot_head(out, d, "overview", columns);
	plot_meta_begin(out, d, &shown,
			"What does each design cost, against the reference?",
			"Filled: told apart; open: not. Bars: 95 % interval, "
			"by draw. Grey: what the reference shows against "
			"itself (twin), or the margin.");
	fputs("shown\t", out);
	for (size_t i = 0; i < designs; i++)
		fprintf(out, "%s%s", i ? " " : "", design[i]);
	putc('\n', out);
	plot_meta(out, "panel0", "time / time of the reference");
	plot_meta(out, "groups0", "%zu", n);
	for (size_t k = 0; k < n; k++) {
		meta_group(out, &h[k], k);
		meta_band(out, d, &h[k], k);
	}
	plot_meta_none(out, none, n);
	held(s, design, designs, text);
	plot_meta(out, "held", "%s", text);
	plot_dots_meta(out, &dots);
	plot_dots_write(out, &dots, 1);
	plot_dots_release(&dots);
	free(group.trial);
	free(design);
}

int plotdata_overview(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct headline h[HEADLINES];
	struct plot_choice choice;
	struct plot_groups whole;
	struct summary s;
	size_t n;
	int rc = plot_groups_all(&whole, d, NULL, 0, NULL);

	if (rc)
		return rc;
	d = plot_choose(&choice, d, &whole, PLOT_SERIES);
	plot_groups_release(&whole);
	summary_make(&s, d->trials, d->run->config_text);
	n = headlines(&s, h);
	if (n)
		write_table(out, d, &s, h, n);
	else
		snprintf(why, PLOT_TEXT,
			 "no cell in which two designs can be compared");
	summary_release(&s);
	return n > 0;
}
