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
#include "outputs/file.h"
#include "judge/compare.h"
#include "base/err.h"
#include "base/number.h"
#include "views/compare.h"
#include "figures/draw.h"

struct options {
	const char *a, *b, *results, *folder;
	struct compare_options compare;
	int format;
	bool force;
};

static const struct {
	const char *name, *file;
	void (*write)(const struct compare_output *o, FILE *out);
} formats[] = {{"text", "compare.txt", compare_text},
	       {"json", "compare.json", compare_json},
	       {"markdown", "compare.md", compare_markdown}};

static void usage(void)
{
	fputs("usage: vtdbench compare A B [OPTION...]\n"
	      "\n"
	      "Compares run B (new) with run A (old): the effect on each time "
	      "with an interval\n"
	      "from exact rank statistics, a verdict (faster, slower, same, "
	      "inconclusive), and\n"
	      "every exact figure that changed. A and B are an id, a name or "
	      "latest; FILE:RUN\n"
	      "takes it from another results file, FILE the latest. Two "
	      "builds of the engine\n"
	      "(folders `make sides` filled, or programs in them) are "
	      "measured side by side,\n"
	      "as `vtdbench gate` does, without storing anything.\n"
	      "\n"
	      "  --results FILE     the results file (VTDBENCH_RESULTS)\n"
	      "  --threshold PCT    smaller effects do not matter; default 3\n"
	      "  --confidence PCT   of either bound of an interval; default "
	      "99\n"
	      "  --metric REGEX     compare these metrics as well, tails for "
	      "example\n"
	      "  --format F         text (default), json or markdown "
	      "(VTDBENCH_FORMAT)\n"
	      "  --out FOLDER       write all three there, and a forest plot "
	      "(VTDBENCH_OUT)\n"
	      "  --force            compare runs of different machines\n"
	      "\n"
	      "Two runs stand minutes or days apart; the machine changes "
	      "in between: what is\n"
	      "measured side by side, and confirmed, is `vtdbench gate`.\n"
	      "\n"
	      "Exit status: 0 nothing is slower; 3 something is; 5 nothing "
	      "is, but something is\n"
	      "inconclusive; 2 command line, results file or different "
	      "machines; 1 could not be\n"
	      "written; 4 no gnuplot for --out.\n",
	      stdout);
}

/* A percentage in (0, 100), as a share. */
static bool percent(const char *option, const char *arg, double *share)
{
	char *end;
	double v = strtod(arg, &end);

	if (end != arg && !strcmp(*end == '%' ? end + 1 : end, "") && v > 0 &&
	    v < 100) {
		*share = v / 100;
		return true;
	}
	args_error("compare",
		   "--%s '%s': expected a percentage above 0 and "
		   "below 100",
		   option, arg);
	return false;
}

static int choose_format(const char *name)
{
	static const char *const names[] = {"text", "json", "markdown", NULL};

	return args_choose("compare", "format", name, names);
}

/* 0, or the exit status; *@done: nothing is left to do. */
static int parse(int argc, char **argv, struct options *o, bool *done)
{
	static const struct option known[] = {
		{"results", required_argument, NULL, 'r'},
		{"threshold", required_argument, NULL, 't'},
		{"confidence", required_argument, NULL, 'c'},
		{"metric", required_argument, NULL, 'm'},
		{"format", required_argument, NULL, 'f'},
		{"out", required_argument, NULL, 'o'},
		{"force", no_argument, NULL, 'F'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	const char *format = getenv("VTDBENCH_FORMAT");
	const char *out = getenv("VTDBENCH_OUT");
	double confidence = 0.99;
	int c;

	*o = (struct options){.compare = {.threshold = 0.03},
			      .folder = out && *out ? out : NULL};
	format = format && *format ? format : "text";
	*done = false;
	while ((c = args_next(argc, argv, "f:o:h", known)) != -1)
		if (c == 'r')
			o->results = optarg;
		else if (c == 't' &&
			 !percent("threshold", optarg, &o->compare.threshold))
			return EXIT_USAGE;
		else if (c == 'c' &&
			 !percent("confidence", optarg, &confidence))
			return EXIT_USAGE;
		else if (c == 'm')
			o->compare.metrics = optarg;
		else if (c == 'f')
			format = optarg;
		else if (c == 'o')
			o->folder = optarg;
		else if (c == 'F')
			o->force = true;
		else if (c == 'h')
			*done = true;
		else if (c == '?')
			return EXIT_USAGE;
	if (*done) {
		usage();
		return 0;
	}
	if (confidence < 0.5)
		return args_error(argv[0], "--confidence: below 50 is none");
	o->compare.alpha = 1 - confidence;
	o->format = choose_format(format);
	if (o->format < 0)
		return EXIT_USAGE;
	if (argc - optind != 2)
		return args_error(argv[0], "two runs are compared, %d given",
				  argc - optind);
	o->a = argv[optind];
	o->b = argv[optind + 1];
	return 0;
}

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

static int write_file(const char *folder, const char *name,
		      void (*write)(const struct compare_output *o, FILE *out),
		      const struct compare_output *o, struct err *e)
{
	struct whole_file file;
	char path[4096];
	int rc;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	rc = whole_file_open(&file, path, e);
	if (rc)
		return rc;
	write(o, file.out);
	return whole_file_close(&file, true, e);
}

/* All forms and the picture. -ENOTSUP: no gnuplot; all else is there. */
static int write_folder(const char *folder, const struct compare_output *o,
			struct err *e)
{
	struct plot_table forest = {"forest", compare_forest, o};
	struct plot_job job = {.dir = folder, .formats = PLOT_SVG | PLOT_PNG};
	int rc = make_folder(folder, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats) && !rc; i++)
		rc = write_file(folder, formats[i].file, formats[i].write, o,
				e);
	return rc ? rc : plot_draw_table(&forest, &job, e);
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
	status = rc ? EXIT_USAGE : status_of(&c);
	if (!rc)
		formats[o->format].write(&out, stdout);
	if (!rc && o->folder) {
		rc = write_folder(o->folder, &out, &e);
		if (rc && rc != -ENOTSUP)
			status = EXIT_RUN_FAILED;
		else if (rc && status == EXIT_OK)
			status = EXIT_UNSUPPORTED;
	}
	if (rc)
		err_print(&e);
	compare_release(&c);
	return status;
}

int cmd_compare(int argc, char **argv)
{
	struct opened a = {0}, b = {0};
	struct options o;
	struct err e = {0};
	bool done;
	int rc, status = parse(argc, argv, &o, &done);

	if (status || done)
		return status;
	if (gate_is_build(o.a) && gate_is_build(o.b))
		return gate_compare_builds(o.a, o.b, formats[o.format].name,
					   o.folder);
	rc = open_side(&a, o.a, o.results, &e);
	if (!rc)
		rc = open_side(&b, o.b, o.results, &e);
	if (rc) {
		err_print(&e);
		status = cmd_open_status(rc);
	} else {
		status = compare(&o, &a, &b);
	}
	cmd_open_release(&a);
	cmd_open_release(&b);
	return status;
}
