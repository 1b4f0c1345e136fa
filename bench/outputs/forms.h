/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forms in which a judgement is written: one document as text and Markdown,
 * with its picture as a page; objects for programs.
 */
#ifndef OUTPUTS_FORMS_H
#define OUTPUTS_FORMS_H

#include "document/blocks.h"
#include "pictures/draw.h"

enum form { FORM_TEXT, FORM_JSON, FORM_MARKDOWN, FORM_JUNIT };
/* Their names, for --format; without and with JUnit. NULL past the end. */
const char *form_name(size_t i);
const char *form_name_junit(size_t i);

/* A kind of judgement; all take a pointer to one. */
struct forms {
	const char *name; /* of its files */
	/* What people read: title and verdict, then the rest; @page: of a page,
	 * which has room for more. */
	void (*head)(const void *judgement, struct document *d);
	void (*body)(const void *judgement, bool page, struct document *d);
	/* On a page alone, last: where it comes from. */
	void (*origin)(const void *judgement, struct document *d);
	void (*json)(const void *judgement, FILE *out);
	void (*junit)(const void *judgement, FILE *out); /* or NULL */
	const char *picture, *shows; /* its name, and what stands above it */
	/* What it is drawn from, see struct plot_table. */
	int (*table)(const void *judgement, FILE *out, char why[256]);
};

/* What a command was asked to write. */
struct forms_wanted {
	unsigned form;		   /* enum form */
	const char *html, *folder; /* a file instead of it; besides; or NULL */
};

/* Write errors are the stream's. */
void forms_print(const struct forms *f, const void *judgement, enum form form,
		 FILE *out);
/*
 * forms_write() - prints @judgement or writes its page (and prints it where
 * that fails), and all forms, the page and the picture into w->folder, which is
 * made. -ENOTSUP: no gnuplot; all else is there. Else 0, or the error of the
 * file system or of gnuplot.
 */
int forms_write(const struct forms *f, const void *judgement,
		const struct forms_wanted *w, struct err *e);

/*
 * Appends the page of @judgement: its picture is between head and body. 0, or
 * the errors of plot_table_document(). forms_append() - the same a level lower,
 * as a part of a page.
 */
int forms_page(const struct forms *f, const void *judgement, struct document *d,
	       struct err *e);
int forms_append(const struct forms *f, const void *judgement,
		 struct document *d, struct err *e);
/* For origin(): the command that makes the page again. */
void forms_again(const char *command, struct document *d);

/* @d as a page in @path, which is there whole or not at all ("-": stdout). */
int page_write(const struct document *d, const char *path, struct err *e);

#endif
