/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Design `spinlock_unfair`: as `spinlock`, with another kind of lock. */
#define DESIGN_LEAN
#define DESIGN_LOCK "../locks/unfair.h"
#define DESIGN_NAME spinlock_unfair
#define DESIGN_HELP \
	"as spinlock, by Concurrency Kit's test and test-and-set lock: unfair"

#include "spinlock.c"
