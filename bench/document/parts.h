/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts that a page of HTML is written of. */
#ifndef DOCUMENT_PARTS_H
#define DOCUMENT_PARTS_H

#include "document/blocks.h"

/*
 * gnuplot's picture @svg, a whole file, as an element of a page that says
 * @title for those who do not see it. @name: before all names in it.
 */
void html_svg(const char *svg, const char *name, const char *title, FILE *out);

/*
 * A table; with a @name its data can be saved as NAME.csv. Without a @caption
 * it is @about what the heading above it says.
 */
void html_table(const struct table *t, const char *name, const char *caption,
		const char *about, FILE *out);

/* @bytes of @text as the address of a link that saves it. */
void html_data(const char *type, const char *text, size_t bytes, FILE *out);

/* The classes of texts, by enum doc_tone. */
extern const char *const html_tone[];

/* What all pages have: how they look, and what they do besides. */
extern const char html_style[], html_script[];

#endif
