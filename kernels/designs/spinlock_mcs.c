/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Design `spinlock_mcs`: as `spinlock`, with another kind of lock. */
#define DESIGN_LEAN
#define DESIGN_LOCK "../locks/mcs.h"
#define DESIGN_NAME spinlock_mcs
#define DESIGN_HELP                                                          \
	"as spinlock, by Concurrency Kit's MCS lock: fair, each waits on a " \
	"line of its own"

#include "spinlock.c"
