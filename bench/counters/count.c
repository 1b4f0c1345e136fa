/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of a thread over the sources, and of a trial over its threads.
 */
#include "counters/count.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters/formula.h"

#define SOURCE(name, help) \
	extern const struct counter_source_ops counter_source_##name;
#include "counters/sources.def"
#undef SOURCE

const struct counter_source counter_sources[] = {
#define SOURCE(name, help) {#name, help, &counter_source_##name},
#include "counters/sources.def"
#undef SOURCE
	{NULL, NULL, NULL},
};

enum { NSOURCES = sizeof(counter_sources) / sizeof(counter_sources[0]) - 1 };

struct counters {
	const struct counter_variant *v;
	struct {
		void *state;
		size_t event[COUNTER_EVENTS_MAX]; /* index in the variant */
		size_t n;
	} by[NSOURCES];
};

static size_t source_index(const char *event)
{
	size_t i = 0;

	while (i < NSOURCES - 1 && !counter_sources[i].ops->owns(event))
		i++;
	return i;
}

const struct counter_source *counter_source_of(const char *event)
{
	return &counter_sources[source_index(event)];
}

int counters_open(struct counters **out, const struct counter_group *g,
		  struct err *e)
{
	char names[COUNTER_EVENTS_MAX][256];
	const char *of_source[COUNTER_EVENTS_MAX];
	struct counters *c;
	int rc = 0;

	*out = NULL;
	if (!g || g->active < 0)
		return 0;
	c = calloc(1, sizeof(*c));
	if (!c)
		return err_set(e, -ENOMEM, "out of memory for counters");
	c->v = &g->variants[g->active];
	for (size_t i = 0; i < c->v->nevents; i++) {
		size_t s;

		counter_event_name(&c->v->events[i], g->pmu, names[i],
				   sizeof(names[i]));
		s = source_index(names[i]);
		c->by[s].event[c->by[s].n++] = i;
	}
	for (size_t s = 0; !rc && s < NSOURCES; s++) {
		for (size_t i = 0; i < c->by[s].n; i++)
			of_source[i] = names[c->by[s].event[i]];
		if (c->by[s].n)
			rc = counter_sources[s].ops->open(
				&c->by[s].state, of_source, c->by[s].n);
	}
	if (rc) {
		counters_close(c);
		return err_set(e, rc, "counters of group '%s': %s", g->name,
			       strerror(-rc));
	}
	*out = c;
	return 0;
}

void counters_start(struct counters *c)
{
	/* Hardware last on and first off: nothing of ours is counted. */
	for (size_t s = 0; c && s < NSOURCES; s++)
		if (c->by[s].state)
			counter_sources[s].ops->start(c->by[s].state);
}

void counters_stop(struct counters *c)
{
	for (size_t s = NSOURCES; c && s-- > 0;)
		if (c->by[s].state)
			counter_sources[s].ops->stop(c->by[s].state);
}

void counters_close(struct counters *c)
{
	if (!c)
		return;
	for (size_t s = 0; s < NSOURCES; s++)
		if (c->by[s].state)
			counter_sources[s].ops->close(c->by[s].state);
	free(c);
}

static void add_value(struct counter_value *sum, const struct counter_value *v,
		      bool first)
{
	if (first) {
		*sum = *v;
		return;
	}
	sum->value += v->value;
	if (v->share < sum->share)
		sum->share = v->share;
	/* Scaled is the worse of the two that have a value. */
	if (v->state < COUNTER_SCHEDULED ? v->state < sum->state
					 : sum->state == COUNTER_SCHEDULED) {
		sum->state = v->state;
		memcpy(sum->reason, v->reason, sizeof(sum->reason));
	}
}

void counters_add(struct counter_totals *t, const struct counters *c)
{
	struct counter_value values[COUNTER_EVENTS_MAX];

	if (!c)
		return;
	for (size_t s = 0; s < NSOURCES; s++) {
		if (!c->by[s].state)
			continue;
		memset(values, 0, sizeof(values));
		counter_sources[s].ops->read(c->by[s].state, values);
		for (size_t i = 0; i < c->by[s].n; i++)
			add_value(&t->v[c->by[s].event[i]], &values[i],
				  !t->threads);
	}
	t->threads++;
}

/* A metric's way to its values. */
struct evaluation {
	const struct counter_group *g;
	const struct counter_totals *t;
	double ops;
	enum source source; /* pmu if any of its events is */
	double share;	    /* the smallest of them */
	char why[COUNTER_REASON];
};

static int value_of(void *arg, const char *name, double *value,
		    const char **why)
{
	struct evaluation *ev = arg;
	const struct counter_variant *v;

	if (!strcmp(name, "OPS")) {
		*value = ev->ops;
		return 0;
	}
	*why = ev->why;
	if (ev->g->active < 0) {
		snprintf(ev->why, sizeof(ev->why),
			 "the group has no events for PMU %s", ev->g->pmu);
		return -ENODATA;
	}
	v = &ev->g->variants[ev->g->active];
	for (size_t i = 0; i < v->nevents; i++) {
		char event[256];

		if (strcmp(v->events[i].alias, name))
			continue;
		counter_event_name(&v->events[i], ev->g->pmu, event,
				   sizeof(event));
		if (counter_source_of(event)->ops->source == SOURCE_PMU)
			ev->source = SOURCE_PMU;
		if (ev->t->v[i].state < COUNTER_SCHEDULED) {
			snprintf(ev->why, sizeof(ev->why), "%s",
				 ev->t->v[i].reason);
			return -ENODATA;
		}
		if (ev->t->v[i].share < ev->share)
			ev->share = ev->t->v[i].share;
		*value = ev->t->v[i].value;
		return 0;
	}
	snprintf(ev->why, sizeof(ev->why), "PMU %s has no such event",
		 ev->g->pmu);
	return -ENODATA;
}

/*
 * Virtual machines exist on which a raw event opens and counts nothing. One
 * that was once above 0 is believed when it is 0.
 */
static void disbelieve(struct counter_group *g, struct counter_totals *t)
{
	const struct counter_variant *v = &g->variants[g->active];

	for (size_t i = 0; i < v->nevents; i++) {
		char event[256];

		if (t->v[i].state < COUNTER_SCHEDULED)
			continue;
		if (t->v[i].value > 0)
			g->seen[i] = true;
		counter_event_name(&v->events[i], g->pmu, event, sizeof(event));
		if (g->seen[i] ||
		    counter_source_of(event)->ops->source != SOURCE_PMU)
			continue;
		t->v[i].state = COUNTER_OPENABLE;
		snprintf(t->v[i].reason, sizeof(t->v[i].reason),
			 "it was opened and stayed 0: not believed");
	}
}

void counters_record(struct counter_group *g, const struct counter_totals *t,
		     double ops, struct record *r)
{
	struct counter_totals believed = *t;
	double share = 1;

	if (!g)
		return;
	if (g->active >= 0 && t->threads)
		disbelieve(g, &believed);
	for (size_t i = 0; i < g->nmetrics; i++) {
		const struct counter_metric *m = &g->metrics[i];
		struct evaluation ev = {.g = g,
					.t = &believed,
					.ops = ops,
					.source = SOURCE_OS,
					.share = 1};
		char why[COUNTER_REASON] = "";
		double value = 0;

		if (formula_eval(m->formula, value_of, &ev, &value, why,
				 sizeof(why))) {
			record_missing(r, m->name, why);
			continue;
		}
		record_add_counter(r, m->name, m->unit, ev.source, value);
		if (ev.share < share)
			share = ev.share;
	}
	if (share < 1)
		record_add_counter(r, COUNTER_RUNNING_SHARE, "1", SOURCE_PMU,
				   share);
}

int counters_probe(const struct counter_group *g, struct counter_totals *t,
		   struct err *e)
{
	enum { BYTES = 4 << 20, STEP = 4096 - 64 };
	struct counters *c;
	volatile char *mem;
	int rc;

	memset(t, 0, sizeof(*t));
	rc = counters_open(&c, g, e);
	if (rc || !c)
		return rc;
	mem = malloc(BYTES);
	if (!mem) {
		counters_close(c);
		return err_set(e, -ENOMEM, "out of memory");
	}
	counters_start(c);
	/* Faults, misses of every level, and some 10^5 instructions. */
	for (size_t k = 0; k < 20; k++)
		for (size_t i = k; i < BYTES; i += STEP)
			mem[i] = (char)(mem[i] + 1);
	counters_stop(c);
	counters_add(t, c);
	counters_close(c);
	free((void *)(uintptr_t)mem);
	return 0;
}
