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
		 "process of its own. Intervals of 95 % need six"},
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
