/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `none`: no protection at all, one thread only. The floor of what the
 * algorithm costs; every other design is this plus its synchronisation.
 *
 * Publication: plain stores. Reuse: a table is free at once.
 */
#include "free_at_once.inc"
#include "one_updater.inc"
#include "unlocked.inc"
#include "no_state.inc"

#define DESIGN_NAME none
#define DESIGN_HELP "no synchronisation; one thread only: the floor"
#define DESIGN_FLAGS                                                         \
	(DESIGN_SINGLE_THREAD | DESIGN_LINEARIZABLE | DESIGN_RECLAIM_EMPTY | \
	 DESIGN_ONE_UPDATER)

#include "../engine.inc"
