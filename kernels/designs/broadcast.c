/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `broadcast`: the way of Linux's GUP-fast. There a walker disables
 * interrupts, and who freed a table's link interrupts all CPUs before it frees
 * the table: no CPU answers in the middle of a walk (mm/gup.c; mm/mmu_gather.c,
 * tlb_remove_table_sync_one()). Here a walker sets a flag of its thread, and
 * membarrier(2), which interrupts the CPUs that run the process, is the
 * broadcast. It cannot be put off, so the unmapper then waits for those that it
 * found inside.
 *
 * Linking: cmpxchg_install.inc. Publication: release of the cmpxchg and of leaf
 * stores pairs with the acquire of entry_load().
 *
 * Reuse: unlink, flush, membarrier, wait for each thread that is inside, free.
 *
 *   A  A walker stores its flag before its first load, with nothing but a
 *      compiler's barrier between them. The membarrier is the other half: a
 *      thread that was before its store then sees what was unlinked; of one
 *      that was after it, the flag is seen.
 *   B  The flag is cleared, and a call answered, by a release after the last
 *      load of the section: pairs with the acquire of who waits, and what was
 *      read is read before the table is overwritten.
 *   C  A thread that walks all the time may never be seen outside. So who waits
 *      calls it, and at the end of each section, as a CPU takes an interrupt
 *      when it lets them in again, it answers if it was called. Of the calls of
 *      several one answer is enough: all came after their membarrier, so the
 *      sections that follow see what was unlinked, and those before have ended.
 *
 * Who walks: any thread between enter and leave. Sections are of a thread,
 * whatever the domain, and do not nest. An unmap waits for the longest of them,
 * a dump's; never in a section of its own, so that two do not wait for each
 * other. With counted entries (counted.inc) map and unmap are sections, since
 * anyone's unmap may then free a table on the way down.
 */
#include <pthread.h>
#include <urcu/list.h>
#include "../membarrier.h"

#include "cmpxchg_install.inc"
#include "counted.inc"
#include "no_reuse.inc"
#include "counted_sections.inc"
#include "no_state.inc"

#define DESIGN_NAME broadcast
#define DESIGN_HELP                                                           \
	"walkers set a flag of their thread, cmpxchg to insert, tables free " \
	"after a barrier on all walkers (GUP-fast's way; membarrier here)"
#define DESIGN_FLAGS (DESIGN_WAITS | DESIGN_RECLAIM_EMPTY | DESIGN_FOREIGN)

/* A thread that may walk, on a line of its own: read by who waits only. */
struct walker {
	uint64_t inside;	  /* stored by the thread */
	uint64_t called;	  /* set by who waits, cleared by the thread */
	struct cds_list_head all; /* of `walkers` */
} __attribute__((aligned(64)));

static __thread struct walker self;

/* Read side: who waits. Write side: threads that come and go, which are let in
 * before others that want to wait. */
static pthread_rwlock_t walkers_lock =
	PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static CDS_LIST_HEAD(walkers);

VTD_INLINE uint64_t read_begin(struct sync *s, struct engine_thread *t)
{
	/* relaxed, and kept before the loads by membarrier: A */
	__atomic_store_n(&self.inside, 1, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return 0;
}

VTD_INLINE void read_end(struct sync *s, struct engine_thread *t)
{
	/* release: B, pairs with the acquire in walker_wait() */
	__atomic_store_n(&self.inside, 0, __ATOMIC_RELEASE);
	/* relaxed: a call that is missed is seen a section later */
	if (__builtin_expect(
		    __atomic_load_n(&self.called, __ATOMIC_RELAXED) != 0, 0))
		/* release: as above, of this section and all before */
		__atomic_store_n(&self.called, 0, __ATOMIC_RELEASE);
}

static unsigned design_sync_refs(enum engine_op op, bool counted,
				 unsigned thread, struct engine_sync_ref *refs,
				 unsigned *before)
{
	*before = 0;
	if (op != OP_WALK && !counted)
		return 0;
	/* the flag, twice */
	refs[0] = refs[1] = (struct engine_sync_ref){
		.pa = ENGINE_SYNC_THREAD + 4096 * (uint64_t)thread,
		.write = true};
	*before = 1;
	return 2;
}

static bool design_supported(void)
{
	return membarrier_register();
}

static inline void design_enter(struct engine_thread *t)
{
	pthread_rwlock_wrlock(&walkers_lock);
	cds_list_add(&self.all, &walkers);
	pthread_rwlock_unlock(&walkers_lock);
}

static inline void design_leave(struct engine_thread *t)
{
	pthread_rwlock_wrlock(&walkers_lock);
	cds_list_del(&self.all);
	pthread_rwlock_unlock(&walkers_lock);
}

static inline void design_quiesce(void)
{
}

static inline void design_offline(void)
{
}

static inline void design_online(void)
{
}

static void design_barrier(void)
{
}

#include "../engine.inc"

/* Until @w has left the section that it was in, if any. Context: after the
 * membarrier, with the table unlinked. */
static void walker_wait(struct walker *w)
{
	/* A kernel's walk keeps its CPU; a thread inside may have lost it. */
	enum { SPINS = 1024 };
	unsigned spins = 0;

	/* acquire, all three: B, pair with the releases in read_end() */
	if (!__atomic_load_n(&w->inside, __ATOMIC_ACQUIRE))
		return;
	/* relaxed: the membarrier was before, and nothing else has to be */
	__atomic_store_n(&w->called, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&w->inside, __ATOMIC_ACQUIRE) &&
	       __atomic_load_n(&w->called, __ATOMIC_ACQUIRE)) {
		if (++spins % SPINS)
			__builtin_ia32_pause();
		else
			give_way();
	}
}

static void walkers_wait(void)
{
	check(!self.inside, "an unmap waits for itself");
	if (!membarrier_all())
		abort(); /* registered, so it cannot fail */
	if (MUTANT(broadcast_does_not_wait))
		return;
	pthread_rwlock_rdlock(&walkers_lock);
	for (struct cds_list_head *at = walkers.next; at != &walkers;
	     at = at->next)
		/* cds_list_entry() drops a const on its way, which clang says */
		walker_wait(
			(void *)((char *)at - offsetof(struct walker, all)));
	pthread_rwlock_unlock(&walkers_lock);
}

static inline void tables_retire(struct domain *d, struct engine_thread *t,
				 struct pool_page *list)
{
	walkers_wait();
	list_free(d, t, list);
}

static inline void design_release(struct domain *d, struct pool_cache *cache)
{
}
