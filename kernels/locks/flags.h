/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kind of lock promises, and what who waits for it does. */
#ifndef LOCK_FLAGS_H
#define LOCK_FLAGS_H

enum lock_flags {
	/* Promises; tests/stress/test_locks.c holds a kind to them. */
	LOCK_SHARED = 1 << 0, /* readers are in together */
	/* Those who spin get in in the order in which they came; readers that
	 * came one after the other may get in together. */
	LOCK_FIFO = 1 << 1,
	/* A reader does not get in while a writer waits for readers to leave:
	 * they cannot keep it out. */
	LOCK_STOPS_READERS = 1 << 2,
	/* A writer does not get in before a reader that waited when the last
	 * writer left: they cannot keep it out. */
	LOCK_STOPS_WRITERS = 1 << 3,

	/* Who waits, for the cache model. Without these: it watches the line
	 * that it enters by. */
	LOCK_QUEUED = 1 << 4,	  /* a line of its own, until it comes first;
				     who gets in makes the next one first */
	LOCK_HANDS_OVER = 1 << 5, /* with it: a line of its own to the end; who
				     leaves writes it and leaves the lock's */
	LOCK_SLEEPS = 1 << 6,	  /* none, until it is woken */
};

#endif
