/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run says about the claims in its config: each claim is held against
 * the ratios of the cells that it is about, or against their counts, by the
 * rules of docs/questions.md. The ratios and intervals are those of
 * judge/ratio.h.
 */
#ifndef JUDGE_ANSWER_H
#define JUDGE_ANSWER_H

#include "judge/race.h"
#include "judge/ratio.h"
#include "plan/question.h"

/* A claim holds in all of its cases: its verdict is the last of theirs here. */
enum answer_verdict {
	ANSWER_SUPPORTED,    /* the whole interval is as claimed */
	ANSWER_NOT_MEASURED, /* there is no ratio */
	ANSWER_UNRESOLVED,   /* some of the interval is */
	ANSWER_CONTRADICTED, /* none of it is */
	ANSWER_VERDICTS,
};
/* "supported", "not measured", "not resolved here", "contradicted" */
const char *answer_verdict_name(enum answer_verdict v);

/* One figure of one design in one cell. */
struct answer_case {
	const char *design, *against;
	const char *metric_name;
	/* What they point at; NULL and METRIC_NONE: there is no such thing. */
	const struct summary_cell *cell, *against_cell;
	const struct summary_row *row, *against_row;
	enum metric_id metric;
	struct ratio ratio;	/* .draws 0: none; .verdict is not used */
	struct count_sum count; /* of claims about counts; .draws 0: none */
	double low, high;	/* ln of what is claimed */
	double half; /* of the interval that was judged, ln; NAN: a count */
	enum answer_verdict verdict;
	char why[160]; /* it was not measured, or cannot be judged; or "" */
};

struct answer_claim {
	const struct claim *claim;
	struct answer_case *at; /* at least one */
	size_t n;
	enum answer_verdict verdict;
	double half; /* the widest of those that are not resolved, ln; NAN */
};

struct answer {
	struct store_run run;
	struct store_shards shards;
	struct store_trials trials;
	struct question question;
	struct margins margins, shown;
	struct summary summary;
	struct answer_claim *claim;
	size_t n; /* 0: the run's config asks nothing */
};

/*
 * answer_load() - what @run of @s says; answer_release() in any case. 0 or the
 * store's error.
 */
int answer_load(struct answer *a, struct store *s, int64_t run, struct err *e);
/* The same of what is there: all but claim and n is set. */
void answer_judge_all(struct answer *a);
/* Gives claim and n back, and nothing else. */
void answer_forget(struct answer *a);
void answer_release(struct answer *a);

/* What the twin showed, as far as it counts for @at, a case of @c; ln. */
double answer_shown(const struct answer *a, const struct claim *c,
		    const struct answer_case *at);

/*
 * The rule: where the interval @log lies, widened to @shown on either side of
 * its estimate where it is narrower, against @low to @high, all ln. *half: half
 * of what was judged; INFINITY: there is no interval.
 */
enum answer_verdict answer_judge(const struct estimate *log, double low,
				 double high, double shown, double *half);

/* Why @row has no @metric that counts. */
void answer_why_not(const struct summary_row *row, enum metric_id metric,
		    char *text, size_t size);
/* The verdict in words: "not resolved here: +-1.2 %". */
void answer_words(enum answer_verdict v, double half, char *text, size_t size);
/* Whose figure: "rcu / driver", or "rcu" of a count. */
void answer_of(const struct answer_case *at, char *text, size_t size);
/* The medians of both rows, with their unit: "12.4 / 11.9 ns"; of a count
 * "3 of 412, 0.7 %" or "none of 412, < 0.7 %". */
void answer_figures(const struct answer_case *at, char *text, size_t size);
/* Who walked in @cell, in a sentence that names each kind, or nobody. */
const char *answer_walker(const struct summary_cell *cell);
/* What @c says of the ratio, and of what: "rcu / driver: same within 1%"; of a
 * count "rcu: none". */
void answer_rule(const struct claim *c, char *text, size_t size);
/* "3 supported, 1 contradicted" */
void answer_counts(const struct answer *a, char *text, size_t size);

#endif
