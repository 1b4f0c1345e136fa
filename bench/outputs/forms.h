/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms in which a judgement is written: one a file, and a picture. */
#ifndef OUTPUTS_FORMS_H
#define OUTPUTS_FORMS_H

#include "pictures/draw.h"

/* A judgement that can be written in several forms. */
struct forms {
	const char *const *file; /* names, ended by NULL */
	void (*write)(const void *judgement, size_t form, FILE *out);
	const char *picture; /* its name */
	/* What it is drawn from, see struct plot_table; NULL: no picture. */
	int (*table)(const void *judgement, FILE *out, char why[256]);
};

/*
 * forms_write() - all forms of @judgement and the picture into @folder, which
 * is made. -ENOTSUP: no gnuplot; all else is there. Else 0, or the error of the
 * file system or of gnuplot.
 */
int forms_write(const struct forms *f, const void *judgement,
		const char *folder, struct err *e);

#endif
