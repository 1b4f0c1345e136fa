/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The few figures of a run that come first. Which cell stands in which column
 * is found by rules (threads, metrics), never by a config's names: see
 * docs/measuring.md, "One screen".
 */
#ifndef JUDGE_HEADLINE_H
#define JUDGE_HEADLINE_H

#include "judge/ratio.h"

enum { HEADLINES = 12 };

struct plan; /* plan/product.h */

struct headline {
	char above[16], name[16]; /* two lines of heading */
	const struct summary_cell *cell;
	const struct summary_row *reference;
	enum metric_id metric;
};

/* Those that @s has, in their order; points into @s. Returns how many. */
size_t headlines(const struct summary *s, struct headline out[HEADLINES]);

/* While a run goes on: the cell (struct trial_plan) that is to be the first of
 * these; NULL: there is none. What its trials @s say so far, in few words: the
 * design that is furthest from the reference, with half its interval, or '?'
 * before there is one. "walk alone: spinlock 2.31 +-3.2 %", or "". */
const char *headline_planned(const struct plan *plan);
void headline_brief(const struct summary *s, char *text, size_t size);

/* The row of @design (TWIN_DESIGN: the twin) there; NULL: it did not run. */
const struct summary_row *headline_row(const struct headline *h,
				       const char *design);

/*
 * The most table memory that @design held at any time, in bytes: in the cell
 * in which unmaps free tables and those that differ from it by axes alone,
 * where it is least (a design that cannot reclaim empty tables runs in some of
 * them). NAN: not measured.
 */
double headline_held(const struct summary *s, const char *design);

/* All designs of the run, as registered. Caller frees the array. */
const char **headline_designs(const struct summary *s, size_t *n);

#endif
