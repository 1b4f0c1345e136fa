/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated pass: the operations of a crew, one at a time in a drawn
 * order, run through the cache model.
 */
#include "counters/cachesim.h"

#include <errno.h>
#include <stdlib.h>

void cachesim_order(struct rng *rng, unsigned *order, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = (size_t)rng_below(rng, i + 1);

		order[i] = order[j];
		order[j] = (unsigned)i;
	}
}

static int check_threads(const struct cachesim *sim,
			 const struct cachesim_thread *threads, size_t n,
			 uint64_t ops, struct err *e)
{
	if (!n || !ops || n > cachesim_ncpus(sim))
		return err_set(e, -EINVAL,
			       "sim: %zu threads and %llu operations on %u "
			       "CPUs",
			       n, (unsigned long long)ops, cachesim_ncpus(sim));
	return touches_check(threads, n, e);
}

static int one_round(struct touches *l, struct cachesim *sim, unsigned *order,
		     struct rng *rng, struct err *e)
{
	int ret = 0;

	cachesim_order(rng, order, l->nthreads);
	for (size_t i = 0; i < l->nthreads && !ret; i++) {
		ret = touches_next(l, order[i], e);
		for (size_t k = 0; k < l->list.n && !ret; k++) {
			const struct touch *t = &l->list.touch[k];

			cachesim_access(sim, order[i], t->pa, t->write,
					t->class);
		}
	}
	return ret;
}

int cachesim_crew(struct cachesim *sim, const struct design *design,
		  struct domain *d, struct cachesim_thread *threads, size_t n,
		  uint64_t ops, struct rng *rng, struct record *r,
		  struct err *e)
{
	struct touches l = {
		.design = design, .d = d, .threads = threads, .nthreads = n};
	size_t walkers = 0;
	unsigned *order;
	uint64_t rounds;
	int ret = check_threads(sim, threads, n, ops, e);

	if (ret)
		return ret;
	order = calloc(n, sizeof(*order));
	if (!order)
		return err_set(e, -ENOMEM, "sim: out of memory");
	for (size_t i = 0; i < n; i++)
		walkers += !threads[i].updates;
	rounds = (ops - 1) / (walkers ? walkers : n) + 1;
	for (uint64_t round = 0; round < 2 * rounds && !ret; round++) {
		if (round == rounds) {
			cachesim_reset_counts(sim);
			l.submits = 0;
		}
		ret = one_round(&l, sim, order, rng, e);
		if (round % 4096 == 0)
			for (size_t i = 0; i < n; i++)
				design->thread_quiesce(threads[i].t);
	}
	free(order);
	touches_release(&l);
	if (ret)
		return ret;
	cachesim_record(r, sim, threads, n, d->levels, rounds, l.submits);
	return 0;
}
