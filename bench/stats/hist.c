/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The log-linear histogram: one array of counts, indexed by exponent. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "stats/hist.h"

enum {
	HALF_LG2 = HIST_SUB_LG2 - 1,
	HALF = 1 << HALF_LG2, /* buckets an octave */
	/* Shifts 0 to 64 - SUB_LG2, a half each, and one half below them. */
	BUCKETS = (64 - HIST_SUB_LG2 + 2) * HALF,
};

struct hist {
	uint64_t total;
	uint64_t counts[BUCKETS];
};

struct hist *hist_new(void)
{
	return calloc(1, sizeof(struct hist));
}

void hist_free(struct hist *h)
{
	free(h);
}

void hist_clear(struct hist *h)
{
	memset(h, 0, sizeof(*h));
}

/*
 * A value keeps its SUB_LG2 leading bits. Setting the low SUB_LG2 bits first
 * makes the exponent of everything below 2^SUB_LG2 the same, so that the
 * exact part needs no branch.
 */
static size_t bucket_of(uint64_t value)
{
	uint64_t floor = (UINT64_C(1) << HIST_SUB_LG2) - 1;
	unsigned top = 63u - (unsigned)__builtin_clzll(value | floor);
	unsigned shift = top - HALF_LG2;

	if (MUTANT(hist_bucket) && value > floor)
		value += UINT64_C(1) << shift;

	return ((size_t)shift << HALF_LG2) + (size_t)(value >> shift);
}

static uint64_t bucket_low(size_t bucket)
{
	size_t shift = bucket >> HALF_LG2;

	if (shift <= 1)
		return bucket;
	shift--;
	return (uint64_t)(bucket - (shift << HALF_LG2)) << shift;
}

static uint64_t bucket_high(size_t bucket)
{
	return bucket + 1 < BUCKETS ? bucket_low(bucket + 1) - 1 : UINT64_MAX;
}

void hist_add(struct hist *h, uint64_t value)
{
	h->counts[bucket_of(value)]++;
	h->total++;
}

void hist_add_n(struct hist *h, uint64_t value, uint64_t n)
{
	h->counts[bucket_of(value)] += n;
	h->total += n;
}

void hist_merge(struct hist *into, const struct hist *from)
{
	for (size_t i = 0; i < BUCKETS; i++)
		into->counts[i] += from->counts[i];
	into->total += from->total;
}

uint64_t hist_count(const struct hist *h)
{
	return h->total;
}

uint64_t hist_min(const struct hist *h)
{
	for (size_t i = 0; i < BUCKETS; i++)
		if (h->counts[i])
			return bucket_low(i);
	return 0;
}

uint64_t hist_max(const struct hist *h)
{
	for (size_t i = BUCKETS; i-- > 0;)
		if (h->counts[i])
			return bucket_high(i);
	return 0;
}

double hist_mean(const struct hist *h)
{
	double sum = 0;

	if (!h->total)
		return 0;
	for (size_t i = 0; i < BUCKETS; i++)
		if (h->counts[i])
			sum += (double)h->counts[i] *
			       ((double)bucket_low(i) / 2 +
				(double)bucket_high(i) / 2);
	return sum / (double)h->total;
}

/* The bucket of the ceil(q * count)-th smallest value, at least the first. */
uint64_t hist_quantile(const struct hist *h, double q)
{
	double exact = q * (double)h->total;
	uint64_t rank = exact < 1 ? 1 : (uint64_t)ceil(exact);
	uint64_t seen = 0;

	/* 0.99 * 100 is a little above 99 in binary; that is rank 99. */
	if (rank > 1 && (double)(rank - 1) >= exact * (1 - 1e-12))
		rank--;
	if (MUTANT(hist_quantile_rank) && rank > 1)
		rank--;
	if (rank > h->total)
		rank = h->total;
	for (size_t i = 0; rank && i < BUCKETS; i++) {
		seen += h->counts[i];
		if (seen >= rank)
			return bucket_high(i);
	}
	return 0;
}

void hist_each(const struct hist *h, hist_visitor *visit, void *arg)
{
	for (size_t i = 0; i < BUCKETS; i++)
		if (h->counts[i])
			visit(arg, bucket_low(i), bucket_high(i), h->counts[i]);
}

static void encode_bucket(void *arg, uint64_t low, uint64_t high, uint64_t n)
{
	FILE *out = arg;

	fprintf(out, "%s%" PRIu64 ":%" PRIu64, ftell(out) > 0 ? " " : "", low,
		n);
}

char *hist_encode(const struct hist *h)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	hist_each(h, encode_bucket, out);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Digits only (no sign, no space) up to @end. */
static int parse_u64(const char **text, char end, uint64_t *value)
{
	const char *p = *text;
	uint64_t v = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(v, 10u, &v) ||
		    __builtin_add_overflow(v, (unsigned)(*p - '0'), &v))
			return -EINVAL;
	if (*p != end && *p != '\0')
		return -EINVAL;
	*text = p;
	*value = v;
	return 0;
}

int hist_decode(struct hist *h, const char *text)
{
	uint64_t low, n, before = 0;

	hist_clear(h);
	while (*text) {
		if (parse_u64(&text, ':', &low) || *text++ != ':' ||
		    parse_u64(&text, ' ', &n))
			return -EINVAL;
		if (!n || bucket_low(bucket_of(low)) != low ||
		    (h->total && low <= before) || h->total + n < n)
			return -EINVAL;
		hist_add_n(h, low, n);
		before = low;
		if (*text == ' ' && !*++text)
			return -EINVAL;
	}
	return 0;
}
