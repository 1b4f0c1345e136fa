/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a config says that its run is asked: the claims that people made, each
 * with a rule by which figures of the run bear it out or not (`question:` of
 * the file). The rule is data; judge/answer.h applies it.
 */
#ifndef PLAN_QUESTION_H
#define PLAN_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/config.h"

/* What a claim says of a ratio of times, or of a count (docs/questions.md). */
enum claim_form {
	CLAIM_BAND,   /* it lies between low and high, as given */
	CLAIM_NEAR,   /* it is low, give or take the margin of the cell */
	CLAIM_SLOWER, /* it lies above the margin of the cell */
	CLAIM_FASTER, /* below it */
	CLAIM_SOME,   /* no ratio: there are such events */
	CLAIM_NONE,   /* there are none */
};

struct claim_ratio {
	enum claim_form form;
	double low, high; /* ratios; 0 and INFINITY: no bound */
};

struct claim_texts {
	char **text;
	size_t n;
};

/* Cells by the values of keys: an axis a key that must have one of them. */
struct claim_cells {
	struct config_axis *axis;
	size_t n;
};

struct claim {
	char *who, *when, *says, *source; /* never NULL */
	struct claim_texts metric, design;
	char *against;		  /* a design; NULL: the cell's reference */
	struct claim_texts sweep; /* none: every one */
	struct claim_cells where;
	/* Not none: @against is measured in another cell, which has these
	 * values and is the same otherwise. */
	struct claim_cells against_where;
	char *rule; /* as written: "same within 1%" */
	struct claim_ratio ratio;
	/* Of a stored config: why today's program cannot read the claim. */
	char *unread;	       /* NULL: it can */
	unsigned line, column; /* of the file, from 1 */
};

struct question {
	struct claim *claim;
	size_t n; /* 0: the config has no claims */
};

void question_release(struct question *q);

/* Whether it is about a count of events, and holds nothing against others. */
static inline bool claim_counts(const struct claim *c)
{
	return c->ratio.form == CLAIM_SOME || c->ratio.form == CLAIM_NONE;
}

/* Whether its bounds are made of the cell's margin, and not of numbers. */
static inline bool claim_takes_margin(const struct claim *c)
{
	return c->ratio.form == CLAIM_NEAR || c->ratio.form == CLAIM_SLOWER ||
	       c->ratio.form == CLAIM_FASTER;
}

/*
 * question_of() - the claims in @text (NULL: none), the stored config of a run.
 * Names that are no more are kept; a claim that cannot be read has @unread.
 */
void question_of(const char *text, struct question *q);

/*
 * claim_ratio_parse() - "same", "same within 1%", "slower", "faster", "less
 * than 1.05" (or "at most"), "more than 1.7" ("at least"), "1.7 to 3.4",
 * "1.049", "1.049 within 5%". -EINVAL: none of these.
 */
int claim_ratio_parse(const char *text, struct claim_ratio *out);

/* The same of what a claim says of a count: "some", "none". */
int claim_count_parse(const char *text, struct claim_ratio *out);

/* ln of what is claimed of a ratio, for a cell with this margin (ln). */
void claim_bounds(const struct claim_ratio *r, double margin, double *low,
		  double *high);

#endif
