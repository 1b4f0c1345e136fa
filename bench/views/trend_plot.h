/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plot "trend": the series that changed most, night by night. */
#ifndef VIEWS_TREND_PLOT_H
#define VIEWS_TREND_PLOT_H

#include <stdio.h>

/* Its table, of a struct trend; a write function of plot_draw_table(). */
int trend_table(const void *trend, FILE *out, char why[256]);

#endif
