/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vtdbench run: a config in, finished trials and their summary out. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/alone.h"
#include "commands/open.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "outputs/progress.h"
#include "outputs/report.h"
#include "figures/draw.h"
#include "base/printable.h"
#include "run/loop.h"

static volatile sig_atomic_t stop;

struct run_command {
	struct runner_options o;
	const char **sets, **context;
	char *made[3]; /* sets made from other options */
	size_t nmade;
	const char *plots, *shard, *named;
	bool dry_run, no_report, named_sweep, wait;
};

static const struct option options[] = {
	{"set", required_argument, NULL, 's'},
	{"filter", required_argument, NULL, 'f'},
	{"repetitions", required_argument, NULL, 'n'},
	{"seed", required_argument, NULL, 'S'},
	{"results", required_argument, NULL, 'r'},
	{"context", required_argument, NULL, 'c'},
	{"resume", optional_argument, NULL, 'R'},
	{"shard", required_argument, NULL, 'i'},
	{"sweep", required_argument, NULL, 'w'},
	{"force", no_argument, NULL, 'F'},
	{"dry-run", no_argument, NULL, 'd'},
	{"no-report", no_argument, NULL, 'N'},
	{"wait", no_argument, NULL, 'W'},
	{"plots", required_argument, NULL, 'p'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static void usage(void)
{
	fputs("usage: vtdbench run [OPTION...] CONFIG\n"
	      "       vtdbench run --resume[=RUN] [OPTION...] [CONFIG]\n"
	      "\n"
	      "Runs the trials that the YAML file CONFIG asks for, stores "
	      "each as it is done,\n"
	      "and prints a summary. vtdbench list options describes the "
	      "keys.\n"
	      "\n"
	      "  --set KEY=VALUE    override a key everywhere (may be "
	      "repeated)\n"
	      "  --filter REGEX     only trials whose name matches, as "
	      "--dry-run prints it\n"
	      "                     (VTDBENCH_FILTER)\n"
	      "  --repetitions N    the same as --set repetitions=N\n"
	      "  --seed N           the same as --set seed=N\n"
	      "  --results FILE     the same as --set results=FILE; with "
	      "--resume where to look\n"
	      "  --context K=V      note stored with the run (may be "
	      "repeated)\n"
	      "  --resume[=RUN]     complete an interrupted run (id, name, "
	      "latest); with CONFIG\n"
	      "                     only if it is the one the run was "
	      "started with\n"
	      "  --shard I/N        only part I of N of the plan; vtdbench "
	      "merge puts the parts\n"
	      "                     together (VTDBENCH_SHARD). --resume: "
	      "complete this shard,\n"
	      "                     start it if it is not there, nothing if "
	      "it is complete\n"
	      "  --sweep ID       names the sweep that a shard is part of; "
	      "without, all shards\n"
	      "                     of one config, seed, program and N are "
	      "one (VTDBENCH_SWEEP)\n"
	      "  --force            resume although program or machine "
	      "differ\n"
	      "  --dry-run          print the trials in their order, run "
	      "nothing\n"
	      "  --no-report        no summary at the end "
	      "(VTDBENCH_NO_REPORT=1)\n"
	      "  --wait             wait while another vtdbench measures on "
	      "this "
	      "machine\n"
	      "                     (VTDBENCH_WAIT=1); without, a second run "
	      "is refused\n"
	      "  --plots DIR        draw the plots into DIR at the end "
	      "(VTDBENCH_PLOTS)\n"
	      "\n"
	      "Ctrl-C ends the run within a second and keeps what is "
	      "finished; twice kills.\n"
	      "Exit status: 0 done; 1 a trial failed or gave a wrong answer, "
	      "or interrupted;\n"
	      "2 command line or config; 4 this machine cannot measure it, or "
	      "no gnuplot.\n",
	      stdout);
}

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* The first signal asks to stop; the second finds the default action. */
static void catch_signals(void)
{
	struct sigaction sa = {.sa_handler = on_signal,
			       .sa_flags = (int)SA_RESETHAND};
	struct sigaction was;

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	/* A terminal that goes ends the run as well, unless nohup holds it. */
	if (!sigaction(SIGHUP, NULL, &was) && was.sa_handler == SIG_DFL)
		sigaction(SIGHUP, &sa, NULL);
}

static int bad(const char *fmt, const char *what)
{
	struct err e;

	err_set(&e, -EINVAL, "run: %s: %s", what, fmt);
	err_remedy(&e, "vtdbench run --help");
	err_print(&e);
	return EXIT_USAGE;
}

/* "KEY=VALUE" for --set from an option that has a key of its own. */
static void set_from(struct run_command *c, const char *key, const char *value)
{
	char *text;

	if (asprintf(&text, "%s=%s", key, value) < 0)
		abort();
	c->made[c->nmade++] = text;
	c->sets[c->o.nsets++] = text;
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

/* "--resume latest" is typed as often as "--resume=latest". */
static bool is_run(const char *arg)
{
	return arg && (!strcmp(arg, "latest") ||
		       (*arg && !arg[strspn(arg, "0123456789")]));
}

static int parse_shard(struct run_command *c)
{
	struct err e;

	if (!c->shard)
		return c->named_sweep ? bad("is for shards only: --shard I/N",
					    "--sweep")
				      : EXIT_OK;
	if (!c->o.config)
		return bad("CONFIG is missing", "--shard");
	if (c->named)
		return bad("with --shard, --resume takes no RUN", c->named);
	if (shard_parse(c->shard, &c->o.shard, &e) ||
	    (c->o.sweep && shard_check_name(c->o.sweep, &e))) {
		err_print(&e);
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static int parse(struct run_command *c, int argc, char **argv)
{
	const char *value[3] = {NULL, NULL, NULL};
	int opt, status = EXIT_OK;

	c->o.filter = environment("VTDBENCH_FILTER");
	c->plots = environment("VTDBENCH_PLOTS");
	c->no_report = environment("VTDBENCH_NO_REPORT") != NULL;
	c->wait = environment("VTDBENCH_WAIT") != NULL;
	c->shard = environment("VTDBENCH_SHARD");
	c->o.sweep = environment("VTDBENCH_SWEEP");
	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (opt) {
		case 's':
			if (!strchr(optarg, '='))
				status = bad("expected KEY=VALUE", optarg);
			c->sets[c->o.nsets++] = optarg;
			break;
		case 'f':
			c->o.filter = optarg;
			break;
		case 'n':
			value[0] = optarg;
			break;
		case 'S':
			value[1] = optarg;
			break;
		case 'r':
			value[2] = optarg;
			break;
		case 'c':
			if (!strchr(optarg, '='))
				status = bad("expected KEY=VALUE", optarg);
			else if (!printable(optarg))
				status = bad("a control character in context",
					     optarg);
			c->context[c->o.ncontext++] = optarg;
			break;
		case 'R':
			c->named = optarg		  ? optarg
				   : is_run(argv[optind]) ? argv[optind++]
							  : NULL;
			c->o.resume = c->named ? c->named : "latest";
			break;
		case 'i':
			c->shard = optarg;
			break;
		case 'w':
			c->o.sweep = optarg;
			c->named_sweep = true;
			break;
		case 'F':
			c->o.force = true;
			break;
		case 'd':
			c->dry_run = true;
			break;
		case 'N':
			c->no_report = true;
			break;
		case 'W':
			c->wait = true;
			break;
		case 'p':
			c->plots = optarg;
			break;
		case 'h':
			usage();
			return -1;
		case ':':
			return bad("the option needs a value",
				   argv[optind - 1]);
		default:
			return bad("unknown option", argv[optind - 1]);
		}
	}
	/* After --set, so that they win over it; --resume has none. */
	if (value[0])
		set_from(c, "repetitions", value[0]);
	if (value[1])
		set_from(c, "seed", value[1]);
	if (value[2] && (!c->o.resume || c->shard))
		set_from(c, "results", value[2]);
	c->o.results = cmd_results_path(value[2]);
	if (status)
		return status;
	if (optind < argc)
		c->o.config = argv[optind++];
	if (optind < argc)
		return bad("one CONFIG only", argv[optind]);
	if (!c->o.config && !c->o.resume)
		return bad("CONFIG is missing", "vtdbench run CONFIG");
	if (c->o.resume && !c->o.config && c->o.nsets)
		return bad("a resumed run keeps its own values", c->sets[0]);
	return parse_shard(c);
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

static void show(void *arg, const struct runner *r, const struct trial_plan *t,
		 size_t index, size_t total, double left_s)
{
	char name[512];

	(void)r;
	if (t)
		progress_show(arg, index, total, left_s,
			      runner_trial_name(t, name, sizeof(name)));
	else
		progress_clear(arg);
}

static int status_of(int code)
{
	switch (code) {
	case -ENOTSUP:
		return EXIT_UNSUPPORTED;
	case -EINTR:
	case -ENOSPC:
	case -EIO:
		return EXIT_RUN_FAILED;
	default:
		return EXIT_USAGE;
	}
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
	if (report_print(r->store, r->run, stdout, &e)) {
		err_print(&e);
		return EXIT_RUN_FAILED;
	}
	/* main() says it. */
	return fflush(stdout) || ferror(stdout) ? EXIT_RUN_FAILED : EXIT_OK;
}

static void made(void *arg, const char *path)
{
	(void)arg;
	err_note("drew %s", path);
}

/* The worse of @status and that of the plots; results are kept anyway. */
static int draw(const struct run_command *c, struct runner *r, int status)
{
	const struct plot_job job = {
		.dir = c->plots, .formats = PLOT_SVG | PLOT_PNG, .made = made};
	struct err e = {0};
	int rc;

	if (!c->plots)
		return status;
	rc = plot_draw_run(r->store, r->run, &job, &e);
	if (!rc)
		return status;
	err_print(&e);
	return status		? status
	       : rc == -ENOTSUP ? EXIT_UNSUPPORTED
				: EXIT_RUN_FAILED;
}

static int finish(const struct run_command *c, struct runner *r, int ret,
		  struct err *e)
{
	const struct runner_counts *n = &r->counts;
	int status;

	if (ret == -EINTR) {
		err_set(e, -EINTR,
			"interrupted: %zu of %zu trials are kept in %s, run "
			"%" PRId64,
			n->done, r->plan.ntrials, r->config.run.results,
			r->run);
		err_remedy(e,
			   "go on with: vtdbench run --resume=%" PRId64
			   " --results %.150s",
			   r->run, r->config.run.results);
		err_print(e);
		return EXIT_RUN_FAILED;
	}
	if (ret) {
		err_print(e);
		if (r->run && n->done)
			err_note("%zu finished trials are kept: run %" PRId64
				 " in %s",
				 n->done, r->run, r->config.run.results);
		return status_of(ret);
	}
	tell_lost(r);
	status = draw(c, r, report(c, r));
	err_note("run %" PRId64 " is in %s", r->run, r->config.run.results);
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
	catch_signals();
	return ret ? ret
		   : alone_machine(c->wait ? ALONE_WAIT : ALONE_REFUSE, e);
}

static int run(struct run_command *c)
{
	struct config_errors errs = {.n = 0};
	struct progress progress;
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
		return ret == -ENOTSUP ? EXIT_UNSUPPORTED : EXIT_USAGE;
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
		return ret == -EBUSY ? EXIT_RUN_FAILED
		       : ret < 0     ? status_of(ret)
				     : EXIT_OK;
	}
	progress_init(&progress);
	ret = runner_execute(&r, show, &progress, &e);
	status = finish(c, &r, ret, &e);
	runner_release(&r);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run_command c = {.o = {.stop = &stop}};
	int status;

	c.sets = calloc((size_t)argc + 4, sizeof(*c.sets));
	c.context = calloc((size_t)argc + 1, sizeof(*c.context));
	if (!c.sets || !c.context)
		abort();
	c.o.sets = c.sets;
	c.o.context = c.context;
	status = parse(&c, argc, argv);
	if (status == EXIT_OK)
		status = run(&c);
	for (size_t i = 0; i < c.nmade; i++)
		free(c.made[i]);
	free(c.sets);
	free(c.context);
	return status < 0 ? EXIT_OK : status;
}
