/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench trend`: the history of figures, and where they changed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "commands/open.h"
#include "commands/trend.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "base/err.h"
#include "figures/draw.h"
#include "figures/trend.h"

struct options {
	const char *results, *folder;
	struct trend_options trend;
	int format;
	bool all;
};

static const struct {
	const char *name, *file;
	void (*write)(const struct trend_output *o, FILE *out);
} formats[] = {{"text", "trend.txt", trend_text},
	       {"json", "trend.json", trend_json},
	       {"markdown", "trend.md", trend_markdown}};

static void usage(void)
{
	fputs("usage: vtdbench trend [METRIC...] [OPTION...]\n"
	      "       vtdbench trend ack CHANGE|COMMIT... --reason TEXT\n"
	      "       vtdbench trend ack --list | --undo CHANGE...\n"
	      "\n"
	      "History of all runs of a config: where figures changed, "
	      "at which commit, and\n"
	      "what creeps away from the best it was. It advises, and fails "
	      "for no change.\n"
	      "METRIC: extended regular expressions of metrics; without one, "
	      "the times of the\n"
	      "operations and all exact figures. ack: a change that is known "
	      "and accepted.\n"
	      "\n"
	      "  --results FILE     the results file (VTDBENCH_RESULTS)\n"
	      "  --config NAME      runs of this name; default: that of the "
	      "latest run\n"
	      "  --since WHEN       show what is since then: a day "
	      "(2026-10-01), "
	      "or days before\n"
	      "                     the latest run (90d); all runs are "
	      "judged\n"
	      "  --filter REGEX     series whose title matches \"walks / "
	      "uniform, rcu, 1 walker\"\n"
	      "  --threshold PCT    smaller changes do not matter; default 2\n"
	      "  --all              show series in which nothing happened, "
	      "too\n"
	      "  --format F         text (default), json or markdown "
	      "(VTDBENCH_FORMAT)\n"
	      "  --out FOLDER       write all three there, and a plot "
	      "(VTDBENCH_OUT)\n"
	      "  --reason TEXT      ack: why the change is accepted\n"
	      "  --list             ack: what is acknowledged\n"
	      "  --undo             ack: no longer acknowledged\n"
	      "\n"
	      "Exit status: 0 done, whatever changed; 2 command line or "
	      "results; 1 could not\n"
	      "be written; 4 no gnuplot for --out.\n",
	      stdout);
}

bool cmd_trend_percent(const char *arg, double *share)
{
	char *end;
	double v = strtod(arg, &end);

	if (end != arg && !strcmp(*end == '%' ? end + 1 : end, "") && v >= 0 &&
	    v < 100) {
		*share = v / 100;
		return true;
	}
	args_error("trend",
		   "--threshold '%s': expected a percentage of at least 0 and "
		   "below 100",
		   arg);
	return false;
}

/* 0, or the exit status; *@done: nothing is left to do. */
static int parse(int argc, char **argv, struct options *o, bool *done)
{
	static const char *const names[] = {"text", "json", "markdown", NULL};
	static const struct option known[] = {
		{"results", required_argument, NULL, 'r'},
		{"config", required_argument, NULL, 'c'},
		{"since", required_argument, NULL, 's'},
		{"filter", required_argument, NULL, 'm'},
		{"threshold", required_argument, NULL, 't'},
		{"all", no_argument, NULL, 'a'},
		{"format", required_argument, NULL, 'f'},
		{"out", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	const char *format = getenv("VTDBENCH_FORMAT");
	const char *out = getenv("VTDBENCH_OUT");
	int c;

	*o = (struct options){.trend = {.change = changepoint_defaults},
			      .folder = out && *out ? out : NULL};
	format = format && *format ? format : "text";
	*done = false;
	while ((c = args_next(argc, argv, "f:o:h", known)) != -1)
		if (c == 'r')
			o->results = optarg;
		else if (c == 'c')
			o->trend.name = optarg;
		else if (c == 's')
			o->trend.since = optarg;
		else if (c == 'm')
			o->trend.filter = optarg;
		else if (c == 't' &&
			 !cmd_trend_percent(optarg,
					    &o->trend.change.change_min))
			return EXIT_USAGE;
		else if (c == 'a')
			o->all = true;
		else if (c == 'f')
			format = optarg;
		else if (c == 'o')
			o->folder = optarg;
		else if (c == 'h')
			*done = true;
		else if (c == '?')
			return EXIT_USAGE;
	if (*done) {
		usage();
		return 0;
	}
	o->trend.metrics = (const char *const *)(argv + optind);
	o->trend.nmetrics = (size_t)(argc - optind);
	o->format = args_choose(argv[0], "format", format, names);
	return o->format < 0 ? EXIT_USAGE : 0;
}

static int write_file(const char *folder, const char *name,
		      void (*write)(const struct trend_output *o, FILE *out),
		      const struct trend_output *o, struct err *e)
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

int cmd_trend_write(const struct trend_output *o, const char *folder,
		    struct err *e)
{
	struct plot_table plot = {"trend", trend_table, o->t};
	struct plot_job job = {.dir = folder, .formats = PLOT_SVG | PLOT_PNG};
	int rc = make_folder(folder, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats) && !rc; i++)
		rc = write_file(folder, formats[i].file, formats[i].write, o,
				e);
	return rc ? rc : plot_draw_table(&plot, &job, e);
}

/* The exit status; errors are printed. */
static int show(const struct options *o, struct store *s)
{
	struct trend t;
	struct trend_output out = {&t, o->all};
	struct err e = {0};
	int rc = trend_make(s, &o->trend, &t, &e);
	int status = rc ? cmd_open_status(rc) : EXIT_OK;

	if (!rc) {
		trend_suspects(&t);
		formats[o->format].write(&out, stdout);
	}
	if (!rc && o->folder) {
		rc = cmd_trend_write(&out, o->folder, &e);
		status = rc == -ENOTSUP ? EXIT_UNSUPPORTED
			 : rc		? EXIT_RUN_FAILED
					: EXIT_OK;
	}
	if (rc)
		err_print(&e);
	trend_release(&t);
	return status;
}

int cmd_trend(int argc, char **argv)
{
	struct store *s = NULL;
	struct options o;
	struct err e = {0};
	bool done;
	int rc, status;

	if (argc > 1 && !strcmp(argv[1], "ack")) {
		argv[1] = argv[0];
		if (!args_wants_help(argc, argv))
			return cmd_trend_ack(argc - 1, argv + 1);
		usage();
		return EXIT_OK;
	}
	status = parse(argc, argv, &o, &done);
	if (status || done)
		return status;
	rc = store_open_readonly(&s, cmd_results_path(o.results), &e);
	if (rc) {
		err_print(&e);
		return cmd_open_status(rc);
	}
	status = show(&o, s);
	store_close(s);
	return status;
}
