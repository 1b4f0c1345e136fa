/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Evenly thinned samples and their quantiles. */
#include "base/must.h"
#include "measure/samples.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int samples_init(struct samples *s)
{
	*s = (struct samples){.v = malloc(SAMPLES_MAX * sizeof(*s->v)),
			      .stride = 1};
	if (!s->v)
		return -ENOMEM;
	memset(s->v, 0xff, SAMPLES_MAX * sizeof(*s->v));
	return 0;
}

void samples_release(struct samples *s)
{
	free(s->v);
	*s = (struct samples){0};
}

void samples_clear(struct samples *s)
{
	s->n = 0;
	s->seen = 0;
	s->stride = 1;
}

void samples_add(struct samples *s, double value)
{
	if (s->seen++ % s->stride)
		return;
	if (s->n == SAMPLES_MAX) {
		for (size_t i = 0; i < SAMPLES_MAX / 2; i++)
			s->v[i] = s->v[2 * i];
		s->n = SAMPLES_MAX / 2;
		s->stride *= 2;
	}
	s->v[s->n++] = (float)value;
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

double samples_quantile(const struct samples *const *s, size_t n, double q)
{
	size_t total = 0, at = 0;
	double result, rank;
	float *all;

	for (size_t i = 0; i < n; i++)
		total += s[i]->n;
	if (!total)
		return NAN;
	all = malloc(total * sizeof(*all));
	if (!all)
		must_fail();
	for (size_t i = 0; i < n; i++) {
		memcpy(all + at, s[i]->v, s[i]->n * sizeof(*all));
		at += s[i]->n;
	}
	qsort(all, total, sizeof(*all), by_value);
	rank = q * (double)(total - 1);
	at = (size_t)rank;
	result = (double)all[at];
	if (at + 1 < total)
		result += (rank - (double)at) *
			  ((double)all[at + 1] - (double)all[at]);
	free(all);
	return result;
}
