/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plots drawn into a folder that is read back, for a document. */
#include "pictures/pictured.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/slurp.h"
#include "figures/data.h"
#include "pictures/draw.h"
#include "pictures/own.h"
#include "pictures/table_file.h"

/*
 * *text: what is in @dir/NAME.EXTENSION, which the caller frees; NULL: it is
 * not there. 0, or the error of reading it.
 */
static int content(char **text, const char *dir, const char *name,
		   const char *extension, struct err *e)
{
	char path[PATH_MAX];
	struct slurp s = {0};
	int rc = 0;

	snprintf(path, sizeof(path), "%.3000s/%s.%s", dir, name, extension);
	if (!access(path, F_OK))
		rc = slurp_file(&s, path, e);
	*text = s.data;
	return rc;
}

/* @heading: NULL: what the plot asks; of @level. */
static int add(const char *dir, const char *name, unsigned level,
	       const char *heading, struct document *d, struct err *e)
{
	char *table, *svg = NULL, *title, *note, *of;
	int rc = content(&table, dir, name, "dat", e);

	if (!rc)
		rc = content(&svg, dir, name, "svg", e);
	if (rc || !table) {
		free(table);
		return rc;
	}
	of = plot_file_meta(table, "subtitle");
	title = plot_file_meta(table, "title");
	note = plot_file_meta(table, "note");
	doc_heading(d, level, "%s", heading ? heading : title);
	doc_text(d, 0, 4, "%s", note);
	doc_figure(d, name, title, svg);
	doc_text(d, 0, 4, "%s", of)->kind = DOC_NOTE;
	doc_fold(d, "Data of this figure");
	plot_file_tables(table, name, d);
	doc_fold_end(d);
	free(table);
	free(title);
	free(note);
	free(of);
	return 0;
}

/* @rc of drawing: what becomes of it. */
static int drawn(int rc, struct document *d)
{
	if (rc != -ENOTSUP)
		return rc;
	doc_alert(d, "There was no gnuplot where this was written: pictures "
		     "are left out, their data is here.");
	return 0;
}

/* The project's in their order, then those of a user's own. */
static int add_all(const char *dir, const struct own_plots *own,
		   struct document *d, struct err *e)
{
	int rc = 0;

	for (const struct plot *p = plots; !rc && p->name; p++) {
		const struct own_plot *o = own_plots_find(own, p->name);

		rc = add(dir, p->name, 3, o ? o->help : NULL, d, e);
	}
	for (size_t i = 0; !rc && i < own->n; i++)
		if (!plot_find(own->plot[i].name))
			rc = add(dir, own->plot[i].name, 3, own->plot[i].help,
				 d, e);
	return rc;
}

int plot_document(struct store *s, int64_t run, const char *scripts,
		  struct document *d, struct err *e)
{
	struct own_plots own;
	char dir[PATH_MAX];
	const struct plot_job job = {
		.dir = dir, .own = scripts, .formats = PLOT_SVG, .page = true};
	int rc = own_plots_read(&own, scripts, e);

	if (!rc)
		rc = folder_temporary(dir, sizeof(dir), e);
	if (!rc) {
		rc = drawn(plot_draw_run(s, run, &job, e), d);
		if (!rc)
			rc = add_all(dir, &own, d, e);
		folder_remove(dir);
	}
	own_plots_release(&own);
	return rc;
}

int plot_table_document(const struct plot_table *t, const char *heading,
			struct document *d, struct err *e)
{
	char dir[PATH_MAX];
	const struct plot_job job = {
		.dir = dir, .formats = PLOT_SVG, .page = true};
	int rc = folder_temporary(dir, sizeof(dir), e);

	if (rc)
		return rc;
	rc = drawn(plot_draw_table(t, &job, e), d);
	if (!rc)
		rc = add(dir, t->name, 2, heading, d, e);
	folder_remove(dir);
	return rc;
}
