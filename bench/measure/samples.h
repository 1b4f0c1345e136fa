/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bounded sample of measured values at full precision: when it is full,
 * every second value is dropped and from then on only every second one of
 * what comes is kept, so what it holds is always evenly spread over time.
 * Histograms are for tails; this is for medians that must tell 0.2 %.
 */
#ifndef MEASURE_SAMPLES_H
#define MEASURE_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

enum { SAMPLES_MAX = 16384 };

struct samples {
	float *v;
	size_t n;
	uint64_t stride, seen; /* one of @stride is kept; start with 0, 0 */
};

/* 0 or -ENOMEM. Touches the memory, so that adding never faults. */
int samples_init(struct samples *s);
void samples_release(struct samples *s);
void samples_clear(struct samples *s);
void samples_add(struct samples *s, double value); /* hot */
/* Quantile @q in [0, 1] over all @n samples together; NAN when empty. */
double samples_quantile(const struct samples *const *s, size_t n, double q);

#endif
