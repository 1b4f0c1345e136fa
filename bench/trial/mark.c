/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which percentiles the clock was too coarse for. */
#include <stdio.h>
#include <string.h>

#include "trial/record.h"
#include "stats/singles.h"

static const struct {
	const char *suffix;
	double percent;
} percentile[] = {
	{"_p50_ns", 50},    {"_p90_ns", 90},  {"_p99_ns", 99},
	{"_p999_ns", 99.9}, {"_max_ns", 100},
};

/* The percentile that @metric is, with its operation; 0: it is none. */
static double percentile_of(const char *metric, char *op, size_t size)
{
	size_t length = strlen(metric);

	for (size_t i = 0; i < sizeof(percentile) / sizeof(*percentile); i++) {
		size_t end = strlen(percentile[i].suffix);

		if (length <= end || length - end >= size ||
		    strcmp(metric + length - end, percentile[i].suffix))
			continue;
		snprintf(op, size, "%.*s", (int)(length - end), metric);
		return percentile[i].percent;
	}
	return 0;
}

/* Up to which percentile those of @op come from blocks. */
static double from_block(const struct record *r, const char *op)
{
	char name[64];
	const struct value *v;

	snprintf(name, sizeof(name), "%s_from_block", op);
	v = record_get(r, name);
	if (v)
		return v->value;
	/* Runs of before 1.0 say it of p50 and p90 together. */
	v = strcmp(op, "walk") ? NULL : record_get(r, "walk_p50_from_block");
	return v && v->value > 0 ? 90 : 0;
}

enum clock_mark record_mark(const struct record *r, const char *metric)
{
	const struct value *v = record_get(r, metric);
	const struct value *step = record_get(r, "clock_step_ns");
	char op[48];
	double percent = percentile_of(metric, op, sizeof(op));

	if (!v || !(percent > 0))
		return MARK_NONE;
	if (percent <= from_block(r, op))
		return MARK_BLOCK;
	return step && v->value < singles_least_ns(step->value) ? MARK_STEPS
								: MARK_NONE;
}

const char *mark_name(enum clock_mark m)
{
	return m == MARK_BLOCK ? "block" : m == MARK_STEPS ? "steps" : "";
}
