/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Design `spinlock_ticket`: as `spinlock`, with another kind of lock. */
#define DESIGN_LEAN
#define DESIGN_LOCK "../locks/ticket.h"
#define DESIGN_NAME spinlock_ticket
#define DESIGN_HELP "as spinlock, by Concurrency Kit's ticket lock: fair"

#include "spinlock.c"
