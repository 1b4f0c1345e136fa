/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counter source os: the kernel's software events, and os::NAME for what
 * os_sample knows of the thread.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters/count.h"
#include "counters/os_sample.h"

/* The names behind os::, and where their value is. */
static const struct {
	const char *name;
	size_t offset; /* of a uint64_t in struct os_delta */
	size_t has;    /* of a bool that says whether it is there; 0: always */
} facts[] = {
	{"wall_ns", offsetof(struct os_delta, wall_ns), 0},
	{"cpu_ns", offsetof(struct os_delta, cpu_ns), 0},
	{"run_delay_ns", offsetof(struct os_delta, run_delay_ns),
	 offsetof(struct os_delta, has_run_delay)},
	{"steal_ns", offsetof(struct os_delta, steal_ns),
	 offsetof(struct os_delta, has_steal)},
	{"voluntary_switches", offsetof(struct os_delta, voluntary), 0},
	{"involuntary_switches", offsetof(struct os_delta, involuntary), 0},
	{"minor_faults", offsetof(struct os_delta, minor_faults), 0},
	{"major_faults", offsetof(struct os_delta, major_faults), 0},
};
enum { NFACTS = sizeof(facts) / sizeof(facts[0]), NO_FACT = NFACTS };

struct os_state {
	struct perf_set perf;
	struct os_sample begin;
	struct os_delta delta;
	size_t n;
	/* Of event i: a fact, or NO_FACT and the next one of perf. */
	size_t fact[COUNTER_EVENTS_MAX];
	bool unknown[COUNTER_EVENTS_MAX]; /* os:: and no such fact */
	bool stopped;
};

static bool is_fact(const char *event)
{
	return !strncmp(event, "os::", 4);
}

static bool os_owns(const char *event)
{
	char reason[COUNTER_REASON];
	struct perf_event_attr attr;

	return is_fact(event) || (!perf_encode(event, &attr, reason) &&
				  attr.type == PERF_TYPE_SOFTWARE);
}

static size_t find_fact(const char *event)
{
	size_t i = 0;

	while (i < NFACTS && strcmp(facts[i].name, event + 4))
		i++;
	return i;
}

static int os_open(void **state, const char *const *events, size_t n)
{
	struct os_state *s = calloc(1, sizeof(*s));
	char reason[COUNTER_REASON];
	struct perf_event_attr attr;

	if (!s)
		return -ENOMEM;
	s->n = n;
	for (size_t i = 0; i < n; i++) {
		s->fact[i] = NO_FACT;
		if (is_fact(events[i])) {
			s->fact[i] = find_fact(events[i]);
			s->unknown[i] = s->fact[i] == NO_FACT;
		} else if (!perf_encode(events[i], &attr, reason)) {
			perf_set_add(&s->perf, &attr);
		} else {
			perf_set_add_unknown(&s->perf, reason);
		}
	}
	perf_set_open(&s->perf, -1);
	*state = s;
	return 0;
}

static void os_start(void *state)
{
	struct os_state *s = state;

	perf_set_start(&s->perf);
	os_sample_begin(&s->begin);
}

static void os_stop(void *state)
{
	struct os_state *s = state;

	os_sample_end(&s->begin, &s->delta);
	perf_set_stop(&s->perf);
	s->stopped = true;
}

static void read_fact(const struct os_state *s, size_t fact,
		      struct counter_value *v)
{
	const char *delta = (const char *)&s->delta;
	bool has = true;
	uint64_t value;

	if (facts[fact].has)
		memcpy(&has, delta + facts[fact].has, sizeof(has));
	memcpy(&value, delta + facts[fact].offset, sizeof(value));
	if (!s->stopped || !has) {
		v->state = COUNTER_OPENABLE;
		snprintf(v->reason, sizeof(v->reason), "%s",
			 has ? "not started" : "the kernel does not say");
		return;
	}
	v->state = COUNTER_SCHEDULED;
	v->value = (double)value;
	v->share = 1;
}

static void os_read(const void *state, struct counter_value *values)
{
	const struct os_state *s = state;
	size_t perf = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->unknown[i]) {
			values[i].state = COUNTER_UNKNOWN;
			snprintf(values[i].reason, sizeof(values[i].reason),
				 "no such name behind os::");
		} else if (s->fact[i] == NO_FACT) {
			values[i] = s->perf.c[perf++].result;
		} else {
			read_fact(s, s->fact[i], &values[i]);
		}
	}
}

static void os_close(void *state)
{
	struct os_state *s = state;

	perf_set_close(&s->perf);
	free(s);
}

const struct counter_source_ops counter_source_os = {
	.source = SOURCE_OS,
	.owns = os_owns,
	.open = os_open,
	.start = os_start,
	.stop = os_stop,
	.read = os_read,
	.close = os_close,
};
