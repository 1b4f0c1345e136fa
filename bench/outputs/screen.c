/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one screen that a run ends with. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/must.h"
#include "base/printable.h"
#include "base/shell.h"
#include "base/text.h"
#include "judge/headline.h"
#include "outputs/report.h"
#include "outputs/screen.h"
#include "store/walkers.h"
#include "trial/reference.h"
#include "workloads/walker_kind.h"

static const char *const class_name[RATIO_CLASSES] = {"walks", "updates",
						      "several threads"};

struct screen {
	const struct summary *s;
	const struct margins *margins;
	struct headline column[HEADLINES];
	size_t columns;
	const char **design; /* and the twin behind them */
	size_t designs;
	bool stalled, held;
	size_t judged[RATIO_CLASSES], unresolved[RATIO_CLASSES], unfit;
	double reached[RATIO_CLASSES]; /* the widest half of one, ln */
};

static void count(struct screen *c, const struct headline *h,
		  const struct ratio *r)
{
	enum ratio_class class = ratio_class_of(h->cell->sample);

	if (r->verdict == RATIO_UNEQUAL ||
	    r->log.confidence < RATIO_CONFIDENCE) {
		c->unfit++;
		return;
	}
	c->judged[class]++;
	if (r->verdict != RATIO_UNRESOLVED)
		return;
	c->unresolved[class]++;
	c->reached[class] =
		fmax(c->reached[class], (r->log.high - r->log.low) / 2);
}

static void figure(struct screen *c, unsigned k, const char *design,
		   struct table *table, unsigned i)
{
	const struct headline *h = &c->column[k];
	const struct summary_row *row = headline_row(h, design);
	char brief[24], *text = table_cell(table, i, 1 + k);
	enum { size = TABLE_CELL };
	bool stalled;
	struct ratio r;

	snprintf(text, size, "- ");
	if (!row)
		return;
	if (row->bad) {
		snprintf(text, size, "bad ");
		return;
	}
	if (row == h->reference) {
		snprintf(text, size, "1 ");
		return;
	}
	if (!ratio_of(h->cell, row, h->reference, h->metric, c->margins, &r)) {
		/* Both were measured, but in no draw both undisturbed. */
		if (summary_find(row, h->metric)) {
			snprintf(text, size, "?");
			c->unfit++;
		}
		return;
	}
	count(c, h, &r);
	ratio_brief(&r, brief, sizeof(brief));
	stalled = ratio_bounded(row, h->metric);
	c->stalled |= stalled;
	snprintf(text, size, "%s%s", brief, stalled ? "^" : "");
	*table_effect(table, i, 1 + k) = report_effect(&r);
}

static void fill(struct screen *c, struct table *table)
{
	for (unsigned i = 0; i < table->rows; i++) {
		const char *design = i < c->designs ? c->design[i]
						    : TWIN_DESIGN;
		double held = i < c->designs ? headline_held(c->s, design)
					     : (double)NAN;

		snprintf(table_cell(table, i, 0), TABLE_CELL, "%s", design);
		for (unsigned k = 0; k < c->columns; k++)
			figure(c, k, design, table, i);
		if (c->held && isnan(held))
			strcpy(table_cell(table, i, 1 + (unsigned)c->columns),
			       "-");
		else if (c->held)
			format_bytes(held,
				     table_cell(table, i,
						1 + (unsigned)c->columns),
				     TABLE_CELL);
	}
}

static bool any_twin(const struct screen *c)
{
	for (size_t k = 0; k < c->columns; k++)
		if (c->column[k].cell->twin.n)
			return true;
	return false;
}

static void matrix(struct screen *c, struct document *d)
{
	struct table_column column[HEADLINES + 2] = {
		{.group = "", .name = "design", .left = true}};
	unsigned n = 1;
	struct table table;

	for (size_t k = 0; k < c->columns; k++, n++)
		column[n] = (struct table_column){.group = c->column[k].above,
						  .name = c->column[k].name,
						  .leave = n};
	if (c->held) {
		column[n] = (struct table_column){
			.group = "tables", .name = "held", .leave = n};
		n++;
	}
	table_init(&table, column, n, (unsigned)c->designs + any_twin(c));
	fill(c, &table);
	doc_table(d, &table);
}

static void percent(double log, char *text, size_t size)
{
	double x = 100 * expm1(log);

	snprintf(text, size, x < 9.95 ? "%.1f %%" : "%.0f %%", x);
}

/* What the marks mean, and what could not be told. */
static void legend(const struct screen *c, struct document *d)
{
	char line[512], number[24];
	unsigned kinds = 0;
	bool any = false;

	for (size_t k = 0; k < c->columns; k++)
		kinds |= trial_walker_kinds(c->column[k].cell->sample);
	snprintf(line, sizeof(line),
		 "Walkers: %s. Time / time of the reference (1): * told apart; "
		 "~ not resolved; ? not judged; else the same%s.",
		 walker_kinds_name(kinds),
		 c->stalled ? "; ^ bounded by defer_max: it waited for "
			      "reclamation"
			    : "");
	report_text(d, line);
	strcpy(line, "Not resolved here:");
	for (int k = 0; k < RATIO_CLASSES; k++) {
		if (!c->judged[k])
			continue;
		percent(c->margins->of[k], number, sizeof(number));
		text_add(line, sizeof(line), "%s %s %zu of %zu, margin %s",
			 any ? ";" : "", class_name[k], c->unresolved[k],
			 c->judged[k], number);
		percent(c->reached[k], number, sizeof(number));
		if (c->unresolved[k] && c->reached[k] > log(10))
			text_add(line, sizeof(line), ", to a factor above 10");
		else if (c->unresolved[k])
			text_add(line, sizeof(line), ", to +-%s", number);
		any = true;
	}
	text_add(line, sizeof(line), any ? "." : " everything.");
	if (c->unfit)
		text_add(line, sizeof(line),
			 " Not judged: %zu, for want of six clean draws or "
			 "for unequal loss.",
			 c->unfit);
	report_text(d, line);
}

static void where(const struct store *s, int64_t run, const char *pictures,
		  struct document *d)
{
	char line[3 * 4096], shown[4 * sizeof(line)], *command = NULL;
	size_t size;
	FILE *out = open_memstream(&command, &size);

	if (!out)
		must_fail();
	/* To be copied into a shell, blanks in paths and all. */
	fputs("Tables: ", out);
	shell_word(program_invocation_name, out);
	fprintf(out, " report %lld --results ", (long long)run);
	shell_word(store_path(s), out);
	if (fclose(out) || !command)
		must_fail();
	report_text(d, printable_copy(shown, sizeof(shown), command));
	free(command);
	if (!pictures)
		return;
	snprintf(line, sizeof(line), "Pictures: %s/overview.png and others",
		 pictures);
	report_text(d, printable_copy(shown, sizeof(shown), line));
}

/* What a page is made of. */
struct page {
	const struct store *store;
	const struct store_run *run;
	const struct store_shards *shards;
	const struct store_trials *trials;
	const struct summary *summary;
	const struct margins *margins;
	const char *pictures;
};

/* Why there is no matrix. */
static void nothing_compared(struct document *d)
{
	char line[200] = "Nothing to compare: no cell has a reference (";

	for (const char *const *of = reference_designs; *of; of++)
		text_add(line, sizeof(line), "%s%s", *of,
			 !of[1]	  ? ""
			 : !of[2] ? " or "
				  : ", ");
	text_add(line, sizeof(line), ") and another design.");
	report_text(d, line);
}

/* With the first @designs of them; returns how many there are. */
static size_t print(const struct page *p, size_t designs, FILE *out)
{
	struct document made = {0}, *d = &made;
	struct screen c = {.s = p->summary, .margins = p->margins};
	size_t all;

	c.columns = headlines(p->summary, c.column);
	c.design = headline_designs(p->summary, &all);
	c.designs = all < designs ? all : designs;
	for (size_t i = 0; i < all; i++)
		c.held |= !isnan(headline_held(p->summary, c.design[i]));
	report_head(p->run, p->shards, p->trials, d);
	if (c.columns || c.held) {
		doc_gap(d);
		matrix(&c, d);
		if (all > c.designs)
			doc_text(d, 2, 4, "and %zu designs more",
				 all - c.designs);
		legend(&c, d);
	} else if (!report_races(p->summary, d)) {
		nothing_compared(d);
	}
	where(p->store, p->run->id, p->pictures, d);
	document_text(d, out);
	doc_release(d);
	free(c.design);
	return all;
}

/* Lines of the page with @designs; their number is set to what there are. */
static size_t length(const struct page *p, size_t *designs)
{
	char *text = NULL;
	size_t size, n = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		must_fail();
	*designs = print(p, *designs, out);
	if (fclose(out) || !text)
		must_fail();
	for (const char *c = text; *c; c++)
		n += *c == '\n';
	free(text);
	return n;
}

static void print_to_fit(const struct page *p, FILE *out)
{
	size_t designs = SIZE_MAX, all;
	size_t lines = length(p, &designs);

	all = designs;
	if (lines > SCREEN_LINES) {
		/* One more for the line that counts the rest. */
		lines -= SCREEN_LINES - 1;
		designs = all > lines ? all - lines : 1;
	}
	print(p, designs, out);
}

int screen_print(struct store *s, int64_t id, const char *pictures, FILE *out,
		 struct err *e)
{
	struct store_trials trials = {0};
	struct store_shards shards = {0};
	struct store_run run = {0};
	struct summary summary;
	struct margins margins;
	const struct page page = {s,	    &run,     &shards, &trials,
				  &summary, &margins, pictures};
	int rc = store_run_read(s, id, &run, e);

	if (!rc)
		rc = store_trials_load(s, id, STORE_VALUES, &trials, e);
	if (!rc)
		rc = store_shards_load(s, id, &shards, e);
	if (!rc)
		rc = margins_load(&margins, s, id, e);
	if (!rc) {
		summary_make(&summary, &trials, run.config_text);
		print_to_fit(&page, out);
		summary_release(&summary);
	}
	store_shards_release(&shards);
	store_trials_release(&trials);
	store_run_release(&run);
	return rc;
}
