/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What values in a row come to as one level; private to changepoint*.c. */
#ifndef CHANGEPOINT_LEVELS_H
#define CHANGEPOINT_LEVELS_H

#include <stddef.h>

struct level {
	double cost; /* sum of distances from the median */
	double median;
};

struct levels {
	const double *x;
	size_t n;
	size_t *order, *rank; /* indices by value, and back */
	/* Indices in sight, linked in the order of values. */
	size_t *next, *prev;
	struct level *head, *tail; /* of the values before t, from t on */
};

/* Of the @n values @x, which stay the caller's. Aborts without memory. */
struct levels *levels_new(const double *x, size_t n);
void levels_free(struct levels *l);

/*
 * l->head[t] and l->tail[t] for all t that part the values [lo, end), and
 * l->tail[lo] of all of them; lo < end. Takes time in proportion to n.
 */
void levels_part(struct levels *l, size_t lo, size_t end);

#endif
