/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page-table engine as its users see it: one `struct design` per
 * synchronisation scheme, all compiled from engine.inc.
 *
 * Terms: IOVA is what a device uses, PA what comes out. A *domain* is one
 * tree of tables. `last` is inclusive. A *walker* here is a CPU thread (what
 * iova_to_phys or a debugfs dump is); devices are in device_walk.h.
 *
 * Contract: callers of map and unmap own disjoint IOVA ranges, as in Linux.
 * Walks and dumps of a range that others own (of foreign walkers) may come from
 * any thread at any time under the designs with DESIGN_FOREIGN; under the
 * others only the owner may walk a range. Designs with DESIGN_LINEARIZABLE need
 * no ownership; of those with DESIGN_LINEAR_UPDATES, maps and unmaps do not.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "freeing/freeing.h"
#include "invalidation/deferred.h"
#include "invalidation/queue.h"
#include "iotlb.h"
#include "pool.h"
#include "vtd.h"

/* Which tables are freed while the domain lives. */
enum engine_reclaim {
	RECLAIM_WHOLE, /* those wholly inside an unmapped range (as Linux) */
	RECLAIM_EMPTY, /* these, and every table that became empty */
};

struct nested;	    /* nested.h */
struct nested_walk; /* nested.h */

struct engine_config {
	enum vtd_format format;
	unsigned levels;	 /* VTD_LEVELS_MIN..VTD_LEVELS_MAX */
	unsigned max_leaf_level; /* largest leaf map() may use: 1, 2 or 3 */
	enum engine_reclaim reclaim;
	uint16_t domain_id;  /* tag in the IOTLB */
	struct pool *pool;   /* where tables come from */
	struct iotlb *iotlb; /* NULL: no IOTLB, unmap flushes nothing */
	/* First stage only: what its addresses go through (nested.h), or
	 * NULL. map, unmap, walk, translate and dump are of this stage alone. */
	const struct nested *nested;
	/* Designs that defer only; of others it is cleared. */
	struct freeing freeing;
	/* Translations set A and D in leaves, for scan_dirty(); domains of one
	 * stage. */
	bool ad_bits;
	/* Of the IOMMU that @iotlb is of: how that is invalidated. NULL: by a
	 * queue of the domain's own, which takes no time. */
	struct inv_queue *inv;
	enum inv_flush flush; /* when; without an IOTLB it is nothing */
	/* FLUSH_DEFERRED: see struct flush_state. */
	uint64_t (*flush_now)(void *arg);
	void *flush_arg;
};

/* Read by every operation and written by none after domain_new(). */
struct domain {
	uint64_t *root;
	uintptr_t va_minus_pa;
	struct iotlb *iotlb;
	struct pool *pool;
	const struct design *design;
	const struct engine_shape *shape; /* of the engine alone */
	uint8_t levels;
	uint8_t max_leaf_level;
	uint8_t format;	 /* enum vtd_format */
	uint8_t reclaim; /* enum engine_reclaim */
	bool ad_bits;
	uint16_t id;
	bool psc; /* translations of CPUs ask the IOTLB's such caches */
	const struct nested *nested; /* NULL: one stage */
	struct freeing freeing;
	struct reclaimer *reclaimer; /* NULL: the library's, or none */
	struct inv_queue *inv;	     /* NULL: no IOTLB */
	const bool *inv_wanted;	     /* of that */
	struct flush_state *flush;   /* NULL: strict */
	bool own_inv;
};

/* Per-thread state; owned by the thread that called thread_enter(). */
struct engine_thread {
	struct pool_cache cache;
	struct iotlb_stats iotlb;
	struct inv_stats inv;
	uint64_t tables_retired; /* unlinked while the domain lives */
	uint64_t installs_lost;	 /* tables another thread linked first */
	/* Of dumps, in builds of expose.h: tables that were freed while they
	 * read them, and links in such that lead nowhere. */
	uint64_t tables_exposed, links_wild;
	unsigned number;	 /* among those inside, from 1 on: threads.h */
	struct pool_page *held;	 /* design fine: tables it has locked */
	struct free_queue queue; /* retired, not handed over yet */
	struct device *device;	 /* of a walker of kind device, else NULL */
	/* Deferred invalidation: what has not been flushed, and the ticket of
	 * the last unmap (0: it was flushed). */
	struct flush_queue *flush_queues;
	uint64_t ticket;
} __attribute__((aligned(64)));

/* What a walk found. */
struct engine_walk {
	uint64_t pa;	/* output address, offset included; if present */
	uint64_t entry; /* the last entry read */
	unsigned level; /* of the last entry read */
	unsigned perm;	/* AND over the levels; 0 = nothing mapped */
	unsigned refs;	/* entries read */
	uint64_t entry_pa[VTD_LEVELS_MAX]; /* their addresses, in order */
};

#define ENGINE_FAULT UINT64_MAX	      /* "not mapped" where a PA is expected */
#define ENGINE_AGAIN (UINT64_MAX - 1) /* inside the engine: walk once more */

/*
 * An operation in a stream: IOVA in 63:12, the rest in 11:0.
 *   1:0   enum engine_op
 *   3:2   version, enters the output address (see engine_op_pa)
 *   11:4  size: n < 128 means n pages, 128 + k means 2^k pages; walks: 0
 */
enum engine_op {
	OP_WALK,
	OP_MAP,
	OP_UNMAP,
	/* OP_MAP where the same thread may have unmapped so shortly before that
	 * a deferred flush has to come first: flush_before(). */
	OP_REMAP,
};

VTD_INLINE bool engine_op_maps(uint64_t op)
{
	return op & OP_MAP; /* OP_REMAP, too */
}

VTD_INLINE uint64_t engine_op(enum engine_op op, uint64_t iova,
			      unsigned size_code, unsigned version)
{
	return iova | (uint64_t)size_code << 4 | (version & 3) << 2 | op;
}

VTD_INLINE uint64_t engine_op_bytes(uint64_t op)
{
	unsigned code = (unsigned)(op >> 4) & 0xff;

	return (code < 128 ? (uint64_t)code : UINT64_C(1) << (code - 128))
	       << VTD_PAGE_LG2;
}

/* The size code of @pages, or -1 if it has none (>= 128, no power of two). */
static inline int engine_size_code(uint64_t pages)
{
	if (!pages)
		return -1;
	if (pages < 128)
		return (int)pages;
	if (pages & (pages - 1))
		return -1;
	return 128 + __builtin_ctzll(pages);
}

/*
 * What synthetic workloads map @iova to: a bijection, so any PA can be
 * checked without a table, keeping alignment up to 1G. IOVA bits 47:0 with
 * some bits flipped, the version in 49:48: below 2^50 for up to 48-bit IOVAs.
 */
#define ENGINE_PA_FLIP UINT64_C(0x2a5540000000)

VTD_INLINE uint64_t engine_op_pa(uint64_t iova, unsigned version)
{
	return ((iova & ~UINT64_C(0xfff)) ^ ENGINE_PA_FLIP) |
	       (uint64_t)(version & 3) << 48;
}

enum { ENGINE_BATCH = 64 }; /* walks of a read section in EXEC_WALK_BATCH */

/* What an executor did with a block of operations. */
struct engine_block {
	uint64_t sum;	 /* of the PAs returned; a fault adds 0 */
	uint64_t chain;	 /* last entry found, feeds the next dependent block */
	uint64_t faults; /* walks that found nothing */
	uint64_t wrong;	 /* checked walks: PA this IOVA never held */
	uint64_t errors; /* map or unmap that failed */
	int error;	 /* the first such -errno */
};

/*
 * An executor runs @n operations. One indirect call a block; inside it
 * everything is inlined. Context: a thread between enter and leave; it holds
 * no lock on entry or exit. The caller clears *b.
 */
typedef void engine_exec(struct domain *d, struct engine_thread *t,
			 const uint64_t *ops, size_t n, struct engine_block *b);

enum engine_executor {
	EXEC_WALK_DEP,	    /* each IOVA waits for the entry found before it,
			       also when that is a fault */
	EXEC_WALK_THR,	    /* independent walks */
	EXEC_WALK_CHECK,    /* independent, each PA checked by engine_op_pa:
			       for IOVAs whose mapping changes */
	EXEC_WALK_BATCH,    /* independent, ENGINE_BATCH in a read section: what
			       a software IOMMU could do that is handed a list
			       of addresses, a bound for EXEC_WALK_THR */
	EXEC_TRANSLATE_DEP, /* the same three through the IOTLB */
	EXEC_TRANSLATE_THR,
	EXEC_TRANSLATE_CHECK,
	EXEC_UPDATE,	 /* maps and unmaps (and checked walks) of the stream */
	EXEC_NESTED_DEP, /* walks through both stages: nested domains only */
	EXEC_NESTED_THR,
	EXEC_NR,
};

/* One memory line a design's synchronisation touches; for the cache model. */
struct engine_sync_ref {
	uint64_t pa; /* outside the pool: one of those below */
	bool write;
	uint8_t section; /* enum engine_section */
	uint8_t kind;	 /* of the lock entered: enum lock_flags */
};
/* What the reference means to others. */
enum engine_section {
	ENGINE_NO_SECTION,
	ENGINE_ENTERS,	     /* a section that others may be in as well */
	ENGINE_ENTERS_ALONE, /* one that it waits for, or others do */
	ENGINE_LEAVES,
};
#define ENGINE_SYNC_SHARED UINT64_C(0xf000000000000)
#define ENGINE_SYNC_THREAD UINT64_C(0xf100000000000) /* + 4096 * thread */
/* For the line ENGINE_SYNC_THREAD of each thread that walks. */
#define ENGINE_SYNC_READERS UINT64_C(0xf1fffffffffff)
enum { ENGINE_SYNC_MAX = 4 };

enum design_flags {
	DESIGN_SINGLE_THREAD = 1 << 0, /* nothing protects anything */
	DESIGN_LINEARIZABLE = 1 << 1,  /* without owned ranges, too, also
					  through the IOTLB */
	DESIGN_DEFERS = 1 << 2,	       /* retired tables wait for readers, of
					  whatever domain */
	DESIGN_HOLDS = 1 << 3,	       /* frees no table before the domain */
	DESIGN_RECLAIM_EMPTY = 1 << 4, /* can do RECLAIM_EMPTY */
	DESIGN_FOREIGN = 1 << 5,       /* walkers may walk what others own */
	DESIGN_ONE_SHAPE = 1 << 6,     /* compiled for speed for four levels of
					  the second stage only */
	DESIGN_ONE_UPDATER = 1 << 8,   /* maps and unmaps of a domain come one
					  at a time: no install is lost */
	DESIGN_WAITS = 1 << 7,	       /* who retires tables waits for readers,
					  of whatever domain */
	DESIGN_LOCKS_TABLES = 1 << 9,  /* updates write what the pool keeps of
					  each table that they write */
	/* maps and unmaps among themselves are linearizable without owned
	 * ranges, and no install is lost */
	DESIGN_LINEAR_UPDATES = 1 << 10,
	/* either: read sections are of the thread, one for all domains */
	DESIGN_THREAD_SECTIONS = DESIGN_DEFERS | DESIGN_WAITS,
};

/* Called for each leaf of a dump, in ascending order; non-zero stops it. With
 * ENGINE_FREED in @perm the leaf was read from a table that had been freed:
 * builds of expose.h only. */
#define ENGINE_FREED (1u << 31)
typedef int engine_visitor(void *arg, uint64_t iova, uint64_t pa,
			   uint64_t bytes, unsigned perm);

/* A section of a dump in chunks reads more than the way down to where it goes
 * on. */
enum { ENGINE_CHUNK_MIN = 8 };

/* What a dirty scan met. */
struct engine_scan {
	uint64_t leaves;      /* looked at */
	uint64_t dirty;	      /* of them, that were written through */
	uint64_t dirty_bytes; /* that these map */
};

struct design {
	const char *name;
	const char *help;
	unsigned flags; /* enum design_flags */

	/* NULL with errno: EINVAL (config), ENOMEM, EAGAIN (no reclaimer),
	 * ENOTSUP (reclaim, or this machine lacks what the design needs). */
	struct domain *(*domain_new)(const struct engine_config *cfg);
	/* No thread may be inside; waits for deferred reclamation and gives
	 * every table back to the pool. */
	void (*domain_free)(struct domain *d);

	/* Every thread, before its first and after its last operation, on
	 * one domain or several of the same pool. */
	void (*thread_enter)(struct engine_thread *t, struct pool *pool);
	void (*thread_leave)(struct engine_thread *t);
	/* Between blocks: no reference is held. */
	void (*thread_quiesce)(struct engine_thread *t);
	/* Around anything that blocks (a barrier, a sleep), so that a thread
	 * that waits does not hold up reclamation. */
	void (*thread_offline)(struct engine_thread *t);
	void (*thread_online)(struct engine_thread *t);
	/*
	 * Waits until everything has been reclaimed that was retired by the
	 * caller, by threads that have left or are offline, and what others
	 * have handed over. Not in the middle of an operation.
	 */
	void (*reclaim_barrier)(void);

	/*
	 * map() - [iova, iova + size) to [pa, pa + size) with @prot.
	 * -EINVAL: not 4K aligned, zero size, beyond the width, bad prot;
	 * -EEXIST: something is mapped there; -ENOMEM: no table page left.
	 * A failed map leaves the domain exactly as it was.
	 */
	int (*map)(struct domain *d, struct engine_thread *t, uint64_t iova,
		   uint64_t pa, uint64_t size, unsigned prot);
	/*
	 * unmap() - clears [iova, iova + size), flushes the IOTLB for it, and
	 * retires the tables that went; deferred, these two come with a flush,
	 * and until then nothing may be mapped there (t->ticket,
	 * flush_done()). Returns 0 and *unmapped = size, or
	 * more when a larger leaf was partly covered at the tail and went
	 * whole; holes count, as in Linux's driver. -EINVAL: alignment, size,
	 * width, or it starts inside a larger leaf (nothing is changed then).
	 */
	int (*unmap)(struct domain *d, struct engine_thread *t, uint64_t iova,
		     uint64_t size, uint64_t *unmapped);
	/*
	 * flush() - what was unmapped before in @d, by whom ever, is flushed;
	 * what the caller unmapped is retired, too. flush_before(): only if
	 * something of [iova, iova + size) waits in the caller's own queue.
	 * Not deferred: nothing.
	 */
	void (*flush)(struct domain *d, struct engine_thread *t);
	void (*flush_before)(struct domain *d, struct engine_thread *t,
			     uint64_t iova, uint64_t size);
	/* walk() - what is at @iova; returns 0, or -ENOENT when w->perm is 0,
	 * or -EINVAL beyond the width. */
	int (*walk)(struct domain *d, struct engine_thread *t, uint64_t iova,
		    struct engine_walk *w);
	/*
	 * nested_walk() - @access (VTD_R, VTD_W or both; 0: whatever is
	 * allowed) at @iova through a nested domain's two stages. Returns
	 * w->reason, or -EINVAL: not nested, no such access.
	 */
	int (*nested_walk)(struct domain *d, struct engine_thread *t,
			   uint64_t iova, unsigned access,
			   struct nested_walk *w);
	/*
	 * translate() - walk() through the IOTLB: the PA or ENGINE_FAULT. With
	 * ad_bits it is an access: a write where the page allows one. Then it
	 * sets A and D in the leaf before it fills the IOTLB; a hit sets
	 * nothing, as what filled the entry did.
	 */
	uint64_t (*translate)(struct domain *d, struct engine_thread *t,
			      uint64_t iova, unsigned *perm);
	/*
	 * dump() - every leaf of [iova, last], in one read section as debugfs
	 * does it. Returns 0 or what the visitor returned; @leaves counts.
	 * Under a design whose walks start again (typesafe), a dump goes on
	 * where it was: a large leaf may come after small ones that it took
	 * the place of.
	 */
	int (*dump)(struct domain *d, struct engine_thread *t, uint64_t iova,
		    uint64_t last, engine_visitor *visit, void *arg,
		    uint64_t *leaves);
	/*
	 * dump_chunks() - the same in sections of @chunk entries read (0: one
	 * section; else at least ENGINE_CHUNK_MIN). Between two nothing is
	 * held, and the thread is quiescent; it goes on from the IOVA where it
	 * was, as said above.
	 */
	int (*dump_chunks)(struct domain *d, struct engine_thread *t,
			   uint64_t iova, uint64_t last, unsigned chunk,
			   engine_visitor *visit, void *arg, uint64_t *leaves);
	/*
	 * scan_dirty() - clears D in every leaf of [iova, last] and calls
	 * @visit (may be NULL) for those that had it, as dump_chunks() does.
	 * Then the IOTLB is flushed from the first such leaf to the last: a
	 * translation that starts later sets D again. Of what was written
	 * through an entry of the IOTLB meanwhile, *found is the only notice,
	 * so pages may be looked at once this has returned. Returns 0 or what
	 * the visitor returned; -ENOTSUP: a domain without ad_bits. Who may
	 * scan what: as dump().
	 */
	int (*scan_dirty)(struct domain *d, struct engine_thread *t,
			  uint64_t iova, uint64_t last, unsigned chunk,
			  engine_visitor *visit, void *arg,
			  struct engine_scan *found);

	engine_exec *exec[EXEC_NR];

	/* Lines one operation's synchronisation touches, in order: the first
	 * *before of them come before the entries. @counted: RECLAIM_EMPTY.
	 * Returns their number. */
	unsigned (*sync_refs)(enum engine_op op, bool counted, unsigned thread,
			      struct engine_sync_ref refs[ENGINE_SYNC_MAX],
			      unsigned *before);
};

/* All designs, NULL-terminated, in the order of designs/registry.def. */
extern const struct design *const designs[];
/* By its name, or by an old one. NULL: there is none. */
const struct design *design_find(const char *name);
/* What a design is called that was called @old; NULL: nothing was. */
const char *design_renamed(const char *old);
/* Which ways of freeing it has: "after the flush", "list, page, bytes". */
const char *design_frees(const struct design *d);
/* Whom it is safe for, and which tables it frees while the domain lives: those
 * that an unmap covers, or also those that became empty. */
const char *design_walkers(const struct design *d);
const char *design_reclaims(const struct design *d);

#endif
