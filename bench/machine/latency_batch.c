/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Batches, until enough of them had their CPU throughout. */
#include "machine/latency_batch.h"

#include "counters/os_sample.h"
#include "machine/clock.h"
#include "stats/sample.h"

/* So many operations that a batch is long enough: the second time, as the first
 * one may have found cold caches. */
static uint64_t batch_size(latency_timed *timed, void *arg)
{
	uint64_t n = 64;
	double ns;

	for (timed(arg, n, &ns); n < UINT64_C(1) << 40; n *= 2) {
		timed(arg, n, &ns);
		if (ns >= LATENCY_BATCH_NS / 2.)
			break;
	}
	return n;
}

json_t *latency_of_timed(latency_timed *timed, void *arg, double per)
{
	uint64_t n = batch_size(timed, arg);
	double x[LATENCY_BATCHES], ns;
	struct estimate median;
	unsigned kept = 0, lost = 0;

	while (kept < LATENCY_BATCHES && kept + lost < LATENCY_TRIES)
		if (timed(arg, n, &ns))
			x[kept++] = ns / (double)n / per;
		else
			lost++;
	if (!kept)
		return json_null();
	median = stats_median_interval(x, kept, 0.95);
	return json_pack("{sf sf sf si si}", "ns", median.value, "low",
			 median.low, "high", median.high, "batches", (int)kept,
			 "lost", (int)lost);
}

struct plain {
	latency_work *work;
	void *arg;
};

static bool plain_timed(void *arg, uint64_t n, double *ns)
{
	const struct plain *p = arg;
	struct os_sample before;
	struct os_delta spent;
	uint64_t from;

	os_sample_begin(&before);
	from = clock_start();
	p->work(p->arg, n);
	*ns = clock_ns(clock_stop() - from) - clock_info()->cost_ns;
	os_sample_end(&before, &spent);
	return !os_disturbed(&spent, NULL, 0);
}

json_t *latency_of_work(latency_work *work, void *arg)
{
	struct plain p = {work, arg};

	return latency_of_timed(plain_timed, &p, 1);
}
