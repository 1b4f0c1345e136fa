/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The noise of a series, and whether it resembles itself, value by value. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "stats/changepoint_noise.h"

/* Of normal values, to the mean of differences whose largest tenth is cut. */
static const double normal = 0.886;

/* Below this a series is judged, however sure it is that it is correlated. */
static const double correlation_least = 0.4;
/* And below so many standard errors of the estimate. */
static const double errors_least = 3;
/* What a larger estimate counts as. */
static const double correlation_most = 0.95;

struct noise *noise_new(size_t n)
{
	struct noise *s = must_calloc(1, sizeof(*s));

	s->by = must_calloc(2 * (n + 1), sizeof(*s->by));
	s->size = s->by + n + 1;
	return s;
}

void noise_free(struct noise *s)
{
	free(s->by);
	free(s);
}

void noise_add(struct noise *s, const double *x, size_t i)
{
	size_t k = s->n;
	double by;

	if (!i)
		return;
	by = x[i] - x[i - 1];
	while (k > 0 && s->size[k - 1] > fabs(by))
		k--;
	memmove(s->size + k + 1, s->size + k, (s->n - k) * sizeof(*s->size));
	s->size[k] = fabs(by);
	s->by[s->n++] = by;
}

void noise_part(struct noise *s, size_t i)
{
	s->by[i - 1] = 0;
}

/* What larger differences count as. */
static double edge(const struct noise *s)
{
	double edge = s->n ? s->size[s->n - 1 - s->n / 10] : 0;

	/* A coarse clock: most nights are equal to the night before. */
	return edge > 0 || !s->n ? edge : s->size[s->n - 1];
}

double noise_now(const struct noise *s)
{
	double sum = 0, most = edge(s);

	for (size_t i = 0; i < s->n; i++)
		sum += fmin(s->size[i], most);
	return s->n ? normal * sum / (double)s->n : 0;
}

/*
 * Neighbouring differences of independent values share one value, with opposite
 * sign: their correlation is -1/2; it is 0 where each value is made of the one
 * before.
 */
double noise_correlation(const struct noise *s, size_t at)
{
	double product = 0, square = 0, most = edge(s), before = 0;

	for (size_t i = 0; i < s->n; i++) {
		double by = i + 1 == at ? 0 : fmax(-most, fmin(most, s->by[i]));

		product += by * before;
		square += by * by;
		before = by;
	}
	return s->n >= 2 && square > 0 ? fmin(1, 1 + 2 * product / square)
				       : NAN;
}

double noise_stretch(const struct noise *s, size_t at)
{
	double r = fmin(correlation_most, noise_correlation(s, at));

	return r > 0 ? sqrt((1 + r) / (1 - r)) : 1;
}

bool noise_correlated(const struct noise *s, size_t at)
{
	double error = sqrt(2 / (double)s->n), r = noise_correlation(s, at);

	return r >= fmax(correlation_least, errors_least * error);
}
