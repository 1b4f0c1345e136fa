/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A document: headings, paragraphs, tables, figures with their data. It is
 * made once, of what a run says, and written in several forms. A writer leaves
 * out what its form has no place for. Texts and tables are copied in; one
 * thread; aborts without memory.
 */
#ifndef DOCUMENT_BLOCKS_H
#define DOCUMENT_BLOCKS_H

#include "document/page.h"

enum doc_kind {
	DOC_TITLE,
	DOC_HEADING, /* a level below the title or more */
	DOC_TEXT,    /* a paragraph */
	DOC_QUOTE,   /* the same, of what somebody said */
	DOC_NOTE,    /* the same, in small */
	DOC_ALERT,   /* what must not be passed over */
	DOC_ITEM,    /* of a list */
	/* What all of it comes to: below the title, but last where lines run
	 * off at the top. */
	DOC_VERDICT,
	DOC_CODE, /* lines as they are */
	DOC_TABLE,
	DOC_FIGURE,
	DOC_FOLD,     /* up to its end: shown when it is asked for, or below */
	DOC_FOLD_END, /* no text */
	DOC_GAP,      /* an empty line, where lines are all there is */
};

struct doc_block {
	enum doc_kind kind;
	enum doc_tone tone;
	unsigned level;	       /* of a heading, from 2 */
	unsigned indent, hang; /* columns: of a text's first line, the others */
	char *text;	       /* of a figure and a fold: what it is */
	char *mark;	       /* of a heading, an item: its verdict; or NULL */
	char *name;	       /* of a figure, a file, or NULL: [a-z0-9_-] */
	char *svg;	       /* of a figure; NULL: none could be drawn */
	struct table table;
	struct table_column *column; /* the table's own */
	char *words;		     /* in them */
};

struct document {
	struct doc_block *block;
	size_t n;
};

/*
 * Each appends a block; what is returned may be changed until the next is
 * appended. The text is as printf() would write it.
 */
struct doc_block *doc_title(struct document *d, const char *text);
struct doc_block *doc_heading(struct document *d, unsigned level,
			      const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A paragraph of @indent, wrapped lines at @hang. */
struct doc_block *doc_text(struct document *d, unsigned indent, unsigned hang,
			   const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
struct doc_block *doc_alert(struct document *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* @mark: copied; or NULL. */
void doc_item(struct document *d, const char *mark, enum doc_tone tone,
	      const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void doc_verdict(struct document *d, enum doc_tone tone, const char *text);
/* Lines of @text as they are; @name: a file that they can be saved as. */
struct doc_block *doc_code(struct document *d, const char *name,
			   const char *text);
/* Takes the cells of @t, and copies its columns. */
struct doc_block *doc_table(struct document *d, struct table *t);
/* @name: unique in the document. @svg: a whole file, taken; or NULL. */
struct doc_block *doc_figure(struct document *d, const char *name,
			     const char *title, char *svg);
void doc_fold(struct document *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void doc_fold_end(struct document *d);
void doc_gap(struct document *d);
/*
 * Moves all of @from behind @d, one level lower: its title is a heading. @name:
 * before the names of tables and figures, to be others than those of @d.
 */
void doc_append(struct document *d, struct document *from, const char *name);
/* The same, as it is. */
void doc_join(struct document *d, struct document *from);
void doc_release(struct document *d);

/*
 * The writers; errors are the stream's. Text: as wide as page_width().
 * Markdown: without pictures. HTML: one whole file that loads nothing, readable
 * without its script.
 */
void document_text(const struct document *d, FILE *out);
void document_markdown(const struct document *d, FILE *out);
void document_html(const struct document *d, FILE *out);

#endif
