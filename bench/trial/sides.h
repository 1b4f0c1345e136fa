/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A build of the engine to compare: its shared objects, one a link order. */
#ifndef TRIAL_SIDES_H
#define TRIAL_SIDES_H

#include <stdbool.h>

#include "base/child.h"

enum { GATE_ORDERS_MAX = 16 };

struct gate_sides {
	char name[160];	 /* what it is called in a report */
	char commit[64]; /* if it is known; else "" */
	char path[GATE_ORDERS_MAX][512];
	unsigned n;
	char link[512]; /* links them in further orders; "": nothing here can */
	char race[512]; /* the build of kernels/expose.h; "": there is none */
};

/*
 * @what: a shared object of `make sides`, the folder they are in, a folder of
 * a build, a vtdbench program in such a folder, or a git revision, which is
 * then built with today's flags (in the source tree that the current folder
 * is in). NULL: that source tree as it is, or outside
 * of one the builds that lie beside this program. -ENOENT: none of these;
 * -ENOTSUP: the revision cannot be built, why is on stderr.
 */
int gate_sides_find(struct gate_sides *s, const char *what, struct err *e);

/*
 * Links the same objects once more, in the order that belongs to @number, into
 * the file @path (from the root). False: no objects are kept there, or no
 * linker or library for it is here. *stop as child_run().
 */
bool gate_sides_link(const struct gate_sides *s, unsigned number,
		     const char *path, const volatile sig_atomic_t *stop);

/* Those of this program: beside it, or installed with it. False: none. */
bool gate_sides_own(struct gate_sides *s);

#endif
