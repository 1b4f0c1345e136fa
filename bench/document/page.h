/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for people: how wide it may be, lines that are wrapped, tables that
 * fit. Columns are counted in characters (UTF-8), not bytes.
 */
#ifndef OUTPUTS_PAGE_H
#define OUTPUTS_PAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

enum { PAGE_MIN = 60, PAGE_WIDTH = 100, PAGE_MAIL = 76 };

/*
 * Columns that @out has: what COLUMNS says, else those of the terminal that
 * @out is, else PAGE_WIDTH; at most PAGE_WIDTH, at least PAGE_MIN.
 */
unsigned page_width(FILE *out);

/*
 * A line (or several) as printf() would write it, wrapped to @width; what is
 * wrapped is indented by @indent. A word that is wider than the page is broken
 * behind one of ":/,=", or anywhere. Ends the line.
 */
void page_line(FILE *out, unsigned width, unsigned indent, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same for the rest of a line that has reached column @at. */
void page_rest(FILE *out, unsigned width, unsigned at, unsigned indent,
	       const char *text);

enum { TABLE_COLUMNS = 40, TABLE_CELL = 96 };

struct table_column {
	const char *group, *name; /* two lines of heading; group may be "" */
	/* 0: always there; else left out where the page is too narrow, the
	 * largest first, or of a table that is split below the others. */
	unsigned leave;
	bool left; /* as text; else right, as figures */
};

/* How a text is to be taken: colours, where there are any. */
enum doc_tone { DOC_PLAIN, DOC_GOOD, DOC_BAD, DOC_OPEN };
/* A terminal's, by tone; what is good or bad stands out, what is open does not;
 * DOC_PLAIN ends each. */
extern const char *const page_colour[];

/*
 * What a cell says, for where it can be drawn: an effect with its interval and
 * the band that it is held against, all logarithms.
 */
struct table_effect {
	bool drawn, interval, told; /* told apart: a filled dot */
	enum doc_tone tone;
	double value, low, high;
	double from, to; /* the band; may be infinite */
};

/* Rows of text; neighbours of one group share its heading. */
struct table {
	const struct table_column *column;
	unsigned columns, rows;
	char (*cell)[TABLE_CELL];    /* row by row */
	struct table_effect *effect; /* as the cells; NULL: of none */
	enum doc_tone *tone;	     /* the same */
	/* Of each row a text of any length, in lines; NULL: of none. It stands
	 * beside the row where all are one line and have room, else below. */
	char **note;
	const char *note_name; /* a literal */
	bool split;	       /* where it is too wide: in parts */
	/* How many columns, from the first, text says on a line above the rows
	 * that share them. */
	unsigned above;
};

/* Empty cells; aborts without memory. table_release() when done. */
void table_init(struct table *t, const struct table_column *column,
		unsigned columns, unsigned rows);
char *table_cell(struct table *t, unsigned row, unsigned column);
/* That of a cell, to be filled. */
struct table_effect *table_effect(struct table *t, unsigned row,
				  unsigned column);
void table_tone(struct table *t, unsigned row, unsigned column,
		enum doc_tone tone);
/* One more line of the note of @row. */
void table_note(struct table *t, unsigned row, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * Prints it, indented by two, as wide as its contents, two spaces between
 * columns or one. Columns that do not fit are left out, and named below.
 * @coloured: by tone.
 */
void table_print(const struct table *t, unsigned width, bool coloured,
		 FILE *out);
void table_release(struct table *t);
/* Both lines of the heading of @c in one: "tables held", "disturbed". */
void table_column_name(const struct table_column *c, char *text, size_t size);

#endif
