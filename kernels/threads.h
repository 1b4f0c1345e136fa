/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of the threads that are inside the engine: what a lock's word or a
 * table names a thread by. They are small: the lowest that is free is given.
 */
#ifndef THREADS_H
#define THREADS_H

/* More than a crew can have (1024 walkers, 1024 mappers, 64 dumpers). */
enum { ENGINE_THREADS_MAX = 4096 };

/*
 * thread_number_get() - a number from 1 to ENGINE_THREADS_MAX that no other
 * thread has; when all are taken it says so and aborts. Whoever gets a number
 * sees all that its last owner did before thread_number_put(). Any thread.
 */
unsigned thread_number_get(void);
void thread_number_put(unsigned number);

#endif
