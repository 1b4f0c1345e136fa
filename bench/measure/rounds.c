/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose batch is next, and which of them count. */
#include "measure/rounds.h"

#include "../kernels/mutant.h"
#include "machine/clock.h"

/* Batches of a round, and what counted before it. */
struct round {
	struct batch b[ROUNDS_CONTESTANTS];
	bool ran[ROUNDS_CONTESTANTS];
	bool lost; /* any of them */
	bool last;
};

void rounds_order(struct rng *rng, unsigned n, unsigned *order)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned j = MUTANT(rounds_not_shuffled)
				     ? i
				     : (unsigned)rng_below(rng, i + 1);

		order[i] = order[j];
		order[j] = i;
	}
}

static int run(const struct rounds *r, const unsigned *got, struct round *now)
{
	unsigned order[ROUNDS_CONTESTANTS];

	rounds_order(r->rng, r->n, order);
	now->lost = false;
	for (unsigned i = 0; i < r->n; i++) {
		unsigned at = order[i];
		int ret = got[at] < r->wanted ? r->run(r->arg, at, &now->b[at])
					      : 1;

		if (ret < 0)
			return ret;
		now->ran[at] = !ret;
		now->lost |= !ret && now->b[at].lost;
	}
	return 0;
}

static bool counts(const struct rounds *r, const struct round *now, unsigned i,
		   unsigned got)
{
	if (r->paired && !MUTANT(rounds_unpaired))
		return !now->lost;
	return !now->b[i].lost || MUTANT(rounds_lost_counts) ||
	       (now->last && !got && !r->paired);
}

int rounds_run(const struct rounds *r)
{
	uint64_t until = clock_start() + clock_ticks((double)r->patience_ns);
	unsigned got[ROUNDS_CONTESTANTS] = {0};
	struct round now = {.last = false};
	bool more = true;
	int ret = 0;

	for (unsigned round = 0; !ret && more && !now.last; round++) {
		now.last = round + 1 == r->tries ||
			   (r->patience_ns && clock_start() > until);
		more = false;
		ret = r->prepare ? r->prepare(r->arg, round) : 0;
		if (!ret)
			ret = run(r, got, &now);
		for (unsigned i = 0; i < r->n && !ret; i++) {
			if (!now.ran[i])
				continue;
			if (counts(r, &now, i, got[i])) {
				r->collect(r->arg, i, &now.b[i]);
				got[i]++;
			}
			more |= got[i] < r->wanted;
		}
	}
	return ret;
}
