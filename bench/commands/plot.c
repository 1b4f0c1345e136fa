/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench plot`: the pictures of a run, with their data and scripts. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "commands/open.h"
#include "commands/registry.h"
#include "base/err.h"
#include "figures/draw.h"
#include "figures/data.h"
#include "base/printable.h"
#include "store/results.h"

static void usage(void)
{
	fputs("usage: vtdbench plot [RUN] [OPTION...]\n"
	      "\n"
	      "Draws the plots of a run: NAME.svg and NAME.png, and beside "
	      "them the table\n"
	      "NAME.dat and the script NAME.gp they were made from; `gnuplot "
	      "NAME.gp` there\n"
	      "draws a plot again. RUN is an id, a name or latest (the "
	      "default). The path of\n"
	      "each picture goes to standard output.\n"
	      "\n"
	      "  --results FILE  the results file (VTDBENCH_RESULTS)\n"
	      "  --out FOLDER    where the files go (VTDBENCH_OUT; "
	      "plots-RUN)\n"
	      "  --only NAME     one plot\n"
	      "  --format LIST   svg, png or svg,png (svg,png)\n"
	      "\n"
	      "Plots; one for which the run has no data is left out:\n",
	      stdout);
	for (const struct plot *p = plots; p->name; p++)
		printf("  %-10s %s\n", p->name, p->help);
	fputs("\n"
	      "Exit status: 0 drawn; 1 gnuplot failed or a file could not be "
	      "written; 2 command\n"
	      "line or results file; 4 there is no gnuplot (tables and "
	      "scripts are written).\n",
	      stdout);
}

static unsigned parse_formats(const char *list)
{
	unsigned formats = 0;

	while (*list) {
		size_t n = strcspn(list, ",");

		if (n == 3 && !strncmp(list, "svg", n))
			formats |= PLOT_SVG;
		else if (n == 3 && !strncmp(list, "png", n))
			formats |= PLOT_PNG;
		else
			return 0;
		list += n;
		if (*list == ',' && !*++list)
			return 0;
	}
	return formats;
}

static const char *plot_name(const void *arg, size_t i)
{
	(void)arg;
	return plots[i].name;
}

static const char *format_name(const void *arg, size_t i)
{
	static const char *const names[] = {"svg", "png", "svg,png", NULL};

	(void)arg;
	return names[i];
}

static void made(void *arg, const char *path)
{
	char shown[4096];

	(void)arg;
	/* A script gets the path as it is. */
	puts(isatty(STDOUT_FILENO) ? printable_copy(shown, sizeof(shown), path)
				   : path);
}

static int plot_run(const char *results, const char *which,
		    struct plot_job *job)
{
	struct store *s = NULL;
	struct err e = {0};
	char dir[64];
	int64_t run;
	int status, rc = store_open_readonly(&s, results, &e);

	if (!rc)
		rc = store_run_find(s, which, &run, &e);
	status = rc ? cmd_open_status(rc) : EXIT_OK;
	if (!rc) {
		snprintf(dir, sizeof(dir), "plots-%lld", (long long)run);
		job->dir = job->dir ? job->dir : dir;
		rc = plot_draw_run(s, run, job, &e);
		if (rc)
			status = rc == -ENOTSUP	 ? EXIT_UNSUPPORTED
				 : rc == -ENOENT ? EXIT_USAGE
						 : EXIT_RUN_FAILED;
	}
	if (rc)
		err_print(&e);
	store_close(s);
	return status;
}

int cmd_plot(int argc, char **argv)
{
	static const struct option options[] = {
		{"results", required_argument, NULL, 'r'},
		{"out", required_argument, NULL, 'o'},
		{"only", required_argument, NULL, 'n'},
		{"format", required_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	const char *results = NULL, *twin = getenv("VTDBENCH_OUT");
	struct plot_job job = {.dir = twin && *twin ? twin : NULL,
			       .formats = PLOT_SVG | PLOT_PNG,
			       .made = made};
	int c;

	while ((c = args_next(argc, argv, "h", options)) != -1)
		switch (c) {
		case 'r':
			results = optarg;
			break;
		case 'o':
			job.dir = optarg;
			break;
		case 'n':
			job.only = optarg;
			if (!plot_find(optarg))
				return args_unknown(argv[0], optarg, plot_name,
						    NULL, "no plot '%s'",
						    optarg);
			break;
		case 'f':
			job.formats = parse_formats(optarg);
			if (!job.formats)
				return args_unknown(argv[0], optarg,
						    format_name, NULL,
						    "--format '%s': expected "
						    "svg, png or svg,png",
						    optarg);
			break;
		case 'h':
			usage();
			return EXIT_OK;
		default:
			return EXIT_USAGE;
		}
	if (argc - optind > 1)
		return args_error(argv[0], "one run at a time");
	return plot_run(cmd_results_path(results),
			optind < argc ? argv[optind] : "latest", &job);
}
