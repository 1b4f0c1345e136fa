/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison and the forms it is written in. Write errors are the stream's. */
#ifndef VIEWS_COMPARE_H
#define VIEWS_COMPARE_H

#include "judge/compare.h"
#include "outputs/forms.h"

struct compare_output {
	const struct compare *c;
	const struct store_run *a, *b;
	const char *warning; /* "of different machines: …", or "" */
	const char *again;   /* the command, for its page */
};

/*
 * compare.txt and so on. All take a struct compare_output. The text is in the
 * layout of the generic_pt cover letter, with intervals.
 */
extern const struct forms compare_forms;

/* Of these: one JSON object, see docs/formats.md; the table of plot "forest". */
void compare_json(const void *compare_output, FILE *out);
int compare_forest(const void *compare_output, FILE *out, char why[256]);

#endif
