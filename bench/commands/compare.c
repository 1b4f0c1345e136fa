/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench compare`: two runs, and what changed between them. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/args.h"
#include "commands/compare.h"
#include "commands/gate.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "judge/compare.h"
#include "base/err.h"
#include "base/must.h"
#include "views/compare.h"

struct options {
	const char *a, *b, *results;
	struct compare_options compare;
	double threshold;
	struct forms_wanted wanted;
	bool force;
};

/* A or B: the runs of one build, and the trials of them all. */
struct side {
	struct opened *run;
	size_t n;
	struct store_trials trials; /* owned by the runs, but for the array */
};

static void release(struct side *s)
{
	for (size_t i = 0; i < s->n; i++)
		cmd_open_release(&s->run[i]);
	free(s->run);
	free(s->trials.trial);
	*s = (struct side){0};
}

/* RUN, FILE:RUN or FILE. */
static int open_run(struct opened *run, const char *which, const char *results,
		    struct err *e)
{
	const char *colon = strrchr(which, ':');
	char file[4096];

	if (!access(which, F_OK) && strchr(which, '.'))
		return cmd_open_run(run, which, "latest", STORE_VALUES, e);
	if (!colon)
		return cmd_open_run(run, results, which, STORE_VALUES, e);
	snprintf(file, sizeof(file), "%.*s", (int)(colon - which), which);
	return cmd_open_run(run, file, colon[1] ? colon + 1 : "latest",
			    STORE_VALUES, e);
}

static bool is_same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* Runs count as one where the same build ran on the same machine. */
static int check_pooled(const struct store_run *first,
			const struct store_run *run, struct err *e)
{
	char why[512];

	if (!compare_same_machine(first, run, why, sizeof(why)))
		err_set(e, -EINVAL,
			"runs %" PRId64 " and %" PRId64
			" do not count as one: %.300s",
			first->id, run->id, why);
	else if (!is_same(first->commit, run->commit) ||
		 !is_same(first->version, run->version))
		err_set(e, -EINVAL,
			"runs %" PRId64 " and %" PRId64
			" do not count as one: they are of two builds",
			first->id, run->id);
	else
		return 0;
	return err_remedy(e, "give runs of one build, on one machine");
}

/* The trials of @run are further draws. */
static void pool(struct side *s, const struct opened *run)
{
	struct store_trials *all = &s->trials;
	unsigned draws = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->trial[i].repetition >= draws)
			draws = all->trial[i].repetition + 1;
	for (size_t i = 0; i < run->trials.n; i++) {
		all->trial = must_grow(all->trial, all->n, sizeof(*all->trial));
		all->trial[all->n] = run->trials.trial[i];
		all->trial[all->n++].repetition += draws;
	}
}

/* One run or several, "1,2". */
static int open_side(struct side *s, const char *which, const char *results,
		     struct err *e)
{
	bool one = !access(which, F_OK);
	char *list = must_copy(which), *rest = list, *part;
	int rc = 0;

	while (!rc && (part = one ? rest : strsep(&rest, ","))) {
		s->run = must_grow(s->run, s->n, sizeof(*s->run));
		rc = open_run(&s->run[s->n++], part, results, e);
		if (!rc)
			rc = check_pooled(&s->run[0].run, &s->run[s->n - 1].run,
					  e);
		if (!rc)
			pool(s, &s->run[s->n - 1]);
		if (one)
			break;
	}
	free(list);
	return rc;
}

/* The widest of all runs' margins, none below what was asked. */
static int load_margins(struct margins *all, const struct side *s,
			struct err *e)
{
	for (size_t i = 0; i < s->n; i++) {
		struct margins m;
		int rc = margins_load(&m, s->run[i].store, s->run[i].run.id, e);

		if (rc)
			return rc;
		for (unsigned k = 0; k < RATIO_CLASSES; k++)
			all->of[k] = fmax(all->of[k], m.of[k]);
	}
	return 0;
}

static int status_of(const struct compare *c)
{
	return c->verdict == RATIO_SLOWER	? EXIT_REGRESSION
	       : c->verdict == RATIO_UNRESOLVED ? EXIT_INCONCLUSIVE
						: EXIT_OK;
}

/* A copy of the file may have been changed since. */
static bool is_one_run(const struct opened *a, const struct opened *b)
{
	struct stat x, y;

	return a->run.id == b->run.id && !stat(store_path(a->store), &x) &&
	       !stat(store_path(b->store), &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static bool share_a_run(const struct side *a, const struct side *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (is_one_run(&a->run[i], &b->run[k]))
				return true;
	return false;
}

/* What is judged, and what stands around it. */
struct judged {
	struct compare c;
	struct compare_output out;
	char warning[640];
};

/* -EINVAL: they are of different machines. release_judged() in any case. */
static int judge(const struct options *o, const struct side *a,
		 const struct side *b, const char *again, struct judged *j,
		 struct err *e)
{
	const struct store_run *x = &a->run[0].run, *y = &b->run[0].run;
	const struct compare_run old = {x, &a->trials};
	const struct compare_run new_run = {y, &b->trials};
	char why[512];

	*j = (struct judged){.out = {&j->c, x, y, j->warning, again}};
	if (!compare_same_machine(x, y, why, sizeof(why))) {
		if (!o->force) {
			err_set(e, -EINVAL,
				"the runs are of different "
				"machines: %.400s",
				why);
			return err_remedy(e, "measure both on one machine, or "
					     "--force");
		}
		snprintf(j->warning, sizeof(j->warning),
			 "the runs are of different machines: %s", why);
	}
	if (share_a_run(a, b))
		snprintf(j->warning, sizeof(j->warning),
			 "this is one run, compared with itself: it says "
			 "nothing about a change");
	return compare_runs(&old, &new_run, &o->compare, &j->c, e);
}

/* The exit status; errors are printed. */
static int compare(const struct options *o, const struct side *a,
		   const struct side *b, const char *again)
{
	struct judged j;
	struct err e = {0};
	int rc = judge(o, a, b, again, &j, &e), status;

	status = rc ? err_status(rc) : status_of(&j.c);
	if (!rc) {
		rc = forms_write(&compare_forms, &j.out, &o->wanted, &e);
		/* Without gnuplot all but the picture is there. */
		if (rc && (rc != -ENOTSUP || status == EXIT_OK))
			status = err_status(rc);
	}
	if (rc)
		err_print(&e);
	compare_release(&j.c);
	return status;
}

/* Both sides, and the margins that they are judged by. */
static int open_sides(struct options *o, struct side *a, struct side *b,
		      struct err *e)
{
	struct margins *m = &o->compare.margins;
	int rc;

	for (unsigned k = 0; k < RATIO_CLASSES; k++)
		m->of[k] = log1p(o->threshold);
	rc = open_side(a, o->a, o->results, e);
	if (!rc)
		rc = open_side(b, o->b, o->results, e);
	if (!rc)
		rc = load_margins(m, a, e);
	return rc ? rc : load_margins(m, b, e);
}

int compare_append(const char *results, const char *range, struct document *d,
		   struct err *e)
{
	char *old = must_copy(range), *between = strstr(old, "..");
	char name[] = "compare", flag[] = "--results",
	     *file = must_copy(results), *again;
	char *argv[] = {name, old,  between ? between + 2 : NULL,
			flag, file, NULL};
	struct options o = {0};
	struct side a = {0}, b = {0};
	struct judged j = {0};
	int rc = 0;

	if (!between || *old == '-' || between[2] == '-')
		rc = err_set(e, -EINVAL, "'%.80s' is not OLD..NEW", range);
	if (!rc) {
		*between = '\0';
		again = args_again(&cmd_compare, 5, argv);
		/* As it reads a command line: all else is as usual. */
		if (args_parse(&cmd_compare, 5, argv, &o))
			rc = err_set(e, -EINVAL, "'%.80s' names no two runs",
				     range);
		if (!rc)
			rc = open_sides(&o, &a, &b, e);
		if (!rc)
			rc = judge(&o, &a, &b, again, &j, e);
		if (!rc)
			rc = forms_append(&compare_forms, &j.out, d, e);
		compare_release(&j.c);
		free(again);
	}
	release(&a);
	release(&b);
	free(file);
	free(old);
	return rc;
}

static int run(int argc, char **argv)
{
	struct options o = {0};
	struct side a = {0}, b = {0};
	struct err e = {0};
	int rc, status;
	char *again;

	if (args_parse(&cmd_compare, argc, argv, &o))
		return EXIT_USAGE;
	if (o.wanted.html && o.wanted.form)
		return args_error(&cmd_compare, "one of --format and --html");
	again = args_again(&cmd_compare, argc, argv);
	if (gate_is_build(o.a) && gate_is_build(o.b)) {
		status = gate_compare_builds(o.a, o.b, &o.wanted, again);
		free(again);
		return status;
	}
	rc = open_sides(&o, &a, &b, &e);
	if (rc) {
		err_print(&e);
		status = err_status(rc);
	} else {
		status = compare(&o, &a, &b, again);
	}
	free(again);
	release(&a);
	release(&b);
	return status;
}

#define O struct options
static const struct option_row rows[] = {
	ROW_OPERAND(O, a, "A"),
	ROW_OPERAND(O, b, "B"),
	ROW_RESULTS(O, results),
	ROW_PERCENT(O, threshold, "threshold", 0.0001, 99.9999, "1",
		    "no margin is less: smaller changes do not matter"),
	ROW_PERCENT(O, compare.confidence, "confidence", 50, 99.9999, "99",
		    "that what is called slower or faster is"),
	ROW_TEXT(O, compare.metrics, "metric", "REGEX",
		 "compare these metrics as well, tails for example"),
	ROW_FORMAT(O, wanted.form, form_name, "text", .letter = 'f'),
	ROW_HTML(O, wanted.html,
		 "what changed, with its interval, a forest plot, both runs"),
	ROW_OUT(O, wanted.folder,
		"write all three there, the page and a forest plot",
		.letter = 'o'),
	ROW_BOOL(O, force, "force", "compare runs of different machines"),
	{0}};

const struct command cmd_compare = {
	.name = "compare",
	.help = "compare two runs: faster, slower, same or not resolved",
	.about = "Compares run B (new) with run A (old): the time of each "
		 "design against that of the reference in the same draw, so "
		 "that a slower machine is no change, with an interval from "
		 "exact rank statistics and a verdict by a margin; and every "
		 "exact figure that changed. A and B are an id, a name or "
		 "latest; FILE:RUN takes it from another results file, FILE "
		 "the latest. Several runs of one build, as in 1,2, count as "
		 "one with the draws of all. Two builds of the engine "
		 "(folders `make sides` filled, or programs in them) are "
		 "measured side by side, as `vtdbench gate` does, without "
		 "storing anything.",
	.rows = rows,
	.after = "The reference itself has nothing beside it in its run: its "
		 "own time may be the machine as well as the build, and is no "
		 "regression. What is measured side by side is `vtdbench "
		 "gate`.\n"
		 "\n"
		 "Exit status: 0 nothing is slower; 3 something is; 5 nothing "
		 "is, but something is not resolved, or the reference is "
		 "slower; 2 command line, files or different machines; 1 could "
		 "not be written; 4 no gnuplot for --out.",
	.run = run,
};
