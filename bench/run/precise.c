/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The choice of the next draw, and what it is made from. */
#include "run/precise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"

bool runner_adapts(const struct params_run *run)
{
	return run->budget_ns || run->decide || run->precision.walk > 0 ||
	       run->precision.update > 0 || run->precision.contended > 0;
}

/*
 * A figure that is further off takes 16 times the draws it has: it counts as
 * if it could be had, and does not keep others from being precise.
 */
static const double EXCESS_MAX = 4;

/* Half-widths shrink with the root of the number of draws. */
static double gain(const struct runner_cell *c)
{
	double sum = 0;

	for (unsigned i = 0; i < c->needs.n; i++)
		sum += fmin(c->needs.excess[i], EXCESS_MAX);
	return sum * (1 - sqrt(c->draws / (c->draws + 1.0))) /
	       (MUTANT(draws_regardless_of_time) ? 1 : c->draw_s);
}

/* Whether @a is to be drawn before @b. */
static bool before(const struct runner_cell *a, const struct runner_cell *b)
{
	if (a->needs.urgency != b->needs.urgency &&
	    !MUTANT(draws_regardless_of_urgency))
		return a->needs.urgency < b->needs.urgency;
	return gain(a) > gain(b);
}

size_t runner_choose(const struct runner_cell *cell, size_t n, unsigned most,
		     double left_s)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < n; i++)
		if (cell[i].needs.n && !cell[i].out && cell[i].draws < most &&
		    (cell[i].draw_s <= left_s || MUTANT(budget_ignored)) &&
		    (best == SIZE_MAX || before(&cell[i], &cell[best])))
			best = i;
	return best;
}

double runner_until_precise(const struct runner_cell *cell, size_t n,
			    unsigned most)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		const struct runner_cell *c = &cell[i];
		double excess = 1, left = most > c->draws ? most - c->draws : 0;

		for (unsigned k = 0; k < c->needs.n; k++)
			excess = fmax(excess, c->needs.excess[k]);
		sum += c->draw_s * fmin(left, c->draws * (excess * excess - 1));
	}
	return sum;
}

double runner_budget_left(uint64_t budget_ns, uint64_t before_ns,
			  uint64_t from_ns, uint64_t now_ns)
{
	if (!budget_ns)
		return INFINITY;
	return ((double)budget_ns - (double)before_ns -
		(double)(now_ns - from_ns)) /
	       1e9;
}

void runner_cell_add(struct runner_cell *c, const struct store_trial *t)
{
	c->trials.trial = must_grow(c->trials.trial, c->trials.n, sizeof(*t));
	c->trials.trial[c->trials.n++] = *t;
	if (t->repetition + 1 > c->draws) {
		c->draws = t->repetition + 1;
		c->draw_s = 0;
	}
	if (t->repetition + 1 == c->draws)
		c->draw_s += t->duration_s;
}

static int by_cell(const void *a, const void *b)
{
	const struct runner_cell *x = a, *y = b;

	return strcmp(x->first->cell, y->first->cell);
}

size_t runner_cells(const struct plan *plan, const struct store_trials *stored,
		    struct runner_cell **out)
{
	struct runner_cell *cell = NULL;
	size_t n = 0;

	for (size_t i = 0; i < plan->ntrials; i++) {
		const struct trial_plan *t = &plan->trials[i];

		if (t->repetition)
			continue;
		if (n && cell[n - 1].first->group == t->group) {
			cell[n - 1].n++;
			continue;
		}
		cell = must_grow(cell, n, sizeof(*cell));
		cell[n++] = (struct runner_cell){.first = t, .n = 1};
	}
	if (n)
		qsort(cell, n, sizeof(*cell), by_cell);
	for (size_t i = 0; n && i < stored->n; i++) {
		const struct store_trial *t = &stored->trial[i];
		const struct trial_plan of = {.cell = t->cell};
		const struct runner_cell key = {.first = &of};
		struct runner_cell *c =
			bsearch(&key, cell, n, sizeof(*cell), by_cell);

		if (c)
			runner_cell_add(c, t);
	}
	for (size_t i = 0; i < n; i++)
		cell[i].loaded = cell[i].trials.n;
	*out = cell;
	return n;
}

void runner_cells_release(struct runner_cell *cell, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct store_trials *t = &cell[i].trials;

		for (size_t k = cell[i].loaded; k < t->n; k++)
			record_release(&t->trial[k].record);
		free(t->trial);
	}
	free(cell);
}
