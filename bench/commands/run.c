/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vtdbench run: a config in, finished trials and one screen out. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/shell.h"
#include "machine/alone.h"
#include "cli/args.h"
#include "cli/process.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "outputs/progress.h"
#include "outputs/report.h"
#include "outputs/screen.h"
#include "pictures/draw.h"
#include "judge/precision.h"
#include "base/printable.h"
#include "run/loop.h"
#include "views/answer.h"

struct run_command {
	struct runner_options o;
	struct option_texts sets, context;
	/* --set by another name */
	const char *repetitions, *budget, *seed, *results;
	const char *resume; /* NULL: no; "": the latest */
	const char *plots, *shard;
	bool dry_run, no_report, wait;
	char *made[4]; /* sets made from other options */
	size_t nmade;
};

/* "KEY=VALUE" for --set from an option that has a key of its own. */
static void set_from(struct run_command *c, const char *key, const char *value)
{
	char *text;

	if (!value)
		return;
	c->sets.text =
		must_grow(c->sets.text, c->sets.n, sizeof(*c->sets.text));
	if (asprintf(&text, "%s=%s", key, value) < 0)
		must_fail();
	c->made[c->nmade++] = text;
	c->sets.text[c->sets.n++] = text;
}

/* What the shard is, and whose. */
static int settle_shard(struct run_command *c)
{
	const char *sweep = getenv("VTDBENCH_SWEEP");
	struct err e = {0};

	if (!c->shard)
		return c->o.sweep ? args_error(&cmd_run,
					       "--sweep is for shards only: "
					       "--shard I/N")
				  : 0;
	if (!c->o.config)
		return args_error(&cmd_run, "--shard: which CONFIG?");
	if (c->resume && *c->resume)
		return args_error(&cmd_run,
				  "%s: with --shard, --resume takes no RUN",
				  c->resume);
	if (!c->o.sweep && sweep && *sweep)
		c->o.sweep = sweep;
	if (shard_parse(c->shard, &c->o.shard, &e) ||
	    (c->o.sweep && shard_check_name(c->o.sweep, &e)))
		return args_fail(&cmd_run, &e);
	return 0;
}

/* What rows cannot say of the options; 0 or EXIT_USAGE. */
static int settle(struct run_command *c)
{
	if (c->resume)
		c->o.resume = *c->resume ? c->resume : "latest";
	/* After --set, so that they win over it; --resume has none. */
	set_from(c, "repetitions", c->repetitions);
	set_from(c, "budget", c->budget);
	set_from(c, "seed", c->seed);
	if (!c->resume || c->shard)
		set_from(c, "results", c->results);
	c->o.results = cmd_results_path(c->results);
	c->o.sets = c->sets.text;
	c->o.nsets = c->sets.n;
	c->o.context = c->context.text;
	c->o.ncontext = c->context.n;
	if (!c->o.config && !c->resume)
		return args_error(&cmd_run, "CONFIG is missing");
	if (!c->o.config && c->o.nsets)
		return args_error(&cmd_run,
				  "%s: a resumed run keeps its own values",
				  c->sets.text[0]);
	return settle_shard(c);
}

static void say_skipped(const struct plan *plan)
{
	for (size_t i = 0; i < plan->nskipped; i++)
		err_note("left out, %zu combination%s: %s (%s)",
			 plan->skipped[i].count,
			 plan->skipped[i].count == 1 ? "" : "s",
			 plan->skipped[i].reason, plan->skipped[i].where);
}

/* Once for the run: its trials differ in who is concerned. */
static void say_homes(const struct topo *t)
{
	char homes[400];

	topo_homes_text(t, homes, sizeof(homes));
	if (*homes)
		err_note("memory local: %s, the nearest with memory that may "
			 "be used",
			 homes);
}

static int dry_run(const struct runner *r)
{
	char time[32], name[512];

	for (size_t i = 0; i < r->plan.ntrials; i++)
		puts(runner_trial_name(&r->plan.trials[i], name, sizeof(name)));
	progress_time((double)r->plan.estimated_ns / 1e9, time, sizeof(time));
	if (r->shard.count)
		err_note("shard %u/%u of sweep %s: %zu of %zu trials, about %s",
			 r->shard.number, r->shard.count, r->sweep_id,
			 r->plan.ntrials, r->whole, time);
	else
		err_note("%zu trials, about %s", r->plan.ntrials, time);
	return EXIT_OK;
}

/* The same figures as the report's; a run without one has them too. */
static void tell_lost(struct runner *r)
{
	struct store_trials trials = {0};
	struct err e = {0};
	char text[256];

	if (store_trials_load(r->store, r->run, STORE_VALUES, &trials, &e))
		err_print(&e);
	else if (report_lost(&trials, text, sizeof(text)))
		err_note("%s; disturbed figures are marked", text);
	store_trials_release(&trials);
}

static int report(const struct run_command *c, struct runner *r)
{
	struct err e = {0};

	if (c->no_report)
		return EXIT_OK;
	if (screen_print(r->store, r->run, c->plots, stdout, &e) ||
	    answer_below(r->store, r->run, true, stdout, &e)) {
		err_print(&e);
		return EXIT_RUN_FAILED;
	}
	/* main() says it. */
	return fflush(stdout) || ferror(stdout) ? EXIT_RUN_FAILED : EXIT_OK;
}

static int draw(const struct run_command *c, struct runner *r)
{
	const struct plot_job job = {.dir = c->plots,
				     .formats = PLOT_SVG | PLOT_PNG};
	struct err e = {0};
	int rc = c->plots ? plot_draw_run(r->store, r->run, &job, &e) : 0;

	if (rc)
		err_print(&e);
	return err_status(rc);
}

/* A command that can be copied into a shell, so no part of it is cut. */
static void go_on_with(const struct runner *r)
{
	char *command = NULL, *shown;
	size_t size;
	FILE *out = open_memstream(&command, &size);

	if (!out)
		must_fail();
	shell_word(program_invocation_name, out);
	fprintf(out, " run --resume=%" PRId64 " --results ", r->run);
	shell_word(r->config.run.results, out);
	if (fclose(out) || !command)
		must_fail();
	shown = must_calloc(4, size + 1);
	fprintf(stderr, "vtdbench: hint: go on with: %s\n",
		printable_copy(shown, 4 * (size + 1), command));
	free(shown);
	free(command);
}

static int finish(const struct run_command *c, struct runner *r, int ret,
		  struct err *e)
{
	const struct runner_counts *n = &r->counts;
	int status, drawn;

	if (ret == -EINTR) {
		err_set(e, -EINTR,
			"interrupted: %zu of %zu trials%s are kept in %s, run "
			"%" PRId64,
			n->done, r->plan.ntrials,
			n->more ? ", and draws beyond these," : "",
			r->config.run.results, r->run);
		err_print(e);
		go_on_with(r);
		return EXIT_RUN_FAILED;
	}
	if (ret) {
		err_print(e);
		if (r->run && n->done)
			err_note("%zu finished trials are kept: run %" PRId64
				 " in %s",
				 n->done, r->run, r->config.run.results);
		return err_status(ret);
	}
	if (c->no_report)
		tell_lost(r);
	err_note("run %" PRId64 " is in %s", r->run, r->config.run.results);
	/* The screen comes last; results are kept whatever becomes of both. */
	drawn = draw(c, r);
	status = report(c, r);
	status = status ? status : drawn;
	if (n->wrong || n->failed) {
		err_set(e, -EIO,
			"%zu trials gave a wrong answer, %zu failed, of %zu",
			n->wrong, n->failed, r->plan.ntrials);
		err_print(e);
		return EXIT_RUN_FAILED;
	}
	return status;
}

/* What would be found out too late, or must not begin beside another. */
static int before_it_measures(const struct run_command *c,
			      const struct runner *r, struct err *e)
{
	int ret = runner_check_memory(r, e);

	if (!ret && c->plots)
		ret = make_folder(c->plots, e);
	if (!ret)
		ret = runner_claim(r, e);
	process_catch(true);
	return ret ? ret
		   : alone_machine(c->wait ? ALONE_WAIT : ALONE_REFUSE, e);
}

static int measure(struct run_command *c)
{
	struct config_errors errs = {.n = 0};
	struct progress_run line;
	struct runner_progress progress;
	struct err e = {0};
	struct runner r;
	int ret = runner_prepare(&r, &c->o, &errs, &e), status;

	if (ret) {
		if (errs.n)
			config_errors_print(&errs);
		else
			err_print(&e);
		if (!errs.n)
			say_skipped(&r.plan);
		runner_release(&r);
		return errs.n ? EXIT_USAGE : err_status(ret);
	}
	say_skipped(&r.plan);
	say_homes(r.topo);
	if (c->dry_run) {
		status = dry_run(&r);
		runner_release(&r);
		return status;
	}
	ret = runner_find_shard(&r, &e);
	if (ret == 1)
		err_note("shard %u/%u of sweep %s is complete: run %" PRId64
			 " in %s",
			 r.shard.number, r.shard.count, r.sweep_id, r.run,
			 r.config.run.results);
	if (!ret)
		ret = before_it_measures(c, &r, &e);
	if (ret) {
		if (ret < 0)
			err_print(&e);
		runner_release(&r);
		return ret < 0 ? err_status(ret) : EXIT_OK;
	}
	progress = progress_of(&line, &r);
	ret = runner_execute(&r, &progress, &e);
	status = finish(c, &r, ret, &e);
	runner_release(&r);
	return status;
}

static int run(int argc, char **argv)
{
	struct precision precision = {0};
	const struct runner_judge judge = {.begin = precision_begin,
					   .needs = precision_needs,
					   .arg = &precision};
	struct run_command c = {.o = {.stop = &process_stop, .judge = &judge}};
	int status = args_parse(&cmd_run, argc, argv, &c);

	if (!status)
		status = settle(&c);
	if (!status)
		status = measure(&c);
	for (size_t i = 0; i < c.nmade; i++)
		free(c.made[i]);
	free(c.sets.text);
	free(c.context.text);
	precision_release(&precision);
	return status;
}

static int check_context(const char *text, struct err *e)
{
	if (!printable(text))
		return err_set(e, -EINVAL, "'%s' has a control character",
			       text);
	return strchr(text, '=') ? 0 : err_set(e, -EINVAL, "'%s'", text);
}

#define O struct run_command
static const struct option_row rows[] = {
	ROW_MAY_NAME(O, o.config, "CONFIG", NULL),
	ROW_TEXTS(O, sets, "set", "KEY=VALUE",
		  "override a key everywhere (may be repeated)"),
	ROW_TEXT(O, o.filter, "filter", "REGEX",
		 "only trials whose name matches, as --dry-run prints it",
		 .flags = OPTION_TWIN),
	ROW_TEXT(O, repetitions, "repetitions", "N",
		 "the same as --set repetitions=N"),
	ROW_TEXT(O, budget, "budget", "TIME",
		 "the same as --set budget=TIME: time for all draws"),
	ROW_TEXT(O, seed, "seed", "N", "the same as --set seed=N"),
	ROW_TEXT(O, results, "results", "FILE",
		 "the same as --set results=FILE; with --resume where to look"),
	ROW_TEXTS(O, context, "context", "KEY=VALUE",
		  "note stored with the run (may be repeated)",
		  .check = check_context, .also = "KEY=VALUE"),
	ROW_TEXT(O, resume, "resume", "[=RUN]",
		 "complete an interrupted run (id, name, latest); with CONFIG "
		 "only if it is the one the run was started with",
		 .flags = OPTION_RUN_NAMED),
	ROW_TEXT(O, shard, "shard", "I/N",
		 "only part I of N of the plan; vtdbench merge puts the parts "
		 "together. --resume: complete this shard, start it if it is "
		 "not there, nothing if it is complete",
		 .flags = OPTION_TWIN),
	ROW_TEXT(O, o.sweep, "sweep", "ID",
		 "names the sweep that a shard is part of; without, all shards "
		 "of one config, seed, program and N are one (VTDBENCH_SWEEP)"),
	ROW_TEXT(O, o.against, "against", "BUILD",
		 "put the reference design of another build into every cell, "
		 "as `other`: a folder of `make sides`, or a revision whose "
		 "types are laid out as here"),
	ROW_BOOL(O, o.force, "force",
		 "resume although program or machine differ"),
	ROW_BOOL(O, dry_run, "dry-run",
		 "print the trials in their order, run nothing"),
	ROW_BOOL(O, no_report, "no-report", "nothing on standard output",
		 .flags = OPTION_TWIN),
	ROW_WAIT(O, wait),
	ROW_TEXT(O, plots, "plots", "DIR", "draw the plots into DIR at the end",
		 .flags = OPTION_TWIN),
	{0}};

const struct command cmd_run = {
	.name = "run",
	.help = "run the trials of a config, store them, print one screen",
	.usage = "[OPTION...] CONFIG\n"
		 "--resume[=RUN] [OPTION...] [CONFIG]",
	.about = "Runs the trials that the YAML file CONFIG asks for, stores "
		 "each as it is done, and prints one screen: designs by the "
		 "figures that come first. vtdbench report has the tables, "
		 "vtdbench list "
		 "options describes the keys.",
	.rows = rows,
	.after = "Ctrl-C ends the run within a second and keeps what is "
		 "finished; twice kills.\n"
		 "Exit status: 0 done; 1 a trial failed or gave a wrong "
		 "answer, or interrupted; 2 command line or config; 4 this "
		 "machine cannot measure it, or no gnuplot.",
	.run = run,
};
