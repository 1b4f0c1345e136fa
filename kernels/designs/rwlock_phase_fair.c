/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Design `rwlock_phase_fair`: as `rwlock`, with another kind of lock. */
#define DESIGN_LEAN
#define DESIGN_LOCK "../locks/phase_fair.h"
#define DESIGN_NAME rwlock_phase_fair
#define DESIGN_HELP                                                       \
	"as rwlock, by Concurrency Kit's phase-fair lock: readers and a " \
	"writer take turns"

#include "rwlock.c"
