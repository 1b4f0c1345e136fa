/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log-linear histogram of 64-bit values (nanoseconds): exact below 2^SUB_LG2,
 * then 2^(SUB_LG2 - 1) buckets an octave, so a value is known to within
 * 1/2^(SUB_LG2 - 1) of itself. The layout is HdrHistogram's. One per thread
 * while recording, merged after the join; no atomics.
 */
#ifndef STATS_HIST_H
#define STATS_HIST_H

#include <stddef.h>
#include <stdint.h>

enum { HIST_SUB_LG2 = 7 }; /* 64 buckets an octave: error < 1.6 % */

struct hist; /* opaque; about 30 KiB */

struct hist *hist_new(void); /* NULL: out of memory */
void hist_free(struct hist *h);
void hist_clear(struct hist *h);
void hist_add(struct hist *h, uint64_t value); /* hot: no branch on size */
void hist_add_n(struct hist *h, uint64_t value, uint64_t n);
void hist_merge(struct hist *into, const struct hist *from);
uint64_t hist_count(const struct hist *h);
uint64_t hist_min(const struct hist *h); /* 0 when empty */
uint64_t hist_max(const struct hist *h);
double hist_mean(const struct hist *h);
/* Highest value equivalent to the bucket that holds quantile q in [0,1]. */
uint64_t hist_quantile(const struct hist *h, double q);

/* Non-empty buckets, ascending: [low, high] inclusive and count. */
typedef void hist_visitor(void *arg, uint64_t low, uint64_t high, uint64_t n);
void hist_each(const struct hist *h, hist_visitor *visit, void *arg);

/* "low:count low:count …", ascending; for the store. Caller frees. */
char *hist_encode(const struct hist *h);
int hist_decode(struct hist *h, const char *text); /* -EINVAL */

#endif
