/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench plot`: the pictures of a run, with their data and scripts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "base/err.h"
#include "pictures/draw.h"
#include "figures/data.h"
#include "base/printable.h"
#include "store/results.h"

struct options {
	const char *run, *results, *folder, *only;
	unsigned format;
};

static const char *plot_name(size_t i)
{
	return plots[i].name;
}

static const struct {
	const char *name;
	unsigned formats;
} formats[] = {{"svg", PLOT_SVG},
	       {"png", PLOT_PNG},
	       {"svg,png", PLOT_SVG | PLOT_PNG},
	       {"png,svg", PLOT_SVG | PLOT_PNG},
	       {NULL, 0}};

static const char *format_name(size_t i)
{
	return formats[i].name;
}

static void made(void *arg, const char *path)
{
	char shown[4096];

	/* A script gets the path as it is. */
	puts(isatty(STDOUT_FILENO) ? printable_copy(shown, sizeof(shown), path)
				   : path);
}

static int run(int argc, char **argv)
{
	struct options o = {0};
	struct store *s = NULL;
	struct err e = {0};
	struct plot_job job;
	char dir[64];
	int64_t run;
	int rc;

	if (args_parse(&cmd_plot, argc, argv, &o))
		return EXIT_USAGE;
	rc = store_open_readonly(&s, cmd_results_path(o.results), &e);
	if (!rc)
		rc = store_run_find(s, o.run, &run, &e);
	if (!rc) {
		snprintf(dir, sizeof(dir), "plots-%lld", (long long)run);
		job = (struct plot_job){.dir = o.folder ? o.folder : dir,
					.only = o.only,
					.formats = formats[o.format].formats,
					.made = made};
		rc = plot_draw_run(s, run, &job, &e);
	}
	if (rc)
		err_print(&e);
	store_close(s);
	return err_status(rc);
}

static void names(FILE *out)
{
	fputs("\nPlots; one for which the run has no data is left out:\n", out);
	for (const struct plot *p = plots; p->name; p++)
		command_help_item(out, 12, p->name, p->help);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_MAY_NAME(O, run, "RUN", "latest"),
	ROW_RESULTS(O, results),
	ROW_OUT(O, folder, "where the files go; default plots-RUN"),
	ROW_TEXT(O, only, "only", "NAME", "one plot", .choices = plot_name),
	ROW_CHOICE(O, format, "format", "LIST", format_name, "svg,png", ""),
	{0}};

const struct command cmd_plot = {
	.name = "plot",
	.help = "draw a run: pictures with their tables and scripts",
	.about = "Draws the plots of a run: NAME.svg and NAME.png, and beside "
		 "them the table NAME.dat and the script NAME.gp they were "
		 "made from; `gnuplot NAME.gp` there draws a plot again. RUN "
		 "is an id, a name or latest (the default). The path of each "
		 "picture goes to standard output.",
	.rows = rows,
	.more = names,
	.after = "Exit status: 0 drawn; 1 gnuplot failed or a file could not "
		 "be written; 2 command line or results file; 4 there is no "
		 "gnuplot (tables and scripts are written).",
	.run = run,
};
