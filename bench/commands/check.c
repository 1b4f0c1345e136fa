/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench check`: is a config right, and what would it run? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../topology/topo.h"
#include "cli/args.h"
#include "commands/registry.h"
#include "plan/config.h"
#include "counters/group.h"
#include "base/err.h"
#include "base/must.h"
#include "document/page.h"
#include "plan/product.h"
#include "base/printable.h"
#include "judge/ratio.h"
#include "run/loop.h"
#include "plan/shard.h"

struct check_args {
	struct option_texts sets, configs;
	const char *part;
	struct shard shard; /* @part */
	bool trials;
};

/* "48 s", "12 min": nobody needs more. */
static void format_estimate(uint64_t ns, char *buf, size_t n)
{
	double s = (double)ns / 1e9;

	if (s < 120)
		snprintf(buf, n, "%.0f s", s < 1 ? 1 : s);
	else if (s < 7200)
		snprintf(buf, n, "%.0f min", s / 60);
	else
		snprintf(buf, n, "%.1f h", s / 3600);
}

static void print_left_out(const struct plan *plan, FILE *out)
{
	for (size_t i = 0; i < plan->nskipped; i++)
		page_line(out, page_width(out), 4,
			  "  left out: %zu combination%s: %s%s%s%s",
			  plan->skipped[i].count,
			  plan->skipped[i].count > 1 ? "s" : "",
			  plan->skipped[i].reason,
			  plan->skipped[i].where[0] ? " (" : "",
			  plan->skipped[i].where,
			  plan->skipped[i].where[0] ? ")" : "");
}

static size_t trials_of(const struct plan *plan, const char *sweep)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->ntrials; i++)
		n += !strcmp(plan->trials[i].p.sweep, sweep);
	return n;
}

static void print_homes(const struct topo *t)
{
	char homes[400];

	topo_homes_text(t, homes, sizeof(homes));
	if (*homes)
		printf("  memory local: %s, the nearest with memory that may "
		       "be used\n",
		       homes);
}

/* What comes behind the trials of the plan. */
static void describe_beyond(const struct params_run *run, uint64_t least_ns,
			    char *buf, size_t n)
{
	char budget[32];

	format_estimate(run->budget_ns, budget, sizeof(budget));
	if (!runner_adapts(run))
		buf[0] = '\0';
	else if (!run->budget_ns)
		snprintf(buf, n,
			 "; then up to %u draws of a cell, until "
			 "precise",
			 run->repetitions_max);
	else if (least_ns < run->budget_ns)
		snprintf(buf, n,
			 "; then until precise, or the budget of %s is "
			 "used up",
			 budget);
	else
		snprintf(buf, n,
			 ", beyond the budget of %s: no draws are added",
			 budget);
}

static void print_plan(const struct config *c, const struct topo *t,
		       const struct plan *plan, bool trials)
{
	char estimate[32], path[PARAMS_PATH], name[512], beyond[96];

	format_estimate(plan->estimated_ns, estimate, sizeof(estimate));
	describe_beyond(&c->run, plan->estimated_ns, beyond, sizeof(beyond));
	page_line(stdout, page_width(stdout), 4,
		  "%s: %s%s%zu trials, about %s%s",
		  printable_copy(path, sizeof(path), c->path), c->run.title,
		  c->run.title[0] ? ": " : "", plan->ntrials, estimate, beyond);
	if (c->run.repetitions < RATIO_DRAWS && !runner_adapts(&c->run))
		page_line(stdout, page_width(stdout), 4,
			  "  repetitions: %u: no design is judged, that takes "
			  "%d or more",
			  c->run.repetitions, RATIO_DRAWS);
	for (size_t i = 0; i < c->nsweeps; i++)
		printf("  sweep %s: %zu trials\n", c->sweeps[i].name,
		       trials_of(plan, c->sweeps[i].name));
	print_left_out(plan, stdout);
	print_homes(t);
	for (size_t i = 0; trials && i < plan->ntrials; i++)
		puts(runner_trial_name(&plan->trials[i], name, sizeof(name)));
}

static int load_topology(const struct config *c, struct topo **t)
{
	struct err e = {0};
	char why[400];
	int ret = topo_load(t, c->run.topology, why, sizeof(why));

	if (!ret)
		return 0;
	err_set(&e, ret, "%s: topology: %s", c->path, why);
	err_print(&e);
	return ret;
}

/* A group is a file; whether it is there is not for the config to say. */
static int check_counters(const struct config *c)
{
	const struct config_axis *a = NULL;
	const char *before = "";
	int ret = 0;

	for (size_t i = 0; i < c->nsweeps && !ret; i++) {
		struct counter_group *g = NULL;
		char where[PARAMS_PATH + 64];
		struct err e = {0}, found = {0};

		a = config_axis(&c->sweeps[i], "counters");
		if (!strcmp(a->values[0].text, before))
			continue;
		before = a->values[0].text;
		ret = counter_group_find(&g, before, c->path, &found);
		counter_group_free(g);
		if (!ret)
			continue;
		config_where(c, a->row, &a->values[0], where, sizeof(where));
		err_set(&e, ret, "%.200s: counters: %.300s", where, found.what);
		err_remedy(&e, "%s", found.remedy);
		err_print(&e);
	}
	return ret;
}

static int check(const char *path, const struct check_args *args)
{
	struct config_errors *errs = must_calloc(1, sizeof(*errs));
	struct config c = {0};
	struct plan plan = {0};
	struct topo *t = NULL;
	struct err e = {0};
	int ret = config_load(&c, path, args->sets.text, args->sets.n, errs);

	if (ret) {
		config_errors_print(errs);
		goto out;
	}
	ret = load_topology(&c, &t);
	if (!ret)
		ret = check_counters(&c);
	if (ret)
		goto out;
	ret = plan_make(&c, t, &plan, &e);
	if (!ret)
		ret = shard_take(&plan, args->shard, &e);
	if (ret) {
		err_print(&e);
		print_left_out(&plan, stderr);
	} else {
		print_plan(&c, t, &plan, args->trials);
	}
out:
	plan_release(&plan);
	topo_free(t);
	config_release(&c);
	free(errs);
	return ret;
}

static int run(int argc, char **argv)
{
	struct check_args args = {0};
	struct err e = {0};
	int status = EXIT_OK;

	if (args_parse(&cmd_check, argc, argv, &args))
		status = EXIT_USAGE;
	else if (args.part && shard_parse(args.part, &args.shard, &e))
		status = args_fail(&cmd_check, &e);
	if (status)
		args.configs.n = 0;
	for (size_t i = 0; i < args.configs.n; i++) {
		int rc = check(args.configs.text[i], &args);

		status = status ? status : err_status(rc);
	}
	free(args.sets.text);
	return status;
}

#define O struct check_args
static const struct option_row rows[] = {
	ROW_OPERANDS(O, configs, "CONFIG", OPTION_REQUIRED),
	ROW_TEXTS(O, sets, "set", "KEY=VALUE",
		  "replace a key in every sweep (may be repeated); A,B,C where "
		  "it takes a list",
		  .letter = 's'),
	ROW_BOOL(O, trials, "trials",
		 "list every trial in the order it would run"),
	ROW_TEXT(O, part, "shard", "I/N",
		 "only what part I of N of the plan would run"),
	{0}};

const struct command cmd_check = {
	.name = "check",
	.help = "validate configs, show what they would run",
	.about = "Reads each CONFIG, plans it for this machine, and says what "
		 "it would run, what is left out and why, and how long it "
		 "takes. Nothing is measured.",
	.rows = rows,
	.after = "Keys: vtdbench list options. Environment: VTDBENCH_KEY, as "
		 "VTDBENCH_IOTLB_SETS. Exit status: 0 all are right; 2 one is "
		 "not.",
	.run = run,
};
