/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench trend`: the history of figures, and where they changed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/open.h"
#include "commands/trend.h"
#include "views/trend.h"
#include "commands/registry.h"
#include "base/err.h"

struct options {
	const char *results;
	struct option_texts metrics;
	struct trend_options trend;
	struct forms_wanted wanted;
	bool all;
};

/* The exit status; errors are printed. */
static int show(const struct options *o, struct store *s, const char *again)
{
	struct trend t;
	struct trend_output out = {&t, o->all, again};
	struct err e = {0};
	int rc = trend_make(s, &o->trend, &t, &e);

	if (!rc) {
		trend_suspects(&t);
		rc = forms_write(&trend_forms, &out, &o->wanted, &e);
	}
	if (rc)
		err_print(&e);
	trend_release(&t);
	return err_status(rc);
}

static int run(int argc, char **argv)
{
	struct options o = {.trend.change = changepoint_defaults};
	struct store *s = NULL;
	struct err e = {0};
	int rc, status;
	char *again;

	if (args_parse(&cmd_trend, argc, argv, &o))
		return EXIT_USAGE;
	if (o.wanted.html && o.wanted.form)
		return args_error(&cmd_trend, "one of --format and --html");
	o.trend.metrics = (const char *const *)o.metrics.text;
	o.trend.nmetrics = o.metrics.n;
	rc = store_open_readonly(&s, cmd_results_path(o.results), &e);
	if (rc) {
		err_print(&e);
		return err_status(rc);
	}
	again = args_again(&cmd_trend, argc, argv);
	status = show(&o, s, again);
	free(again);
	store_close(s);
	return status;
}

#define O struct options
static const struct option_row rows[] = {
	ROW_OPERANDS(O, metrics, "METRIC", 0),
	ROW_RESULTS(O, results),
	TREND_ROW_CONFIG(O, trend.name),
	TREND_ROW_SINCE(O, trend.since),
	ROW_TEXT(O, trend.filter, "filter", "REGEX",
		 "series whose title matches \"walks / uniform, rcu, 1 "
		 "walker\""),
	TREND_ROW_THRESHOLD(O, trend.change.change_min),
	ROW_BOOL(O, all, "all", "show series in which nothing happened, too"),
	ROW_FORMAT(O, wanted.form, form_name, "text", .letter = 'f'),
	ROW_HTML(O, wanted.html,
		 "what changed at which commit, a plot of it, the nights"),
	ROW_OUT(O, wanted.folder, "write all three there, the page and a plot",
		.letter = 'o'),
	{0}};

const struct command cmd_trend = {
	.name = "trend",
	.help = "the history of runs: where figures changed, at which commit",
	.about = "History of all runs of a config: where figures changed, at "
		 "which commit, and what creeps away from the best it was. It "
		 "advises, and fails for no change. METRIC: extended regular "
		 "expressions of metrics; without one, times as ratios to "
		 "the reference (walk_lat_ns/leak) and all exact figures. "
		 "ack: a change that is "
		 "known and accepted; vtdbench trend ack --help.",
	.rows = rows,
	.after = "Exit status: 0 done, whatever changed; 2 command line or "
		 "files; 1 could not be written; 4 no gnuplot for --out.",
	.verbs = (const struct command *const[]){&trend_ack, NULL},
	.run = run,
};
