/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Concurrent histories.
 *
 * owned: every thread maps, unmaps and walks ranges of its own that share
 * tables with the others'; each answer is what its own flat reference says,
 * and at every quiescent point (all threads at a barrier) a dump of each
 * range is, too. All designs but those for a single thread.
 *
 * overlapping: for designs that are linearizable without owned ranges, also
 * through the IOTLB, short histories of all threads on the same few pages, with
 * the time each operation began and ended; of maps and unmaps alone where only
 * these are. An order must exist that respects these times and in which the
 * flat reference gives every answer (Wing and Gong 1993).
 *
 * LINEAR_ROUNDS and LINEAR_SEED in the environment change length and seed,
 * STRESS_DESIGN takes one design only. Without LINEAR_ROUNDS, many designs
 * share the rounds (designs_share()).
 */
#include <inttypes.h>
#include <pthread.h>
#include <sys/mman.h>
#include <x86intrin.h>

#include "base/rng.h"
#include "../designs.h"
#include "../kernels/check.h"
#include "flat.h"

enum { THREADS = 3, OPS = 4, POOL_PAGES = 1 << 15, OWNED_OPS = 200 };

/* Updates come first. */
enum kind { K_MAP, K_UNMAP, K_WALK, K_TRANSLATE, K_NR };

struct call {
	enum kind kind;
	uint64_t iova, pa, size; /* asked */
	int ret;		 /* answered */
	uint64_t answer;	 /* PA, or bytes unmapped */
	uint64_t begin, end;	 /* TSC */
};

struct arena {
	const struct design *design;
	enum engine_reclaim reclaim;
	void *mem;
	struct pool pool;
	struct iotlb *iotlb;
	struct domain *d;
	pthread_barrier_t edge;
	struct call calls[THREADS][OPS]; /* of one overlapping history */
	struct flat flat[THREADS];	 /* owned: the reference of each */
	uint64_t seed, rounds;
	bool overlapping, stop;
	char why[512]; /* the first failure; written by one thread at a time */
	pthread_mutex_t why_lock;
};

struct member {
	struct arena *a;
	unsigned index;
	pthread_t id;
};

static uint64_t number(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : fallback;
}

static void arena_open(struct arena *a, const struct design *design,
		       enum engine_reclaim reclaim)
{
	struct iotlb_geometry g = {16, 4}, psc = {2, 2};
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 3,
				    .max_leaf_level = 2,
				    .reclaim = reclaim,
				    .domain_id = 1,
				    .pool = &a->pool};
	/* what is never freed needs room for all of the run */
	size_t pages = design->flags & DESIGN_HOLDS ? 1u << 20 : POOL_PAGES;

	memset(a, 0, sizeof(*a));
	a->design = design;
	a->reclaim = reclaim;
	a->mem = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(a->mem, MAP_FAILED);
	assert_int_equal(pool_init(&a->pool, a->mem, pages * 4096, 1 << 20), 0);
	a->iotlb = cfg.iotlb = iotlb_new(&g);
	assert_non_null(a->iotlb);
	if (reclaim == RECLAIM_EMPTY)
		assert_int_equal(iotlb_psc_init(a->iotlb, &psc, PSC_SHARED), 0);
	a->d = design->domain_new(&cfg);
	assert_non_null(a->d);
	pthread_barrier_init(&a->edge, NULL, THREADS);
	pthread_mutex_init(&a->why_lock, NULL);
	a->seed = number("LINEAR_SEED", 1);
}

static void arena_close(struct arena *a)
{
	size_t pages = a->pool.npages;

	a->design->domain_free(a->d);
	iotlb_free(a->iotlb);
	assert_int_equal(pool_tables_held(&a->pool, NULL, 0), 0);
	pool_fini(&a->pool);
	munmap(a->mem, pages * 4096);
}

__attribute__((format(printf, 2, 3))) static void complain(struct arena *a,
							   const char *fmt, ...)
{
	va_list ap;

	pthread_mutex_lock(&a->why_lock);
	if (!a->why[0]) {
		va_start(ap, fmt);
		vsnprintf(a->why, sizeof(a->why), fmt, ap);
		va_end(ap);
	}
	pthread_mutex_unlock(&a->why_lock);
}

/* A thread that waits must not hold up reclamation. */
static void meet(struct arena *a, struct engine_thread *t)
{
	a->design->thread_quiesce(t);
	a->design->thread_offline(t);
	pthread_barrier_wait(&a->edge);
	a->design->thread_online(t);
}

static void call_run(struct arena *a, struct engine_thread *t, struct call *c)
{
	struct engine_walk w;
	unsigned perm;

	c->answer = 0;
	c->begin = __rdtsc();
	switch (c->kind) {
	case K_MAP:
		c->ret = a->design->map(a->d, t, c->iova, c->pa, c->size,
					VTD_R | VTD_W);
		break;
	case K_UNMAP:
		c->ret =
			a->design->unmap(a->d, t, c->iova, c->size, &c->answer);
		break;
	case K_WALK:
		c->ret = a->design->walk(a->d, t, c->iova, &w);
		c->answer = w.pa;
		break;
	case K_TRANSLATE:
		c->answer = a->design->translate(a->d, t, c->iova, &perm);
		c->ret = c->answer == ENGINE_FAULT ? -ENOENT : 0;
		break;
	case K_NR:
		break;
	}
	c->end = __rdtsc();
}

/* Whether the reference answers as the call was answered. */
static bool call_agrees(struct flat *m, const struct call *c)
{
	struct flat_leaf leaf;
	uint64_t answer = 0;
	int ret = 0;

	switch (c->kind) {
	case K_MAP:
		ret = flat_map(m, c->iova, c->pa, c->size, VTD_R | VTD_W);
		break;
	case K_UNMAP:
		ret = flat_unmap(m, c->iova, c->size, &answer);
		break;
	case K_WALK:
	case K_TRANSLATE:
		ret = flat_walk(m, c->iova, &leaf);
		answer = ret ? 0 : leaf.pa + (c->iova - leaf.iova);
		break;
	case K_NR:
		break;
	}
	return ret == c->ret && (ret || answer == c->answer);
}

/* ---- owned ranges ---------------------------------------------------------- */

/* Thread @me owns the 64 KiB blocks and the 2 MiB blocks whose number is me
 * modulo THREADS. */
static struct call owned_call(struct rng *r, unsigned me)
{
	uint64_t block = rng_below(r, 32) * THREADS + me;
	struct call c = {.kind = (enum kind)rng_below(r, K_NR)};

	if (rng_below(r, 2)) {
		c.iova = (block << 16) + (rng_below(r, 8) << 12);
		c.size = (1 + rng_below(r, 8)) << 12;
	} else {
		c.iova = (UINT64_C(1) << 30) + (block << 21);
		c.size = UINT64_C(1) << 21;
		if (!rng_below(r, 3))
			c.size = (1 + rng_below(r, 64)) << 12;
	}
	c.pa = (rng_below(r, 1000) << 30) + c.iova % (1u << 30);
	return c;
}

static int same_leaf(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
		     unsigned perm)
{
	struct flat_leaf leaf;

	return !flat_next(arg, &leaf) || leaf.iova != iova || leaf.pa != pa ||
	       leaf.bytes != bytes || leaf.perm != perm;
}

static void owned_dump(struct arena *a, struct engine_thread *t, unsigned me)
{
	for (uint64_t i = 0; i < 64; i++) {
		uint64_t block = i / 2 * THREADS + me;
		uint64_t iova = i % 2 ? (UINT64_C(1) << 30) + (block << 21)
				      : block << 16;
		uint64_t last = iova + (i % 2 ? 1u << 21 : 1u << 16) - 1;
		struct flat_cursor c = flat_leaves(&a->flat[me], iova, last);
		struct flat_leaf more;
		uint64_t n;

		if (a->design->dump(a->d, t, iova, last, same_leaf, &c, &n) ||
		    flat_next(&c, &more))
			complain(a,
				 "dump of thread %u's 0x%" PRIx64
				 " differs from its reference",
				 me, iova);
	}
}

static void owned_round(struct arena *a, struct engine_thread *t, struct rng *r,
			unsigned me)
{
	for (int i = 0; i < OWNED_OPS; i++) {
		struct call c = owned_call(r, me);

		call_run(a, t, &c);
		if (!call_agrees(&a->flat[me], &c))
			complain(a,
				 "thread %u: call %d at 0x%" PRIx64
				 " size 0x%" PRIx64 " answered %d, 0x%" PRIx64,
				 me, c.kind, c.iova, c.size, c.ret, c.answer);
		a->design->thread_quiesce(t);
	}
	meet(a, t); /* quiescent: nobody writes while all look */
	owned_dump(a, t, me);
	meet(a, t);
}

/* ---- overlapping ranges -------------------------------------------------- */

static struct call overlapping_call(struct rng *r, const struct design *design)
{
	unsigned kinds = design->flags & DESIGN_LINEARIZABLE ? K_NR : K_WALK;
	struct call c = {.kind = (enum kind)rng_below(r, kinds)};

	c.iova = (UINT64_C(510) + rng_below(r, 4)) << 12; /* two leaf tables */
	c.size = (1 + rng_below(r, 2)) << 12;
	if (!rng_below(r, 4)) {
		c.iova = UINT64_C(1) << 21;
		c.size = UINT64_C(1) << 21;
	}
	c.pa = (rng_below(r, 1000) << 30) + c.iova % (1u << 30);
	return c;
}

struct search {
	const struct arena *a;
	unsigned next[THREADS]; /* calls of each thread already ordered */
	struct flat state;
};

/* Whether the rest of the history can be put in order from this state. */
static bool order_exists(struct search *s)
{
	unsigned done = 0;

	for (unsigned t = 0; t < THREADS; t++) {
		const struct call *c = &s->a->calls[t][s->next[t]];
		struct search after = *s;
		bool first = true, found;

		if (s->next[t] == OPS) {
			done++;
			continue;
		}
		/* A call may come first if none still to be ordered ended
		 * before it began. */
		for (unsigned u = 0; u < THREADS; u++)
			if (u != t && s->next[u] < OPS &&
			    s->a->calls[u][s->next[u]].end < c->begin)
				first = false;
		if (!first)
			continue;
		flat_copy(&after.state, &s->state);
		after.next[t]++;
		found = call_agrees(&after.state, c) && order_exists(&after);
		flat_release(&after.state);
		if (found)
			return true;
	}
	return done == THREADS;
}

static void history_check(struct arena *a)
{
	static const char *const names[] = {"map", "unmap", "walk",
					    "translate"};
	struct search s = {.a = a};

	flat_init(&s.state, VTD_SS, 3, 2);
	if (!order_exists(&s)) {
		complain(a, "no order explains a history");
		for (unsigned t = 0; t < THREADS; t++)
			for (unsigned i = 0; i < OPS; i++) {
				const struct call *c = &a->calls[t][i];

				print_error("thread %u [%" PRIu64 ", %" PRIu64
					    "] %s 0x%" PRIx64 " 0x%" PRIx64
					    " pa 0x%" PRIx64
					    " -> %d, 0x%" PRIx64 "\n",
					    t, c->begin, c->end, names[c->kind],
					    c->iova, c->size, c->pa, c->ret,
					    c->answer);
			}
	}
	flat_release(&s.state);
}

static void overlapping_round(struct arena *a, struct engine_thread *t,
			      struct rng *r, unsigned me)
{
	uint64_t bytes;

	for (int i = 0; i < OPS; i++)
		a->calls[me][i] = overlapping_call(r, a->design);
	meet(a, t);
	for (int i = 0; i < OPS; i++) {
		call_run(a, t, &a->calls[me][i]);
		a->design->thread_quiesce(t);
		if (!rng_below(r, 4))
			check_give_way(false);
	}
	meet(a, t);
	if (!me) {
		history_check(a);
		a->design->unmap(a->d, t, 0, UINT64_C(8) << 20, &bytes);
	}
	meet(a, t);
}

/* ---- */

static void *member_run(void *arg)
{
	struct member *m = arg;
	struct arena *a = m->a;
	struct engine_thread t;
	struct rng r;

	rng_seed(&r, a->seed, m->index);
	a->design->thread_enter(&t, &a->pool);
	flat_init(&a->flat[m->index], VTD_SS, 3, 2);
	/* All see `why` after a barrier, so all leave together. */
	for (uint64_t i = 0; i < a->rounds && !a->stop; i++) {
		if (a->overlapping)
			overlapping_round(a, &t, &r, m->index);
		else
			owned_round(a, &t, &r, m->index);
		if (!m->index)
			a->stop = a->why[0];
		meet(a, &t);
	}
	flat_release(&a->flat[m->index]);
	a->design->thread_leave(&t);
	return NULL;
}

static void arena_run(struct arena *a, uint64_t rounds, bool overlapping)
{
	struct member members[THREADS];

	a->rounds = number("LINEAR_ROUNDS", designs_share(rounds));
	a->overlapping = overlapping;
	for (unsigned i = 0; i < THREADS; i++) {
		members[i] = (struct member){a, i, 0};
		assert_int_equal(pthread_create(&members[i].id, NULL,
						member_run, &members[i]),
				 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(members[i].id, NULL);
	if (a->why[0])
		fail_msg("%s reclaim=%s LINEAR_SEED=%" PRIu64 ": %s",
			 a->design->name, a->reclaim ? "empty" : "whole",
			 a->seed, a->why);
}

static void test_histories(void)
{
	const struct design *design = tested;
	static struct arena a;

	if (design->flags & DESIGN_SINGLE_THREAD)
		return; /* the model test is all there is to say */
	for (unsigned reclaim = RECLAIM_WHOLE; reclaim <= RECLAIM_EMPTY;
	     reclaim++) {
		if (reclaim == RECLAIM_EMPTY &&
		    !(design->flags & DESIGN_RECLAIM_EMPTY))
			continue;
		arena_open(&a, design, reclaim);
		arena_run(&a, 200, false);
		arena_close(&a);
		if (!(design->flags &
		      (DESIGN_LINEARIZABLE | DESIGN_LINEAR_UPDATES)))
			continue;
		arena_open(&a, design, reclaim);
		arena_run(&a, 10000, true);
		arena_close(&a);
	}
}

int main(void)
{
	static const struct design_case cases[] = {
		{"histories", test_histories}};

	return designs_run("histories", cases, 1, "STRESS_DESIGN");
}
