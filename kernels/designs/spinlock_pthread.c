/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Design `spinlock_pthread`: as `spinlock`, with another kind of lock. */
#define DESIGN_LEAN
#define DESIGN_LOCK "../locks/pthread_spin.h"
#define DESIGN_NAME spinlock_pthread
#define DESIGN_HELP "as spinlock, by the C library's: test and set, unfair"

#include "spinlock.c"
