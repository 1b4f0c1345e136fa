/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Before whom threads that measure get their CPUs. What is measured is never
 * others' work: where it may, a process that measures goes first, so that a
 * neighbour costs it fewer batches.
 */
#ifndef MACHINE_PRIORITY_H
#define MACHINE_PRIORITY_H

#include <stdbool.h>

/*
 * priority_raise() - this process and all that it starts, as far as it may
 * (root, CAP_SYS_NICE, `ulimit -e`): nice -20. Linux shares CPUs among sessions
 * first (sched(7), "The autogroup feature"), so with @own_session it gets one,
 * which is as nice; Ctrl-C then reaches it from its parent alone. Never fails:
 * it stays as it is where it may not, and if it was started nicer than usual.
 * Context: before threads are started.
 */
void priority_raise(bool own_session);

/* The nice value that priority_raise() comes to, here and now. */
int priority_allowed(void);

#endif
