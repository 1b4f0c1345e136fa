/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `typesafe`: walkers take nothing and write nothing. A table is used
 * again as soon as its unmap has flushed, whoever is inside, and walkers find
 * out afterwards. As Linux's SLAB_TYPESAFE_BY_RCU the memory stays of its type:
 * a page of the pool is a table and nothing else, so a late load is harmless;
 * what it yielded is judged as a reader of a seqlock does (Linux,
 * include/linux/seqlock.h; Boehm, "Can Seqlocks Get Along with Programming
 * Language Memory Models?", 2012), but a writer makes one step, not two: only
 * what was unlinked is ever overwritten.
 *
 * Publication: release of the cmpxchg and of leaf stores pairs with the acquire
 * of entry_load().
 *
 * Reuse: at once, in the order unlink, flush, advance the domain's generation,
 * free. A walk samples the generation before its first load and asks after each
 * entry, before it follows or uses it, whether it is still the same:
 *
 *   A  The sample's acquire pairs with the advance's release: who samples an
 *      advance sees what was unlinked before it, and cannot get there.
 *   B  The fence after the advance pairs with the acquire of entry_load(): who
 *      reads an entry written since the table was freed finds the generation
 *      advanced, and throws the entry away. On x86 stores stay in order, and so
 *      do loads: both are the compiler's only. That is also why the page may be
 *      zeroed by plain stores, whoever does it: they come after the advance.
 *
 * So an entry that was found valid is of a table that was not free yet, and
 * what it names is, too. To ask once, at the end, would not do: a leaf read out
 * of a reused table is taken for a link, and leads out of the pool. The table
 * may have become one of another domain of the pool: the generation is of the
 * domain that freed it, which is the walker's. The root goes with its domain.
 *
 * Who walks: anyone. A walk makes progress if no table goes while it runs; a
 * dump goes on where it stopped, so it needs that for one way down at a time.
 * One unmap, however many tables go, is one advance.
 *
 * Bits. A walker that sets A and D, and a dirty scan, write before they could
 * find out, and would write into another's entry. They hold the read side of a
 * lock, and who frees tables takes its write side and drops it after they were
 * unlinked: whoever may have reached them has left. Domains without such bits
 * leave the lock alone.
 *
 * Map and unmap do not ask. As in `driver` only tables go of which all the
 * range is one owner's, so nobody else is on the way down there; tables that
 * became empty are not freed, as others may own their empty entries.
 *
 * The IOTLB: its own generation is sampled before the walk that counts, so what
 * is filled in was there after the sample, or the fill is dropped.
 */
#define DESIGN_BITS_SECTION
#include "../locks/queued_rw.h"
#include "cmpxchg_install.inc"
#include "../mutant.h"
#include "no_grace.inc"
#include "not_counted.inc"

#define DESIGN_NAME typesafe
#define DESIGN_HELP                                                         \
	"walkers take nothing, ask after each entry whether a table was "   \
	"freed, and start again; cmpxchg to insert, tables free after the " \
	"flush"
#define DESIGN_FLAGS DESIGN_FOREIGN

struct sync {
	/* Read by all walks, written where a table is freed: a line of its own
	 * (struct design_domain begins and ends it). */
	uint64_t generation;
	/* Only of domains with ad_bits, whose walkers write: see "Bits". */
	struct lock bits;
};

static inline void sync_init(struct sync *s)
{
	s->generation = 0;
	lock_init(&s->bits);
}

static inline void sync_fini(struct sync *s)
{
	lock_fini(&s->bits);
}

VTD_INLINE uint64_t read_begin(struct sync *s, struct engine_thread *t)
{
	/* acquire: A, pairs with the release in tables_retire() */
	return __atomic_load_n(&s->generation, __ATOMIC_ACQUIRE);
}

VTD_INLINE void read_end(struct sync *s, struct engine_thread *t)
{
}

VTD_INLINE bool read_valid(const struct sync *s, uint64_t begun)
{
	if (MUTANT(typesafe_not_revalidated))
		return true;
	/* relaxed: the acquire of entry_load() keeps it after the entry, B */
	return __atomic_load_n(&s->generation, __ATOMIC_RELAXED) == begun;
}

VTD_INLINE uint64_t bits_begin(struct sync *s, struct engine_thread *t)
{
	read_lock(&s->bits, t);
	return read_begin(s, t);
}

VTD_INLINE void bits_end(struct sync *s, struct engine_thread *t)
{
	read_end(s, t);
	read_unlock(&s->bits, t);
}

VTD_INLINE void write_begin(struct domain *d, struct engine_thread *t,
			    uint64_t iova, uint64_t last, bool counted)
{
}

VTD_INLINE void write_end(struct domain *d, struct engine_thread *t,
			  uint64_t iova, uint64_t last, bool counted)
{
}

static inline void tables_retire(struct domain *d, struct engine_thread *t,
				 struct pool_page *list)
{
	if (d->ad_bits) {
		/* who is inside leaves; who comes later does not get there */
		write_lock(&sync_of(d)->bits, t);
		write_unlock(&sync_of(d)->bits, t);
	}
	/* release: A, pairs with the acquire in read_begin() */
	__atomic_fetch_add(&sync_of(d)->generation, 1, __ATOMIC_RELEASE);
	/* release: B, pairs with the acquire of entry_load() */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	list_free(d, t, list);
}

static inline void design_release(struct domain *d, struct pool_cache *cache)
{
}

/* What an unmap writes when a table goes is not here: most free none. */
static unsigned design_sync_refs(enum engine_op op, bool counted,
				 unsigned thread, struct engine_sync_ref *refs,
				 unsigned *before)
{
	*before = 0;
	if (op != OP_WALK)
		return 0;
	/* the sample, and the last look at it */
	refs[0] = refs[1] = (struct engine_sync_ref){.pa = ENGINE_SYNC_SHARED};
	*before = 1;
	return 2;
}

#include "../engine.inc"
