/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms an answer is written in. Write errors are the stream's. */
#ifndef VIEWS_ANSWER_H
#define VIEWS_ANSWER_H

#include <stdio.h>

#include "document/blocks.h"
#include "judge/answer.h"

/* The claims, a line each: its verdict, what it says, whose it is. */
void answer_items(const struct answer *a, struct document *d);
/* The same, each with its verdict and what was measured. */
void answer_claims(const struct answer *a, struct document *d);
/* The run and its machine, then the claims. */
void answer_text(const struct answer *a, FILE *out);
void answer_markdown(const struct answer *a, FILE *out);
/* One JSON object; see docs/formats.md. */
void answer_json(const struct answer *a, FILE *out);

/*
 * Below the report of @run of @s, or below its screen if @brief: what it says
 * about the claims in its config; nothing where there are none. 0, or the
 * store's error.
 */
int answer_below(struct store *s, int64_t run, bool brief, FILE *out,
		 struct err *e);

#endif
