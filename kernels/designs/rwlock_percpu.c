/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Design `rwlock_percpu`: as `rwlock`, with another kind of lock. */
#define DESIGN_LEAN
#define DESIGN_LOCK "../locks/percpu_read.h"
#define DESIGN_NAME rwlock_percpu
#define DESIGN_HELP                                                       \
	"as rwlock, by Concurrency Kit's big-reader lock: readers write " \
	"lines of their own"

#include "rwlock.c"
