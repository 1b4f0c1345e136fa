/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms in which a judgement is written: one a file, and a picture. */
#include "outputs/forms.h"

#include <limits.h>

#include "outputs/file.h"
#include "pictures/pictured.h"

static const struct {
	const char *name, *extension;
} forms[] = {[FORM_TEXT] = {"text", "txt"},
	     [FORM_JSON] = {"json", "json"},
	     [FORM_MARKDOWN] = {"markdown", "md"},
	     [FORM_JUNIT] = {"junit", "xml"}};

const char *form_name(size_t i)
{
	return i < FORM_JUNIT ? forms[i].name : NULL;
}

const char *form_name_junit(size_t i)
{
	return i <= FORM_JUNIT ? forms[i].name : NULL;
}

void forms_print(const struct forms *f, const void *judgement, enum form form,
		 FILE *out)
{
	struct document d = {0};

	if (form == FORM_JSON) {
		f->json(judgement, out);
		return;
	}
	if (form == FORM_JUNIT) {
		f->junit(judgement, out);
		return;
	}
	f->head(judgement, &d);
	f->body(judgement, false, &d);
	if (form == FORM_MARKDOWN)
		document_markdown(&d, out);
	else
		document_text(&d, out);
	doc_release(&d);
}

int page_write(const struct document *d, const char *path, struct err *e)
{
	struct whole_file file;
	int rc = whole_file_open(&file, path, e);

	if (rc)
		return rc;
	document_html(d, file.out);
	return whole_file_close(&file, 0, e);
}

int forms_page(const struct forms *f, const void *judgement, struct document *d,
	       struct err *e)
{
	const struct plot_table picture = {f->picture, f->table, judgement};
	int rc;

	f->head(judgement, d);
	rc = plot_table_document(&picture, f->shows, d, e);
	if (rc)
		return rc;
	f->body(judgement, true, d);
	doc_heading(d, 2, "Where it comes from");
	f->origin(judgement, d);
	return 0;
}

int forms_append(const struct forms *f, const void *judgement,
		 struct document *d, struct err *e)
{
	struct document page = {0};
	int rc = forms_page(f, judgement, &page, e);

	doc_append(d, &page, f->name);
	return rc;
}

void forms_again(const char *command, struct document *d)
{
	if (!*command)
		return;
	doc_text(d, 0, 4, "The same again:");
	doc_code(d, NULL, command);
}

static int page(const struct forms *f, const void *judgement, const char *path,
		struct err *e)
{
	struct document d = {0};
	int rc = forms_page(f, judgement, &d, e);

	if (!rc)
		rc = page_write(&d, path, e);
	doc_release(&d);
	return rc;
}

static int write_folder(const struct forms *f, const void *judgement,
			const char *folder, struct err *e)
{
	struct plot_table picture = {f->picture, f->table, judgement};
	struct plot_job job = {.dir = folder, .formats = PLOT_SVG | PLOT_PNG};
	unsigned last = f->junit ? FORM_JUNIT : FORM_MARKDOWN;
	char name[PATH_MAX];
	int rc = make_folder(folder, e);

	for (unsigned i = 0; !rc && i <= last; i++) {
		struct whole_file file;

		snprintf(name, sizeof(name), "%s.%s", f->name,
			 forms[i].extension);
		rc = whole_file_in(&file, folder, name, e);
		if (rc)
			break;
		forms_print(f, judgement, i, file.out);
		rc = whole_file_close(&file, 0, e);
	}
	snprintf(name, sizeof(name), "%s/%s.html", folder, f->name);
	if (!rc)
		rc = page(f, judgement, name, e);
	return rc ? rc : plot_draw_table(&picture, &job, e);
}

int forms_write(const struct forms *f, const void *judgement,
		const struct forms_wanted *w, struct err *e)
{
	int rc = 0;

	if (w->html)
		rc = page(f, judgement, w->html, e);
	/* It may have taken an hour: it is said where no page can be. */
	if (!w->html || rc)
		forms_print(f, judgement, w->form, stdout);
	return rc || !w->folder ? rc : write_folder(f, judgement, w->folder, e);
}
