/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * membarrier(2): a full barrier on all CPUs that run the process, so that who
 * comes by often needs none of its own, only the compiler's.
 */
#ifndef MEMBARRIER_H
#define MEMBARRIER_H

#include <linux/membarrier.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A process has to, as often as it likes, before it may. False: it cannot be
 * had here. */
static inline bool membarrier_register(void)
{
	return !syscall(SYS_membarrier,
			MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0);
}

/* False: not registered. */
static inline bool membarrier_all(void)
{
	return !syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0);
}

#endif
