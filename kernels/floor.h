/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor: the loads of a walk with index extraction and nothing else (no
 * lock, no check), over the same tables. Second stage. The first two know walks
 * that all end at a 4K leaf; the others end where an entry leads nowhere, and
 * no table may be freed meanwhile. b->sum and b->chain are of entries.
 */
#ifndef FLOOR_H
#define FLOOR_H

#include "engine.h"

engine_exec engine_floor_dep, engine_floor_thr;
engine_exec engine_floor_any_dep, engine_floor_any_thr;

#endif
