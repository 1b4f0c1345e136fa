/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench plot`: the pictures of runs, with their data and scripts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "base/err.h"
#include "base/folder.h"
#include "base/must.h"
#include "base/printable.h"
#include "base/slurp.h"
#include "base/suggest.h"
#include "base/text.h"
#include "outputs/file.h"
#include "pictures/draw.h"
#include "pictures/own.h"
#include "figures/data.h"
#include "store/results.h"

struct options {
	struct option_texts names; /* of plots and of runs */
	const char *results, *out, *only, *own, *designs;
	unsigned format;
};

/* What was asked for. */
struct request {
	const char **plot; /* NULL behind them */
	size_t nplots;
	const char **run;
	size_t nruns;
	const char *file; /* that the picture goes to; NULL: to folders */
	unsigned formats;
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
	       {"pdf", PLOT_PDF},
	       {"svg,png", PLOT_SVG | PLOT_PNG},
	       {"png,svg", PLOT_SVG | PLOT_PNG},
	       {"svg,png,pdf", PLOT_SVG | PLOT_PNG | PLOT_PDF},
	       {NULL, 0}};

static const char *format_name(size_t i)
{
	return formats[i].name;
}

/* Pictures that end in ".svg" and so on; 0: none do. */
static unsigned format_of(const char *ending)
{
	const char *name;

	for (size_t bit = 0; (name = plot_format_name(bit)); bit++)
		if (!strcmp(ending, name))
			return 1u << bit;
	return 0;
}

/* Behind the last dot of the last part of @path; NULL: there is none. */
static const char *ending_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return dot && dot > name && dot[1] ? dot + 1 : NULL;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/*
 * Whether --out names a file: nothing that is a folder, and a picture by its
 * ending, or any ending where plots are named. 0, or the exit status of a
 * mistake.
 */
static int read_out(const struct options *o, struct request *r)
{
	const char *ending = o->out ? ending_of(o->out) : NULL;

	r->formats = formats[o->format].formats;
	if (!ending || is_folder(o->out) || (!format_of(ending) && !r->nplots))
		return 0;
	if (!format_of(ending))
		return args_error(&cmd_plot,
				  "%s: no picture ends in .%s; there are .svg, "
				  ".png and .pdf",
				  o->out, ending);
	if (!r->nplots)
		return args_error(&cmd_plot,
				  "%s: which plot? Name it, or give a folder "
				  "for all",
				  o->out);
	r->file = o->out;
	r->formats = format_of(ending);
	return 0;
}

/* What is no plot is a run. */
static int read_names(const struct options *o, const struct own_plots *own,
		      struct request *r)
{
	r->plot = must_calloc(o->names.n + 2, sizeof(*r->plot));
	r->run = must_calloc(o->names.n + 1, sizeof(*r->run));
	if (o->only)
		r->plot[r->nplots++] = o->only;
	for (size_t i = 0; i < o->names.n; i++) {
		const char *name = o->names.text[i];

		if (plot_find(name) || own_plots_find(own, name))
			r->plot[r->nplots++] = name;
		else
			r->run[r->nruns++] = name;
	}
	if (!r->nruns)
		r->run[r->nruns++] = "latest";
	return read_out(o, r);
}

static const char *plot_at(const void *arg, size_t i)
{
	return plots[i].name;
}

/* A name that is nearly that of a plot was hardly meant as a run's. */
static int find_run(struct store *s, const char *name, int64_t *id,
		    struct err *e)
{
	int rc = store_run_find(s, name, id, e);
	const char *near = rc == -ENOENT ? suggest_nearest(name, plot_at, NULL)
					 : NULL;

	return near ? err_remedy(e, "did you mean '%s'?", near) : rc;
}

static void made(void *arg, const char *path)
{
	char shown[4096];

	/* A script gets the path as it is. */
	puts(isatty(STDOUT_FILENO) ? printable_copy(shown, sizeof(shown), path)
				   : path);
}

/* Where one picture of several goes: "out.svg" is "out-law-3.svg" then. */
struct to_file {
	const struct request *r;
	int64_t run;
	unsigned made;
	struct err *e;
};

static void file_name(const struct to_file *to, const char *picture, char *path,
		      size_t size)
{
	const char *dot = ending_of(to->r->file) - 1;
	const char *name = strrchr(picture, '/') + 1;

	snprintf(path, size, "%.*s", (int)(dot - to->r->file), to->r->file);
	if (to->r->nplots > 1)
		text_add(path, size, "-%.*s", (int)strcspn(name, "."), name);
	if (to->r->nruns > 1)
		text_add(path, size, "-%lld", (long long)to->run);
	text_add(path, size, "%s", dot);
}

/* Out of the folder that it was drawn in, whole or not at all. */
static void move(void *arg, const char *picture)
{
	struct to_file *to = arg;
	struct whole_file file;
	struct slurp s = {0};
	char path[4096];
	int rc = to->e->code;

	file_name(to, picture, path, sizeof(path));
	if (!rc)
		rc = slurp_file(&s, picture, to->e);
	if (!rc)
		rc = whole_file_open(&file, path, to->e);
	if (!rc) {
		fwrite(s.data, 1, s.bytes, file.out);
		rc = whole_file_close(&file, 0, to->e);
	}
	slurp_release(&s);
	if (rc)
		return;
	to->made++;
	made(NULL, path);
}

/* The plots that are named, to a file; all else that is made goes. */
static int draw_to_file(struct store *s, int64_t run, const struct request *r,
			struct plot_job *job, struct err *e)
{
	struct err moving = {0};
	struct to_file to = {r, run, 0, &moving};
	char dir[4096];
	int rc = folder_temporary(dir, sizeof(dir), e);

	if (rc)
		return rc;
	job->dir = dir;
	job->made = move;
	job->arg = &to;
	rc = plot_draw_run(s, run, job, e);
	folder_remove(dir);
	if (rc == -ENOTSUP) {
		err_set(e, rc, "gnuplot is not installed: %s was not drawn",
			r->file);
		return err_remedy(e, "apt install gnuplot-nox");
	}
	if (!rc && moving.code) {
		*e = moving;
		rc = e->code;
	}
	/* Why was said; nobody asked for a part. */
	if (!rc && to.made < r->nplots)
		rc = err_set(
			e, -ENODATA,
			"%s: run %lld has no data for what was to be drawn",
			r->file, (long long)run);
	return rc;
}

static int draw_run(struct store *s, int64_t run, const struct options *o,
		    const struct request *r, struct err *e)
{
	struct plot_job job = {.only = r->nplots ? r->plot : NULL,
			       .own = o->own,
			       .designs = o->designs,
			       .formats = r->formats,
			       .made = made};
	char dir[4096];

	if (r->file)
		return draw_to_file(s, run, r, &job, e);
	if (!o->out)
		snprintf(dir, sizeof(dir), "plots-%lld", (long long)run);
	else if (r->nruns > 1)
		snprintf(dir, sizeof(dir), "%.4000s/%lld", o->out,
			 (long long)run);
	job.dir = o->out && r->nruns == 1 ? o->out : dir;
	return plot_draw_run(s, run, &job, e);
}

static int draw_all(const struct options *o, const struct request *r,
		    struct err *e)
{
	int64_t *run = must_calloc(r->nruns, sizeof(*run));
	struct store *s = NULL;
	int rc = store_open_readonly(&s, cmd_results_path(o->results), e);

	for (size_t i = 0; !rc && i < r->nruns; i++)
		rc = find_run(s, r->run[i], &run[i], e);
	for (size_t i = 0; !rc && i < r->nruns; i++)
		rc = draw_run(s, run[i], o, r, e);
	store_close(s);
	free(run);
	return rc;
}

static int run(int argc, char **argv)
{
	struct own_plots own = {0};
	struct request r = {0};
	struct options o = {0};
	struct err e = {0};
	int rc, status = EXIT_OK;

	if (args_parse(&cmd_plot, argc, argv, &o))
		return EXIT_USAGE;
	rc = own_plots_read(&own, o.own, &e);
	if (!rc)
		status = read_names(&o, &own, &r);
	if (!rc && !status)
		rc = draw_all(&o, &r, &e);
	if (rc) {
		err_print(&e);
		status = err_status(rc);
	}
	own_plots_release(&own);
	free(r.plot);
	free(r.run);
	return status;
}

static void names(FILE *out)
{
	fputs("\nPlots; one for which the run has no data is left out:\n", out);
	for (const struct plot *p = plots; p->name; p++)
		command_help_item(out, 12, p->name, p->help);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_OPERANDS(O, names, "PLOT or RUN", 0),
	ROW_RESULTS(O, results),
	ROW_TEXT(O, out, "out", "PATH",
		 "a folder, or the file of a plot that is named, which ends in "
		 ".svg, .png or .pdf; default: folder plots-RUN",
		 .flags = OPTION_TWIN, .letter = 'o'),
	ROW_TEXT(O, only, "only", "NAME", "one plot, as if it were named",
		 .choices = plot_name),
	ROW_CHOICE(O, format, "format", "LIST", format_name, "svg,png",
		   "of the pictures in a folder"),
	ROW_TEXT(O, designs, "designs", "LIST",
		 "draw these and the reference: names apart by commas, or all; "
		 "default: the reference and the next six, as registered"),
	ROW_SCRIPTS(O, own, ""),
	{0}};

const struct command cmd_plot = {
	.name = "plot",
	.help = "draw runs: pictures with their tables and scripts",
	.usage = "[PLOT]... [RUN]... [OPTION...]",
	.about = "Draws the plots of a run, all or those that are named: "
		 "NAME.svg and NAME.png in a folder, and beside them the table "
		 "NAME.dat and the script NAME.gp they were made from; "
		 "`gnuplot NAME.gp` there draws a plot again. RUN is an id, a "
		 "name or latest (the default); of several runs each has a "
		 "folder. With --out FILE.svg (or .png, .pdf) the plot that is "
		 "named goes to that file alone; of several plots or runs each "
		 "has its name or number before the ending. What is called as "
		 "a plot is one, not a run. The path of each picture goes to "
		 "standard output.",
	.rows = rows,
	.more = names,
	.after = "Exit status: 0 drawn; 1 gnuplot failed or a file could not "
		 "be written; 2 command line or results file, or no data for "
		 "a --out FILE; 4 there is no gnuplot (into a folder, tables "
		 "and scripts are written).",
	.run = run,
};
