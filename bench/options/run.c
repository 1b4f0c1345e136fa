/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that hold for the run as a whole. */
#include "options/rows.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* The name is part of file names. */
static int check_name(const char *text, struct err *e)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			return err_set(e, -EINVAL,
				       "'%c' is not allowed; letters, digits, "
				       "'.', '_' and '-' are",
				       *c);
	return 0;
}

/* Of one class of cells. */
#define PRECISION(class, of, usual)                                           \
	{                                                                     \
		.key = "precision." #class, .type = OPTION_PERCENT,           \
		RUN_MEMBER(precision.class), .high = 50, .initial = "0",      \
		.help = "Half-width of a ratio's interval, of cells with " of \
			", down to which they are drawn. 0: not asked for; "  \
			"with a "                                             \
			"budget " usual " %"                                  \
	}

#define MARGIN(class, of, usual)                                             \
	{                                                                    \
		.key = "margin." #class, .type = OPTION_PERCENT,             \
		RUN_MEMBER(margin.class), .low = 0.01, .high = 50,           \
		.initial = usual,                                            \
		.help = "Ratios of cells with " of " are told apart beyond " \
			"it and the same within it; earlier twins may "      \
			"raise it"                                           \
	}

const struct option_row options_run[] = {
	{.key = "name",
	 .type = OPTION_STRING,
	 RUN_MEMBER(name),
	 .min = 1,
	 TEXT_MAX(struct params_run, name),
	 .initial = "run",
	 .check = check_name,
	 .help = "Name of the run, part of file names"},
	{.key = "title",
	 .type = OPTION_STRING,
	 RUN_MEMBER(title),
	 TEXT_MAX(struct params_run, title),
	 .initial = "",
	 .help = "One line for plots and reports"},
	{.key = "seed",
	 .type = OPTION_INT,
	 RUN_MEMBER(seed),
	 .max = UINT64_MAX,
	 .initial = "1",
	 .help = "Decides streams and order: same seed, same operations"},
	{.key = "repetitions",
	 .type = OPTION_INT,
	 RUN_MEMBER(repetitions),
	 .min = 1,
	 .max = 1000,
	 .initial = "6",
	 .help = "Draws: how often each cell is measured, each time by a "
		 "process of its own. Intervals of 95 % need six. The least "
		 "with precision or budget"},
	{.key = "repetitions_max",
	 .type = OPTION_INT,
	 RUN_MEMBER(repetitions_max),
	 .min = 1,
	 .max = 1000,
	 .initial = "80",
	 .help = "Most draws of a cell, with precision or budget"},
	MARGIN(walk, "one walker", "1%"),
	MARGIN(update, "one mapper", "3%"),
	MARGIN(contended, "several threads", "10%"),
	PRECISION(walk, "one walker", "1"),
	PRECISION(update, "one mapper", "3"),
	PRECISION(contended, "several threads", "10"),
	{.key = "decide",
	 .type = OPTION_BOOL,
	 RUN_MEMBER(decide),
	 .initial = "false",
	 .help = "Draw cells until each ratio is told apart or the same, by "
		 "the margin, instead of until its interval is narrow"},
	{.key = "budget",
	 .type = OPTION_DURATION,
	 RUN_MEMBER(budget_ns),
	 .max = 7 * 24 * 3600 * 1000 * MS,
	 .initial = "0",
	 .help = "Time for all draws of the run, however often it is resumed: "
		 "until then cells are drawn where it helps most. 0: no limit"},
	{.key = "retries",
	 .type = OPTION_INT,
	 RUN_MEMBER(retries),
	 .max = 100,
	 .initial = "3",
	 .help = "How often more a batch may be tried in which a thread lost "
		 "its CPU, within three times the time planned"},
	{.key = "topology",
	 .type = OPTION_STRING,
	 RUN_MEMBER(topology),
	 .min = 1,
	 TEXT_MAX(struct params_run, topology),
	 .initial = "live",
	 .help = "live, FILE.xml of lstopo, or synthetic:STRING of hwloc; the "
		 "last two plan but never measure"},
	{.key = "results",
	 .type = OPTION_STRING,
	 RUN_MEMBER(results),
	 .min = 1,
	 TEXT_MAX(struct params_run, results),
	 .initial = "results/vtdbench.sqlite",
	 .help = "SQLite file of results, relative to the working folder"},
	{0}};
