/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms in which a judgement is written: one a file, and a picture. */
#include "outputs/forms.h"

#include "outputs/file.h"

int forms_write(const struct forms *f, const void *judgement,
		const char *folder, struct err *e)
{
	struct plot_table picture = {f->picture, f->table, judgement};
	struct plot_job job = {.dir = folder, .formats = PLOT_SVG | PLOT_PNG};
	int rc = make_folder(folder, e);

	for (size_t i = 0; !rc && f->file[i]; i++) {
		struct whole_file file;

		rc = whole_file_in(&file, folder, f->file[i], e);
		if (rc)
			break;
		f->write(judgement, i, file.out);
		rc = whole_file_close(&file, 0, e);
	}
	return rc || !f->table ? rc : plot_draw_table(&picture, &job, e);
}
