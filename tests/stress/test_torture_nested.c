/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Torture of nested walks: both stages change under them. Mappers own slots of
 * the first stage, and of the second the guest addresses that these lead to;
 * they map, unmap and exchange both. A saboteur takes pieces of the guest's
 * memory, where the first stage's tables lie, out of the second stage and puts
 * them back. Walkers, by nested_walk() and by the executor, in a checking
 * build (reclaimed tables of either stage are poisoned):
 *
 *  - see a fault, or a guest address that this IOVA held and a PA that this
 *    guest address held;
 *  - none of either stage whose unmap had returned before the walk began;
 *  - a mapper finds in its slot what it mapped last, or a first-stage table
 *    taken away by the saboteur;
 *  - at the end every table is back in its pool exactly once.
 *
 * Half of STRESS_SECONDS (default 10) is shared by all designs; STRESS_SEED
 * seeds; STRESS_DESIGN takes one design only.
 */
#include <errno.h>
#include <pthread.h>

#include "stress.h"

#include "base/rng.h"
#include "../kernels/nested.h"

enum {
	GUEST_PAGES = 1 << 13, /* of the first stage's tables */
	HELD_PAGES = 1 << 20,  /* of either stage, where nothing is freed */
	SECOND_PAGES = 1 << 14,
	MAPPERS = 2,
	WALKERS = 2,
	SABOTEURS = 1,
	THREADS = MAPPERS + WALKERS + SABOTEURS,
	SLOTS = 32, /* per mapper */
	CHUNKS = 16 /* pieces of guest memory that the saboteur takes away */
};

/*
 * GPA = number of the slot in 38:32, below it a window of the slot's size for
 * each version of the first stage: windows share tables, so that what is left
 * of old ones is bounded. PA = version of the second stage in 49:39 over the
 * GPA, some bits of which are flipped; of odd versions a page further, so that
 * they take 4K leaves where even ones take one of 2M. Guest memory lies beyond.
 */
#define SLOT_BITS  32
#define GPA_BITS   39
#define VERSION_NR (UINT64_C(1) << 11)
#define FLIP	   UINT64_C(0x2a55400000)
#define GUEST_GPA  (UINT64_C(1) << 47)
#define GUEST_PA   (UINT64_C(1) << 51)
#define SECOND_PA  (UINT64_C(3) << 50)

enum role { MAPPER, WALKER, SABOTEUR, ROLES };

struct slot {
	uint64_t number, iova, bytes;
	uint64_t gpa_version, pa_version; /* its mapper's: present or last */
	bool mapped;
	/* Versions before these may not be seen by a walk that starts now.
	 * Release stores by the mapper, acquire loads by walkers. */
	uint64_t gpa_from, pa_from;
};

struct world {
	const struct design *design;
	struct pool guest, second_pool;
	struct nested nested;
	struct domain *first, *second;
	struct slot slots[MAPPERS][SLOTS];
	uint64_t seed;
	int stop;	/* relaxed: a hint to leave the loop */
	unsigned begun; /* threads that have; of stress_wait() */
	uint64_t wrong; /* relaxed: a count, read after the join */
	char why[256];	/* of the first wrong answer */
	uint64_t steps[ROLES], translated, holes;
};

struct worker {
	struct world *w;
	enum role role;
	unsigned index;
	struct rng rng;
	struct engine_thread first, second; /* second: cache and counts */
	uint64_t translated, holes;
	pthread_t thread;
};

static uint64_t gpa_of(const struct slot *s, uint64_t version)
{
	return s->number << SLOT_BITS | version % VERSION_NR * s->bytes;
}

static uint64_t pa_of(uint64_t gpa, uint64_t version)
{
	return ((gpa ^ FLIP) + version % 2 * VTD_PAGE_BYTES) |
	       version % VERSION_NR << GPA_BITS;
}

static void complain(struct world *w, const char *who, uint64_t iova,
		     uint64_t gpa, uint64_t pa)
{
	if (__atomic_fetch_add(&w->wrong, 1, __ATOMIC_RELAXED))
		return;
	snprintf(w->why, sizeof(w->why),
		 "%s at 0x%" PRIx64 ": GPA 0x%" PRIx64 ", PA 0x%" PRIx64, who,
		 iova, gpa, pa);
}

/* Whether @version, known modulo VERSION_NR, is @from or came after it. */
static bool recent(uint64_t version, uint64_t from)
{
	return (version - from) % VERSION_NR < VERSION_NR / 2;
}

/* Whether @slot held @gpa at @off since @from. */
static bool gpa_legal(const struct slot *s, uint64_t off, uint64_t gpa,
		      uint64_t from)
{
	uint64_t version = gpa / s->bytes % VERSION_NR;

	return gpa == gpa_of(s, version) + off && recent(version, from);
}

/* The guest address that leads to @pa. */
static uint64_t gpa_behind(uint64_t pa)
{
	uint64_t low = pa & ((UINT64_C(1) << GPA_BITS) - 1);

	return (low - (pa >> GPA_BITS) % 2 * VTD_PAGE_BYTES) ^ FLIP;
}

/* ---- mappers ------------------------------------------------------------- */

static int second_map(struct worker *me, const struct slot *s)
{
	uint64_t gpa = gpa_of(s, s->gpa_version);

	return me->w->design->map(me->w->second, &me->second, gpa,
				  pa_of(gpa, s->pa_version), s->bytes,
				  VTD_R | VTD_W);
}

static int unmap(struct worker *me, struct domain *d, struct engine_thread *t,
		 uint64_t address, uint64_t bytes)
{
	uint64_t unmapped = 0;
	int ret = me->w->design->unmap(d, t, address, bytes, &unmapped);

	return ret ? ret : unmapped == bytes ? 0 : -ERANGE;
}

static int second_unmap(struct worker *me, struct slot *s)
{
	int ret = unmap(me, me->w->second, &me->second,
			gpa_of(s, s->gpa_version), s->bytes);

	__atomic_store_n(&s->pa_from, s->pa_version + 1, __ATOMIC_RELEASE);
	return ret;
}

static int first_unmap(struct worker *me, struct slot *s)
{
	int ret = unmap(me, me->w->first, &me->first, s->iova, s->bytes);

	__atomic_store_n(&s->gpa_from, s->gpa_version + 1, __ATOMIC_RELEASE);
	return ret;
}

/* Both stages of a slot that has neither. */
static int slot_map(struct worker *me, struct slot *s)
{
	int ret;

	s->gpa_version++;
	s->pa_version++;
	ret = second_map(me, s);
	if (ret) { /* nobody has seen these versions */
		s->gpa_version--;
		s->pa_version--;
		return ret;
	}
	ret = me->w->design->map(me->w->first, &me->first, s->iova,
				 gpa_of(s, s->gpa_version), s->bytes,
				 VTD_R | VTD_W);
	if (ret) {
		int undone = second_unmap(me, s);

		s->gpa_version--;
		return undone ? undone : ret;
	}
	s->mapped = true;
	return 0;
}

/* The owner of a slot finds in it exactly what it mapped there last. */
static void owner_look(struct worker *me, const struct slot *s)
{
	struct world *w = me->w;
	uint64_t off = rng_below(&me->rng, s->bytes);
	uint64_t gpa = gpa_of(s, s->gpa_version);
	struct nested_walk found;
	int ret = w->design->nested_walk(w->first, &me->first, s->iova + off,
					 VTD_R | VTD_W, &found);

	if (ret > 0 && found.stage == VTD_SS && found.fs_level)
		return; /* the saboteur has one of its tables */
	if (ret || found.gpa != gpa + off ||
	    found.pa != pa_of(gpa, s->pa_version) + off)
		complain(w, "its owner", s->iova + off, found.gpa,
			 ret ? (uint64_t)ret : found.pa);
}

static void mapper_step(struct worker *me)
{
	struct slot *s = &me->w->slots[me->index][rng_below(&me->rng, SLOTS)];
	int ret = 0;

	if (!s->mapped) {
		ret = slot_map(me, s);
	} else if (rng_below(&me->rng, 3)) {
		owner_look(me, s);
		ret = first_unmap(me, s);
		if (!ret)
			ret = second_unmap(me, s);
		s->mapped = false;
	} else { /* another PA behind the same GPA */
		ret = second_unmap(me, s);
		s->pa_version++;
		if (!ret)
			ret = second_map(me, s);
		if (ret == -ENOMEM) {
			ret = first_unmap(me, s);
			s->mapped = false;
		}
	}
	if (s->mapped)
		owner_look(me, s);
	if (ret && ret != -ENOMEM)
		complain(me->w, strerror(-ret), s->iova, s->gpa_version,
			 s->pa_version);
}

/* ---- walkers and saboteur ------------------------------------------------ */

static void walker_step(struct worker *me)
{
	struct world *w = me->w;
	const struct slot *s = &w->slots[rng_below(&me->rng, MAPPERS)]
					[rng_below(&me->rng, SLOTS)];
	uint64_t off = rng_below(&me->rng, s->bytes) & ~UINT64_C(0xfff);
	uint64_t gpa_from = __atomic_load_n(&s->gpa_from, __ATOMIC_ACQUIRE);
	uint64_t pa_from = __atomic_load_n(&s->pa_from, __ATOMIC_ACQUIRE);
	uint64_t iova = s->iova + off, pa, gpa;

	if (rng_below(&me->rng, 2)) {
		struct nested_walk found;

		if (w->design->nested_walk(w->first, &me->first, iova, VTD_R,
					   &found)) {
			me->holes += found.stage == VTD_SS && found.fs_level;
			return;
		}
		pa = found.pa;
		gpa = found.gpa;
	} else {
		const uint64_t op = engine_op(OP_WALK, iova, 0, 0);
		struct engine_block b = {0};

		w->design->exec[EXEC_NESTED_THR](w->first, &me->first, &op, 1,
						 &b);
		if (b.faults)
			return;
		pa = b.sum;
		gpa = gpa_behind(pa);
	}
	me->translated++;
	if (!gpa_legal(s, off, gpa, gpa_from))
		complain(w, "first stage", iova, gpa, pa);
	if (pa != pa_of(gpa, pa >> GPA_BITS) ||
	    !recent(pa >> GPA_BITS, pa_from))
		complain(w, "second stage", iova, gpa, pa);
}

static void saboteur_step(struct worker *me)
{
	struct world *w = me->w;
	uint64_t bytes = UINT64_C(1) << 21; /* a large leaf, or a table */
	uint64_t off = rng_below(&me->rng, CHUNKS) * bytes;
	int ret = unmap(me, w->second, &me->second, GUEST_GPA + off, bytes);

	check_preempt();
	while (!ret) {
		ret = w->design->map(w->second, &me->second, GUEST_GPA + off,
				     GUEST_PA + off, bytes, VTD_R | VTD_W);
		if (ret != -ENOMEM)
			break;
		/* all of it waits to be reclaimed */
		w->design->thread_quiesce(&me->first);
		check_give_way(false);
		ret = 0;
	}
	if (ret)
		complain(w, strerror(-ret), 0, GUEST_GPA + off, 0);
}

static void step(struct worker *me)
{
	static void (*const steps[ROLES])(
		struct worker *) = {mapper_step, walker_step, saboteur_step};

	steps[me->role](me);
	me->w->design->thread_quiesce(&me->first);
}

static void worker_enter(struct worker *me, struct world *w, enum role role,
			 unsigned index)
{
	me->w = w;
	me->role = role;
	me->index = index;
	rng_seed(&me->rng, w->seed, role * 16 + index);
	w->design->thread_enter(&me->first, &w->guest);
	pool_cache_init(&me->second.cache, &w->second_pool);
	me->second.number = me->first.number; /* it is one thread */
}

static void worker_leave(struct worker *me, uint64_t n)
{
	struct world *w = me->w;

	pool_cache_drain(&me->second.cache);
	w->design->thread_leave(&me->first);
	__atomic_fetch_add(&w->steps[me->role], n, __ATOMIC_RELAXED);
	__atomic_fetch_add(&w->translated, me->translated, __ATOMIC_RELAXED);
	__atomic_fetch_add(&w->holes, me->holes, __ATOMIC_RELAXED);
}

static void *worker_run(void *arg)
{
	struct worker *me = arg;
	const struct design *design = me->w->design;
	bool begun = false;
	uint64_t n = 0;

	worker_enter(me, me->w, me->role, me->index);
	while (!__atomic_load_n(&me->w->stop, __ATOMIC_RELAXED)) {
		for (int i = 0; i < (me->role == SABOTEUR ? 2 : 32); i++, n++)
			step(me);
		if (!begun)
			__atomic_fetch_add(&me->w->begun, 1, __ATOMIC_RELAXED);
		begun = true;
		/* more threads than CPUs: let the others in, too */
		design->thread_offline(&me->first);
		check_give_way(false);
		design->thread_online(&me->first);
	}
	worker_leave(me, n);
	return NULL;
}

static void run_threads(struct world *w, double seconds)
{
	static const unsigned count[ROLES] = {MAPPERS, WALKERS, SABOTEURS};
	static struct worker workers[THREADS];
	size_t n = 0;

	memset(workers, 0, sizeof(workers));
	for (unsigned role = 0; role < ROLES; role++)
		for (unsigned i = 0; i < count[role]; i++, n++) {
			workers[n].w = w;
			workers[n].role = role;
			workers[n].index = i;
			assert_int_equal(pthread_create(&workers[n].thread,
							NULL, worker_run,
							&workers[n]),
					 0);
		}
	stress_wait(seconds, THREADS, &w->begun);
	__atomic_store_n(&w->stop, 1, __ATOMIC_RELAXED);
	while (n)
		pthread_join(workers[--n].thread, NULL);
}

/* A design for one thread, or for owners (here, walkers and the saboteur own
 * nothing): the same steps, in turn. */
static void run_alone(struct world *w, double seconds)
{
	clock_t end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
	static struct worker me;
	uint64_t n = 0;

	memset(&me, 0, sizeof(me));
	worker_enter(&me, w, MAPPER, 0);
	for (; clock() < end; n += 64) {
		for (unsigned i = 0; i < 64; i++) {
			me.index = i % MAPPERS;
			mapper_step(&me);
			walker_step(&me);
			w->design->thread_quiesce(&me.first);
		}
		saboteur_step(&me);
	}
	worker_leave(&me, n);
	w->steps[WALKER] = n;
}

/* ---- a run --------------------------------------------------------------- */

/* Slots of which many share leaf tables, slots whose table is theirs alone,
 * whole leaf tables. */
static void slots_init(struct world *w)
{
	for (unsigned i = 0; i < SLOTS; i++)
		for (unsigned m = 0; m < MAPPERS; m++) {
			struct slot *s = &w->slots[m][i];
			uint64_t nth = i * MAPPERS + m;

			s->number = nth + 1;
			s->bytes = 16 * VTD_PAGE_BYTES;
			if (i < SLOTS / 4) {
				s->iova = nth * s->bytes;
			} else if (i < SLOTS / 2) {
				s->iova = (1 + nth) << 30;
			} else {
				s->bytes = 512 * VTD_PAGE_BYTES;
				s->iova = (UINT64_C(1) << 29) + nth * s->bytes;
			}
		}
}

static void world_open(struct world *w, const struct design *design,
		       enum engine_reclaim reclaim, unsigned max_leaf)
{
	bool holds = design->flags & DESIGN_HOLDS;
	struct engine_config cfg = {.format = VTD_SS,
				    .levels = 4,
				    .max_leaf_level = max_leaf,
				    .reclaim = reclaim,
				    .domain_id = 1,
				    .pool = &w->second_pool};
	static struct engine_thread t;

	w->design = design;
	w->seed = (uint64_t)stress_number("STRESS_SEED", 1);
	stress_pool_init(&w->guest, holds ? HELD_PAGES : GUEST_PAGES,
			 GUEST_GPA);
	stress_pool_init(&w->second_pool, holds ? HELD_PAGES : SECOND_PAGES,
			 SECOND_PA);
	w->second = design->domain_new(&cfg);
	assert_non_null(w->second);
	w->nested = (struct nested){w->second, w->guest.mem, GUEST_PA,
				    w->guest.npages * VTD_PAGE_BYTES};
	cfg.format = VTD_FS;
	cfg.domain_id = 2;
	cfg.pool = &w->guest;
	cfg.nested = &w->nested;
	w->first = design->domain_new(&cfg);
	assert_non_null(w->first);
	slots_init(w);
	memset(&t, 0, sizeof(t));
	design->thread_enter(&t, &w->second_pool);
	assert_int_equal(design->map(w->second, &t, GUEST_GPA, GUEST_PA,
				     w->nested.bytes, VTD_R | VTD_W),
			 0);
	design->thread_leave(&t);
}

static void torture(const struct design *design, enum engine_reclaim reclaim,
		    unsigned max_leaf, double seconds)
{
	struct world *w = aligned_zalloc(_Alignof(struct world), 1, sizeof(*w));
	uint64_t reclaimed;

	if (!w)
		abort();
	stress_ages_clear();
	world_open(w, design, reclaim, max_leaf);
	if (!(design->flags & DESIGN_FOREIGN))
		run_alone(w, seconds);
	else
		run_threads(w, seconds);
	design->domain_free(w->first);
	design->domain_free(w->second);
	print_message("# %s reclaim=%s max_leaf=%u: %" PRIu64
		      " updates of both stages, %" PRIu64 " walks, %" PRIu64
		      " of them translated, %" PRIu64
		      " without a first-stage table\n",
		      design->name, reclaim ? "empty" : "whole", max_leaf,
		      w->steps[MAPPER], w->steps[WALKER], w->translated,
		      w->holes);
	reclaimed = stress_ages_print();
	if (w->wrong)
		fail_msg("%" PRIu64 " wrong answers, the first: %s", w->wrong,
			 w->why);
	assert_true(w->steps[MAPPER] > 0 && w->steps[WALKER] > 0);
	assert_true((reclaimed > 0 && w->translated > 0) ||
		    w->steps[MAPPER] < 1000);
	stress_pool_fini(&w->guest);
	stress_pool_fini(&w->second_pool);
	free(w);
}

static void test_design(void)
{
	const struct design *design = tested;

	for (unsigned max_leaf = 1; max_leaf <= 2; max_leaf++) {
		double seconds = stress_seconds() / 8;

		torture(design, RECLAIM_WHOLE, max_leaf, seconds);
		if (design->flags & DESIGN_RECLAIM_EMPTY)
			torture(design, RECLAIM_EMPTY, max_leaf, seconds);
	}
}

int main(void)
{
	check_preempt_every = 100;
	return stress_run("nested", test_design);
}
