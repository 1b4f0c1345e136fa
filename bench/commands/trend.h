/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of `vtdbench trend`, also for commands that show a trend in passing. */
#ifndef COMMANDS_TREND_H
#define COMMANDS_TREND_H

#include "views/trend.h"

/*
 * Writes trend.txt, trend.md, trend.json and the plot `trend` into @folder,
 * which is made if it is missing (one level). -ENOTSUP: no gnuplot; all else
 * is there. Else the error of the file system or of gnuplot.
 */
int cmd_trend_write(const struct trend_output *o, const char *folder,
		    struct err *e);

/* `vtdbench trend ack …`; @argv begins as that of another command does. */
int cmd_trend_ack(int argc, char **argv);

/* --threshold: a percentage in [0, 100), as a share; false: none, said. */
bool cmd_trend_percent(const char *arg, double *share);

#endif
