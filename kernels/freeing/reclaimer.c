/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reclaimer threads; see reclaimer.h for the protocol. */
#include "reclaimer.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../aligned.h"
#include "../mutant.h"
#include "../pool.h"

struct reclaimer {
	const struct reclaimer_ops *ops;
	struct pool *pool;
	struct reclaimer *next; /* of all */
	pthread_t thread;
	bool quit;	      /* under all.lock */
	uint64_t done;	      /* under all.lock: the numbers passed on */
	pthread_mutex_t busy; /* held while it has a chain: for fork() */
	/* Pushed to by any thread. */
	alignas(64) struct pool_page *stack;
	alignas(64) uint32_t asleep; /* futex: 1 = it sleeps */
	/* Somebody waits for it, or wants it to end: a hint to look at what is
	 * under all.lock. Set before it is woken. */
	uint32_t asked;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t done; /* one has passed its numbers on */
	struct reclaimer *first;
	uint64_t number; /* the last one taken by who waits */
} all = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};

static void wake(struct reclaimer *r)
{
	/* seq_cst (F2): after the push, or what is asked, before this look */
	if (!__atomic_load_n(&r->asleep, __ATOMIC_SEQ_CST) ||
	    !__atomic_exchange_n(&r->asleep, 0, __ATOMIC_SEQ_CST))
		return;
	syscall(SYS_futex, &r->asleep, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void reclaimer_push(struct reclaimer *r, struct pool_page *first,
		    struct pool_page *last)
{
	struct pool_page *top = __atomic_load_n(&r->stack, __ATOMIC_RELAXED);

	do
		last->batch = top;
	/* F1: release, pairs with the exchange in take(); seq_cst for F2 */
	while (!__atomic_compare_exchange_n(&r->stack, &top, first, true,
					    __ATOMIC_SEQ_CST,
					    __ATOMIC_RELAXED));
	wake(r);
}

static void sleep_on(struct reclaimer *r)
{
	/* seq_cst (F3): said before the looks, see wake() */
	__atomic_store_n(&r->asleep, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&r->stack, __ATOMIC_SEQ_CST) ||
	    __atomic_load_n(&r->asked, __ATOMIC_SEQ_CST)) {
		__atomic_store_n(&r->asleep, 0, __ATOMIC_RELAXED);
		return;
	}
	/* returns at once if it was woken meanwhile */
	syscall(SYS_futex, &r->asleep, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
	__atomic_store_n(&r->asleep, 0, __ATOMIC_RELAXED);
}

/* Frees what has been pushed. False: there was nothing. */
static bool work(struct reclaimer *r)
{
	struct pool_page *chain;

	pthread_mutex_lock(&r->busy);
	/* acquire: pairs with F1 */
	chain = __atomic_exchange_n(&r->stack, NULL, __ATOMIC_ACQUIRE);
	if (chain) {
		if (!MUTANT(reclaimer_no_grace_period))
			r->ops->grace();
		r->ops->reclaim(chain);
	}
	pthread_mutex_unlock(&r->busy);
	return chain != NULL;
}

static void *reclaimer_main(void *arg)
{
	struct reclaimer *r = arg;
	uint64_t number;
	bool quit, worked;

	do {
		/* F5: before the stack is taken. seq_cst: cleared before what
		 * was asked is read */
		__atomic_store_n(&r->asked, 0, __ATOMIC_SEQ_CST);
		pthread_mutex_lock(&all.lock);
		number = all.number;
		quit = r->quit;
		pthread_mutex_unlock(&all.lock);
		worked = work(r);
		pthread_mutex_lock(&all.lock);
		if (r->done != number)
			pthread_cond_broadcast(&all.done);
		r->done = number;
		pthread_mutex_unlock(&all.lock);
		if (!worked && !quit)
			sleep_on(r);
	} while (worked || !quit);
	return NULL;
}

/* Signals are for the program's own threads. */
static int start(struct reclaimer *r)
{
	sigset_t every, old;
	int ret;

	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &old);
	ret = -pthread_create(&r->thread, NULL, reclaimer_main, r);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ret;
}

/* fork(): no reclaimer is in the middle of something. */
static void before_fork(void)
{
	pthread_mutex_lock(&all.lock);
	for (struct reclaimer *r = all.first; r; r = r->next)
		pthread_mutex_lock(&r->busy);
}

static void after_fork(void)
{
	for (struct reclaimer *r = all.first; r; r = r->next)
		pthread_mutex_unlock(&r->busy);
	pthread_mutex_unlock(&all.lock);
}

/* Their threads stayed behind. Nobody else runs here yet. */
static void after_fork_in_child(void)
{
	pthread_cond_init(&all.done, NULL);
	for (struct reclaimer *r = all.first; r; r = r->next) {
		r->asleep = 0;
		if (start(r))
			abort(); /* what waits would never be reclaimed */
	}
	after_fork();
}

static void watch_forks(void)
{
	pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

/* One of @pool, out of the list, told to end; NULL: there is none. */
static struct reclaimer *take_out(const struct pool *pool)
{
	struct reclaimer **at = &all.first, *r;

	pthread_mutex_lock(&all.lock);
	while (*at && (*at)->pool != pool)
		at = &(*at)->next;
	r = *at;
	if (r) {
		*at = r->next;
		r->quit = true;
		__atomic_store_n(&r->asked, 1, __ATOMIC_SEQ_CST);
	}
	pthread_mutex_unlock(&all.lock);
	return r;
}

static void stop_reclaimers(struct pool *pool)
{
	struct reclaimer *r;

	while ((r = take_out(pool))) {
		wake(r);
		pthread_join(r->thread, NULL);
		pthread_mutex_destroy(&r->busy);
		free(r);
	}
}

int reclaimer_get(struct pool *pool, const struct reclaimer_ops *ops,
		  struct reclaimer **out)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct reclaimer *r;
	int ret = 0;

	pthread_once(&once, watch_forks);
	pthread_mutex_lock(&all.lock);
	r = all.first;
	while (r && (r->pool != pool || r->ops != ops))
		r = r->next;
	if (!r) {
		r = aligned_zalloc(64, 1, sizeof(*r));
		ret = r ? 0 : -ENOMEM;
		if (r) {
			r->ops = ops;
			r->pool = pool;
			r->done = all.number;
			pthread_mutex_init(&r->busy, NULL);
			ret = start(r);
		}
		if (!ret) {
			r->next = all.first;
			all.first = r;
			pool->stop_reclaimers = stop_reclaimers;
		} else {
			free(r);
		}
	}
	pthread_mutex_unlock(&all.lock);
	*out = ret ? NULL : r;
	return ret;
}

/* Whether one for @ops has not passed @number on. Under all.lock. */
static bool waits(const struct reclaimer_ops *ops, uint64_t number)
{
	for (const struct reclaimer *r = all.first; r; r = r->next)
		if (r->ops == ops && r->done < number)
			return true;
	return false;
}

void reclaimers_wait(const struct reclaimer_ops *ops)
{
	uint64_t number;

	pthread_mutex_lock(&all.lock);
	number = ++all.number;
	for (struct reclaimer *r = all.first; r; r = r->next)
		if (r->ops == ops) {
			__atomic_store_n(&r->asked, 1, __ATOMIC_SEQ_CST);
			wake(r);
		}
	while (waits(ops, number))
		pthread_cond_wait(&all.done, &all.lock);
	pthread_mutex_unlock(&all.lock);
}
