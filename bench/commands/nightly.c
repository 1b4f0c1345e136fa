/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench nightly`: the whole night in one command. */
#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "machine/clock.h"
#include "cli/args.h"
#include "night/steps.h"
#include "commands/open.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "base/printable.h"
#include "outputs/progress.h"

enum { KEEP_DAYS = 400 };

static volatile sig_atomic_t stop;

static void usage(void)
{
	fputs("usage: vtdbench nightly CONFIG [OPTION...]\n"
	      "\n"
	      "A night in one command, for cron: looks at the machine "
	      "(doctor), judges whether\n"
	      "the engine became slower (gate with canary), runs the "
	      "sweep of CONFIG, judges\n"
	      "again what looked slower, then trend, report, plots, exports "
	      "into a folder, and\n"
	      "removes what is old. Each step is a command of its own, named "
	      "in "
	      "the summary.\n"
	      "\n"
	      "  --baseline OLD   what the gate compares with, as vtdbench "
	      "gate; default: the\n"
	      "                   build of the last fine night, kept "
	      "beside the results\n"
	      "                   (VTDBENCH_BASELINE)\n"
	      "  --no-gate        no gate\n"
	      "  --results FILE   the results file (VTDBENCH_RESULTS)\n"
	      "  --out FOLDER     of the report; default: nights/TIME beside "
	      "the results\n"
	      "                   (VTDBENCH_OUT)\n"
	      "  --budget TIME    once spent, sweep and gate end; what "
	      "is "
	      "finished is kept\n"
	      "  --keep DAYS      older runs, gates and reports are removed; "
	      "default 400\n"
	      "  --resume         complete the sweep of a night that was "
	      "interrupted\n"
	      "\n"
	      "One night at a time for a results file: a second one ends with "
	      "status 1.\n"
	      "Exit status: 0 fine; 3 a regression; 5 too noisy to judge; 1 "
	      "wrong answers, or\n"
	      "something failed or was stopped; 2 command line or config; 4 "
	      "cannot be measured\n"
	      "here.\n",
	      stdout);
}

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

enum {
	O_BASELINE = 256,
	O_NO_GATE,
	O_RESULTS,
	O_OUT,
	O_BUDGET,
	O_KEEP,
	O_RESUME,
};

static const struct option options[] = {
	{"baseline", required_argument, NULL, O_BASELINE},
	{"no-gate", no_argument, NULL, O_NO_GATE},
	{"results", required_argument, NULL, O_RESULTS},
	{"out", required_argument, NULL, O_OUT},
	{"budget", required_argument, NULL, O_BUDGET},
	{"keep", required_argument, NULL, O_KEEP},
	{"resume", no_argument, NULL, O_RESUME},
	{NULL, 0, NULL, 0},
};

struct request {
	const char *results, *folder;
	bool gate;
};

/* False: the mistake is said. */
static bool take(struct request *r, struct night *n, int opt, const char *arg)
{
	switch (opt) {
	case O_BASELINE:
		n->baseline = arg;
		return true;
	case O_NO_GATE:
		r->gate = false;
		return true;
	case O_RESULTS:
		r->results = arg;
		return true;
	case O_OUT:
		r->folder = arg;
		return true;
	case O_BUDGET:
		return args_duration("nightly", "budget", arg, &n->budget_s);
	case O_KEEP:
		return args_number("nightly", "keep", arg, 1, 100000,
				   &n->keep_days);
	case O_RESUME:
		return n->resume = true;
	default:
		return false;
	}
}

static const char *from_environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static int parse(struct request *r, struct night *n, int argc, char **argv)
{
	int opt;

	*r = (struct request){.gate = true,
			      .folder = from_environment("VTDBENCH_OUT")};
	*n = (struct night){.keep_days = KEEP_DAYS,
			    .baseline = from_environment("VTDBENCH_BASELINE"),
			    .stop = &stop};
	while ((opt = args_next(argc, argv, "", options)) != -1)
		if (opt == '?' || !take(r, n, opt, optarg))
			return EXIT_USAGE;
	if (argc - optind != 1)
		return args_error("nightly", argc > optind
						     ? "one CONFIG a night"
						     : "which CONFIG?");
	n->config = argv[optind];
	return EXIT_OK;
}

/* Where things are: all but the report beside the results file. */
static int places(struct request *r, struct night *n, struct err *e)
{
	static char candidate[512];
	ssize_t got =
		readlink("/proc/self/exe", n->program, sizeof(n->program) - 1);
	char copy[3000], stamp[32];
	const char *beside;
	time_t now = time(NULL);
	struct tm tm;
	int rc;

	if (got <= 0)
		return err_set(e, -errno, "/proc/self/exe: %s",
			       strerror(errno));
	gmtime_r(&now, &tm);
	strftime(n->started_utc, sizeof(n->started_utc), "%Y-%m-%dT%H:%M:%SZ",
		 &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	n->results = cmd_results_path(r->results);
	if (snprintf(copy, sizeof(copy), "%s", n->results) >= (int)sizeof(copy))
		return err_set(e, -ENAMETOOLONG, "%s: path too long",
			       n->results);
	beside = dirname(copy);
	snprintf(n->kept, sizeof(n->kept), "%s/baseline", beside);
	n->own_folder = !r->folder;
	if (r->folder)
		snprintf(n->folder, sizeof(n->folder), "%s", r->folder);
	else
		snprintf(n->folder, sizeof(n->folder), "%s/nights/%s", beside,
			 stamp);
	rc = make_folder(beside, e);
	if (!rc)
		rc = night_lock(n->results, e);
	if (!rc)
		rc = make_folder(n->folder, e);
	if (rc || !r->gate)
		return rc;
	rc = gate_sides_find(&n->candidate_sides, NULL, e);
	if (rc)
		return err_remedy(e, "make sides, or --no-gate");
	snprintf(candidate, sizeof(candidate), "%s",
		 n->candidate_sides.path[0]);
	n->candidate = dirname(candidate);
	return 0;
}

static void summary(const struct night *n, int status, FILE *out)
{
	static const char *const words[] = {"fine",
					    "FAILED",
					    "refused",
					    "REGRESSION",
					    "cannot be measured",
					    "too noisy to judge"};
	char took[32], config[1024], folder[1024];

	printable_copy(config, sizeof(config), n->config);
	printable_copy(folder, sizeof(folder), n->folder);
	progress_time((double)clock_monotonic_ns() / 1e9 - n->began_s, took,
		      sizeof(took));
	fprintf(out, "# Night of %s: %s\n\n%s, %s; report in %s\n\n",
		n->started_utc,
		status >= 0 && status < 6 ? words[status] : "FAILED", config,
		took, folder);
	fputs("| step | status | time | |\n|---|---|---|---|\n", out);
	for (unsigned i = 0; i < n->nsteps; i++) {
		const struct night_step *step = &n->step[i];

		progress_time(step->seconds, took, sizeof(took));
		if (step->status < 0)
			fprintf(out, "| %s | not run | | %s |\n", step->name,
				step->note);
		else
			fprintf(out, "| %s | %d | %s | %s |\n", step->name,
				step->status, took, step->note);
	}
}

/* The parts that a reader wants first, in one file. */
static void append(const struct night *n, const char *file, FILE *out)
{
	char path[4400], line[4096];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", n->folder, file);
	in = fopen(path, "re");
	if (!in)
		return;
	fputc('\n', out);
	while (fgets(line, sizeof(line), in))
		fputs(line, out);
	fclose(in);
}

static int write_summary(const struct night *n, int status, struct err *e)
{
	struct whole_file f;
	char path[4400];
	int rc;

	snprintf(path, sizeof(path), "%s/summary.md", n->folder);
	rc = whole_file_open(&f, path, e);
	if (rc)
		return rc;
	summary(n, status, f.out);
	append(n, "gate/gate.md", f.out);
	append(n, "trend/trend.md", f.out);
	append(n, "run.md", f.out);
	return whole_file_close(&f, true, e);
}

static int finish(struct night *n, int status)
{
	struct err e = {0};

	if (status == EXIT_OK && n->candidate && night_keep_baseline(n, &e))
		err_print(&e);
	if (write_summary(n, status, &e)) {
		err_print(&e);
		status = status ? status : EXIT_RUN_FAILED;
	}
	summary(n, status, stdout);
	if (stop) {
		err_set(&e, -EINTR, "stopped; what is finished is kept");
		err_remedy(&e,
			   "go on with: vtdbench nightly %.80s --resume "
			   "--results %.80s",
			   n->config, n->results);
		err_print(&e);
	}
	return status;
}

int cmd_nightly(int argc, char **argv)
{
	struct sigaction sa = {.sa_handler = on_signal,
			       .sa_flags = (int)SA_RESETHAND};
	struct request r;
	struct night n;
	struct err e = {0};
	int rc;

	if (args_wants_help(argc, argv)) {
		usage();
		return EXIT_OK;
	}
	rc = parse(&r, &n, argc, argv);
	if (rc)
		return rc;
	n.began_s = (double)clock_monotonic_ns() / 1e9;
	rc = places(&r, &n, &e);
	if (rc) {
		err_print(&e);
		return rc == -ENOENT || rc == -EISDIR || rc == -EINVAL
			       ? EXIT_USAGE
			       : EXIT_RUN_FAILED;
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	return finish(&n, night_run(&n));
}
