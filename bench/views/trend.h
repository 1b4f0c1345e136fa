/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trend and the forms it is written in. Write errors are the stream's. */
#ifndef VIEWS_TREND_H
#define VIEWS_TREND_H

#include "judge/trend_words.h"
#include "outputs/forms.h"

/* @all: also series in which nothing happened. */
struct trend_output {
	const struct trend *t;
	bool all;
	const char *again; /* the command, for its page */
};

/* trend.txt and so on. All take a struct trend_output. */
extern const struct forms trend_forms;

/*
 * Appends the page of the runs @name in @s, as `vtdbench trend` judges them, a
 * level lower. No run of it has ended yet: that is said. 0, or an error.
 */
int trend_append(struct store *s, const char *name, struct document *d,
		 struct err *e);

/* Of these: one JSON object, see docs/formats.md. */
void trend_json(const void *trend_output, FILE *out);

/* views/trend_table.c: what changed, by the commits; what drifts; the latest of
 * all series; nights. Each below headings of its own, nothing where there is
 * nothing. */
void trend_changes(const struct trend *t, struct document *d);
void trend_series(const struct trend *t, struct document *d);
void trend_nights(const struct trend *t, struct document *d);

#endif
