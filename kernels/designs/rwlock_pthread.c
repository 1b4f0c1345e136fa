/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Design `rwlock_pthread`: as `rwlock`, with another kind of lock. */
#define DESIGN_LEAN
#define DESIGN_LOCK "../locks/pthread_rwlock.h"
#define DESIGN_NAME rwlock_pthread
#define DESIGN_HELP "as rwlock, by the C library's: prefers readers, sleeps"

#include "rwlock.c"
