/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which tables a cell's part of the report has, and their columns. */
#ifndef OUTPUTS_REPORT_VIEWS_H
#define OUTPUTS_REPORT_VIEWS_H

#include "trial/metric.h"

enum report_kind {
	NS,	   /* median of @metric */
	NS_IF_ANY, /* the same; left out where no design has it */
	NS_SINGLE, /* the same, of single operations, with its mark */
	PAIR,	   /* @metric / @other, both ns */
	PLAIN,
	SMALL, /* far below one as well */
	RATIO,
	RATE, /* with its interval */
	NS_INTERVAL,
	SCALE, /* @metric against the same with one walker */
	PERCENT,
	MISSES, /* @other (pmu) if it is there, else @metric (sim) */
	BYTES,
	DISTURBED,
};

/* The heading over columns of misses; their source comes before it. */
#define REPORT_MISSES "misses / walk"

struct report_column {
	const char *group, *name; /* two lines of heading */
	unsigned leave;		  /* as in struct table_column */
	enum report_kind kind;
	enum metric_id metric, other;
};

/* A table is printed for a cell that has its first column's metric. */
struct report_view {
	enum metric_id key;
	const struct report_column *column; /* ended by name == NULL */
};
extern const struct report_view report_views[]; /* ended by column == NULL */

#endif
