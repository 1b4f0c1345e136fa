/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the trials of a run to the tables that gnuplot draws.
 *
 * A plot is a row of figures/plots.def, a NAME.c that writes its table
 * and plots/NAME.gp that draws it. The rest of this file is what those share:
 * splitting trials into groups, and medians with intervals over repetitions.
 *
 * A table is tab-separated text. Lines with # are comments. Block "meta" has
 * a key and a value a line (a later one of the same key wins); gnuplot sees
 * them as m_KEY. Other blocks are
 * separated by two empty lines and named by the comment before them; their
 * columns are explained at the top of the file.
 */
#ifndef FIGURES_DATA_H
#define FIGURES_DATA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "judge/ratio.h"
#include "store/results.h"

/* PLOT_SERIES: in one panel; more cannot be told apart at a glance. */
enum { PLOT_TEXT = 256, PLOT_DESIGNS = 32, PLOT_SERIES = 7 };

/* Borrowed; must outlive everything made from it. */
struct plotdata {
	const struct store_run *run;
	const struct store_trials *trials;
	const struct margins *margins;
	/* Of the run's machine (machine/latency.h); NULL: not measured. */
	const json_t *latency;
	const struct margins *shown; /* by earlier twins; of plot claims */
	/* Designs that were asked for, apart by commas, or "all"; NULL: none. */
	const char *asked;
	const struct plot_choice *choice; /* plot_choose(); NULL: all designs */
};

struct plot {
	const char *name;
	const char *help;
	/*
	 * Writes the table. 1: written. 0: this run has no data for it, the
	 * reason is in @why. -ENOMEM. Write errors are @out's.
	 */
	int (*write)(const struct plotdata *d, FILE *out, char why[PLOT_TEXT]);
};

#define PLOT(name, help)                                         \
	int plotdata_##name(const struct plotdata *d, FILE *out, \
			    char why[PLOT_TEXT]);
#include "figures/plots.def"
#undef PLOT

extern const struct plot plots[]; /* ended by name == NULL */
const struct plot *plot_find(const char *name);

/* --- trials in groups --------------------------------------------------- */

/* The axes of @t that are no field of their own: "footprint 64M". */
void plot_axes(const struct store_trial *t, char buf[PLOT_TEXT]);

/* What trials of different groups differ in. Designs never split. */
enum plot_fields {
	PLOT_SWEEP = 1 << 0,
	PLOT_WORKLOAD = 1 << 1,
	PLOT_WALKERS = 1 << 2,
	PLOT_UPDATERS = 1 << 3, /* mappers and dumpers */
	PLOT_AXES = 1 << 4,	/* other axes of the config */
	PLOT_PANEL = PLOT_SWEEP | PLOT_WORKLOAD | PLOT_UPDATERS | PLOT_AXES,
};

struct plot_group {
	char label[PLOT_TEXT]; /* for people */
	const struct store_trial **trial;
	size_t n;
	bool mark; /* private */
};

struct plot_groups {
	struct plot_group *group;
	size_t n;
	size_t left_out; /* by plot_groups_keep() */
	bool exact;	 /* no clock in it: disturbed trials do not matter */
	void *memory;	 /* private */
};

/* Whether a trial matters to a plot; status is checked before. */
typedef bool plot_wanted(const struct store_trial *t);

/*
 * Splits the valid, wanted trials among @n of @trial by @fields, without
 * @axis (an axis name, may be NULL). Workloads come in the registry's order,
 * fewer threads first. -ENOMEM. plot_groups_release() frees.
 */
int plot_groups(struct plot_groups *g, const struct store_trial *const *trial,
		size_t n, plot_wanted *wanted, unsigned fields,
		const char *axis);
int plot_groups_all(struct plot_groups *g, const struct plotdata *d,
		    plot_wanted *wanted, unsigned fields, const char *axis);
/* Drops the groups that are of no use beside @all there are. */
typedef bool plot_good(const struct plot_groups *all,
		       const struct plot_group *g);
void plot_groups_filter(struct plot_groups *g, plot_good *good);
/*
 * Keeps the @max groups of highest rank, in their order. Of equals those go
 * first that are alike in workload and updaters, then the later. What is left
 * has different labels: equal ones get the name of their sweep.
 */
typedef unsigned plot_rank(const struct plot_group *g);
void plot_groups_keep(struct plot_groups *g, size_t max, plot_rank *rank);
void plot_groups_release(struct plot_groups *g);

/* --- values ------------------------------------------------------------- */

/* The coordinate of a trial; NAN: it has none. */
typedef double plot_x(const struct store_trial *t);
plot_x plot_x_walkers, plot_x_footprint;

/* Distinct coordinates in a group, ascending. Caller frees. NULL: none. */
double *plot_xs(const struct plot_group *g, plot_x *x, size_t *n);

struct plot_stat {
	double median, lo, hi; /* over draws; 95 % interval, less below six */
	size_t n;	       /* repetitions used */
	size_t disturbed;      /* of these */
};

/*
 * The trials of @g that are of @design (NULL: of any) and, if there is @x,
 * have @at there, as a row of the summary, which says which of them count.
 * The caller frees its trials.
 */
void plot_row(struct summary_row *row, const struct plot_group *g,
	      const char *design, plot_x *x, double at);
/*
 * Of @metric over the repetitions of @design (NULL: of any) in the group at
 * @x == @at (no @x: all). Disturbed repetitions count only where there is no
 * other. False: nothing was measured.
 */
bool plot_stat(const struct plot_group *g, const char *design, plot_x *x,
	       double at, enum metric_id metric, struct plot_stat *s);

/* A parameter of the trial by its option's key; NAN, "": there is none. */
double plot_param(const struct store_trial *t, const char *key);
const char *plot_param_text(const struct store_trial *t, const char *key,
			    char buf[PLOT_TEXT]);

/* A number of the run's machine facts by its key; NAN: there is none. */
double plot_machine(const struct plotdata *d, const char *key);

/* Designs in their fixed order: the registry's, then any others of the run. */
struct plot_designs {
	const char *name[PLOT_DESIGNS];
	size_t n;
};
/* All, by which colours go; and those that are drawn, which may be all. */
void plot_designs_all(struct plot_designs *out, const struct plotdata *d);
void plot_designs(struct plot_designs *out, const struct plotdata *d);
bool plot_has_design(const struct plot_group *g, const char *design);

/* The designs that one plot draws. */
struct plot_choice {
	struct plotdata data;
	struct plot_designs drawn;
	size_t left; /* designs of the groups that are not */
};
/*
 * plot_choose() - @d for a plot of @g that draws at most @max of the designs in
 * it: what each group is held against, and then as registered. Where some were
 * asked for, these and no others, however many. What is returned lasts as long
 * as @c; the note of plot_meta_begin() says how many are left out.
 */
const struct plotdata *plot_choose(struct plot_choice *c,
				   const struct plotdata *d,
				   const struct plot_groups *g, size_t max);
/* 0, or -EINVAL: a design that was asked for is not in the run. */
int plot_check_asked(const struct plotdata *d, struct err *e);

/* --- writing ------------------------------------------------------------ */

/* Top of the file: what, which run, and a line for each column. */
void plot_head(FILE *out, const struct plotdata *d, const char *name,
	       const char *const *columns);
/* Block meta, with designs, those shown, title, subtitle and note. */
void plot_meta_begin(FILE *out, const struct plotdata *d,
		     const struct plot_groups *shown, const char *title,
		     const char *note);
/* A further pair; plot_meta_at() puts @i behind the key. */
void plot_meta(FILE *out, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void plot_meta_at(FILE *out, const char *key, size_t i, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/*
 * "# NAME" after two empty lines. No name may begin with another, and no block
 * may be empty: gnuplot would take the next one for it.
 */
void plot_block(FILE *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The note most plots end their page head with. */
extern const char plot_note_walkers[];

/* Limits of a log axis that hold all values. */
struct plot_range {
	double lo, hi;
};
void plot_range_add(struct plot_range *r, double v);
/* Rounded outwards to 1, 2 or 5 times a power of ten. */
void plot_range_round(struct plot_range *r);

#endif
