/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms a trend is written in. Write errors are the stream's. */
#ifndef VIEWS_TREND_H
#define VIEWS_TREND_H

#include <stdio.h>

#include "judge/trend_words.h"

/* @all: also series in which nothing happened. */
struct trend_output {
	const struct trend *t;
	bool all;
};

void trend_text(const struct trend_output *o, FILE *out);
void trend_markdown(const struct trend_output *o, FILE *out);
/* One JSON object; see docs/formats.md. */
void trend_json(const struct trend_output *o, FILE *out);

#endif
