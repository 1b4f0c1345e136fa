/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads of a trial and the barrier that leads them through phases. */
#include "measure/worker.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../topology/pin.h"
#include "machine/clock.h"

/* Threads that woke up at a barrier are all running after this long. */
#define START_AHEAD_NS 200e3

void worker_wrong(struct worker *w, uint64_t n, const char *fmt, ...)
{
	va_list ap;

	if (!w->wrong && !w->why[0]) {
		va_start(ap, fmt);
		vsnprintf(w->why, sizeof(w->why), fmt, ap);
		va_end(ap);
	}
	w->wrong += n;
}

void worker_failed(struct worker *w, int code, const char *fmt, ...)
{
	va_list ap;

	if (w->error)
		return;
	w->error = code;
	va_start(ap, fmt);
	vsnprintf(w->why, sizeof(w->why), fmt, ap);
	va_end(ap);
}

static void run_phase(struct worker *w, const struct phase *ph)
{
	struct os_delta os;
	char why[160];

	if (pin_verify(w->cpu, why, sizeof(why)))
		worker_failed(w, -EIO, "%s", why);
	w->group->design->thread_online(&w->t);
	w->warm = false;
	os_sample_begin(&w->since);
	if (!w->error)
		ph->run(w, ph);
	os_sample_end(&w->since, &os);
	w->group->design->thread_offline(&w->t);
	if (pin_verify(w->cpu, why, sizeof(why)))
		worker_failed(w, -EIO, "%s", why);
	if (!ph->bit)
		return;
	if (w->nos < PHASES_MAX)
		w->os[w->nos++] = os;
	if (!os_disturbed(&os, why, sizeof(why)))
		return;
	if (!w->lost_in)
		snprintf(w->lost, sizeof(w->lost), "%s %u in phase %s: %.60s",
			 role_name(w->role), w->index, ph->name, why);
	w->lost_in |= ph->bit;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct worker_group *g = w->group;
	char why[160];
	bool abandoned;
	int ret;

	pthread_mutex_lock(&g->gate);
	abandoned = g->quit;
	pthread_mutex_unlock(&g->gate);
	if (abandoned)
		return NULL;
	ret = pin_self(w->cpu, why, sizeof(why));
	if (ret)
		worker_failed(w, ret, "%s", why);
	g->design->thread_enter(&w->t, g->pool);
	g->design->thread_offline(&w->t);
	pthread_barrier_wait(&g->edge);
	for (;;) {
		pthread_barrier_wait(&g->edge);
		if (g->quit)
			break;
		run_phase(w, g->phase);
		pthread_barrier_wait(&g->edge);
	}
	g->design->thread_online(&w->t);
	g->design->thread_leave(&w->t);
	return NULL;
}

static int first_error(struct worker_group *g, struct err *e)
{
	for (unsigned i = 0; i < g->n; i++)
		if (g->workers[i].error)
			return err_set(e, g->workers[i].error, "%s %u: %s",
				       role_name(g->workers[i].role),
				       g->workers[i].index, g->workers[i].why);
	return 0;
}

static void group_join(struct worker_group *g)
{
	while (g->started)
		pthread_join(g->workers[--g->started].id, NULL);
	pthread_barrier_destroy(&g->edge);
	pthread_mutex_destroy(&g->gate);
	free(g->caches);
	g->caches = NULL;
}

int worker_group_start(struct worker_group *g, struct err *e)
{
	sigset_t all, old;
	int ret = 0;

	g->caches = calloc(g->n, sizeof(*g->caches));
	if (!g->caches)
		return err_set(e, -ENOMEM, "no memory for the threads");
	for (unsigned i = 0; i < g->n; i++) {
		g->workers[i].group = g;
		g->caches[i] = &g->workers[i].t.cache;
	}
	pthread_barrier_init(&g->edge, NULL, g->n + 1);
	pthread_mutex_init(&g->gate, NULL);
	pthread_mutex_lock(&g->gate);
	/* Signals are for the leader: a worker never runs a handler. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (g->started = 0; g->started < g->n; g->started++) {
		struct worker *w = &g->workers[g->started];

		ret = pthread_create(&w->id, NULL, worker_main, w);
		if (ret)
			break;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	/* The barrier would wait for the missing ones for ever. */
	g->quit = ret != 0;
	pthread_mutex_unlock(&g->gate);
	if (ret) {
		err_set(e, -ret, "cannot start thread %u: %s", g->started,
			strerror(ret));
		group_join(g);
		return -ret;
	}
	pthread_barrier_wait(&g->edge);
	ret = first_error(g, e);
	if (ret)
		worker_group_finish(g);
	return ret;
}

int worker_group_run(struct worker_group *g, struct phase *ph, struct err *e)
{
	g->phase = ph;
	ph->start = clock_start() + clock_ticks(START_AHEAD_NS);
	ph->begin = ph->start + clock_ticks((double)ph->warmup_ns);
	ph->end = ph->begin + clock_ticks((double)ph->ns);
	pthread_barrier_wait(&g->edge);
	pthread_barrier_wait(&g->edge);
	if (g->stop && *g->stop)
		return err_set(e, -EINTR, "interrupted");
	return first_error(g, e);
}

void worker_group_finish(struct worker_group *g)
{
	if (!g->started)
		return;
	g->quit = true;
	pthread_barrier_wait(&g->edge);
	group_join(g);
}
