/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What dumpers do: walk the whole table, as debugfs does, and check it. */
#include <inttypes.h>

#include "../kernels/check.h"
#include "measure/batch.h"

struct dump {
	const struct work *work;
	const volatile sig_atomic_t *stop;
	uint64_t static_bytes; /* seen of the static mappings */
	uint64_t wrong, wrong_iova;
	struct race *race; /* NULL: nothing is to be read from freed tables */
};

static bool is_static(const struct work *work, uint64_t iova)
{
	for (size_t m = 0; m < work->nmaps; m++)
		if (iova - work->maps[m].iova < work->maps[m].bytes)
			return true;
	return false;
}

/* A leaf of a freed table: what would a dump have printed? */
static void look_freed(struct race *r, uint64_t iova, uint64_t pa,
		       uint64_t bytes)
{
	if (pa == engine_op_pa(iova, (unsigned)(pa >> 48)))
		r->stale++;
	else if (pa == (CHECK_POISON & VTD_ADDR_MASK & ~(bytes - 1)))
		r->garbage++;
	else
		r->foreign++;
}

static int visit(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
		 unsigned perm)
{
	struct dump *d = arg;
	uint64_t version = pa >> 48;

	if (d->race && perm & ENGINE_FREED) {
		look_freed(d->race, iova, pa, bytes);
		return d->stop && *d->stop;
	}
	/* Any version is right where mappers are at work, 0 elsewhere. */
	if (is_static(d->work, iova)) {
		d->static_bytes += bytes;
		version = 0;
	}
	if (pa != engine_op_pa(iova, (unsigned)version)) {
		d->wrong++;
		d->wrong_iova = iova;
	}
	return d->stop && *d->stop;
}

void dump_run(struct worker *w, const struct batch *b)
{
	struct worker_group *g = w->group;
	const uint64_t rate = g->params->time.dump_rate;
	const uint64_t step = rate ? clock_ticks(1e9 / (double)rate) : 0;
	uint64_t want = 0, now, due = b->start;

	for (size_t m = 0; m < g->work->nmaps; m++)
		want += g->work->maps[m].bytes;
	batch_wait(b->start);
	while ((now = clock_start()) < b->end && !worker_stopped(w)) {
		struct dump d = {.work = g->work,
				 .stop = g->stop,
				 .race = g->params->race ? &w->race : NULL};
		uint64_t leaves = 0, exposed = w->t.tables_exposed;

		if (now < due)
			continue;
		due = now + step;
		g->design->dump(g->domain, &w->t, 0, g->work->iova_end - 1,
				visit, &d, &leaves);
		tally_add(&w->dump, b, now, clock_stop(), 1);
		if (worker_stopped(w))
			return;
		w->race.dumps++;
		w->race.exposed += w->t.tables_exposed != exposed;
		if (d.wrong)
			worker_wrong(w, d.wrong,
				     "a dump showed an address that IOVA "
				     "0x%" PRIx64 " never had",
				     d.wrong_iova);
		if (d.static_bytes != want)
			worker_wrong(w, 1,
				     "a dump showed %" PRIu64
				     " bytes of the %" PRIu64
				     " mapped before the start",
				     d.static_bytes, want);
		if (w->index == 0 && !g->params->mappers)
			held_sample(g, now);
		g->design->thread_quiesce(&w->t);
	}
}
