/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the twin showed in past runs: the same design, twice in a draw. */
#ifndef STORE_TWINS_H
#define STORE_TWINS_H

#include "store/results.h"

/* Draws of one cell beyond these say nothing new. */
enum { STORE_TWIN_DRAWS = 256 };

struct store_twin {
	size_t group; /* the same for a run, cell and metric; neighbours */
	unsigned threads, mappers;
	double ratio; /* of the twin's value to the reference's, above 0 */
};

struct store_twins {
	struct store_twin *twin;
	size_t n;
};

/*
 * store_twins_load() - of all runs of its host before @run, timed figures only.
 * 0 or the database's error.
 */
int store_twins_load(struct store *s, int64_t run, struct store_twins *out,
		     struct err *e);
void store_twins_release(struct store_twins *t);

#endif
