/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ratios of several runs in one table; each is judged in its own run. */
#include "views/beside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "judge/compare.h"
#include "judge/headline.h"
#include "outputs/report.h"
#include "store/machine_class.h"
#include "store/trial_name.h"
#include "trial/reference.h"

enum {
	SIDES = 8,  /* columns that a page has room for */
	BEFORE = 3, /* columns: cell, figure, design */
};

struct side {
	struct store_run run;
	struct store_trials trials;
	struct summary summary;
	struct margins margins;
	struct machine_class class;
	char letter; /* of its machine: A for the first */
};

/* A line: one figure of a design against a reference, in one cell. */
struct line {
	const struct summary_cell *cell; /* of the first run that has it */
	const char *design, *reference;
	enum metric_id metric;
};

struct beside {
	struct side side[SIDES];
	size_t n;
	bool machines; /* more than one */
	struct line *line;
	size_t nlines;
	/* Of the lines that all runs have, those in which all tell the same,
	 * and those in which one tells the opposite of another. */
	size_t whole, alike, opposite;
	size_t other; /* fields that are of other parameters */
};

static int load(struct store *s, int64_t run, struct side *to, struct err *e)
{
	int rc = store_run_read(s, run, &to->run, e);

	if (!rc)
		rc = margins_load(&to->margins, s, run, e);
	if (!rc)
		rc = store_trials_load(s, run, STORE_VALUES, &to->trials, e);
	if (rc)
		return rc;
	summary_make(&to->summary, &to->trials, to->run.config_text);
	machine_class_of(&to->class, &to->run);
	return 0;
}

static bool is_there(const struct beside *b, int64_t run)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->side[i].run.id == run)
			return true;
	return false;
}

/* The letter of a machine that was there, or the next. */
static void name_machines(struct beside *b)
{
	char next = 'A';

	for (size_t i = 0; i < b->n; i++) {
		struct side *to = &b->side[i];

		for (size_t k = 0; k < i && !to->letter; k++)
			if (machine_class_equal(&b->side[k].class, &to->class))
				to->letter = b->side[k].letter;
		if (!to->letter)
			to->letter = next++;
	}
	b->machines = next > 'B';
}

static bool has_line(const struct beside *b, const struct line *of)
{
	for (size_t i = 0; i < b->nlines; i++) {
		const struct line *l = &b->line[i];

		if (l->metric == of->metric && !strcmp(l->design, of->design) &&
		    !strcmp(l->reference, of->reference) &&
		    !strcmp(l->cell->sample->cell, of->cell->sample->cell))
			return true;
	}
	return false;
}

/* What one run alone has is not beside anything. */
static bool is_shared(const struct beside *b, const struct summary_cell *cell)
{
	unsigned in = 0;

	for (size_t i = 0; i < b->n; i++)
		in += summary_cell_of(&b->side[i].summary,
				      cell->sample->cell) != NULL;
	return in > 1;
}

/* A line for each design that has @metric in @cell. */
static void add_lines(struct beside *b, const struct summary_cell *cell,
		      enum metric_id metric)
{
	const struct summary_row *to = ratio_reference(cell);

	if (!is_shared(b, cell))
		return;
	for (size_t i = 0; to && i < cell->nrows; i++) {
		struct line l = {cell, cell->row[i].design, to->design, metric};

		if (&cell->row[i] == to ||
		    !summary_find(&cell->row[i], metric) || has_line(b, &l))
			continue;
		b->line = must_grow(b->line, b->nlines, sizeof(*b->line));
		b->line[b->nlines++] = l;
	}
}

/* What comes first in each run. */
static void choose_headlines(struct beside *b)
{
	struct headline h[HEADLINES];

	for (size_t i = 0; i < b->n; i++) {
		size_t n = headlines(&b->side[i].summary, h);

		for (size_t k = 0; k < n; k++)
			add_lines(b, h[k].cell, h[k].metric);
	}
}

static void choose_all(struct beside *b)
{
	enum metric_id metric[RATIO_FIGURES];

	for (size_t i = 0; i < b->n; i++) {
		const struct summary *s = &b->side[i].summary;

		for (size_t c = 0; c < s->ncells; c++) {
			unsigned n = ratio_figures(&s->cell[c], metric);

			for (unsigned k = 0; k < n; k++)
				add_lines(b, &s->cell[c], metric[k]);
		}
	}
}

/* Of @line in @side. False: it has none, *@why says so if it is known. */
static bool ratio_in(const struct side *side, const struct line *line,
		     struct ratio *r, const char **why)
{
	const struct summary_cell *cell =
		summary_cell_of(&side->summary, line->cell->sample->cell);
	const struct summary_row *row, *to;
	char differs[256];

	*why = "-";
	row = cell ? summary_row_of(cell, line->design) : NULL;
	to = cell ? summary_row_of(cell, line->reference) : NULL;
	if (!row || !to || !row->n)
		return false;
	if (!compare_same_params(line->cell->sample->params, "A",
				 cell->sample->params, "B", differs,
				 sizeof(differs))) {
		*why = "other parameters";
		return false;
	}
	return ratio_of(cell, row, to, line->metric, &side->margins, r);
}

/* What the runs say of one line together, in a word. */
static const char *together(struct beside *b, const struct ratio *r, size_t n)
{
	size_t count[RATIO_VERDICTS] = {0};

	if (n < b->n)
		return "";
	b->whole++;
	for (size_t i = 0; i < n; i++)
		count[r[i].verdict]++;
	for (int v = RATIO_SAME; v <= RATIO_SLOWER; v++)
		if (count[v] == n) {
			b->alike++;
			return ratio_verdict_name((enum ratio_verdict)v);
		}
	if (!count[RATIO_SLOWER] || !count[RATIO_FASTER])
		return "";
	b->opposite++;
	return "opposite";
}

/* @text, with a mark where it had to be cut. */
static void put_text(struct table *t, unsigned row, unsigned column,
		     const char *text)
{
	char *cell = table_cell(t, row, column);

	if (snprintf(cell, TABLE_CELL, "%s", text) >= TABLE_CELL)
		strcpy(cell + TABLE_CELL - 4, "...");
}

static void put_cell(struct table *t, unsigned row, const struct line *l)
{
	const struct metric *m = &metrics[l->metric];
	char text[TRIAL_NAME];

	trial_cell(l->cell->sample, text, sizeof(text));
	put_text(t, row, 0, text);
	snprintf(text, sizeof(text), "%s, against %s",
		 m->heading ? m->heading : m->name, l->reference);
	put_text(t, row, 1, text);
	put_text(t, row, 2, l->design);
}

static void put_line(struct beside *b, struct table *t, unsigned row)
{
	const struct line *l = &b->line[row];
	struct ratio r[SIDES];
	const char *why;
	size_t n = 0;

	put_cell(t, row, l);
	for (unsigned i = 0; i < b->n; i++) {
		if (ratio_in(&b->side[i], l, &r[n], &why)) {
			report_ratio_cell(t, row, BEFORE + i, &r[n++]);
			continue;
		}
		b->other += *why != '-';
		snprintf(table_cell(t, row, BEFORE + i), TABLE_CELL, "%s", why);
	}
	snprintf(table_cell(t, row, BEFORE + (unsigned)b->n), TABLE_CELL, "%s",
		 together(b, r, n));
}

static void put_table(struct beside *b, const char *name, const char *caption,
		      struct document *d)
{
	struct table_column column[BEFORE + SIDES + 1] = {
		{.group = "", .name = "cell", .left = true},
		{.group = "", .name = "figure", .left = true},
		{.group = "", .name = "design", .left = true}};
	char group[SIDES][32], run[SIDES][32];
	struct doc_block *added;
	struct table t;

	for (size_t i = 0; i < b->n; i++) {
		snprintf(group[i], sizeof(group[i]), "machine %c",
			 b->side[i].letter);
		snprintf(run[i], sizeof(run[i]), "run %" PRId64,
			 b->side[i].run.id);
		column[BEFORE + i] =
			(struct table_column){.group = group[i],
					      .name = run[i],
					      .leave = (unsigned)i};
	}
	column[BEFORE + b->n] = (struct table_column){
		.group = "", .name = "in all", .left = true};
	table_init(&t, column, BEFORE + (unsigned)b->n + 1,
		   (unsigned)b->nlines);
	t.above = BEFORE - 1;
	b->whole = b->alike = b->opposite = b->other = 0;
	for (unsigned row = 0; row < b->nlines; row++)
		put_line(b, &t, row);
	added = doc_table(d, &t);
	added->text = must_copy(caption);
	added->name = must_copy(name);
}

/* Which runs and machines the columns are. */
static void say_sides(const struct beside *b, struct document *d)
{
	char label[1024], differs[2048], name[] = "?";

	for (size_t i = 0; i < b->n; i++) {
		const struct side *side = &b->side[i];
		size_t k = 0;

		machine_class_label(&side->class, label, sizeof(label));
		doc_text(d, 2, 4,
			 "Run %" PRId64 ", %s of %.10s, machine %c: %s",
			 side->run.id, side->run.name, side->run.started_utc,
			 side->letter, label);
		while (b->side[k].letter != side->letter)
			k++;
		if (k < i || side->letter == 'A')
			continue;
		*name = side->letter;
		machine_class_differs(&b->side[0].class, "A", &side->class,
				      name, differs, sizeof(differs));
		doc_text(d, 4, 6, "%s", differs);
	}
}

static void say_rules(const struct beside *b, struct document *d)
{
	if (b->machines)
		doc_alert(d, "These runs are of different machines. What "
			     "stands here side by side are ratios alone, each "
			     "to the reference of its own run: times of two "
			     "machines do not compare.");
	doc_text(d, 0, 4,
		 "Time over that of the reference in the same run, draw by "
		 "draw, with its 95 %% interval, above 1 is slower; each is "
		 "judged by the margin of its own run. <, >: told apart; =: "
		 "the same; ?: not resolved; !: not judged. In all: what every "
		 "run says; opposite: one says faster, another slower.");
}

static void drop_lines(struct beside *b)
{
	free(b->line);
	b->line = NULL;
	b->nlines = 0;
}

/* What the lines of the last table come to. */
static void say_counts(const struct beside *b, struct document *d)
{
	doc_gap(d);
	doc_text(d, 0, 4,
		 "Of %zu ratios %zu are in all of these runs: %zu say the same "
		 "in all, %zu the opposite; in the others not all tell.",
		 b->nlines, b->whole, b->alike, b->opposite);
	if (b->other)
		doc_text(d, 0, 4,
			 "%zu cells are called alike and were of other "
			 "parameters: they are left out.",
			 b->other);
}

static void write_document(struct beside *b, bool brief, size_t left,
			   struct document *d)
{
	choose_all(b);
	if (!b->nlines)
		return; /* of different questions */
	drop_lines(b);
	doc_heading(d, 2, "Side by side");
	say_rules(b, d);
	say_sides(b, d);
	if (left)
		doc_text(d, 2, 4, "%zu more runs have no room here.", left);
	choose_headlines(b);
	doc_gap(d);
	if (b->nlines)
		put_table(b, "beside-first", "What comes first, side by side",
			  d);
	if (!brief || !b->nlines) {
		drop_lines(b);
		choose_all(b);
		doc_fold(d, "All ratios side by side");
		put_table(b, "beside-all", "All ratios, side by side", d);
		doc_fold_end(d);
	}
	say_counts(b, d);
}

int beside_runs(struct store *s, const int64_t *run, size_t n, bool brief,
		struct document *d, struct err *e)
{
	struct beside b = {.n = 0};
	size_t left = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++) {
		if (is_there(&b, run[i]))
			continue;
		if (b.n == SIDES)
			left++;
		else
			rc = load(s, run[i], &b.side[b.n++], e);
	}
	if (!rc && b.n > 1) {
		name_machines(&b);
		write_document(&b, brief, left, d);
	}
	for (size_t i = 0; i < b.n; i++) {
		summary_release(&b.side[i].summary);
		store_trials_release(&b.side[i].trials);
		store_run_release(&b.side[i].run);
	}
	drop_lines(&b);
	return rc;
}
