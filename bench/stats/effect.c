/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From paired costs to a verdict. */
#include "stats/effect.h"

#include <math.h>

const char *verdict_name(enum verdict v)
{
	static const char *const names[VERDICT_NR] = {
		[VERDICT_SAME] = "same",
		[VERDICT_FASTER] = "faster",
		[VERDICT_SLOWER] = "slower",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
	};

	return names[v];
}

double effect_percent(double log)
{
	return 100 * expm1(log);
}

static enum verdict judge(const struct estimate *log, double alpha,
			  double threshold)
{
	/* The interval is the widest there is, and still too narrow. */
	if (!(log->confidence >= 1 - 2 * alpha - 1e-9))
		return VERDICT_INCONCLUSIVE;
	if (log->low > 0 && log->value > threshold)
		return VERDICT_SLOWER;
	if (log->high < 0 && log->value < -threshold)
		return VERDICT_FASTER;
	if (log->low >= -threshold && log->high <= threshold)
		return VERDICT_SAME;
	return VERDICT_INCONCLUSIVE;
}

static struct effect make(struct estimate log, double p_slower, double p_faster,
			  double alpha, double threshold)
{
	return (struct effect){.log = log,
			       .p_slower = p_slower,
			       .p_faster = p_faster,
			       .verdict = judge(&log, alpha, threshold)};
}

struct effect effect_paired(const double *log_ratio, size_t n, double alpha,
			    double threshold)
{
	struct estimate log = stats_hodges_lehmann(log_ratio, n, 1 - 2 * alpha);
	struct test t = stats_signed_rank(log_ratio, n);

	return make(log, t.p_greater, t.p_less, alpha, threshold);
}

size_t effect_pairs_min(double alpha)
{
	size_t n = 1;

	/* The extreme bound errs when all signs agree by chance. */
	while (ldexp(1, -(int)n) > alpha && n < 64)
		n++;
	return n;
}
