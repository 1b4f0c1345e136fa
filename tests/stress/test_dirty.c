/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dirty scans under torture: devices, of kind device and CPU threads that stand
 * for them, translate in order to write, while others scan, and mappers map and
 * unmap beside it until tables come and go all the time, some of them with
 * pages of the devices in the table next to it.
 *
 *  - no write is lost: of each page the number of writes begun before the last
 *    scan that found it dirty returned is all of them, once a scan has come
 *    after the last write. Each device has a page of its own that it leaves
 *    alone after a write until every scanner has been there;
 *  - what a mapper unmapped is gone, and its range can be mapped again;
 *  - a translation gives the page's address or, of mappers' pages, nothing.
 *
 * Under designs that are safe for owners only, each mapper translates and scans
 * what is its own. STRESS_SECONDS, STRESS_SEED and STRESS_DESIGN as in
 * test_torture.c.
 */
#include <errno.h>
#include <pthread.h>

#include "stress.h"

#include "base/rng.h"

enum {
	POOL_PAGES = 1 << 13,
	OWNERS = 2, /* of ranges: mappers */
	DEVICES = 2,
	SCANNERS = 2,
	THREADS = OWNERS + DEVICES + SCANNERS,
	KEPT = 32,  /* pages of each owner that stay mapped */
	SLOTS = 16, /* ranges of each owner that come and go */
	SLOT_PAGES = 16,
};
#define FLIP UINT64_C(0x2a55400000)

enum role { OWNER, DEVICE, SCANNER, ROLES };

struct slot {
	uint64_t iova, bytes;
	bool mapped;
};

struct world {
	const struct design *design;
	struct pool pool;
	struct iotlb *iotlb;
	struct domain *d;
	struct slot slots[OWNERS][SLOTS];
	/* Counted before the translation that writes, and what of it the last
	 * scan to find the page dirty saw afterwards. seq_cst: whoever does not
	 * find D has to see the count of who found it set already. */
	uint64_t writes[OWNERS * KEPT], seen[OWNERS * KEPT];
	/* Scans of an owner's kept pages that have returned. */
	uint64_t scans[SCANNERS][OWNERS];
	uint64_t seed;
	int stop;	/* relaxed: a hint to leave the loop */
	unsigned begun; /* threads that have; of stress_wait() */
	uint64_t wrong; /* relaxed: a count, read after the join */
	char why[256];	/* of the first wrong answer */
	uint64_t steps[ROLES], found;
};

struct worker {
	struct world *w;
	enum role role;
	unsigned index;
	pthread_t thread;
	/* A device's: its page was written, when so many scans had returned. */
	bool waits;
	uint64_t scans[SCANNERS];
};

static uint64_t pa_of(uint64_t iova)
{
	return iova ^ FLIP;
}

/* The kept pages of an owner are one range, in a table with its slots. */
static uint64_t kept_iova(unsigned page)
{
	return (UINT64_C(1) << 30) + (uint64_t)(page / KEPT) * (4u << 20) +
	       (uint64_t)(page % KEPT) * VTD_PAGE_BYTES;
}

static unsigned kept_page(uint64_t iova)
{
	uint64_t at = iova - kept_iova(0);

	return (unsigned)(at / (4u << 20)) * KEPT +
	       (unsigned)(at % (4u << 20) / VTD_PAGE_BYTES);
}

static void complain(struct world *w, const char *what, uint64_t iova,
		     uint64_t got)
{
	if (!__atomic_fetch_add(&w->wrong, 1, __ATOMIC_RELAXED))
		snprintf(w->why, sizeof(w->why),
			 "%s at 0x%" PRIx64 ": 0x%" PRIx64, what, iova, got);
}

/* The second of them is of kind device, the first a CPU. */
static bool takes_no_lock(const struct worker *self)
{
	return self->role == DEVICE && self->index % 2;
}

static uint64_t translate(struct world *w, struct engine_thread *t,
			  uint64_t iova, unsigned *perm)
{
	return t->device ? device_translate(w->d, t, iova, perm)
			 : w->design->translate(w->d, t, iova, perm);
}

/* A device writes to a kept page. */
static void write_kept(struct world *w, struct engine_thread *t, unsigned page)
{
	uint64_t iova = kept_iova(page), pa;
	unsigned perm;

	__atomic_fetch_add(&w->writes[page], 1, __ATOMIC_SEQ_CST);
	pa = translate(w, t, iova, &perm);
	if (pa != pa_of(iova) || perm != (VTD_R | VTD_W))
		complain(w, "a device", iova, pa);
}

/* Any but the devices' own, which are the first. */
static unsigned any_page(struct rng *r, unsigned owner)
{
	return owner * KEPT + 1 + (unsigned)rng_below(r, KEPT - 1);
}

/* Writes to the device's own page; or looks whether a scan saw that. The first
 * to return may have passed the page before, so it takes two of each. */
static void write_own(struct worker *self, struct engine_thread *t)
{
	struct world *w = self->w;
	const unsigned page = self->index * KEPT;
	bool over = true;

	for (unsigned i = 0; i < SCANNERS; i++) {
		uint64_t now = __atomic_load_n(&w->scans[i][self->index],
					       __ATOMIC_SEQ_CST);

		over &= now >= self->scans[i] + 2;
	}
	if (self->waits && !over)
		return;
	if (self->waits && __atomic_load_n(&w->seen[page], __ATOMIC_SEQ_CST) !=
				   w->writes[page])
		complain(w, "a write was lost; seen so many", kept_iova(page),
			 w->seen[page]);
	write_kept(w, t, page);
	for (unsigned i = 0; i < SCANNERS; i++)
		self->scans[i] = __atomic_load_n(&w->scans[i][self->index],
						 __ATOMIC_SEQ_CST);
	self->waits = true;
}

static void write_slot(struct world *w, struct engine_thread *t, unsigned owner,
		       struct rng *r)
{
	const struct slot *s = &w->slots[owner][rng_below(r, SLOTS)];
	uint64_t iova = s->iova + rng_below(r, s->bytes), pa;
	unsigned perm;

	pa = translate(w, t, iova, &perm);
	if (pa != pa_of(iova) && pa != ENGINE_FAULT)
		complain(w, "a device", iova, pa);
}

/* Pages that a scan found dirty. */
struct found {
	struct world *w;
	bool page[OWNERS * KEPT];
	uint64_t n;
};

static int find(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
		unsigned perm)
{
	struct found *f = arg;
	unsigned page = kept_page(iova);

	f->n++;
	if (pa != pa_of(iova))
		complain(f->w, "a scan", iova, pa);
	if (iova >= kept_iova(0) && page < OWNERS * KEPT &&
	    kept_iova(page) == iova)
		f->page[page] = true;
	return 0;
}

/* What is written by now, of a page that was dirty. Two scans may end in
 * another order than they found it. */
static void look_at(struct world *w, unsigned page)
{
	uint64_t now = __atomic_load_n(&w->writes[page], __ATOMIC_SEQ_CST);
	uint64_t was = __atomic_load_n(&w->seen[page], __ATOMIC_RELAXED);

	while (was < now &&
	       !__atomic_compare_exchange_n(&w->seen[page], &was, now, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		;
	if (!now)
		complain(w, "dirty and never written", kept_iova(page), now);
}

static void scan(struct world *w, struct engine_thread *t, uint64_t iova,
		 uint64_t last, unsigned chunk)
{
	struct found f = {.w = w};
	struct engine_scan sums = {0};

	if (w->design->scan_dirty(w->d, t, iova, last, chunk, find, &f, &sums))
		complain(w, "a scan failed", iova, 0);
	if (sums.dirty != f.n)
		complain(w, "a scan miscounted", iova, sums.dirty);
	for (unsigned i = 0; i < OWNERS * KEPT; i++)
		if (f.page[i])
			look_at(w, i);
	__atomic_fetch_add(&w->found, f.n, __ATOMIC_RELAXED);
}

static unsigned any_chunk(struct rng *r)
{
	return rng_below(r, 3) ? 1 + (unsigned)rng_below(r, 100) : 0;
}

static void scan_kept(struct world *w, struct engine_thread *t, unsigned owner,
		      struct rng *r)
{
	scan(w, t, kept_iova(owner * KEPT),
	     kept_iova(owner * KEPT + KEPT - 1) + VTD_PAGE_BYTES - 1,
	     any_chunk(r));
}

/* The whole space or an owner's pages, then a pause of what that took: locks
 * are fair. */
static void scanner_step(struct worker *self, struct engine_thread *t,
			 struct rng *r)
{
	double before = stress_now(CLOCK_MONOTONIC), pause;
	unsigned owner = (unsigned)rng_below(r, 2 * OWNERS);
	struct world *w = self->w;
	struct timespec ns = {0};

	if (owner < OWNERS)
		scan_kept(w, t, owner, r);
	else
		scan(w, t, 0, UINT64_MAX, any_chunk(r));
	for (unsigned o = 0; o < OWNERS; o++)
		if (owner >= OWNERS || o == owner)
			__atomic_fetch_add(&w->scans[self->index][o], 1,
					   __ATOMIC_SEQ_CST);
	if (w->design->flags & (DESIGN_DEFERS | DESIGN_HOLDS))
		return;
	pause = stress_now(CLOCK_MONOTONIC) - before;
	ns.tv_nsec = (long)(1e9 * (pause < 0.05 ? pause : 0.05));
	w->design->thread_offline(t);
	nanosleep(&ns, NULL);
	w->design->thread_online(t);
}

static void mapper_step(struct world *w, struct engine_thread *t,
			unsigned owner, struct rng *r)
{
	struct slot *s = &w->slots[owner][rng_below(r, SLOTS)];
	struct engine_walk found;
	uint64_t unmapped = 0;
	int ret;

	if (!s->mapped) {
		ret = w->design->map(w->d, t, s->iova, pa_of(s->iova), s->bytes,
				     VTD_R | VTD_W);
		if (ret == -ENOMEM)
			return; /* all of it waits to be reclaimed */
	} else {
		ret = w->design->unmap(w->d, t, s->iova, s->bytes, &unmapped);
		if (!ret &&
		    !w->design->walk(w->d, t, s->iova + rng_below(r, s->bytes),
				     &found))
			complain(w, "unmapped and there", s->iova, found.entry);
	}
	if (ret)
		complain(w, strerror(-ret), s->iova, s->mapped);
	s->mapped = !s->mapped;
}

/* Of designs that are safe for owners only: all that is done is the owner's. */
static void owner_step(struct world *w, struct engine_thread *t, unsigned owner,
		       struct rng *r)
{
	mapper_step(w, t, owner, r);
	write_slot(w, t, owner, r);
	for (int i = 0; i < 4; i++)
		write_kept(w, t, any_page(r, owner));
	if (rng_below(r, 8))
		return;
	scan_kept(w, t, owner, r);
	for (unsigned i = owner * KEPT; i < owner * KEPT + KEPT; i++)
		if (w->seen[i] != w->writes[i])
			complain(w, "a write was lost; seen so many",
				 kept_iova(i), w->seen[i]);
}

static void step(struct worker *self, struct engine_thread *t, struct rng *r)
{
	struct world *w = self->w;

	switch (self->role) {
	case OWNER:
		if (w->design->flags & DESIGN_FOREIGN)
			mapper_step(w, t, self->index, r);
		else
			owner_step(w, t, self->index, r);
		break;
	case DEVICE:
		write_own(self, t);
		if (rng_below(r, 4))
			write_kept(w, t,
				   any_page(r, (unsigned)rng_below(r, OWNERS)));
		else
			write_slot(w, t, (unsigned)rng_below(r, OWNERS), r);
		break;
	case SCANNER:
		scanner_step(self, t, r);
		break;
	case ROLES:
		break;
	}
}

static void *worker_run(void *arg)
{
	struct worker *self = arg;
	struct world *w = self->w;
	struct iotlb *device_of = takes_no_lock(self) ? w->iotlb : NULL;
	struct engine_thread t;
	bool begun = false;
	uint64_t n = 0;
	struct rng r;

	rng_seed(&r, w->seed, self->role * 16 + self->index);
	stress_enter(w->design, &t, &w->pool, device_of);
	while (!__atomic_load_n(&w->stop, __ATOMIC_RELAXED)) {
		for (int i = 0; i < (self->role == SCANNER ? 1 : 32);
		     i++, n++) {
			step(self, &t, &r);
			stress_quiesce(w->design, &t);
		}
		if (!begun)
			__atomic_fetch_add(&w->begun, 1, __ATOMIC_RELAXED);
		begun = true;
		stress_rest(w->design, &t);
	}
	stress_leave(w->design, &t, device_of);
	__atomic_fetch_add(&w->steps[self->role], n, __ATOMIC_RELAXED);
	return NULL;
}

static void run_threads(struct world *w, double seconds)
{
	static const unsigned count[ROLES] = {OWNERS, DEVICES, SCANNERS};
	unsigned roles = w->design->flags & DESIGN_FOREIGN ? ROLES : OWNER + 1;
	struct worker workers[THREADS];
	unsigned n = 0;

	for (unsigned role = 0; role < roles; role++)
		for (unsigned i = 0; i < count[role]; i++, n++) {
			workers[n] = (struct worker){
				.w = w, .role = (enum role)role, .index = i};
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

/* `none` is for one thread: both owners' steps in turn. */
static void run_alone(struct world *w, struct engine_thread *t, double seconds)
{
	clock_t end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
	struct worker self = {.w = w, .role = OWNER};
	struct rng r;

	rng_seed(&r, w->seed, 0);
	while (clock() < end)
		for (unsigned i = 0; i < 64; i++, w->steps[OWNER]++) {
			self.index = i % OWNERS;
			step(&self, t, &r);
			w->design->thread_quiesce(t);
		}
}

/* Every other slot is in the table of its owner's kept pages, the others are
 * tables of their own, or large leaves. */
static void slots_init(struct world *w)
{
	for (unsigned o = 0; o < OWNERS; o++)
		for (unsigned i = 0; i < SLOTS; i++) {
			struct slot *s = &w->slots[o][i];

			s->bytes = SLOT_PAGES * VTD_PAGE_BYTES;
			s->iova = kept_iova(o * KEPT) + KEPT * VTD_PAGE_BYTES +
				  i * s->bytes;
			if (i % 2)
				continue;
			s->bytes = 2u << 20;
			s->iova = (UINT64_C(2) << 30) +
				  (i * OWNERS + o) * s->bytes;
		}
}

static void kept_map(struct world *w, struct engine_thread *t)
{
	for (unsigned i = 0; i < OWNERS * KEPT; i++)
		assert_int_equal(w->design->map(w->d, t, kept_iova(i),
						pa_of(kept_iova(i)),
						VTD_PAGE_BYTES, VTD_R | VTD_W),
				 0);
}

/* Afterwards, once more: what was written since is dirty. */
static void none_lost(struct world *w, struct engine_thread *t)
{
	scan(w, t, 0, UINT64_MAX, 0);
	for (unsigned i = 0; i < OWNERS * KEPT; i++)
		if (w->writes[i] != w->seen[i])
			complain(w, "a write was lost; seen so many",
				 kept_iova(i), w->seen[i]);
}

static void torture(enum engine_reclaim reclaim, unsigned max_leaf,
		    double seconds)
{
	const struct iotlb_geometry g = {16, 4}, psc = {4, 4};
	struct world *w = aligned_zalloc(_Alignof(struct world), 1, sizeof(*w));
	struct engine_config cfg = {.levels = 3,
				    .max_leaf_level = max_leaf,
				    .reclaim = reclaim,
				    .domain_id = 1,
				    .pool = &w->pool,
				    .ad_bits = true};
	struct engine_thread t;

	if (!w)
		abort();
	w->design = tested;
	w->seed = (uint64_t)stress_number("STRESS_SEED", 1);
	/* what is never freed needs room for all of the run */
	stress_pool_init(&w->pool,
			 tested->flags & DESIGN_HOLDS ? 1u << 21
						      : (size_t)POOL_PAGES,
			 1 << 20);
	w->iotlb = cfg.iotlb = iotlb_new(&g);
	assert_non_null(w->iotlb);
	assert_int_equal(iotlb_psc_init(w->iotlb, &psc, PSC_SHARED), 0);
	w->d = tested->domain_new(&cfg);
	assert_non_null(w->d);
	slots_init(w);
	tested->thread_enter(&t, &w->pool);
	kept_map(w, &t);
	if (tested->flags & DESIGN_SINGLE_THREAD) {
		run_alone(w, &t, seconds);
	} else {
		tested->thread_offline(&t);
		run_threads(w, seconds);
		tested->thread_online(&t);
	}
	none_lost(w, &t);
	tested->thread_leave(&t);
	tested->domain_free(w->d);
	print_message("# %s reclaim=%s max_leaf=%u: %" PRIu64
		      " updates, %" PRIu64 " writes, %" PRIu64
		      " scans, %" PRIu64 " dirty leaves\n",
		      tested->name, reclaim ? "empty" : "whole", max_leaf,
		      w->steps[OWNER], w->steps[DEVICE], w->steps[SCANNER],
		      w->found);
	if (w->wrong)
		fail_msg("%" PRIu64 " wrong, the first: %s", w->wrong, w->why);
	assert_true(w->steps[OWNER] > 0 && w->found > 0);
	stress_pool_fini(&w->pool);
	iotlb_free(w->iotlb);
	free(w);
}

static void test_design(void)
{
	double seconds = stress_seconds() / 4;

	for (unsigned max_leaf = 1; max_leaf <= 2; max_leaf++) {
		torture(RECLAIM_WHOLE, max_leaf, seconds);
		if (tested->flags & DESIGN_RECLAIM_EMPTY)
			torture(RECLAIM_EMPTY, max_leaf, seconds);
	}
}

int main(void)
{
	check_preempt_every = 50;
	return stress_run("dirty", test_design);
}
