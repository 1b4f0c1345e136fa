/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `lockless`: tables are linked with cmpxchg, as Linux's VT-d driver
 * does, and walkers take nothing. That is right for any walker only because an
 * unlinked table is never reused while the domain lives: one may still be
 * inside it. The memory is held, and the report shows how much. Linux's driver
 * does free such tables, after the flush; there callers own what they walk.
 *
 * Publication: release of the cmpxchg and of leaf stores pairs with the
 * acquire of entry_load(). Reuse: when the domain goes, with no thread inside.
 */
#include "cmpxchg_install.h"
#include "engine.h"
#include "no_grace.inc"

#define DESIGN_SYMBOL design_lockless
#define DESIGN_NAME   "lockless"
#define DESIGN_HELP                                                       \
	"cmpxchg to insert, walkers take nothing, tables held until the " \
	"domain goes (Linux's driver does free them)"
#define DESIGN_FLAGS DESIGN_HOLDS

struct sync {
	struct pool_page *held; /* unlinked tables, a stack nobody pops */
};

static inline void sync_init(struct sync *s)
{
	s->held = NULL;
}

static inline void sync_fini(struct sync *s)
{
	(void)s;
}

VTD_INLINE void read_begin(struct sync *s)
{
	(void)s;
}

VTD_INLINE void read_end(struct sync *s)
{
	(void)s;
}

VTD_INLINE void write_begin(struct sync *s, bool counted)
{
	(void)s;
	(void)counted;
}

VTD_INLINE void write_end(struct sync *s, bool counted)
{
	(void)s;
	(void)counted;
}

/* Without counts: DESIGN_RECLAIM_EMPTY is not set, so these are not reached. */
VTD_INLINE bool entries_get(struct pool_page *page, unsigned n)
{
	(void)page;
	(void)n;
	return true;
}

VTD_INLINE bool entries_put(struct pool_page *page, unsigned n)
{
	(void)page;
	(void)n;
	return false;
}

static inline void tables_retire(struct domain *d, struct engine_thread *t,
				 struct pool_page *list);
static inline void design_release(struct domain *d, struct pool_cache *cache);

static unsigned design_sync_refs(enum engine_op op, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	(void)op;
	(void)thread;
	(void)refs;
	*before = 0;
	return 0;
}

#include "engine.inc"

static inline void tables_retire(struct domain *d, struct engine_thread *t,
				 struct pool_page *list)
{
	struct sync *s = sync_of(d);
	struct pool_page *tail = list, *top;

	(void)t;
	while (tail->next)
		tail = tail->next;
	top = __atomic_load_n(&s->held, __ATOMIC_RELAXED);
	do
		tail->next = top;
	/* release: pairs with the acquire in design_release() */
	while (!__atomic_compare_exchange_n(&s->held, &top, list, true,
					    __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED));
}

static inline void design_release(struct domain *d, struct pool_cache *cache)
{
	/* acquire: pairs with the release in tables_retire() */
	struct pool_page *page =
		__atomic_load_n(&sync_of(d)->held, __ATOMIC_ACQUIRE);

	while (page) {
		struct pool_page *next = page->next;

		subtree_free(d->pool, page, free_to_cache, cache);
		page = next;
	}
}
