/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables as wide as their contents, and as narrow as the page. */
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "base/text.h"
#include "document/page.h"

/* Of a table, of rows below what they share, and of notes below a row. */
enum { INDENT = 2, SHARED = 4, BELOW = 12 };

static unsigned width_of(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static unsigned indent_of(const struct table *t)
{
	return t->above ? SHARED : INDENT;
}

/* Which columns are shown, how wide, and what stands between them. */
struct layout {
	bool shown[TABLE_COLUMNS];
	unsigned width[TABLE_COLUMNS], gap;
	unsigned note; /* the column that they begin in; 0: below the row */
};

/* The last column shown that shares the heading of column @c. */
static unsigned group_end(const struct table *t, const struct layout *l,
			  unsigned c)
{
	unsigned last = c;

	for (unsigned k = c + 1; *t->column[c].group && k < t->columns; k++) {
		if (!l->shown[k])
			continue;
		if (strcmp(t->column[k].group, t->column[c].group))
			break;
		last = k;
	}
	return last;
}

/* Columns from @c to @last with what is between them. */
static unsigned span(const struct table *t, const struct layout *l, unsigned c,
		     unsigned last)
{
	unsigned n = 0;

	for (unsigned k = c; k <= last && k < t->columns; k++)
		if (l->shown[k])
			n += l->width[k] + (n ? l->gap : 0);
	return n;
}

/* Widths for l->gap; returns that of the whole. */
static unsigned measure(const struct table *t, struct layout *l)
{
	for (unsigned c = 0; c < t->columns; c++) {
		l->width[c] = width_of(t->column[c].name);
		for (unsigned r = 0; r < t->rows; r++) {
			unsigned n =
				width_of(t->cell[(size_t)r * t->columns + c]);

			l->width[c] = n > l->width[c] ? n : l->width[c];
		}
	}
	for (unsigned c = 0; c < t->columns; c++) {
		unsigned last, is, want;

		if (!l->shown[c])
			continue;
		last = group_end(t, l, c);
		is = span(t, l, c, last);
		want = width_of(t->column[c].group);
		l->width[last] += want > is ? want - is : 0;
		c = last;
	}
	return indent_of(t) + span(t, l, 0, t->columns - 1);
}

static struct layout lay_out(const struct table *t, unsigned width)
{
	struct layout l = {.gap = 2};

	for (unsigned c = t->above; c < t->columns; c++)
		l.shown[c] = true;
	while (measure(t, &l) > width) {
		unsigned most = 0, which = 0;

		if (l.gap > 1) {
			l.gap = 1;
			continue;
		}
		for (unsigned c = 0; c < t->columns; c++)
			if (l.shown[c] && t->column[c].leave > most) {
				most = t->column[c].leave;
				which = c;
			}
		if (!most)
			break;
		l.shown[which] = false;
		l.gap = 2;
	}
	return l;
}

/*
 * Of a table that is split: what is always there, and from column @from on as
 * many others as fit, at least one. Returns the first that did not.
 */
static unsigned lay_out_part(const struct table *t, unsigned width,
			     unsigned from, struct layout *l)
{
	bool any = false;
	unsigned c;

	*l = (struct layout){.gap = 2};
	for (c = t->above; c < t->columns; c++)
		l->shown[c] = !t->column[c].leave;
	for (c = from; c < t->columns; c++) {
		if (!t->column[c].leave)
			continue;
		l->shown[c] = true;
		if (any && measure(t, l) > width) {
			l->shown[c] = false;
			break;
		}
		any = true;
	}
	measure(t, l);
	return c;
}

/* Where notes begin: beside the row if all fit, or have half of the page. */
static unsigned note_column(const struct table *t, struct layout *l,
			    unsigned width)
{
	unsigned at = measure(t, l) + l->gap;

	for (unsigned r = 0; t->note && r < t->rows; r++) {
		const char *note = t->note[r] ? t->note[r] : "";

		if (strchr(note, '\n') ||
		    (at + width_of(note) > width && 2 * at > width))
			return 0;
	}
	return t->note ? at : 0;
}

static void pad(unsigned n, FILE *out)
{
	fprintf(out, "%*s", (int)n, "");
}

/* @text in @wide columns; spaces at the end of a line are held back. @colour
 * may be "". */
static void put(const char *text, const char *colour, unsigned wide, bool left,
		unsigned *held, FILE *out)
{
	unsigned room = wide - width_of(text);

	if (!*text) {
		*held += wide;
		return;
	}
	pad(*held + (left ? 0 : room), out);
	fprintf(out, "%s%s%s", colour, text,
		*colour ? page_colour[DOC_PLAIN] : "");
	*held = left ? room : 0;
}

static void groups(const struct table *t, const struct layout *l, FILE *out)
{
	unsigned held = indent_of(t);
	bool any = false;

	for (unsigned c = 0; c < t->columns; c++)
		any = any || (l->shown[c] && *t->column[c].group);
	for (unsigned c = 0; any && c < t->columns; c++) {
		unsigned last;

		if (!l->shown[c])
			continue;
		last = group_end(t, l, c);
		put(t->column[c].group, "", span(t, l, c, last),
		    t->column[c].left || last > c, &held, out);
		held += l->gap;
		c = last;
	}
	if (any)
		fputc('\n', out);
}

static const char *colour_of(const struct table *t, size_t cell)
{
	enum doc_tone tone = t->tone ? t->tone[cell] : DOC_PLAIN;

	if (!tone && t->effect)
		tone = t->effect[cell].tone;
	return tone ? page_colour[tone] : "";
}

/* Row @r, or the names of the columns. */
static void row(const struct table *t, const struct layout *l, long r,
		unsigned width, bool coloured, FILE *out)
{
	unsigned held = indent_of(t);

	for (unsigned c = 0; c < t->columns; c++) {
		const size_t at = (size_t)(r < 0 ? 0 : r) * t->columns + c;

		if (!l->shown[c])
			continue;
		put(r < 0 ? t->column[c].name : t->cell[at],
		    coloured && r >= 0 ? colour_of(t, at) : "", l->width[c],
		    t->column[c].left, &held, out);
		held += l->gap;
	}
	if (l->note) {
		const char *note = r < 0 ? t->note_name : t->note[r];

		pad(note && *note ? held : 0, out);
		page_rest(out, width, l->note, l->note + 2, note ? note : "");
	} else {
		fputc('\n', out);
	}
}

static void note_below(const char *note, unsigned width, FILE *out)
{
	for (; note && *note; note += strspn(note, "\n")) {
		size_t n = strcspn(note, "\n");
		char *line = must(strndup(note, n));

		pad(BELOW, out);
		page_rest(out, width, BELOW, BELOW + 2, line);
		free(line);
		note += n;
	}
}

/* Whether a part has something of row @r that is not in all of them. */
static bool has_own(const struct table *t, const struct layout *l, unsigned r)
{
	for (unsigned c = 0; c < t->columns; c++)
		if (l->shown[c] && t->column[c].leave &&
		    *t->cell[(size_t)r * t->columns + c])
			return true;
	return false;
}

/* What row @r has in the first columns, once for all that share it. */
static void above(const struct table *t, unsigned r, unsigned width, FILE *out)
{
	const size_t at = (size_t)r * t->columns;
	char text[TABLE_COLUMNS * TABLE_CELL] = "";
	bool again = r > 0;

	for (unsigned c = 0; c < t->above; c++) {
		text_join(text, sizeof(text), ": ", "%s", t->cell[at + c]);
		again = again &&
			!strcmp(t->cell[at + c], t->cell[at - t->columns + c]);
	}
	if (*text && !again && !(r && MUTANT(above_once)))
		page_line(out, width, SHARED, "%*s%s", INDENT, "", text);
}

static void print(const struct table *t, const struct layout *l, unsigned width,
		  bool coloured, FILE *out)
{
	groups(t, l, out);
	row(t, l, -1, width, coloured, out);
	for (unsigned r = 0; r < t->rows; r++) {
		if (t->split && !has_own(t, l, r))
			continue;
		above(t, r, width, out);
		row(t, l, r, width, coloured, out);
		if (t->note && !l->note)
			note_below(t->note[r], width, out);
	}
}

/* "walk ns p99, p99.9, tables held": a heading once for its columns. */
static void left_out(const struct table *t, const struct layout *l, char *text,
		     size_t size)
{
	const char *group = "";

	*text = '\0';
	for (unsigned c = t->above; c < t->columns; c++) {
		const struct table_column *column = &t->column[c];
		bool again = !strcmp(column->group, group);

		if (l->shown[c])
			continue;
		text_join(text, size, ", ", "%s%s%s",
			  again ? "" : column->group, again ? "" : " ",
			  column->name);
		group = column->group;
	}
}

void table_print(const struct table *t, unsigned width, bool coloured,
		 FILE *out)
{
	struct layout l;
	char without[512];

	for (unsigned at = 0; t->split && at < t->columns;) {
		bool first = !at;

		at = lay_out_part(t, width, at, &l);
		fputs(first ? "" : "\n", out);
		print(t, &l, width, coloured, out);
		if (MUTANT(split_drops))
			break;
	}
	if (t->split)
		return;
	l = lay_out(t, width);
	l.note = note_column(t, &l, width);
	print(t, &l, width, coloured, out);
	left_out(t, &l, without, sizeof(without));
	if (*without)
		page_line(out, width, 4, "  (no room in %u columns for: %s)",
			  width, without);
}
