/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks of pages with Zipf-distributed popularity: rank k is drawn with a
 * probability in proportion to k^-theta. Drawn by rejection-inversion
 * (W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from
 * monotone discrete distributions", ACM TOMACS 6(3), 1996), which needs no
 * table of the footprint's size.
 */
#include "workloads/walked.h"

#include <math.h>

struct zipf {
	uint64_t pages, scatter;
	double theta, h_x1, h_n, s;
};

/* The integral of x^-theta, and its inverse; both also for theta = 1. */
static double h_integral(double theta, double x)
{
	double t = (1 - theta) * log(x);

	return log(x) * (fabs(t) > 1e-8 ? expm1(t) / t : 1 + t / 2);
}

static double h_inverse(double theta, double x)
{
	double t = x * (1 - theta);

	if (t < -1)
		t = -1; /* rounding only */
	return exp(x * (fabs(t) > 1e-8 ? log1p(t) / t : 1 - t / 2));
}

static double h(double theta, double x)
{
	return exp(-theta * log(x));
}

static uint64_t draw_rank(const struct zipf *z, struct rng *r)
{
	for (;;) {
		double u = z->h_n + rng_double(r) * (z->h_x1 - z->h_n);
		double x = h_inverse(z->theta, u);
		double k = floor(x + 0.5);

		if (k < 1)
			k = 1;
		if (k > (double)z->pages)
			k = (double)z->pages;
		if (k - x <= z->s ||
		    u >= h_integral(z->theta, k + 0.5) - h(z->theta, k))
			return (uint64_t)k - 1;
	}
}

static uint64_t pick(void *arg, struct rng *r, size_t op)
{
	const struct zipf *z = arg;

	/* Popular pages are no neighbours. */
	return draw_rank(z, r) * z->scatter % z->pages;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t t = a % b;

		a = b;
		b = t;
	}
	return a;
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	struct zipf z = {.pages = layout_pages(p), .theta = p->work.zipf_theta};

	z.h_x1 = h_integral(z.theta, 1.5) - 1;
	z.h_n = h_integral(z.theta, (double)z.pages + 0.5);
	z.s = 2 - h_inverse(z.theta, h_integral(z.theta, 2.5) - h(z.theta, 2));
	/* Golden section of the footprint, made a bijection; at most 2^27, for
	 * the product with a page number (< 2^36) to fit. */
	z.scatter = (uint64_t)((double)z.pages * 0.6180339887);
	if (z.scatter > UINT64_C(1) << 27)
		z.scatter = 82951389; /* 2^27, golden section */
	while (gcd(++z.scatter, z.pages) != 1)
		;
	return walked_region(p, w, pick, &z, 0, e);
}

const struct workload workload_zipf = {
	.name = "zipf",
	.help = "walks of pages with Zipf-distributed popularity; popular "
		"pages are scattered over the footprint",
	.roles = 1 << ROLE_WALKER | 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.uses = "footprint, page_size, zipf_theta, range_pages_max, ops",
	.prepare = prepare,
};
