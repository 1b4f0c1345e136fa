/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plots drawn into a folder that is read back, for a document. */
#include "figures/pictured.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/slurp.h"
#include "figures/data.h"
#include "figures/draw.h"
#include "figures/table_file.h"

/* @dir/NAME.EXTENSION, which the caller frees; NULL: it is not there. */
static char *content(const char *dir, const char *name, const char *extension)
{
	char path[PATH_MAX];
	struct err e = {0};
	struct slurp s;

	snprintf(path, sizeof(path), "%.3000s/%s.%s", dir, name, extension);
	if (access(path, R_OK) || slurp_file(&s, path, &e))
		return NULL;
	return s.data;
}

static void add(const char *dir, const char *name, struct document *d)
{
	char *table = content(dir, name, "dat"), *title, *note, *of;

	if (!table)
		return;
	of = plot_file_meta(table, "subtitle");
	title = plot_file_meta(table, "title");
	note = plot_file_meta(table, "note");
	doc_heading(d, 3, "%s", title);
	doc_text(d, 0, 4, "%s", note);
	doc_figure(d, name, title, content(dir, name, "svg"));
	doc_text(d, 0, 4, "%s", of)->kind = DOC_NOTE;
	doc_fold(d, "Data of this figure");
	plot_file_tables(table, name, d);
	doc_fold_end(d);
	free(table);
	free(title);
	free(note);
	free(of);
}

int plot_document(struct store *s, int64_t run, struct document *d,
		  struct err *e)
{
	const char *tmp = getenv("TMPDIR");
	char dir[PATH_MAX];
	const struct plot_job job = {
		.dir = dir, .formats = PLOT_SVG, .page = true};
	int rc;

	snprintf(dir, sizeof(dir), "%.3000s/vtdbench-XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(dir)) {
		err_set(e, -errno, "%s: %s", dir, strerror(errno));
		return err_remedy(e, "set TMPDIR to a folder that can be "
				     "written");
	}
	rc = plot_draw_run(s, run, &job, e);
	if (rc == -ENOTSUP)
		doc_alert(d, "There was no gnuplot where this was written: "
			     "pictures are left out, their data is here.");
	for (const struct plot *p = plots; (!rc || rc == -ENOTSUP) && p->name;
	     p++)
		add(dir, p->name, d);
	folder_remove(dir);
	return rc == -ENOTSUP ? 0 : rc;
}
