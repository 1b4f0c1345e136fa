/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One at a time. Two that measure on a machine disturb each other throughout,
 * and two that measure one run store the same trials. Both locks are the
 * kernel's and end with the process: a killed one leaves nothing that blocks.
 * Context: any thread, but the process once.
 */
#ifndef MACHINE_ALONE_H
#define MACHINE_ALONE_H

#include <stdint.h>

#include "base/err.h"

enum alone_else {
	ALONE_REFUSE, /* -EBUSY at once */
	ALONE_WAIT,   /* says so once and waits; -EINTR on a signal */
	ALONE_WARN,   /* says so and goes on, without the lock */
};

/*
 * Makes this process, and what it starts, the only one on this machine that
 * measures: a lock on the file of VTDBENCH_LOCK, else /run/lock/vtdbench.lock,
 * else /tmp/vtdbench.lock; `none`: no lock. 0 also where neither can be had
 * (said with -v): to measure does not depend on it. Who has it is named in *e
 * or the message.
 */
int alone_machine(enum alone_else otherwise, struct err *e);

/*
 * Makes this process the only one that measures run @id, whose @uuid all
 * processes see that share a network namespace. -EBUSY with *e.
 */
int alone_run(const char *uuid, int64_t id, struct err *e);

#endif
