/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which trials run, and the key of each repetition. */
#include "plan/order.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../kernels/mutant.h"
#include "base/fnv.h"
#include "base/rng.h"
#include "plan/schedule.h"

/* Streams of the run's seed: one for the order, others are hashes of cells. */
enum { STREAM_ORDER = 1 };

static void make_key(struct trial_plan *trial)
{
	uint64_t a = FNV_OFFSET, b = ~FNV_OFFSET;
	const struct option_row *row;
	char text[PARAMS_PATH];

	for (size_t i = 0; (row = option_at(i)); i++) {
		if (row->scope != OPTION_TRIAL)
			continue;
		option_format(row, &trial->p, text, sizeof(text));
		if (option_is_silent(row, text))
			continue;
		a = fnv_text(fnv_text(a, row->key), text);
		b = fnv_text(fnv_text(b, row->key), text);
	}
	snprintf(text, sizeof(text), "%s %" PRIu64 " %u", trial->p.sweep,
		 trial->p.seed, trial->repetition);
	snprintf(trial->key, sizeof(trial->key), "%016" PRIx64 "%016" PRIx64,
		 fnv_text(a, text), fnv_text(b, text));
}

/* Fisher and Yates. */
static void shuffle(size_t *v, size_t n, struct rng *r)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)rng_below(r, i), t = v[i - 1];

		v[i - 1] = v[k];
		v[k] = t;
	}
}

/* @cells[i] is the first trial of a cell; designs of a cell are neighbours. */
static size_t find_cells(const struct plan *plan, size_t *cells)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->ntrials; i++)
		if (!i || plan->trials[i].group != plan->trials[i - 1].group)
			cells[n++] = i;
	return n;
}

/* One repetition: indexes of trials, in the order to run them. */
static void order_repetition(const struct plan *plan, size_t *cells, size_t n,
			     size_t *order, struct rng *r)
{
	size_t at = 0;

	if (MUTANT(plan_not_shuffled)) {
		for (size_t i = 0; i < plan->ntrials; i++)
			order[i] = i;
		return;
	}
	shuffle(cells, n, r);
	for (size_t c = 0; c < n; c++) {
		size_t first = cells[c], begin = at;

		for (size_t i = first;
		     i < plan->ntrials &&
		     plan->trials[i].group == plan->trials[first].group;
		     i++)
			order[at++] = i;
		shuffle(order + begin, at - begin, r);
	}
}

void plan_repeat(const struct plan *plan, const struct trial_plan *first,
		 unsigned repetition, struct trial_plan *out)
{
	*out = *first;
	out->repetition = repetition;
	out->order += repetition * plan->round;
	make_key(out);
}

int plan_order(struct plan *plan, const struct params_run *run)
{
	size_t n = plan->ntrials;
	struct trial_plan *all = calloc(n * run->repetitions, sizeof(*all));
	size_t *cells = calloc(n, sizeof(*cells));
	size_t *order = calloc(n, sizeof(*order));
	size_t ncells, last = SIZE_MAX, at = 0;
	int ret = -ENOMEM;
	struct rng r;

	if (!all || !cells || !order)
		goto out;
	rng_seed(&r, run->seed, STREAM_ORDER);
	ncells = find_cells(plan, cells);
	for (unsigned k = 0; k < run->repetitions; k++) {
		order_repetition(plan, cells, ncells, order, &r);
		/* Not twice in a row over the edge of two repetitions. */
		if (n > 1 && order[0] == last) {
			order[0] = order[1];
			order[1] = last;
		}
		last = order[n - 1];
		for (size_t i = 0; i < n; i++, at++) {
			all[at] = plan->trials[order[i]];
			all[at].repetition = k;
			if (MUTANT(plan_not_interleaved)) {
				all[at] = plan->trials[at / run->repetitions];
				all[at].repetition =
					(unsigned)(at % run->repetitions);
			}
			all[at].order = at;
			make_key(&all[at]);
			plan->estimated_ns += schedule_ns(&all[at].p);
		}
	}
	free(plan->trials);
	plan->trials = all;
	plan->round = n;
	plan->ntrials = at;
	all = NULL;
	ret = 0;
out:
	free(all);
	free(cells);
	free(order);
	return ret;
}
