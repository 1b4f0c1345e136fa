/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces made by a test, and their replay by a crew of its own. */
#ifndef TESTS_UNIT_REPLAYED_H
#define TESTS_UNIT_REPLAYED_H

#include <errno.h>
#include <sys/mman.h>

#include "../designs.h"
#include "../kernels/aligned.h"
#include "machine/clock.h"
#include "measure/replay_parts.h"

#define PAGE UINT64_C(4096)
#define MEG  (UINT64_C(1) << 20)

/* A trace made here; labels are "0", "1", … */
struct made {
	struct trace t;
	struct trace_event events[4096];
	char *labels[4];
};

static char names[4][2] = {"0", "1", "2", "3"};

static inline void made_init(struct made *m, unsigned domains)
{
	memset(m, 0, sizeof(*m));
	snprintf(m->t.name, sizeof(m->t.name), "made");
	m->t.events = m->events;
	m->t.domains = m->labels;
	m->t.ndomains = domains;
	for (unsigned i = 0; i < domains; i++)
		m->labels[i] = names[i];
}

static inline void add(struct made *m, enum trace_kind kind, unsigned domain,
		       unsigned cpu, uint64_t iova, uint64_t pa, uint64_t bytes)
{
	struct trace_event *ev = &m->events[m->t.n++];

	*ev = (struct trace_event){
		.iova = iova,
		.pa = kind == TRACE_MAP ? pa : 0,
		.bytes = bytes,
		.line = (uint32_t)m->t.n,
		.cpu = (uint16_t)cpu,
		.domain = (uint16_t)domain,
		.kind = (uint8_t)kind,
		.prot = VTD_R | VTD_W,
	};
	if (kind == TRACE_MAP)
		m->t.maps++;
	else
		m->t.unmaps++;
}

static struct topo *topo;

/* What a replay left. */
struct outcome {
	uint64_t wrong;
	char why[160]; /* for it, or for the error */
	struct replay last;
	struct singles map, unmap;
	double blocks; /* events that a block was timed for */
	/* of the last replay: walks, by kind; pages gone before theirs */
	uint64_t translated, walked, late;
};

/* How the next replays are. */
static struct {
	enum inv_flush flush;
	uint64_t mapper_rate;
} setting;

/* Threads of a crew here. */
enum { CREW_MAX = 12 };

static inline int run_crew(struct worker_group *g, struct replay *r,
			   unsigned kinds, struct err *e)
{
	unsigned cpus[CREW_MAX];
	struct crew *crew;
	int rc;

	for (unsigned i = 0; i < g->n; i++) {
		cpus[i] = topo->cpus[i % topo->ncpus].os_index;
		g->workers[i].cpu = cpus[i];
	}
	rc = crew_start(&crew, topo, cpus, g->n, e);
	for (unsigned which = 0; which < kinds && !rc; which++) {
		struct batch b = {
			.name = "test", .run = batch_replay, .which = which};

		rc = replay_begin(r, g, e);
		if (rc)
			break;
		rc = crew_run(crew, g, &b, e);
		replay_end(r, g, rc ? NULL : &b);
	}
	crew_stop(crew);
	return rc;
}

static inline void count_walks(const struct replay *r, struct outcome *out)
{
	const struct replay_plan *plan = r->plan;

	for (unsigned i = 0; i < plan->nthreads * plan->devices.n; i++)
		out->translated += r->parts[plan->nthreads + i].walked;
	for (unsigned i = 0; i < plan->walkers.n; i++) {
		out->walked += replay_walker_part(r, i)->walked;
		out->late += replay_walker_part(r, i)->late;
	}
}

static inline void make_worker(struct worker_group *g, unsigned i,
			       const struct replay_plan *plan)
{
	static unsigned replays;
	const unsigned of_role[] = {plan->walkers.n, plan->nthreads, 0,
				    plan->devices.n};
	struct worker *w = &g->workers[i];

	w->group = g;
	w->thread = w->index = i;
	w->role = ROLE_WALKER;
	while (w->index >= of_role[w->role])
		w->index -= of_role[w->role++];
	g->caches[i] = &w->t.cache;
	/* as if others had replayed more or less before */
	rng_seed(&w->gaps, ++replays, i);
	for (unsigned k = 0; k < TAILS; k++)
		assert_int_equal(singles_init(&w->tail[k]), 0);
}

/*
 * Replays @plan, first in blocks, then (of two @kinds) with events timed alone;
 * pool and all are made anew, of @pages if that is not 0.
 */
static inline int replay_plan(const struct replay_plan *plan,
			      const struct design *d,
			      enum engine_reclaim reclaim, size_t pages,
			      unsigned kinds, struct outcome *out)
{
	const struct params params = {.time.sample_every = 8,
				      .time.mapper_rate = setting.mapper_rate,
				      .seed = 3};
	const struct iotlb_geometry tlb = {64, 8}, psc = {16, 4};
	size_t bytes = pages ? pages : (size_t)replay_plan_tables(plan);
	struct worker_group g = {.n = plan->walkers.n + plan->nthreads +
				      plan->devices.n,
				 .design = d,
				 .params = &params};
	struct engine_config cfg = {.format = VTD_SS,
				    .max_leaf_level = plan->max_leaf_level,
				    .reclaim = reclaim,
				    .flush = setting.flush};
	struct pool_cache *caches[CREW_MAX];
	struct replay *r;
	struct err e = {0};
	struct pool pool;
	void *mem;
	int rc;

	bytes *= VTD_PAGE_BYTES;
	mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(pool_init(&pool, mem, bytes, 1 << 20), 0);
	cfg.pool = g.pool = &pool;
	if (plan->devices.n) {
		cfg.iotlb = iotlb_new(&tlb);
		assert_non_null(cfg.iotlb);
		assert_int_equal(iotlb_psc_init(cfg.iotlb, &psc, PSC_SHARED),
				 0);
	}
	g.caches = caches;
	g.replay = r = replay_new(plan, &cfg);
	g.workers = aligned_zalloc(_Alignof(struct worker), g.n,
				   sizeof(*g.workers));
	assert_non_null(g.replay);
	assert_non_null(g.workers);
	for (unsigned i = 0; i < g.n; i++)
		make_worker(&g, i, plan);
	*out = (struct outcome){.wrong = 0};
	assert_int_equal(singles_init(&out->map), 0);
	assert_int_equal(singles_init(&out->unmap), 0);
	rc = run_crew(&g, r, kinds, &e);
	snprintf(out->why, sizeof(out->why), "%.150s", e.what);
	for (unsigned i = 0; i < g.n; i++) {
		struct worker *w = &g.workers[i];

		if (w->wrong && !out->wrong)
			snprintf(out->why, sizeof(out->why), "%s", w->why);
		out->wrong += w->wrong;
		out->blocks += w->update.ops;
		singles_merge(&out->map, &w->tail[TAIL_MAP]);
		singles_merge(&out->unmap, &w->tail[TAIL_UNMAP]);
		for (unsigned k = 0; k < TAILS; k++)
			singles_release(&w->tail[k]);
	}
	out->last = *r;
	count_walks(r, out);
	replay_free(r);
	iotlb_free(cfg.iotlb);
	free(g.workers);
	pool_fini(&pool);
	munmap(mem, bytes);
	return rc;
}

static inline void outcome_release(struct outcome *out)
{
	singles_release(&out->map);
	singles_release(&out->unmap);
}

static inline int replay(const struct made *m, const struct design *d,
			 unsigned threads, unsigned max_leaf,
			 enum engine_reclaim reclaim, struct outcome *out)
{
	const struct replay_plan_options o = {.nthreads = threads,
					      .max_leaf_level = max_leaf};
	struct err e = {0};
	struct replay_plan *plan = replay_plan_new(&m->t, &o, &e);
	int rc;

	if (!plan)
		fail_msg("%s", e.what);
	rc = replay_plan(plan, d, reclaim, 0, 2, out);
	replay_plan_free(plan);
	return rc;
}

static inline bool possible(const struct design *d, unsigned threads,
			    enum engine_reclaim reclaim)
{
	return !(threads > 1 && (d->flags & DESIGN_SINGLE_THREAD)) &&
	       !(reclaim == RECLAIM_EMPTY &&
		 !(d->flags & DESIGN_RECLAIM_EMPTY));
}

static inline int topo_setup(void **state)
{
	char why[256];
	struct err e;

	return clock_init(true, &e) ||
	       topo_load(&topo, "live", why, sizeof(why));
}

static inline int topo_teardown(void **state)
{
	topo_free(topo);
	return 0;
}

#endif
