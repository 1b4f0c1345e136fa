/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench compare`: two runs, and what changed between them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/args.h"
#include "commands/gate.h"
#include "commands/open.h"
#include "commands/registry.h"
#include "outputs/forms.h"
#include "judge/compare.h"
#include "base/err.h"
#include "views/compare.h"

struct options {
	const char *a, *b, *results, *folder;
	struct compare_options compare;
	double confidence;
	unsigned form;
	bool force;
};

/* The first of those of the gate, which takes builds over. */
static const struct {
	const char *name;
	void (*write)(const struct compare_output *o, FILE *out);
} forms[] = {{"text", compare_text},
	     {"json", compare_json},
	     {"markdown", compare_markdown},
	     {NULL, NULL}};

static const char *form_name(size_t i)
{
	return forms[i].name;
}

static void write_form(const void *judgement, size_t form, FILE *out)
{
	forms[form].write(judgement, out);
}

static const struct forms all_forms = {
	.file = (const char *const[]){"compare.txt", "compare.json",
				      "compare.md", NULL},
	.write = write_form,
	.picture = "forest",
	.table = compare_forest};

/* RUN, FILE:RUN or FILE. */
static int open_side(struct opened *side, const char *which,
		     const char *results, struct err *e)
{
	const char *colon = strrchr(which, ':');
	char file[4096];

	if (!access(which, F_OK) && strchr(which, '.'))
		return cmd_open_run(side, which, "latest", STORE_VALUES, e);
	if (!colon)
		return cmd_open_run(side, results, which, STORE_VALUES, e);
	snprintf(file, sizeof(file), "%.*s", (int)(colon - which), which);
	return cmd_open_run(side, file, colon[1] ? colon + 1 : "latest",
			    STORE_VALUES, e);
}

static int status_of(const struct compare *c)
{
	return c->verdict == VERDICT_SLOWER	    ? EXIT_REGRESSION
	       : c->verdict == VERDICT_INCONCLUSIVE ? EXIT_INCONCLUSIVE
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

/* The exit status; errors are printed. */
static int compare(const struct options *o, const struct opened *a,
		   const struct opened *b)
{
	const struct compare_run old = {&a->run, &a->trials};
	const struct compare_run new_run = {&b->run, &b->trials};
	char why[512], warning[640] = "";
	struct compare c = {0};
	struct compare_output out = {&c, &a->run, &b->run, warning};
	struct err e = {0};
	int rc = 0, status;

	if (!compare_same_machine(&a->run, &b->run, why, sizeof(why))) {
		if (!o->force) {
			err_set(&e, -EINVAL,
				"the runs are of different "
				"machines: %.400s",
				why);
			err_remedy(&e, "measure both on one machine, or "
				       "--force");
			err_print(&e);
			return EXIT_USAGE;
		}
		snprintf(warning, sizeof(warning),
			 "the runs are of different machines: %s", why);
	}
	if (is_one_run(a, b))
		snprintf(warning, sizeof(warning),
			 "this is one run, compared with itself: it says "
			 "nothing about a change");
	rc = compare_runs(&old, &new_run, &o->compare, &c, &e);
	status = rc ? err_status(rc) : status_of(&c);
	if (!rc)
		forms[o->form].write(&out, stdout);
	if (!rc && o->folder) {
		rc = forms_write(&all_forms, &out, o->folder, &e);
		/* Without gnuplot all but the picture is there. */
		if (rc && (rc != -ENOTSUP || status == EXIT_OK))
			status = err_status(rc);
	}
	if (rc)
		err_print(&e);
	compare_release(&c);
	return status;
}

static int run(int argc, char **argv)
{
	struct opened a = {0}, b = {0};
	struct options o = {0};
	struct err e = {0};
	int rc, status;

	if (args_parse(&cmd_compare, argc, argv, &o))
		return EXIT_USAGE;
	if (gate_is_build(o.a) && gate_is_build(o.b))
		return gate_compare_builds(o.a, o.b, o.form, o.folder);
	o.compare.alpha = 1 - o.confidence;
	rc = open_side(&a, o.a, o.results, &e);
	if (!rc)
		rc = open_side(&b, o.b, o.results, &e);
	if (rc) {
		err_print(&e);
		status = err_status(rc);
	} else {
		status = compare(&o, &a, &b);
	}
	cmd_open_release(&a);
	cmd_open_release(&b);
	return status;
}

#define O struct options
static const struct option_row rows[] = {
	ROW_OPERAND(O, a, "A"),
	ROW_OPERAND(O, b, "B"),
	ROW_RESULTS(O, results),
	ROW_PERCENT(O, compare.threshold, "threshold", 0.0001, 99.9999, "3",
		    "smaller effects do not matter"),
	ROW_PERCENT(O, confidence, "confidence", 50, 99.9999, "99",
		    "of either bound of an interval"),
	ROW_TEXT(O, compare.metrics, "metric", "REGEX",
		 "compare these metrics as well, tails for example"),
	ROW_FORMAT(O, form, form_name, "text", .letter = 'f'),
	ROW_OUT(O, folder, "write all three there, and a forest plot",
		.letter = 'o'),
	ROW_BOOL(O, force, "force", "compare runs of different machines"),
	{0}};

const struct command cmd_compare = {
	.name = "compare",
	.help = "compare two runs: faster, slower, same or inconclusive",
	.about = "Compares run B (new) with run A (old): the effect on each "
		 "time with an interval from exact rank statistics, a verdict "
		 "(faster, slower, same, inconclusive), and every exact figure "
		 "that changed. A and B are an id, a name or latest; FILE:RUN "
		 "takes it from another results file, FILE the latest. Two "
		 "builds of the engine (folders `make sides` filled, or "
		 "programs in them) are measured side by side, as `vtdbench "
		 "gate` does, without storing anything.",
	.rows = rows,
	.after = "Two runs stand minutes or days apart; the machine changes in "
		 "between: what is measured side by side, and confirmed, is "
		 "`vtdbench gate`.\n"
		 "\n"
		 "Exit status: 0 nothing is slower; 3 something is; 5 nothing "
		 "is, but something is inconclusive; 2 command line, files or "
		 "different machines; 1 could not be written; 4 no gnuplot for "
		 "--out.",
	.run = run,
};
