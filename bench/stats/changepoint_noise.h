/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much nights differ from their neighbours; private to changepoint*.c. */
#ifndef CHANGEPOINT_NOISE_H
#define CHANGEPOINT_NOISE_H

#include <stdbool.h>
#include <stddef.h>

struct noise {
	double *by;   /* from value to value, as they came */
	double *size; /* the same without sign, ascending */
	size_t n;
};

/* Room for @n values. Aborts without memory. */
struct noise *noise_new(size_t n);
void noise_free(struct noise *s);
/* Value @i of @x has come in. */
void noise_add(struct noise *s, const double *x, size_t i);
/* Value @i, from 1, begins a level: what it differs by resembles nothing. */
void noise_part(struct noise *s, size_t i);

/* Standard deviation of a night; 0: all are equal. */
double noise_now(const struct noise *s);
/*
 * How much a value resembles the one before: the coefficient of a first order
 * autoregression, from the differences between neighbours, which hardly see
 * changes of level. NaN if all are equal. @at: a value that may begin a level,
 * or 0.
 */
double noise_correlation(const struct noise *s, size_t at);
/*
 * How many times farther than that of independent values the mean of many
 * wanders, by that correlation; 1 or more.
 */
double noise_stretch(const struct noise *s, size_t at);
/* Whether that is so much, and so sure, that changes mean nothing. */
bool noise_correlated(const struct noise *s, size_t at);

#endif
