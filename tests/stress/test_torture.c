/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Torture: mappers map and unmap until tables come and go all the time while
 * walkers, IOTLB readers, devices and a dumper look (it dumps as a whole or in
 * chunks), in a checking build (reclaimed tables are poisoned). Under designs
 * that are safe for owners only, mappers walk, translate and dump what is
 * theirs, and nobody else looks but the devices: an invalidation drains them,
 * whatever the design. For every design and kind of reclamation:
 *
 *  - a reader sees nothing, or a PA that this IOVA held at some time;
 *  - a mapper finds in its range exactly what it mapped there last;
 *  - through the IOTLB, never one whose unmap had returned before the
 *    translate began, or, where invalidations are deferred, whose flush had;
 *  - at the end every table is back in the pool exactly once.
 *
 * Printed: versions ahead of the reader that answers were, and how long
 * unlinked tables waited to be reclaimed (the age of grace periods).
 *
 * Each mapping's PA carries the number of its mapping (its version). A mapper
 * stores, after an unmap returned or was flushed, the version from which on a
 * later answer is right; a reader reads it before it asks. Before it maps a
 * slot again whose unmap was deferred, a mapper sees to it that it is flushed.
 *
 * STRESS_SECONDS (default 10) is shared by all designs; STRESS_SEED seeds;
 * STRESS_DESIGN takes one design only, STRESS_FREE one way of freeing of the
 * designs that have several, STRESS_RECLAIMER one reclaimer (liburcu or own),
 * STRESS_FLUSH strict or deferred invalidations.
 */
#include <errno.h>
#include <pthread.h>

#include "stress.h"

#include "base/rng.h"

enum {
	POOL_PAGES = 1 << 13,
	MAPPERS = 2,
	WALKERS = 1,
	TRANSLATORS = 1,
	DEVICES = 2,
	DUMPERS = 1,
	THREADS = MAPPERS + WALKERS + TRANSLATORS + DEVICES + DUMPERS,
	/* per mapper; slots of the mappers alternate, so upper tables are
	 * shared, and with 16 pages also leaf tables */
	SLOTS = 64,
	AGES = 16,
};

/*
 * PA = version in 51:39, below it the IOVA with some bits flipped; of odd
 * versions a page further, so that they take 4K leaves where even ones take
 * one of 2M.
 */
#define IOVA_BITS 39
#define FLIP	  UINT64_C(0x2a55400000)

enum role { MAPPER, DEVICE, WALKER, TRANSLATOR, DUMPER, ROLES };

struct slot {
	uint64_t iova, bytes;
	uint64_t version; /* its mapper's: of the present or last mapping */
	bool mapped;
	uint64_t ticket; /* of its last unmap */
	/* Versions before this one may not be seen by a translate that starts
	 * now. Release store by the mapper, acquire load by readers. */
	uint64_t from;
};

struct world {
	const struct design *design;
	struct pool pool;
	struct iotlb *iotlb;
	struct domain *d;
	struct slot slots[MAPPERS][SLOTS];
	uint64_t seed;
	int stop;	/* relaxed: a hint to leave the loop */
	unsigned begun; /* threads that have; of stress_wait() */
	uint64_t wrong; /* relaxed: a count, read after the join */
	char why[256];	/* of the first wrong answer */
	uint64_t steps[ROLES];
	uint64_t drained;	/* flights of devices that flushes waited for */
	uint64_t age[AGES + 1]; /* how many versions old answers were */
};

struct worker {
	struct world *w;
	enum role role;
	unsigned index;
	pthread_t thread;
};

static uint64_t pa_of(uint64_t iova, uint64_t version)
{
	return ((iova ^ FLIP) + version % 2 * 4096) | version % (1u << 13)
							      << IOVA_BITS;
}

static void complain(struct world *w, const char *who, uint64_t iova,
		     uint64_t pa, uint64_t from)
{
	if (__atomic_fetch_add(&w->wrong, 1, __ATOMIC_RELAXED))
		return;
	snprintf(w->why, sizeof(w->why),
		 "%s at 0x%" PRIx64 " got 0x%" PRIx64 ", versions from %" PRIu64
		 " on are right",
		 who, iova, pa, from);
}

/* Whether @pa is one that @iova held; *age = versions older than @from. */
static bool legal(uint64_t iova, uint64_t pa, uint64_t from, int64_t *age)
{
	const uint64_t mask = (UINT64_C(1) << IOVA_BITS) - 1;
	uint64_t version = pa >> IOVA_BITS;

	if (pa >> 52 || (((pa & mask) - version % 2 * 4096) ^ FLIP) != iova)
		return false;
	/* versions count modulo 2^13: the nearest */
	*age = (int64_t)((from - version) % (1u << 13));
	if (*age >= 1 << 12)
		*age -= 1 << 13;
	return true;
}

/* The owner of a range finds in it exactly what it mapped there last. */
static void owner_look(struct world *w, struct engine_thread *t,
		       const struct slot *s, struct rng *r)
{
	uint64_t iova = s->iova + rng_below(r, s->bytes);
	uint64_t want = pa_of(s->iova, s->version) + (iova - s->iova);
	struct engine_walk found;

	if (w->design->walk(w->d, t, iova, &found))
		complain(w, "its owner", iova, ENGINE_FAULT, s->version);
	else if (found.pa != want)
		complain(w, "its owner", iova, found.pa, s->version);
}

/* A table of 4K leaves that goes in two pieces stays, empty, until a large
 * leaf takes its place (or it is filled again). */
static int unmap_slot(struct world *w, struct engine_thread *t,
		      const struct slot *s, struct rng *r)
{
	uint64_t pieces = s->version % 2 && rng_below(r, 2) ? 2 : 1;
	uint64_t bytes = s->bytes / pieces, unmapped = 0;
	int ret = 0;

	for (uint64_t i = 0; i < pieces && !ret; i++) {
		ret = w->design->unmap(w->d, t, s->iova + i * bytes, bytes,
				       &unmapped);
		if (!ret && unmapped != bytes)
			ret = -ERANGE;
	}
	return ret;
}

/* What was unmapped there is gone from the IOTLB: from now on only what is
 * mapped later is right. */
static void flushed(struct slot *s)
{
	__atomic_store_n(&s->from, s->version + 1, __ATOMIC_RELEASE);
}

/* The IOVAs of an unmapped slot may be used again. */
static void flush_slot(struct world *w, struct engine_thread *t, struct slot *s)
{
	if (w->d->flush && !flush_done(w->d->flush, s->ticket))
		w->design->flush(w->d, t);
	flushed(s);
}

static void mapper_step(struct world *w, struct engine_thread *t,
			unsigned mapper, struct rng *r)
{
	struct slot *s = &w->slots[mapper][rng_below(r, SLOTS)];
	int ret;

	if (!s->mapped) {
		flush_slot(w, t, s);
		s->version++;
		ret = w->design->map(w->d, t, s->iova,
				     pa_of(s->iova, s->version), s->bytes,
				     VTD_R | VTD_W);
		if (ret == -ENOMEM) {
			s->version--; /* all of it waits to be reclaimed */
			return;
		}
		if (!ret)
			owner_look(w, t, s, r);
	} else {
		owner_look(w, t, s, r);
		ret = unmap_slot(w, t, s, r);
		s->ticket = t->ticket;
		if (!w->d->flush || !rng_below(r, 8))
			flush_slot(w, t, s);
	}
	if (ret)
		complain(w, strerror(-ret), s->iova, 0, s->version);
	s->mapped = !s->mapped;
}

/* What a batch of one walk finds: its first pass and its second are as far
 * apart as those of more, and whose the answer is can be told. */
static uint64_t batched(struct world *w, struct engine_thread *t, uint64_t iova)
{
	struct engine_block b = {0};

	w->design->exec[EXEC_WALK_BATCH](w->d, t, &iova, 1, &b);
	return b.faults ? ENGINE_FAULT : b.sum;
}

/* Half the time in one page of the slot (which differs, so that they are of
 * different sets): what the IOTLB has of it is asked for again soon. */
static uint64_t readers_iova(const struct slot *s, struct rng *r)
{
	uint64_t offset = rng_below(r, s->bytes);

	if (rng_below(r, 2))
		offset = (s->iova >> 21) * VTD_PAGE_BYTES % s->bytes +
			 offset % VTD_PAGE_BYTES;
	return s->iova + offset;
}

/* How a reader of @role looks; of the others, WALKER or TRANSLATOR. */
static uint64_t look(struct world *w, struct engine_thread *t, enum role role,
		     uint64_t iova, struct rng *r)
{
	struct engine_walk found;
	unsigned perm = 0;

	if (role == DEVICE)
		return device_translate(w->d, t, iova, &perm);
	if (role == TRANSLATOR)
		return w->design->translate(w->d, t, iova, &perm);
	if (rng_below(r, 2))
		return batched(w, t, iova);
	return w->design->walk(w->d, t, iova, &found) ? ENGINE_FAULT : found.pa;
}

/* Looks at a slot of @mapper. */
static void reader_step(struct world *w, struct engine_thread *t,
			enum role role, uint64_t mapper, struct rng *r,
			uint64_t age[AGES + 1])
{
	static const char *const names[ROLES] = {
		[DEVICE] = "device", [WALKER] = "walk", [TRANSLATOR] = "translate"};
	struct slot *s = &w->slots[mapper][rng_below(r, SLOTS)];
	uint64_t iova = readers_iova(s, r), pa;
	uint64_t from = __atomic_load_n(&s->from, __ATOMIC_ACQUIRE);
	int64_t old;

	pa = look(w, t, role, iova, r);
	if (pa == ENGINE_FAULT)
		return;
	if (!legal(iova, pa, from, &old) || old > 0)
		complain(w, names[role], iova, pa, from);
	else
		age[-old < AGES ? -old : AGES]++;
}

static int dump_leaf(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
		     unsigned perm)
{
	int64_t age;

	if (!legal(iova, pa, 0, &age) || perm != (VTD_R | VTD_W))
		complain(arg, "dump", iova, pa, 0);
	return 0;
}

static void owner_step(struct world *w, struct engine_thread *t,
		       unsigned mapper, struct rng *r, uint64_t age[AGES + 1])
{
	const struct slot *s = &w->slots[mapper][rng_below(r, SLOTS)];

	mapper_step(w, t, mapper, r);
	reader_step(w, t, WALKER, mapper, r, age);
	reader_step(w, t, TRANSLATOR, mapper, r, age);
	w->design->dump(w->d, t, s->iova, s->iova + s->bytes - 1, dump_leaf, w,
			NULL);
}

/* Under a lock, pauses for longer than the dump took: a fair one gives the
 * dumper as many turns as anyone, and its turns are long. */
static void dumper_step(struct world *w, struct engine_thread *t, struct rng *r)
{
	unsigned chunk = rng_below(r, 2) ? 1 + (unsigned)rng_below(r, 100) : 0;
	double before = stress_now(CLOCK_MONOTONIC), pause;
	struct timespec ns = {0};

	w->design->dump_chunks(w->d, t, 0, UINT64_MAX, chunk, dump_leaf, w,
			       NULL);
	if (w->design->flags & (DESIGN_DEFERS | DESIGN_HOLDS))
		return;
	pause = 4 * (stress_now(CLOCK_MONOTONIC) - before);
	ns.tv_nsec = (long)(1e9 * (pause < 0.05 ? pause : 0.05));
	nanosleep(&ns, NULL);
}

static void step(struct worker *self, struct engine_thread *t, struct rng *r,
		 uint64_t age[AGES + 1])
{
	struct world *w = self->w;

	switch (self->role) {
	case MAPPER:
		if (w->design->flags & DESIGN_FOREIGN)
			mapper_step(w, t, self->index, r);
		else
			owner_step(w, t, self->index, r, age);
		break;
	case DEVICE:
	case WALKER:
	case TRANSLATOR:
		reader_step(w, t, self->role, rng_below(r, MAPPERS), r, age);
		break;
	case DUMPER:
		dumper_step(w, t, r);
		break;
	case ROLES:
		break;
	}
}

static void *worker_run(void *arg)
{
	struct worker *self = arg;
	struct world *w = self->w;
	struct iotlb *device_of = self->role == DEVICE ? w->iotlb : NULL;
	struct engine_thread t;
	uint64_t age[AGES + 1] = {0}, n = 0;
	bool begun = false;
	struct rng r;

	rng_seed(&r, w->seed, self->role * 16 + self->index);
	stress_enter(w->design, &t, &w->pool, device_of);
	while (!__atomic_load_n(&w->stop, __ATOMIC_RELAXED)) {
		for (int i = 0; i < (self->role == DUMPER ? 2 : 32); i++, n++) {
			step(self, &t, &r, age);
			stress_quiesce(w->design, &t);
		}
		if (!begun)
			__atomic_fetch_add(&w->begun, 1, __ATOMIC_RELAXED);
		begun = true;
		stress_rest(w->design, &t);
	}
	stress_leave(w->design, &t, device_of);
	__atomic_fetch_add(&w->drained, t.iotlb.drained, __ATOMIC_RELAXED);
	__atomic_fetch_add(&w->steps[self->role], n, __ATOMIC_RELAXED);
	if (self->role == MAPPER && !(w->design->flags & DESIGN_FOREIGN))
		__atomic_fetch_add(&w->steps[WALKER], n, __ATOMIC_RELAXED);
	for (int i = 0; i <= AGES; i++)
		__atomic_fetch_add(&w->age[i], age[i], __ATOMIC_RELAXED);
	return NULL;
}

/* `none` is for one thread: the same steps, in turn. */
static void run_alone(struct world *w, double seconds)
{
	struct engine_thread t;
	clock_t end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
	struct rng r;

	rng_seed(&r, w->seed, 0);
	w->design->thread_enter(&t, &w->pool);
	while (clock() < end) {
		for (int i = 0; i < 64; i++) {
			mapper_step(w, &t, (unsigned)i % MAPPERS, &r);
			reader_step(w, &t, WALKER, rng_below(&r, MAPPERS), &r,
				    w->age);
			reader_step(w, &t, TRANSLATOR, rng_below(&r, MAPPERS),
				    &r, w->age);
			w->design->thread_quiesce(&t);
		}
		w->design->dump(w->d, &t, 0, UINT64_MAX, dump_leaf, w, NULL);
		w->steps[MAPPER] += 64;
		w->steps[WALKER] += 64;
		w->steps[TRANSLATOR] += 64;
		w->steps[DUMPER]++;
	}
	w->design->thread_leave(&t);
}

static void run_threads(struct world *w, double seconds)
{
	static const unsigned count[ROLES] = {MAPPERS, DEVICES, WALKERS,
					      TRANSLATORS, DUMPERS};
	unsigned roles = w->design->flags & DESIGN_FOREIGN ? ROLES : DEVICE + 1;
	struct worker workers[THREADS];
	unsigned n = 0;

	for (unsigned role = 0; role < roles; role++)
		for (unsigned i = 0; i < count[role]; i++, n++) {
			workers[n] = (struct worker){w, (enum role)role, i, 0};
			assert_int_equal(pthread_create(&workers[n].thread,
							NULL, worker_run,
							&workers[n]),
					 0);
		}
	stress_wait(seconds, n, &w->begun);
	__atomic_store_n(&w->stop, 1, __ATOMIC_RELAXED);
	while (n)
		pthread_join(workers[--n].thread, NULL);
}

/* Slots of which many share leaf tables, slots over two leaf tables of which
 * the other mapper has a slot in one, slots of which only two share a table (so
 * that these empty while another fills them), whole leaf tables, and large
 * leaves over what were leaf tables. */
static void slots_init(struct world *w)
{
	for (unsigned i = 0; i < SLOTS; i++)
		for (unsigned m = 0; m < MAPPERS; m++) {
			struct slot *s = &w->slots[m][i];
			uint64_t nth = i * MAPPERS + m;

			if (i < SLOTS / 8) {
				s->iova = nth * 16 * 4096;
				s->bytes = 16 * 4096;
			} else if (i < SLOTS / 4) {
				s->iova = (UINT64_C(3) << 30) + i * (4u << 20) +
					  (2u << 20) - 8 * 4096;
				s->bytes = 16 * 4096;
				if (m != i % 2)
					s->iova += i / 2 % 2 ? s->bytes
							     : -s->bytes;
			} else if (i < SLOTS / 2) {
				/* a slot of each mapper in a table of their
				 * own, every other pair with the table above */
				s->iova = (UINT64_C(2) << 30) + i * (2u << 20) +
					  m * (16 * 4096);
				if (i % 2)
					s->iova += (uint64_t)i << 30;
				s->bytes = 16 * 4096;
			} else {
				s->iova =
					(UINT64_C(1) << 30) + nth * (2u << 20);
				s->bytes = 2u << 20;
			}
		}
}

/* Limits that a mapper comes to, not only the offline thread. */
static struct freeing way_of(enum free_way way, enum free_reclaimer reclaimer)
{
	return (struct freeing){.way = way,
				.reclaimer = reclaimer,
				.batch = 4,
				.bytes = 4 * VTD_PAGE_BYTES,
				.time_ns = 1000000};
}

static const char *flush_name(enum inv_flush flush)
{
	return flush == FLUSH_DEFERRED ? "deferred" : "strict";
}

/* NULL: any will do. */
static bool asked_for(const char *variable, const char *name)
{
	const char *only = getenv(variable);

	return !only || !strcmp(only, name);
}

static const char *reclaimer_name(enum free_reclaimer reclaimer)
{
	return reclaimer == RECLAIMER_OWN ? "own" : "liburcu";
}

static void torture(const struct design *design, enum engine_reclaim reclaim,
		    unsigned max_leaf, struct freeing how, enum inv_flush flush,
		    double seconds)
{
	struct iotlb_geometry g = {64, 4}, psc = {4, 4};
	/* of designs with both reclamations one shape does without; of each
	 * device its own where leaves are large, too */
	const bool has_psc = reclaim == RECLAIM_EMPTY || max_leaf == 1 ||
			     !(design->flags & DESIGN_RECLAIM_EMPTY);
	const enum psc_scope scope = max_leaf > 1 ? PSC_WALKER : PSC_SHARED;
	struct world *w = aligned_zalloc(_Alignof(struct world), 1, sizeof(*w));
	uint64_t reclaimed, reads;
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 3,
				    .max_leaf_level = max_leaf,
				    .reclaim = reclaim,
				    .domain_id = 1,
				    .pool = &w->pool,
				    .freeing = how,
				    .flush = flush};

	if (!w)
		abort();
	w->design = design;
	w->seed = (uint64_t)stress_number("STRESS_SEED", 1);
	/* what is never freed needs room for all of the run */
	size_t pages = design->flags & DESIGN_HOLDS ? 1u << 21 : POOL_PAGES;

	stress_pool_init(&w->pool, pages, 1 << 20);
	stress_ages_clear();
	w->iotlb = cfg.iotlb = iotlb_new(&g);
	assert_non_null(w->iotlb);
	if (has_psc)
		assert_int_equal(iotlb_psc_init(w->iotlb, &psc, scope), 0);
	w->d = design->domain_new(&cfg);
	assert_non_null(w->d);
	slots_init(w);
	if (design->flags & DESIGN_SINGLE_THREAD)
		run_alone(w, seconds);
	else
		run_threads(w, seconds);
	design->domain_free(w->d);
	reads = w->steps[WALKER] + w->steps[TRANSLATOR] + w->steps[DEVICE];
	print_message("# %s reclaim=%s max_leaf=%u flush=%s psc=%s",
		      design->name, reclaim ? "empty" : "whole", max_leaf,
		      flush_name(flush),
		      !has_psc		    ? "none"
		      : scope == PSC_WALKER ? "walker"
					    : "shared");
	if (design->flags & DESIGN_DEFERS)
		print_message(" free=%s reclaimer=%s", free_ways[how.way].name,
			      reclaimer_name(how.reclaimer));
	print_message(": %" PRIu64 " updates, %" PRIu64 " reads, %" PRIu64
		      " dumps, %" PRIu64 " by devices, %" PRIu64
		      " drained; versions ahead:",
		      w->steps[MAPPER], reads, w->steps[DUMPER],
		      w->steps[DEVICE], w->drained);
	for (int i = 0; i <= AGES; i++)
		if (w->age[i])
			print_message(" %d:%" PRIu64, i, w->age[i]);
	print_message("\n");
	reclaimed = stress_ages_print();
	if (w->wrong)
		fail_msg("%" PRIu64 " wrong answers, the first: %s", w->wrong,
			 w->why);
	assert_true(w->steps[MAPPER] > 0 && reads > 0);
	assert_true(w->steps[DEVICE] > 0 ||
		    design->flags & DESIGN_SINGLE_THREAD);
	assert_true(reclaimed > 0 || w->steps[MAPPER] < 1000);
	stress_pool_fini(&w->pool);
	iotlb_free(w->iotlb);
	free(w);
}

/* Both kinds of reclamation, with and without large leaves. */
static void torture_shapes(const struct design *design, struct freeing how,
			   double seconds)
{
	for (unsigned i = 0; i < 2 * INV_FLUSHES; i++) {
		enum inv_flush flush = (enum inv_flush)(i / 2);
		unsigned max_leaf = 1 + i % 2;

		if (!asked_for("STRESS_FLUSH", flush_name(flush)))
			continue;
		torture(design, RECLAIM_WHOLE, max_leaf, how, flush,
			seconds / 8);
		if (design->flags & DESIGN_RECLAIM_EMPTY)
			torture(design, RECLAIM_EMPTY, max_leaf, how, flush,
				seconds / 8);
	}
}

/* The ways of freeing that are not the default, each with one of the shapes in
 * turn, or all if one way is asked for. */
static void torture_ways(const struct design *design, double seconds)
{
	const bool one = getenv("STRESS_FREE") || getenv("STRESS_RECLAIMER");
	unsigned nth = 0;

	for (unsigned i = 1; i < 2 * FREE_WAYS; i++) {
		enum free_way way = (enum free_way)(i / 2);
		enum free_reclaimer reclaimer = (enum free_reclaimer)(i % 2);
		struct freeing how = way_of(way, reclaimer);

		if (!asked_for("STRESS_FREE", free_ways[way].name) ||
		    !asked_for("STRESS_RECLAIMER", reclaimer_name(reclaimer)) ||
		    (way == FREE_sync && reclaimer == RECLAIMER_OWN))
			continue;
		if (one)
			torture_shapes(design, how, seconds / 4);
		else
			torture(design,
				nth / 2 % 2 && design->flags &
							DESIGN_RECLAIM_EMPTY
					? RECLAIM_EMPTY
					: RECLAIM_WHOLE,
				1 + nth % 2, how,
				(enum inv_flush)(nth / 4 % INV_FLUSHES),
				seconds / (2 * FREE_WAYS - 2));
		nth++;
	}
}

static void test_design(void)
{
	double seconds = stress_seconds();

	if (!(tested->flags & DESIGN_DEFERS)) {
		torture_shapes(tested, (struct freeing){0}, seconds);
		return;
	}
	if (asked_for("STRESS_FREE", free_ways[FREE_list].name) &&
	    asked_for("STRESS_RECLAIMER", reclaimer_name(RECLAIMER_LIBURCU)))
		torture_shapes(tested, (struct freeing){0}, seconds / 2);
	torture_ways(tested, seconds / 2);
}

int main(void)
{
	check_preempt_every = 50;
	return stress_run("torture", test_design);
}
