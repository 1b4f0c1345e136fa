/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The axes of a trial, what varies in its sweep, as one text that the store
 * keeps and people read: "footprint=64M page_size=4K". Pairs come back as they
 * went in: a space in a value is %20 there, a percent sign %25.
 */
#ifndef TRIAL_AXES_H
#define TRIAL_AXES_H

#include <stdbool.h>
#include <stdio.h>

#include "trial/params.h"

/* Room for the axes in texts for people. */
enum { AXES_TEXT = 2048 };

struct axis {
	char key[PARAMS_NAME];
	/* '='. Older files have ':' as well, and '/' between such pairs; and
	 * paths in pieces, of which all but the first have '\0' and a key. */
	char mark;
	char value[PARAMS_PATH];
};

/* Writes a space and a pair. */
void axes_put(FILE *out, const char *key, const char *value);

/* The next pair of *@text, which moves on. False: there is none. */
bool axes_next(const char **text, struct axis *a);

/* walkers, mappers and dumpers have fields of their own. */
bool axes_is_role(const char *key);

/*
 * Key, @mark (0: as in @axes) and value of all but those, @between them.
 * Returns the length of the text, cut to @size.
 */
size_t axes_text(const char *axes, char between, char mark, char *text,
		 size_t size);

#endif
