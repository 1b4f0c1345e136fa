/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run on one screen: designs by headlines. */
#ifndef OUTPUTS_SCREEN_H
#define OUTPUTS_SCREEN_H

#include <stdint.h>
#include <stdio.h>

#include "store/results.h"

/* Lines, of PAGE_WIDTH columns: what a terminal shows without scrolling. */
enum { SCREEN_LINES = 30 };

/*
 * Prints @run of @s: what was asked, a matrix of designs by headlines as ratios
 * to the reference, what could not be told, and where the rest is. @pictures: a
 * folder, or NULL. No more than SCREEN_LINES lines: designs that do not fit are
 * counted. Coloured where @out may be. 0, or the store's error.
 */
int screen_print(struct store *s, int64_t run, const char *pictures, FILE *out,
		 struct err *e);

#endif
