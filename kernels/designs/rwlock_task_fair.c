/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Design `rwlock_task_fair`: as `rwlock`, with another kind of lock. */
#define DESIGN_LEAN
#define DESIGN_LOCK "../locks/task_fair.h"
#define DESIGN_NAME rwlock_task_fair
#define DESIGN_HELP                                                            \
	"as rwlock, by Concurrency Kit's task-fair lock: all in the order in " \
	"which they came"

#include "rwlock.c"
