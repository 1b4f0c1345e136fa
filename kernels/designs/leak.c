/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `leak` (called `lockless` before): as `driver`, but an unlinked table
 * is never reused while the domain lives. So any walker may be inside it, and
 * walkers take nothing. The memory is held, and the report shows how much. It
 * is not what Linux does: its driver frees such tables after the flush.
 *
 * Publication: release of the cmpxchg and of leaf stores pairs with the
 * acquire of entry_load(). Reuse: when the domain goes, with no thread inside.
 */
#include "cmpxchg_install.inc"
#include "no_grace.inc"
#include "unlocked.inc"
#include "not_counted.inc"

#define DESIGN_NAME leak
#define DESIGN_HELP                                                       \
	"cmpxchg to insert, walkers take nothing, tables held until the " \
	"domain goes (Linux's driver frees them)"
#define DESIGN_FLAGS (DESIGN_HOLDS | DESIGN_FOREIGN)

/*
 * Unlinked tables, in stacks that nobody pops, each on a line of its own. A
 * thread takes its pages from the pool in batches that lie side by side
 * (pool.c), so the page says which stack, and threads rarely meet at one.
 */
enum { STACKS = 16, STACK_PAGES = 32 };

struct sync {
	struct {
		alignas(64) struct pool_page *held;
	} stack[STACKS];
};

static inline void sync_init(struct sync *s)
{
	for (unsigned i = 0; i < STACKS; i++)
		s->stack[i].held = NULL;
}

static inline void sync_fini(struct sync *s)
{
}

#include "../engine.inc"

static inline void tables_retire(struct domain *d, struct engine_thread *t,
				 struct pool_page *list)
{
	size_t page = (size_t)(list - d->pool->pages);
	struct pool_page **held =
		&sync_of(d)->stack[page / STACK_PAGES % STACKS].held;
	struct pool_page *tail = list, *top;

	while (tail->next)
		tail = tail->next;
	top = __atomic_load_n(held, __ATOMIC_RELAXED);
	do
		tail->next = top;
	/* release: pairs with the acquire in design_release() */
	while (!__atomic_compare_exchange_n(
		held, &top, list, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static inline void design_release(struct domain *d, struct pool_cache *cache)
{
	for (unsigned i = 0; i < STACKS; i++) {
		/* acquire: pairs with the release in tables_retire() */
		struct pool_page *page = __atomic_load_n(
			&sync_of(d)->stack[i].held, __ATOMIC_ACQUIRE);

		while (page) {
			struct pool_page *next = page->next;

			subtree_free(d->pool, page, free_to_cache, cache);
			page = next;
		}
	}
}
