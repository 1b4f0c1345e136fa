/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Designs of a cell against its reference, draw by draw: each draw measured
 * all of them side by side, so what it had in common falls out of the ratio.
 *
 * A ratio is of time per operation, above 1 is slower, whatever the metric.
 * Hodges-Lehmann over the draws' differences of logarithms, with the interval
 * that inverts the exact signed-rank test.
 */
#ifndef JUDGE_RATIO_H
#define JUDGE_RATIO_H

#include "judge/summary.h"

/* Of cells: one walker (or dumper), one mapper, several threads. */
enum ratio_class { RATIO_WALK, RATIO_UPDATE, RATIO_CONTENDED, RATIO_CLASSES };
/* Of a cell of @threads, of which @mappers map. */
enum ratio_class ratio_class(unsigned threads, unsigned mappers);
enum ratio_class ratio_class_of(const struct store_trial *t);

/* ln of the ratios below which a difference is of no interest, by class. */
struct margins {
	double of[RATIO_CLASSES];
};
struct params_classes;
struct margins margins_of(const struct params_classes *p);
/* 1 %, 3 % and 10 %. */
extern const struct margins margins_default;
/*
 * Those of the config of @run (`margin`), each at least MARGIN_TWIN times the
 * 99.7 % quantile of how far the twin's intervals lay from 1 in the runs of @s
 * before @run (never in itself). 0 or the store's error.
 */
#define MARGIN_TWIN 1.5
int margins_load(struct margins *m, struct store *s, int64_t run,
		 struct err *e);
/* What the twin alone makes of them; 0 of a class of which it showed nothing. */
int margins_shown(struct margins *m, struct store *s, int64_t run,
		  struct err *e);
/* @least, or what @n values of a twin make of it; they are |ln|. */
double margin_raised(double least, const double *twin, size_t n);
/*
 * How far from 0 the twin's interval from @low to @high (logarithms) lies, 0
 * if 0 is in it: what makes margins. By chance it is none, however noisy; an
 * estimate is as large as it is noisy, and a margin made of it would end
 * metrics earlier, which makes them noisier.
 */
double margin_shown(double low, double high);

enum ratio_verdict {
	RATIO_UNRESOLVED, /* none of the others can be said */
	RATIO_SAME,	  /* the whole interval lies within the margin */
	RATIO_FASTER,	  /* beyond it */
	RATIO_SLOWER,
	RATIO_UNEQUAL, /* one lost more batches than the other: not judged */
	RATIO_VERDICTS,
};
const char *ratio_verdict_name(enum ratio_verdict v);
/*
 * The rule by which anything is called faster, slower or the same: where the
 * whole interval lies. One that covers less than @confidence says nothing.
 */
enum ratio_verdict ratio_judge(const struct estimate *log, double margin,
			       double confidence);

struct ratio {
	struct estimate log; /* .confidence 0: no interval can be had */
	size_t draws;
	double margin;
	enum ratio_verdict verdict;
};
/* The verdict in words: "same within 1 %". */
void ratio_words(const struct ratio *r, char *text, size_t size);

/*
 * Where a design ended nothing in a draw it was slower than can be told: ln of
 * what stands for that. From RATIO_BOUND on (or below 1 / RATIO_BOUND) a ratio
 * is given as a bound.
 */
#define RATIO_ENDLESS 20.0
#define RATIO_BOUND   99.0

/* The ratio with ln @log, of @digits behind the point: "1.023", ">99". */
void ratio_number(double log, int digits, char *text, size_t size);
/*
 * In few columns: two digits and '*' told apart, ' ' the same, '~' not
 * resolved, '?' no interval or not judged.
 */
void ratio_brief(const struct ratio *r, char *text, size_t size);

/* The figure of @rank in a comparison of designs; METRIC_NONE: no more. */
enum metric_id ratio_metric(unsigned rank);
/* Those of @cell, in their order, as far as a table shows them; how many. */
enum { RATIO_FIGURES = 4 };
unsigned ratio_figures(const struct summary_cell *cell,
		       enum metric_id metric[RATIO_FIGURES]);

/* What an interval should cover; fewer than six draws cannot. */
#define RATIO_CONFIDENCE 0.95
enum { RATIO_DRAWS = 6 };

/* ln of the margin of the class that @t is of. */
double ratio_margin(const struct store_trial *t, const struct margins *m);

/* Of the @n logarithms @x of as many draws, judged by @margin. */
struct ratio ratio_make(const double *x, size_t n, double margin);

/*
 * ratio_of() - @row against @to, rows of @cell. False: there is no draw in
 * which both have @metric, and either is above 0.
 */
bool ratio_of(const struct summary_cell *cell, const struct summary_row *row,
	      const struct summary_row *to, enum metric_id metric,
	      const struct margins *m, struct ratio *out);

/*
 * Half the interval of ln of that ratio that covers @confidence. INFINITY:
 * there are too few draws for one; 0: there is no ratio, or a bound only.
 */
double ratio_half_width(const struct summary_row *row,
			const struct summary_row *to, enum metric_id metric,
			double confidence);

/*
 * Whether waiting for reclamation is in @metric of @row: then it says more
 * about `defer_max` than about the design.
 */
bool ratio_bounded(const struct summary_row *row, enum metric_id metric);

/*
 * ratio_draws() - ln of the time of @row against that of @to in each draw where
 * both have @metric, or one of them ended nothing; @to NULL: of the time
 * itself. Draws of two cells have nothing to do with each other: the k-th that
 * has @metric of one against the k-th of the other. Caller frees *@x.
 */
size_t ratio_draws(const struct summary_row *row, const struct summary_row *to,
		   enum metric_id metric, double **x);
/* Whether one of the two lost so many more batches that they do not compare. */
bool ratio_unequal(const struct summary_row *row, const struct summary_row *to);

/* The row that others are held against; NULL: none of them ran. */
const struct summary_row *ratio_reference(const struct summary_cell *cell);

/*
 * ratio_ranks() - rank[i] of row i by @metric, from 1; rows that cannot be told
 * apart from the first of a rank share it. 0: the row does not have it.
 */
void ratio_ranks(const struct summary_cell *cell, enum metric_id metric,
		 const struct margins *m, unsigned *rank);

/* A figure of @row, a design or the twin, against the reference of its cell. */
struct ratio_case {
	const struct summary_cell *cell;
	const struct summary_row *row, *reference;
	enum metric_id metric;
	unsigned rank; /* 0: of the twin */
	struct ratio ratio;
};
/* Calls @visit for each that there is, by cell, metric and design. */
typedef void ratio_visitor(void *arg, const struct ratio_case *c);
void ratio_each(const struct summary *s, const struct margins *m,
		ratio_visitor *visit, void *arg);

#endif
