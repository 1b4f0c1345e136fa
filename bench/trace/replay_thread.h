/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The threads of a replay; for trace/replay.c only. */
#ifndef TRACE_REPLAY_THREAD_H
#define TRACE_REPLAY_THREAD_H

#include <pthread.h>
#include <stdalign.h>

#include "trace/replay.h"

enum { REPLAY_BLOCK_EVENTS = 256 };

/* One thread. What others read stands on a line of its own. */
struct replay_worker {
	alignas(64) uint64_t done; /* events; see publish() */

	alignas(64) struct engine_thread engine;
	struct replay_state *run;
	const struct replay_thread *plan;
	unsigned index;
	pthread_t thread;
	double *blocks; /* ns per event of each block */
	size_t nblocks;
	uint64_t wait_ticks, waits;
	bool strangers; /* others have been seen to keep its CPU busy */
	uint64_t wrong;
	size_t first_wrong; /* op index, if wrong */
	int first_result;
	int error; /* -errno that is no answer: ENOMEM, entering failed */
	unsigned until_sample;
	struct singles map, unmap;
	uint64_t held_peak;
	uint64_t retired;
	struct iotlb_stats iotlb;
	uint64_t end_tick;
};

struct replay_state {
	const struct replay_plan *plan;
	const struct replay_config *cfg;
	struct domain **domains;
	struct replay_worker *workers;
	struct pool_cache **caches;
	uint64_t start_tick;
	struct err *e;

	/* Where threads meet before and after; the lock protects what
	 * follows, and e. */
	pthread_mutex_t lock;
	pthread_cond_t met;
	unsigned expected, arrived, round;
	bool give_up; /* settled when the threads have met first */
};

/*
 * replay_threads_run() - starts r's threads, lets them begin together, and
 * joins them. Returns 0, or -errno: they could not be started (said in r->e).
 * What a thread met is in its worker.
 */
int replay_threads_run(struct replay_state *r);

/* Whether somebody asked to give up. */
bool replay_stopped(const struct replay_state *r);

#endif
