/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often the gate errs, and what it finds, by its own functions on samples
 * whose truth is known: `gate_sim [SCALE]` writes tables in Markdown for
 * docs/gate.md; SCALE per cent of the decisions (100). Exit: 0 the goals are
 * met, 1 not ("**missed**").
 *
 * A sample is what a process says: two sides that each draw a link order and
 * places (a tenth of the draws are unlucky by four times the spread: skewed),
 * and the noise of a median over batches. Spreads are those that processes
 * showed (docs/gate.md).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "judge/gate_decide.h"

enum { ROUNDS = 32, ORDERS = 4 };

/* Spread in per cent: of draws, and of a batch within one. */
static const struct kind {
	const char *name;
	double draw, batch, margin, goal;
	bool typical; /* what must be found; others are said */
} kinds[] = {
	{"walks, typical", 0.18, 1.85, 0.5, 1, true},
	{"walks, 95th percentile", 0.75, 4.1, 0.5, 1, false},
	{"walks that feel the link order", 1.3, 1.85, 0.5, 1, false},
	{"updates, typical", 0.3, 3.0, 1.5, 3, true},
	{"updates, 95th percentile", 1.2, 5.2, 1.5, 3, false},
};
enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

/* What is drawn for a whole night rather than for a process. */
struct night {
	double offset;			     /* per cent, of every sample */
	const double *old_order, *new_order; /* NULL: fresh ones, else ORDERS */
};

static double normal(struct rng *r)
{
	return sqrt(-2 * log(1 - rng_double(r))) *
	       cos(2 * M_PI * rng_double(r));
}

/* A side's luck, of standard deviation 1 and skewed. */
static double luck(struct rng *r)
{
	double x = normal(r) + (rng_double(r) < 0.1 ? 4 : 0);

	return x / sqrt(1 + 16 * 0.09);
}

static double side(struct rng *r, const struct kind *k, const double *orders)
{
	double one = orders ? orders[rng_below(r, ORDERS)] : luck(r);

	return one * k->draw / sqrt(2);
}

static double sample(struct rng *r, const struct kind *k, double change,
		     const struct night *n)
{
	double noise = k->batch * sqrt(1.57 / ROUNDS);

	return (change + n->offset + side(r, k, n->new_order) -
		side(r, k, n->old_order) + noise * normal(r)) /
	       100;
}

/* As the gate looks: until decided, or out of processes. */
static struct ratio decide(struct rng *r, const struct kind *k, double change,
			   double margin, const struct night *n)
{
	struct ratio of = {.margin = log1p(margin / 100)};
	double x[GATE_PROCESSES];

	for (unsigned look = 0; look < GATE_LOOKS; look++) {
		while (of.draws < gate_look_processes[look])
			x[of.draws++] = sample(r, k, change, n);
		gate_judge(x, &of);
		if (of.verdict != RATIO_UNRESOLVED)
			break;
	}
	return of;
}

struct tally {
	unsigned n, of[RATIO_VERDICTS];
	double draws;
};

static void add(struct tally *t, const struct ratio *r)
{
	t->n++;
	t->of[r->verdict]++;
	t->draws += (double)r->draws;
}

static double percent(unsigned k, unsigned n)
{
	return 100.0 * k / n;
}

/* Clopper and Pearson's upper bound of 97.5 % for @k of @n, in per cent. */
static double upper(unsigned k, unsigned n)
{
	double low = 0, high = 1;

	for (int i = 0; i < 60; i++) {
		double p = (low + high) / 2, term = pow(1 - p, n), sum = term;

		for (unsigned j = 0; j < k; j++) {
			term *= (n - j) / (j + 1.0) * p / (1 - p);
			sum += term;
		}
		if (sum > 0.025)
			low = p;
		else
			high = p;
	}
	return 100 * high;
}

static int missed;

static const char *goal(bool met)
{
	missed += !met;
	return met ? "met" : "**missed**";
}

static const struct night fresh;

static void no_change(struct rng *r, unsigned n)
{
	printf("| no change | different | same | not resolved | processes |\n"
	       "|---|---|---|---|---|\n");
	for (unsigned i = 0; i < KINDS; i++) {
		struct tally t = {0};
		unsigned different;

		for (unsigned k = 0; k < n; k++) {
			struct ratio of = decide(r, &kinds[i], 0,
						 kinds[i].margin, &fresh);

			add(&t, &of);
		}
		different = t.of[RATIO_SLOWER] + t.of[RATIO_FASTER];
		printf("| %s | %u of %u: at most %.2f %%; goal 0.3 %%: %s | "
		       "%.1f %% | %.1f %% | %.0f |\n",
		       kinds[i].name, different, n, upper(different, n),
		       goal(percent(different, n) <= 0.3),
		       percent(t.of[RATIO_SAME], n),
		       percent(t.of[RATIO_UNRESOLVED], n), t.draws / n);
	}
}

static void power(struct rng *r, unsigned n)
{
	printf("\n| slower | by | found | same | not resolved | processes |\n"
	       "|---|---|---|---|---|---|\n");
	for (unsigned i = 0; i < KINDS; i++) {
		const struct kind *k = &kinds[i];
		struct tally t = {0};

		for (unsigned j = 0; j < n; j++) {
			struct ratio of = decide(r, k,
						 100 * log1p(k->goal / 100),
						 k->margin, &fresh);

			add(&t, &of);
		}
		printf("| %s | %.0f %% | %.1f %%", k->name, k->goal,
		       percent(t.of[RATIO_SLOWER], n));
		if (k->typical)
			printf("; goal 95 %%: %s",
			       goal(percent(t.of[RATIO_SLOWER], n) >= 95));
		printf(" | %.1f %% | %.1f %% | %.0f |\n",
		       percent(t.of[RATIO_SAME], n),
		       percent(t.of[RATIO_UNRESOLVED], n), t.draws / n);
	}
}

/* Two nights of one slowdown. */
static void pairs(struct rng *r, unsigned n)
{
	static const double changes[] = {0.5, 0.75, 1, 1.25, 1.5};

	printf("\n| two nights of walks slower by | contradict | both slower | "
	       "both same | one not resolved |\n|---|---|---|---|---|\n");
	for (unsigned i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		unsigned bad = 0, slower = 0, same = 0;

		for (unsigned j = 0; j < n; j++) {
			const struct kind *k = &kinds[j % 3];
			double change = 100 * log1p(changes[i] / 100);
			enum ratio_verdict a, b;

			a = decide(r, k, change, k->margin, &fresh).verdict;
			b = decide(r, k, change, k->margin, &fresh).verdict;
			bad += a != b && a != RATIO_UNRESOLVED &&
			       b != RATIO_UNRESOLVED;
			slower += a == b && a == RATIO_SLOWER;
			same += a == b && a == RATIO_SAME;
		}
		printf("| %.2f %% | %u of %u: at most %.2f %%; goal 0: %s | "
		       "%.1f %% | %.1f %% | %.1f %% |\n",
		       changes[i], bad, n, upper(bad, n), goal(!bad),
		       percent(slower, n), percent(same, n),
		       percent(n - bad - slower - same, n));
	}
}

static void different_nights(struct rng *r, const struct kind *k, unsigned n,
			     double offset, bool fixed, const char *what)
{
	struct tally t = {0};

	for (unsigned i = 0; i < n; i++) {
		double old[ORDERS], new[ORDERS];
		struct night night = {.offset = offset * normal(r)};
		struct ratio of;

		for (unsigned j = 0; j < ORDERS; j++) {
			old[j] = luck(r);
			new[j] = luck(r);
		}
		if (fixed) {
			night.old_order = old;
			night.new_order = new;
		}
		of = decide(r, k, 0, k->margin, &night);
		add(&t, &of);
	}
	printf("| %s | %s | %.2f %% |\n", what, k->name,
	       percent(t.of[RATIO_SLOWER] + t.of[RATIO_FASTER], n));
}

/* What draws cannot see, since all of a night have it: said, not hidden. */
static void whole_nights(struct rng *r, unsigned n)
{
	printf("\n| no change, but for the night alike | | different |\n"
	       "|---|---|---|\n");
	for (unsigned i = 0; i < KINDS; i++) {
		const struct kind *k = &kinds[i];
		double sd = sqrt(k->draw * k->draw +
				 k->batch * k->batch * 1.57 / ROUNDS);

		different_nights(r, k, n, sd / 4, false,
				 "an offset of a quarter of the spread");
	}
	different_nights(r, &kinds[2], n, 0, true,
			 "four link orders a side, the same in all draws");
}

/* 60 nights, each with the margin that the twins of those before made. */
static void margins(struct rng *r, unsigned count)
{
	enum { NIGHTS = 60, PAST = 30 };
	double *shown = calloc((size_t)NIGHTS * count, sizeof(*shown));
	double margin = kinds[0].margin;

	if (!shown)
		exit(1);
	for (unsigned night = 0; night < NIGHTS; night++) {
		unsigned from = night < PAST ? 0 : night - PAST;

		margin = 100 * margin_raised(kinds[0].margin / 100,
					     &shown[(size_t)from * count],
					     (size_t)(night - from) * count);
		for (unsigned i = 0; i < count; i++) {
			/* one in six metrics is a noisy one */
			const struct kind *k = &kinds[i % 6 ? 0 : 1];
			struct ratio of = decide(r, k, 0, margin, &fresh);

			shown[(size_t)night * count + i] = gate_twin_shown(
				of.log.value, (of.log.high - of.log.low) / 2);
		}
	}
	free(shown);
	printf("\nThe margin of walks after %d nights in which nothing "
	       "changed: "
	       "%.2f %%; goal 0.50 %%: %s.\n",
	       NIGHTS, margin, goal(margin < kinds[0].margin * 1.01));
}

int main(int argc, char **argv)
{
	double scale = argc > 1 ? atof(argv[1]) / 100 : 1;
	unsigned n = (unsigned)(2400 * scale);
	struct rng r;

	if (!(n > 10)) {
		fprintf(stderr, "gate_sim: SCALE is per cent\n");
		return 2;
	}
	rng_seed(&r, 15, 0);
	no_change(&r, n);
	power(&r, n / 2);
	pairs(&r, n / 2);
	whole_nights(&r, n);
	margins(&r, (unsigned)(36 * scale) + 6);
	return missed ? 1 : 0;
}
