/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": the known name nearest to one that was typed. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

/*
 * suggest_distance() - edits between @a and @b: insert, delete, replace one
 * character, or swap two neighbours (optimal string alignment, the restricted
 * Damerau-Levenshtein distance). Names beyond 63 characters count as far.
 */
unsigned suggest_distance(const char *a, const char *b);

/* The name of item @i of a list, or NULL past its end. */
typedef const char *suggest_list(const void *arg, size_t i);

/*
 * suggest_nearest() - the item of @list nearest to @typed, or NULL if none is
 * near enough to be meant: at most a third of the longer name's length in
 * edits (at least one), or a name of which @typed is the beginning or the part
 * after the last dot. Upper and lower case are the same.
 */
const char *suggest_nearest(const char *typed, suggest_list *list,
			    const void *arg);

#endif
