/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The history of figures: series over the runs of one config, where they
 * changed, and whether they creep. Advice for people: nothing fails by it.
 *
 * A series is one metric of one design in one cell on one machine class, or
 * that metric's ratio to the reference (judge/ratio.h), so that a slow machine
 * is no change. Its points are medians over the draws that count, or the
 * estimate of the ratio, one a run, in the order of time; a run is called a
 * night here, several a day do no harm. Where parameters of the trial change,
 * the series begins anew.
 *
 * Figures that are measured change as stats/changepoint.h has it. Deterministic
 * ones change when they differ from the night before with the same seed. All
 * nights are judged, whichever are shown: what is known of a night does not
 * change with where one looks from.
 */
#ifndef JUDGE_TREND_H
#define JUDGE_TREND_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/changepoint.h"
#include "store/machine_class.h"
#include "trial/record.h"
#include "judge/ratio.h"
#include "store/results.h"

enum { TREND_DRIFT_DAYS = 60, TREND_DRIFT_NIGHTS = 7, TREND_ID_SIZE = 9 };

struct trend_options {
	const char *name;  /* of the runs; NULL: that of the latest run */
	const char *since; /* shown from "2026-10-01", "90d" before the latest */
	/*
	 * POSIX extended patterns of metrics; none: ratios, times of
	 * operations that have none, and all deterministic figures.
	 */
	const char *const *metrics;
	size_t nmetrics;
	const char *filter; /* pattern of a series' title, or NULL */
	struct changepoint_options change;
};

struct trend_night {
	int64_t run;
	char *uuid, *started_utc, *commit, *version; /* commit may be NULL */
	int64_t time;				     /* s since 1970 */
	uint64_t seed;
	size_t machine; /* index */
};

struct trend_machine {
	struct machine_class class;
	char label[256];
	size_t nights;
};

struct trend_point {
	size_t night; /* index */
	double value;
	bool disturbed;	      /* only repetitions that lost a CPU were there */
	enum clock_mark mark; /* of a percentile */
};

struct trend_change {
	char id[TREND_ID_SIZE]; /* 8 hex digits */
	size_t at;		/* index of the first point after it */
	size_t first;		/* the same when it was declared: names it */
	double before, after;	/* medians; exact: the values */
	double cost;		/* ratio, above 1 is worse; INFINITY from 0 */
	double evidence;	/* stats/changepoint.h; 0 if exact */
	/* The later change that took it back, or NULL: nearer to @before. */
	const struct trend_change *ended;
	enum ratio_verdict verdict;  /* SLOWER (worse) or FASTER (better) */
	bool moved;		     /* no direction is better */
	size_t range;		     /* index */
	const struct store_ack *ack; /* NULL: open */
	char text[192]; /* exact: "+1 reference per walk (4 -> 5)" */
};

/* Why a series could not be judged. */
enum trend_unjudged {
	TREND_JUDGED,
	TREND_FEW_NIGHTS,     /* too few for a level on either side */
	TREND_NEW_MACHINE,    /* so of its machine class, not of the config */
	TREND_NEW_PARAMETERS, /* so since they changed */
	TREND_CORRELATED,     /* nights resemble their neighbours */
	TREND_UNJUDGED,	      /* the number of these */
};

struct trend_series {
	struct store_trial trial; /* owned texts; of the latest night */
	size_t machine;		  /* index */
	enum metric_id id;
	const char *metric; /* its name; of ratios "walk_lat_ns/leak" */
	char unit[16];
	enum better better;
	bool exact;	 /* every value is deterministic */
	bool is_default; /* one that is shown when no metric is asked for */
	struct trend_point *point;
	size_t n;
	size_t left_out; /* points before the parameters changed, and how */
	char why[128];
	struct trend_change *change;
	size_t nchanges;
	enum trend_unjudged unjudged;
	double correlation; /* if it is that */
	bool drifts;
	struct changepoint_drift drift;
	double drift_cost; /* ratio, above 1 is worse; since the last change */
	size_t drift_at;   /* index of the first of the best nights */
};

/*
 * Changes between the same two nights of a machine. The suspects are the
 * commits after that of the night before, up to that of the night after.
 */
struct trend_range {
	size_t machine, before, after; /* indices of nights */
	size_t open;		       /* changes not acknowledged */
	/* By trend_suspects(): lines "abc1234 subject", latest first. */
	bool known; /* the repository has both commits */
	bool more;  /* than these lines */
	char **line;
	size_t nlines;
};

struct trend {
	struct trend_options options;
	char *name;
	struct trend_night *night; /* by time */
	size_t nnights;
	size_t from;		 /* the first night that is shown (since) */
	struct trend_night *odd; /* left out: time and run id disagree */
	size_t nodd;
	bool by_time_only; /* ids do not follow time: they say nothing */
	struct trend_machine *machine; /* by first appearance */
	size_t nmachines;
	struct trend_series **series; /* in the order of the report */
	size_t nseries;
	struct trend_range *range; /* latest first */
	size_t nranges;
	struct store_acks acks;
	size_t open, acknowledged;	 /* changes */
	size_t ended;			 /* of the open ones */
	size_t drifting;		 /* series */
	size_t unjudged[TREND_UNJUDGED]; /* series, by why */
};

/*
 * Reads the runs in @s and judges them. 0; -EINVAL: bad pattern or since, or
 * one that matches no metric or series; -ENOENT: no such run, the error names
 * those there are; or the error of reading. Borrows what @o points to.
 * trend_release() in any case.
 */
int trend_make(struct store *s, const struct trend_options *o, struct trend *t,
	       struct err *e);
void trend_release(struct trend *t);

/*
 * Asks the git repository of the current folder for the commits of the ranges
 * with open changes. What it does not know, or without git, stays unknown.
 */
void trend_suspects(struct trend *t);

/* A series that changed or drifts. */
bool trend_is_eventful(const struct trend_series *s);
/* The points of the segment after change @i, or with @i = -1 before any. */
void trend_segment(const struct trend_series *s, ptrdiff_t i, size_t *from,
		   size_t *end);

#endif
