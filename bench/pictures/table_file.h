/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table NAME.dat of a plot, read back: for people, not for gnuplot. */
#ifndef PICTURES_TABLE_FILE_H
#define PICTURES_TABLE_FILE_H

#include "document/blocks.h"

/* What its block meta says of @key; "" if nothing. Caller frees. */
char *plot_file_meta(const char *text, const char *key);

/*
 * Appends its blocks as tables that can be saved as NAME-1.csv and so on; what
 * meta calls a group or a panel stands there by that name. Of one that is too
 * long for a page it is said where it is.
 */
void plot_file_tables(const char *text, const char *name, struct document *d);

#endif
