/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counter source pmu: whatever libpfm4 can encode and the kernel can open.
 */
#include <errno.h>
#include <stdlib.h>

#include "counters/count.h"

static bool pmu_owns(const char *event)
{
	return true;
}

static int pmu_open(void **state, const char *const *events, size_t n)
{
	struct perf_set *s = calloc(1, sizeof(*s));
	int rc = 0;

	if (!s)
		return -ENOMEM;
	for (size_t i = 0; rc >= 0 && i < n; i++) {
		char reason[COUNTER_REASON];
		struct perf_event_attr attr;

		if (perf_encode(events[i], &attr, reason))
			rc = perf_set_add_unknown(s, reason);
		else
			rc = perf_set_add(s, &attr);
	}
	if (rc < 0) {
		free(s);
		return rc;
	}
	perf_set_open(s, -1);
	*state = s;
	return 0;
}

static void pmu_start(void *state)
{
	perf_set_start(state);
}

static void pmu_stop(void *state)
{
	perf_set_stop(state);
}

static void pmu_read(const void *state, struct counter_value *values)
{
	const struct perf_set *s = state;

	for (size_t i = 0; i < s->n; i++)
		values[i] = s->c[i].result;
}

static void pmu_close(void *state)
{
	perf_set_close(state);
	free(state);
}

const struct counter_source_ops counter_source_pmu = {
	.source = SOURCE_PMU,
	.owns = pmu_owns,
	.open = pmu_open,
	.start = pmu_start,
	.stop = pmu_stop,
	.read = pmu_read,
	.close = pmu_close,
};
