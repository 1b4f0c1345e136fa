/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins the calling thread to a CPU and reads back that it is there. Context:
 * every function is about the calling thread only; no locks.
 */
#ifndef PIN_H
#define PIN_H

#include <stddef.h>

/*
 * pin_self() - run on the CPU the kernel calls @cpu only. Returns 0 when the
 * thread was seen there; -EINVAL: there is no such CPU or it is not allowed;
 * -EIO: the kernel accepted but the thread is elsewhere; @why says it.
 */
int pin_self(unsigned cpu, char *why, size_t why_len);

/*
 * pin_verify() - still pinned to @cpu alone, and there? For use after a
 * phase: hotplug and a cpuset that changes move threads silently. Returns 0,
 * or -EIO with @why.
 */
int pin_verify(unsigned cpu, char *why, size_t why_len);

/* The affinity a thread had; pin_restore() gives it back and frees it. */
struct pin_saved; /* opaque */
/* NULL: out of memory, or the kernel does not tell. */
struct pin_saved *pin_save(void);
/* 0 or -errno; @saved is freed in any case, NULL is -EINVAL. */
int pin_restore(struct pin_saved *saved);

/*
 * Where the kernel says the thread is: sched_getcpu(), replaced by tests to
 * see that a pin that is not honoured is noticed.
 */
extern int (*pin_getcpu)(void);

#endif
