/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables, scripts and pictures of a run's plots, in one folder. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/datadir.h"
#include "pictures/draw.h"
#include "pictures/gnuplot.h"
#include "pictures/own.h"
#include "figures/data.h"
#include "machine/latency.h"

typedef char file_path[PATH_MAX];

static int join(file_path to, const char *dir, const char *prefix,
		const char *name, const char *suffix, struct err *e)
{
	if (snprintf(to, PATH_MAX, "%s/%s%s%s", dir, prefix, name, suffix) <
	    PATH_MAX)
		return 0;
	return err_set(e, -ENAMETOOLONG, "%.200s...: path too long", dir);
}

/* Where the program's are, or in the working directory. */
static int find_scripts(file_path dir, struct err *e)
{
	if (datadir_find("plots/common.gp", dir)) {
		*strrchr(dir, '/') = '\0';
		return 0;
	}
	strcpy(dir, "plots");
	if (!access("plots/common.gp", R_OK))
		return 0;
	err_set(e, -ENOENT,
		"no plots/common.gp: not beside the program, nor "
		"where it was to be installed");
	return err_remedy(e, "set VTDBENCH_DATADIR to the folder that holds "
			     "vtdbench's plots/");
}

static int file_error(struct err *e, const char *doing, const char *path)
{
	int code = errno ? -errno : -EIO;

	err_set(e, code, "cannot %s %.300s: %s", doing, path, strerror(-code));
	return err_remedy(e, "--out names another folder");
}

/* A file being written: under another name until it is whole. */
struct out_file {
	FILE *f;
	file_path path, temporary;
};

static int out_open(struct out_file *o, const char *dir, const char *name,
		    const char *suffix, struct err *e)
{
	char unfinished[16];
	int rc = join(o->path, dir, "", name, suffix, e);

	snprintf(unfinished, sizeof(unfinished), "%s.tmp", suffix);
	if (!rc)
		rc = join(o->temporary, dir, ".", name, unfinished, e);
	if (rc)
		return rc;
	o->f = fopen(o->temporary, "w");
	return o->f ? 0 : file_error(e, "write", o->path);
}

/* With @keep it gets its name; else it goes. */
static int out_close(struct out_file *o, bool keep, struct err *e)
{
	bool bad = ferror(o->f) != 0;

	errno = 0;
	bad = fclose(o->f) != 0 || bad;
	if (!bad && keep && !rename(o->temporary, o->path))
		return 0;
	if (keep)
		file_error(e, "write", o->path);
	unlink(o->temporary);
	return keep ? e->code : 0;
}

static bool same_folder(const char *a, const char *b)
{
	struct stat sa, sb;

	return !stat(a, &sa) && !stat(b, &sb) && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

static int copy_script(const char *from_dir, const char *dir, const char *name,
		       struct err *e)
{
	struct out_file o;
	file_path from;
	char buf[4096];
	size_t n;
	FILE *in;
	int rc = join(from, from_dir, "", name, ".gp", e);

	if (rc || same_folder(from_dir, dir))
		return rc;
	in = fopen(from, "r");
	if (!in)
		return file_error(e, "read", from);
	rc = out_open(&o, dir, name, ".gp", e);
	if (!rc) {
		while ((n = fread(buf, 1, sizeof(buf), in)))
			fwrite(buf, 1, n, o.f);
		rc = ferror(in) ? file_error(e, "read", from) : 0;
		if (out_close(&o, !rc, e))
			rc = e->code;
	}
	fclose(in);
	return rc;
}

/* 1: written; 0: no data, said in a note. */
static int write_table(const struct plot_table *t, const struct plot_job *job,
		       struct err *e)
{
	char why[PLOT_TEXT] = "";
	struct out_file o;
	int rc = out_open(&o, job->dir, t->name, ".dat", e);

	if (rc)
		return rc;
	rc = t->write(t->arg, o.f, why);
	if (rc < 0)
		err_set(e, rc, "plot %s: %s", t->name, strerror(-rc));
	if (out_close(&o, rc == 1, e))
		return e->code;
	if (rc == 0 && !job->page)
		err_note("plot %s left out: %s", t->name, why);
	return rc;
}

const char *plot_format_name(size_t bit)
{
	static const char *const names[] = {"svg", "png", "pdf", NULL};

	return names[bit];
}

/* @from: the folder that the script came from. */
static int draw(const struct plot_job *job, const char *name, const char *from,
		const char *format, struct err *e)
{
	file_path path, temporary;
	char suffix[16];
	int rc;

	snprintf(suffix, sizeof(suffix), ".%s", format);
	rc = join(path, job->dir, "", name, suffix, e);
	if (!rc)
		rc = join(temporary, job->dir, ".", name, suffix, e);
	if (!rc)
		rc = plot_gnuplot(job->dir, name, from, format, job->page, e);
	if (!rc && rename(temporary, path))
		rc = file_error(e, "write", path);
	if (rc)
		unlink(temporary);
	else if (job->made)
		job->made(job->arg, path);
	return rc;
}

static int make_one(const struct plot_table *t, const char *scripts,
		    const struct plot_job *job, bool *gnuplot, struct err *e)
{
	/* What a user would edit: their own, else what is in the folder. */
	const char *from = scripts == job->own ? job->own : job->dir;
	const char *format;
	int rc = write_table(t, job, e);

	if (rc <= 0)
		return rc;
	rc = copy_script(scripts, job->dir, t->name, e);
	for (unsigned i = 0; !rc && *gnuplot && (format = plot_format_name(i));
	     i++) {
		if (!(job->formats & 1u << i))
			continue;
		rc = draw(job, t->name, from, format, e);
		if (rc == -ENOTSUP) {
			*gnuplot = false; /* go on: tables and scripts */
			rc = 0;
		}
	}
	return rc;
}

/* A plot of a run as a table that can be written. */
struct run_plot {
	const struct plot *plot;
	const struct plotdata *data;
};

static int write_run_plot(const void *arg, FILE *out, char why[PLOT_TEXT])
{
	const struct run_plot *r = arg;

	return r->plot->write(r->data, out, why);
}

static bool is_wanted(const struct plot_job *job, const char *name)
{
	const char *const *only = job->only;

	while (only && *only && strcmp(*only, name))
		only++;
	return !only || *only;
}

/* What a run's pictures are made from, and with. */
struct making {
	const struct plotdata *data;
	const char *scripts; /* the project's */
	const struct plot_job *job;
	struct own_plots own;
	bool gnuplot; /* there is one, as far as is known */
};

/* Plot @name, of @table, which is another where a script of the user's asks
 * for it. */
static int make_plot(struct making *m, const char *name,
		     const struct plot *table, struct err *e)
{
	const struct own_plot *own = own_plots_find(&m->own, name);
	struct run_plot r = {own ? own->table : table, m->data};
	struct plot_table t = {name, write_run_plot, &r};

	if (!is_wanted(m->job, name))
		return 0;
	return make_one(&t, own ? m->job->own : m->scripts, m->job, &m->gnuplot,
			e);
}

/* The project's in their order, then the user's. */
static int make_all(struct making *m, struct err *e)
{
	struct err missing = {0};
	int rc = copy_script(m->scripts, m->job->dir, "common", e);

	m->gnuplot = true;
	for (const struct plot *p = plots; p->name && !rc; p++) {
		rc = make_plot(m, p->name, p, e);
		if (!m->gnuplot && !missing.code)
			missing = *e;
	}
	for (size_t i = 0; i < m->own.n && !rc; i++) {
		if (plot_find(m->own.plot[i].name))
			continue;
		rc = make_plot(m, m->own.plot[i].name, NULL, e);
		if (!m->gnuplot && !missing.code)
			missing = *e;
	}
	if (rc || m->gnuplot)
		return rc;
	*e = missing;
	return e->code;
}

static int check_only(const struct plot_job *job, const struct own_plots *own,
		      struct err *e)
{
	for (const char *const *o = job->only; o && *o; o++)
		if (!plot_find(*o) && !own_plots_find(own, *o))
			return err_set(e, -EINVAL, "no plot '%.60s'", *o);
	return 0;
}

/* Where the scripts are, and a folder for the job. */
static int prepare(const struct plot_job *job, file_path scripts, struct err *e)
{
	int rc = find_scripts(scripts, e);

	if (!rc && folder_make(job->dir, e))
		rc = err_remedy(e, "--out names another folder");
	return rc;
}

int plot_draw_table(const struct plot_table *t, const struct plot_job *job,
		    struct err *e)
{
	bool gnuplot = true;
	file_path scripts;
	int rc = prepare(job, scripts, e);

	if (!rc)
		rc = copy_script(scripts, job->dir, "common", e);
	if (!rc)
		rc = make_one(t, scripts, job, &gnuplot, e);
	return rc || gnuplot ? rc : e->code;
}

/* All that a run's tables are made from, and then the pictures. */
static int draw_run(struct store *s, int64_t run, struct making *m,
		    struct err *e)
{
	struct store_run r = {0};
	struct store_trials trials = {0};
	struct margins margins, shown;
	struct plotdata d = {.run = &r,
			     .trials = &trials,
			     .margins = &margins,
			     .shown = &shown,
			     .asked = m->job->designs};
	json_t *latency;
	int rc = store_run_read(s, run, &r, e);

	if (rc)
		return rc;
	rc = margins_load(&margins, s, run, e);
	if (!rc)
		rc = margins_shown(&shown, s, run, e);
	if (!rc)
		rc = store_trials_load(s, run, STORE_HISTS, &trials, e);
	if (!rc)
		rc = plot_check_asked(&d, e);
	if (!rc) {
		latency = latency_of_machine(store_path(s), r.machine);
		d.latency = latency;
		m->data = &d;
		rc = make_all(m, e);
		json_decref(latency);
	}
	store_trials_release(&trials);
	store_run_release(&r);
	return rc;
}

int plot_draw_run(struct store *s, int64_t run, const struct plot_job *job,
		  struct err *e)
{
	struct making m = {.job = job};
	file_path scripts;
	int rc = own_plots_read(&m.own, job->own, e);

	m.scripts = scripts;
	if (!rc)
		rc = check_only(job, &m.own, e);
	if (!rc)
		rc = prepare(job, scripts, e);
	if (!rc)
		rc = draw_run(s, run, &m, e);
	own_plots_release(&m.own);
	return rc;
}
