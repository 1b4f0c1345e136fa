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
#include "outputs/page.h"
#include "plan/product.h"
#include "base/printable.h"
#include "run/loop.h"
#include "plan/shard.h"

static const struct option options[] = {{"set", required_argument, NULL, 's'},
					{"trials", no_argument, NULL, 't'},
					{"shard", required_argument, NULL, 'i'},
					{"help", no_argument, NULL, 'h'},
					{NULL, 0, NULL, 0}};

struct check_args {
	const char **sets;
	size_t nsets;
	bool trials;
	struct shard shard;
};

static void usage(void)
{
	fputs("usage: vtdbench check [--set KEY=VALUE]... [--trials] [--shard "
	      "I/N] CONFIG...\n"
	      "\n"
	      "Reads each CONFIG, plans it for this machine, and says what it "
	      "would run, what\n"
	      "is left out and why, and how long it takes. Nothing is "
	      "measured. Exit status 0\n"
	      "if all are right, else 2.\n"
	      "\n"
	      "  --set KEY=VALUE  replace a key in every sweep; A,B,C where "
	      "it takes a list\n"
	      "  --trials         list every trial in the order it would "
	      "run\n"
	      "  --shard I/N      only what part I of N of the plan would "
	      "run\n"
	      "\n"
	      "Keys: vtdbench list options. Environment: VTDBENCH_KEY, as "
	      "VTDBENCH_IOTLB_SETS.\n",
	      stdout);
}

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

static void print_plan(const struct config *c, const struct topo *t,
		       const struct plan *plan, bool trials)
{
	char estimate[32], path[PARAMS_PATH], name[512];

	format_estimate(plan->estimated_ns, estimate, sizeof(estimate));
	page_line(stdout, page_width(stdout), 4, "%s: %s%s%zu trials, about %s",
		  printable_copy(path, sizeof(path), c->path), c->run.title,
		  c->run.title[0] ? ": " : "", plan->ntrials, estimate);
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
	struct config_errors *errs = calloc(1, sizeof(*errs));
	struct config c = {0};
	struct plan plan = {0};
	struct topo *t = NULL;
	struct err e = {0};
	int ret = -ENOMEM;

	if (errs)
		ret = config_load(&c, path, args->sets, args->nsets, errs);
	if (ret) {
		if (errs)
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

static bool bad_shard(const char *text, struct shard *shard)
{
	struct err e;

	if (!shard_parse(text, shard, &e))
		return false;
	err_print(&e);
	return true;
}

int cmd_check(int argc, char **argv)
{
	struct check_args args = {0};
	int c, status = EXIT_OK;

	args.sets = calloc((size_t)argc, sizeof(*args.sets));
	if (!args.sets)
		return args_error("check", "out of memory");
	while ((c = args_next(argc, argv, "s:", options)) != -1) {
		if (c == 's')
			args.sets[args.nsets++] = optarg;
		else if (c == 't')
			args.trials = true;
		else if (c != 'i' || bad_shard(optarg, &args.shard))
			break;
	}
	if (c == 'h')
		usage();
	else if (c != -1)
		status = EXIT_USAGE;
	else if (optind == argc)
		status = args_error("check", "no CONFIG is named");
	for (int i = optind; c == -1 && i < argc; i++)
		if (check(argv[i], &args))
			status = EXIT_USAGE;
	free(args.sets);
	return status;
}
