/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Medians and costs of all parts of a series, by a list of sorted values. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/must.h"
#include "stats/changepoint_levels.h"

/* The values in sight, around the lower one of the middle. */
struct middle {
	size_t at, count, below;
	double low, high; /* sums of what is below and above @at */
};

static void link_values(struct levels *l, size_t lo, size_t end,
			struct middle *m)
{
	size_t last = l->n, seen = 0;

	*m = (struct middle){.count = end - lo, .below = (end - lo - 1) / 2};
	for (size_t k = 0; k < l->n; k++) {
		size_t i = l->order[k];

		if (i < lo || i >= end)
			continue;
		l->prev[i] = last;
		l->next[last] = i;
		last = i;
		if (seen < m->below)
			m->low += l->x[i];
		else if (seen > m->below)
			m->high += l->x[i];
		else
			m->at = i;
		seen++;
	}
	l->next[last] = l->n;
	l->prev[l->n] = last;
}

static void step_up(const struct levels *l, struct middle *m, bool kept)
{
	m->low += kept ? l->x[m->at] : 0;
	m->below += kept;
	m->at = l->next[m->at];
	m->high -= l->x[m->at];
}

static void step_down(const struct levels *l, struct middle *m)
{
	m->high += l->x[m->at];
	m->at = l->prev[m->at];
	m->low -= l->x[m->at];
	m->below--;
}

/* Takes value @i out of sight; not the last one. */
static void take(struct levels *l, struct middle *m, size_t i)
{
	size_t below = (m->count - 2) / 2;

	if (i == m->at) {
		step_up(l, m, false); /* the lower one has one above it */
	} else if (l->rank[i] < l->rank[m->at]) {
		m->low -= l->x[i];
		m->below--;
	} else {
		m->high -= l->x[i];
	}
	l->next[l->prev[i]] = l->next[i];
	l->prev[l->next[i]] = l->prev[i];
	m->count--;
	if (m->below < below)
		step_up(l, m, true);
	else if (m->below > below)
		step_down(l, m);
}

static struct level level_of(const struct levels *l, const struct middle *m)
{
	double mid = l->x[m->at];
	size_t above = m->count - 1 - m->below;

	return (struct level){
		.cost = fmax(0, m->high - mid * (double)above +
					mid * (double)m->below - m->low),
		.median = m->count % 2 ? mid : (mid + l->x[l->next[m->at]]) / 2,
	};
}

void levels_part(struct levels *l, size_t lo, size_t end)
{
	struct middle m;

	link_values(l, lo, end, &m);
	l->tail[lo] = level_of(l, &m);
	for (size_t t = lo + 1; t < end; t++) {
		take(l, &m, t - 1);
		l->tail[t] = level_of(l, &m);
	}
	link_values(l, lo, end, &m);
	for (size_t t = end - 1; t > lo; t--) {
		take(l, &m, t);
		l->head[t] = level_of(l, &m);
	}
}

static int by_value(const void *a, const void *b, void *values)
{
	const size_t *i = a, *k = b;
	const double *x = values;

	if (x[*i] < x[*k] || x[*i] > x[*k])
		return x[*i] < x[*k] ? -1 : 1;
	return (*i > *k) - (*i < *k);
}

static void sort_values(struct levels *l)
{
	for (size_t i = 0; i < l->n; i++)
		l->order[i] = i;
	qsort_r(l->order, l->n, sizeof(*l->order), by_value,
		(void *)(uintptr_t)l->x);
	for (size_t k = 0; k < l->n; k++)
		l->rank[l->order[k]] = k;
}

struct levels *levels_new(const double *x, size_t n)
{
	struct levels *l = must_calloc(1, sizeof(*l));

	*l = (struct levels){.x = x, .n = n};
	l->order = must_calloc(4 * (n + 1), sizeof(*l->order));
	l->rank = l->order + n + 1;
	l->next = l->rank + n + 1;
	l->prev = l->next + n + 1;
	l->head = must_calloc(2 * (n + 1), sizeof(*l->head));
	l->tail = l->head + n + 1;
	sort_values(l);
	return l;
}

void levels_free(struct levels *l)
{
	free(l->order);
	free(l->head);
	free(l);
}
