/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of options/ share: naming the member a row fills. */
#ifndef OPTIONS_ROWS_H
#define OPTIONS_ROWS_H

#include "options/table.h"

#define RUN_MEMBER(m)                                                  \
	.scope = OPTION_RUN, .offset = offsetof(struct params_run, m), \
	.size = sizeof(((struct params_run *)0)->m)
#define TRIAL_MEMBER(m)                                              \
	.scope = OPTION_TRIAL, .offset = offsetof(struct params, m), \
	.size = sizeof(((struct params *)0)->m)

/* The longest text that fits a char array. */
#define TEXT_MAX(type, m) .max = sizeof(((type *)0)->m) - 1

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)
#define TIB (GIB * 1024)
#define MS  UINT64_C(1000000)

#define OPTIONS(name, title) extern const struct option_row options_##name[];
#include "options/groups.def"
#undef OPTIONS

#endif
