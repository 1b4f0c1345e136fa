/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes of level, declared night by night and never taken back. */
#include <math.h>
#include <stdlib.h>

#include "../kernels/mutant.h"
#include "stats/changepoint.h"
#include "stats/changepoint_levels.h"
#include "stats/changepoint_noise.h"
#include "stats/sample.h"

const struct changepoint_options changepoint_defaults = {
	.segment = 4, .penalty = 10, .change_min = 0.02};

/* Mean distances from a level: a step by so many is one whatever else. */
static const double plain = 8;

struct finder {
	const double *x;
	size_t n;
	const struct changepoint_options *o;
	struct levels *l;
	struct noise *noise;
	size_t lo; /* the first value since the last change */
	/* When last parted (end; 0: not yet): the level, and what a change
	 * saves at most, with what came since. */
	size_t parted;
	double median, most;
	struct changepoint *out;
	size_t nout;
};

/* What a change at @t saves. */
static double gain(const struct finder *f, size_t lo, size_t t)
{
	return f->l->tail[lo].cost - f->l->head[t].cost - f->l->tail[t].cost;
}

/* From nothing to something is more than any share. */
static bool matters(const struct finder *f, size_t t)
{
	double by = fabs(f->l->tail[t].median - f->l->head[t].median);

	return by > 0 && by >= f->o->change_min * fabs(f->l->head[t].median);
}

/* The place in [from, to] that saves most; @to + 1 if none saves @least. */
static size_t best_place(const struct finder *f, size_t lo, size_t from,
			 size_t to, double least)
{
	size_t best = to + 1;

	for (size_t t = from; t <= to; t++)
		if (gain(f, lo, t) > least && matters(f, t)) {
			least = gain(f, lo, t);
			best = t;
		}
	return best;
}

/*
 * Whether a change could save @least by now: a value adds to what one saves no
 * more than its distance from the level. Most nights end here.
 */
static bool may_save(struct finder *f, size_t end, double least)
{
	if (!f->parted)
		return true;
	for (; f->parted < end; f->parted++)
		f->most += fabs(f->x[f->parted] - f->median);
	return f->most > least;
}

static void part_all(struct finder *f, size_t end)
{
	levels_part(f->l, f->lo, end);
	f->parted = end;
	f->median = f->l->tail[f->lo].median;
	f->most = 0;
	for (size_t t = f->lo + 1; t < end; t++)
		f->most = fmax(f->most, gain(f, f->lo, t));
}

/* Far beyond what the values of both levels scatter by. */
static bool is_plain(const struct finder *f, size_t at, size_t end)
{
	const struct level *before = &f->l->head[at], *after = &f->l->tail[at];
	double scatter = (before->cost + after->cost) / (double)(end - f->lo);

	return fabs(after->median - before->median) > plain * scatter;
}

/* Among nights that resemble their neighbours a level wanders farther. */
static bool is_sure(const struct finder *f, size_t at, size_t end, double least)
{
	if (MUTANT(changepoint_unjudged))
		return true;
	return gain(f, f->lo, at) > least * noise_stretch(f->noise, at) &&
	       (!noise_correlated(f->noise, at) || is_plain(f, at, end));
}

/*
 * Whether the values up to @end, of which the last has just come in, show a
 * change since the last one; it is declared. One, two or three values of
 * their own at the end are no level yet, and such a few at the beginning never
 * became one: they are left out.
 */
static bool declare(struct finder *f, size_t end)
{
	double least = f->o->penalty * noise_now(f->noise);
	size_t at, segment = f->o->segment;

	if (MUTANT(changepoint_unjudged))
		least = 0;
	if (end < f->lo + 2 * segment || !may_save(f, end, least))
		return false;
	part_all(f, end);
	/* Where sums are rounded, their difference says nothing. */
	least = fmax(least, 1e-9 * f->l->tail[f->lo].cost);
	at = best_place(f, f->lo, f->lo + 1, end - 1, least);
	if (at + segment > end || !is_sure(f, at, end, least))
		return false;
	noise_part(f->noise, at);
	if (at >= f->lo + segment)
		f->out[f->nout++] = (struct changepoint){
			.at = at,
			.first = at,
			.seen = end - 1,
			.evidence = gain(f, f->lo, at) / noise_now(f->noise),
		};
	f->lo = at;
	f->parted = 0;
	return true;
}

/* Later nights say better where a change was; not whether. */
static void place_again(struct finder *f, size_t i)
{
	struct changepoint *c = &f->out[i];
	size_t lo = i ? c[-1].at : 0, hi = i + 1 < f->nout ? c[1].at : f->n;
	size_t from = lo + f->o->segment, to = hi - f->o->segment, at;

	levels_part(f->l, lo, hi);
	to = to < c->seen ? to : c->seen;
	at = best_place(f, lo, from, to, 0);
	if (at <= to)
		c->at = at;
}

static void describe(const struct finder *f, size_t i)
{
	struct changepoint *c = &f->out[i];
	size_t lo = i ? c[-1].at : 0, hi = i + 1 < f->nout ? c[1].at : f->n;

	c->before = stats_median(f->x + lo, c->at - lo);
	c->after = stats_median(f->x + c->at, hi - c->at);
}

size_t changepoint_find(const double *x, size_t n,
			const struct changepoint_options *o,
			struct changepoint *out, double *correlation)
{
	struct finder f = {.x = x, .n = n, .o = o, .out = out};

	f.l = levels_new(x, n);
	f.noise = noise_new(n);
	for (size_t end = 1; end <= n; end++) {
		noise_add(f.noise, x, end - 1);
		while (declare(&f, end))
			;
	}
	for (size_t i = 0; i < f.nout; i++)
		place_again(&f, i);
	for (size_t i = 0; i < f.nout; i++)
		describe(&f, i);
	*correlation = noise_correlated(f.noise, 0)
			       ? noise_correlation(f.noise, 0)
			       : 0;
	levels_free(f.l);
	noise_free(f.noise);
	return f.nout;
}
