/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `none`: no protection at all, one thread only. The floor of what the
 * algorithm costs; every other design is this plus its synchronisation.
 *
 * Publication: plain stores. Reuse: a table is free at once.
 */
#include "locked.inc"

#define DESIGN_SYMBOL design_none
#define DESIGN_NAME   "none"
#define DESIGN_HELP   "no synchronisation; one thread only: the floor"
#define DESIGN_FLAGS \
	(DESIGN_SINGLE_THREAD | DESIGN_LINEARIZABLE | DESIGN_RECLAIM_EMPTY)

struct sync {
	char none;
};

static inline void sync_init(struct sync *s)
{
}

static inline void sync_fini(struct sync *s)
{
}

VTD_INLINE void read_begin(struct sync *s)
{
}

VTD_INLINE void read_end(struct sync *s)
{
}

VTD_INLINE void write_begin(struct sync *s, bool counted)
{
}

VTD_INLINE void write_end(struct sync *s, bool counted)
{
}

static unsigned design_sync_refs(enum engine_op op, unsigned thread,
				 struct engine_sync_ref *refs, unsigned *before)
{
	*before = 0;
	return 0;
}

#include "../engine.inc"
