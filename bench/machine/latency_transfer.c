/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line that goes from one CPU to another: two threads write it in turn, each
 * when it sees what the other wrote. A figure is half of a round.
 */
#include "machine/latency_batch.h"

#include <errno.h>
#include <pthread.h>
#include <stdalign.h>
#include <string.h>

#include "../topology/pin.h"
#include "counters/os_sample.h"
#include "machine/clock.h"

enum { CPUS_MAX = 64 };

struct pair {
	/* Who writes next: 0 the leading thread, 1 the other. Release by one,
	 * acquire by the other, as a lock that is handed over. */
	alignas(128) unsigned turn;
	/* Rounds of the next batch; release by the leader, acquire by the
	 * other. 0: none yet. */
	alignas(128) uint64_t rounds;
	/* The other has ended batch @done; release, acquire by the leader. */
	alignas(128) unsigned done;
	bool lost; /* then: it lost its CPU */
	bool failed;
	unsigned cpu, batches;
	char why[160];
};

static void play(struct pair *p, unsigned self, uint64_t rounds)
{
	while (rounds--) {
		while (__atomic_load_n(&p->turn, __ATOMIC_ACQUIRE) != self)
			;
		__atomic_store_n(&p->turn, !self, __ATOMIC_RELEASE);
	}
}

static void *other(void *arg)
{
	struct pair *p = arg;
	struct os_sample before;
	struct os_delta spent;

	p->failed = pin_self(p->cpu, p->why, sizeof(p->why));
	for (unsigned n = 1;; n++) {
		uint64_t rounds;

		while (!(rounds =
				 __atomic_load_n(&p->rounds, __ATOMIC_ACQUIRE)))
			__builtin_ia32_pause();
		/* Before the leader can ask for the next batch. */
		__atomic_store_n(&p->rounds, 0, __ATOMIC_RELAXED);
		if (rounds == UINT64_MAX)
			break;
		os_sample_begin(&before);
		play(p, 1, rounds);
		os_sample_end(&before, &spent);
		p->lost = os_disturbed(&spent, NULL, 0);
		__atomic_store_n(&p->done, n, __ATOMIC_RELEASE);
	}
	os_sample_close();
	return NULL;
}

static bool pair_timed(void *arg, uint64_t n, double *ns)
{
	struct pair *p = arg;
	struct os_sample before;
	struct os_delta spent;
	uint64_t from;

	os_sample_begin(&before);
	__atomic_store_n(&p->rounds, n, __ATOMIC_RELEASE);
	play(p, 0, 1); /* the other is there after it */
	from = clock_start();
	play(p, 0, n - 1);
	*ns = clock_ns(clock_stop() - from) - clock_info()->cost_ns;
	*ns *= (double)n / (double)(n - 1);
	os_sample_end(&before, &spent);
	p->batches++;
	while (__atomic_load_n(&p->done, __ATOMIC_ACQUIRE) != p->batches)
		__builtin_ia32_pause();
	return !p->lost && !os_disturbed(&spent, NULL, 0);
}

/* The calling thread is on the other CPU. */
static json_t *pair_measure(unsigned cpu, struct err *e)
{
	struct pair p = {.cpu = cpu};
	json_t *figure = NULL;
	pthread_t thread;
	int rc = pthread_create(&thread, NULL, other, &p);

	if (rc) {
		err_set(e, -rc, "no thread: %s", strerror(rc));
		return NULL;
	}
	figure = latency_of_timed(pair_timed, &p, 2);
	__atomic_store_n(&p.rounds, UINT64_MAX, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	if (!p.failed)
		return figure;
	json_decref(figure);
	err_set(e, -EIO, "%s", p.why);
	return NULL;
}

int latency_transfers(json_t *to, const struct topo *topo, struct err *e)
{
	size_t n = topo->ncpus < CPUS_MAX ? topo->ncpus : CPUS_MAX;
	json_t *list = json_array();
	char why[160];

	json_object_set_new(to, "transfer", list);
	for (size_t a = 0; a < n; a++) {
		unsigned from = topo->cpus[a].os_index;

		if (pin_self(from, why, sizeof(why)))
			return err_set(e, -EIO, "%s", why);
		for (size_t b = a + 1; b < n; b++) {
			unsigned cpu = topo->cpus[b].os_index;
			json_t *figure = pair_measure(cpu, e);

			if (!figure)
				return e->code;
			json_array_append_new(
				list,
				json_pack("{si si so}", "from", (int)from, "to",
					  (int)cpu, "one_way", figure));
		}
	}
	return 0;
}
