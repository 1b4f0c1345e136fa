/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench nightly`: the whole night in one command. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/utc.h"
#include "machine/clock.h"
#include "cli/args.h"
#include "night/steps.h"
#include "cli/process.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "outputs/file.h"

struct request {
	const char *results, *folder;
	uint64_t budget_ns;
	bool no_gate;
	struct night night;
};

/* Where things are to be: all but the report beside the results file. */
static int places(struct request *r, struct err *e)
{
	struct night *n = &r->night;
	char copy[3000], stamp[32];
	const char *beside;
	time_t now = time(NULL);
	int rc = process_program(n->program, e);

	if (rc)
		return rc;
	utc_text(now, n->started_utc);
	utc_stamp(now, stamp);
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
	return 0;
}

/* What the summary is made of. */
static const char *const parts[] = {"gate/gate.md",	"compare/compare.md",
				    "trend/trend.md",	"run.md",
				    "gate/gate.json",	"trend/trend.json",
				    "gate/gate.html",	"compare/compare.html",
				    "trend/trend.html", "report.html"};
enum { APPENDED = 4, PARTS = 10 };

/* Those of an earlier night in the same folder are none of this one's. */
static void forget(const struct night *n)
{
	char path[4400];

	for (unsigned i = 0; i < PARTS; i++) {
		snprintf(path, sizeof(path), "%s/%s", n->folder, parts[i]);
		unlink(path);
	}
}

/* Folders, the lock, and the build that is judged. */
static int prepare(struct request *r, struct err *e)
{
	static char candidate[512];
	struct night *n = &r->night;
	char copy[3000];
	int rc;

	snprintf(copy, sizeof(copy), "%s", n->results);
	rc = make_folder(dirname(copy), e);
	if (!rc)
		rc = night_lock(n->results, e);
	if (!rc)
		rc = make_folder(n->folder, e);
	if (!rc)
		forget(n);
	if (rc || r->no_gate)
		return rc;
	rc = gate_sides_find(&n->candidate_sides, NULL, e);
	if (rc)
		return err_remedy(e, "make sides, or --no-gate");
	snprintf(candidate, sizeof(candidate), "%s",
		 n->candidate_sides.path[0]);
	n->candidate = dirname(candidate);
	return 0;
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

static int write_summary(const struct night *n, const struct document *d,
			 struct err *e)
{
	struct whole_file f;
	int rc = whole_file_in(&f, n->folder, "summary.md", e);

	if (rc)
		return rc;
	document_markdown(d, f.out);
	for (unsigned i = 0; i < APPENDED; i++)
		append(n, parts[i], f.out);
	return whole_file_close(&f, 0, e);
}

static int finish(struct night *n, int status)
{
	double took = (double)clock_monotonic_ns() / 1e9 - n->began_s;
	struct document d = {0};
	struct err e = {0};

	if (status == EXIT_OK && n->candidate && night_keep_baseline(n, &e))
		err_print(&e);
	night_document(n, status, took, &d);
	if (write_summary(n, &d, &e)) {
		err_print(&e);
		status = status ? status : EXIT_RUN_FAILED;
		doc_release(&d);
		night_document(n, status, took, &d);
	}
	document_text(&d, stdout);
	doc_release(&d);
	if (process_stop) {
		err_set(&e, -EINTR, "stopped; what is finished is kept");
		err_remedy(&e,
			   "go on with: vtdbench nightly %.80s --resume "
			   "--results %.80s",
			   n->config, n->results);
		err_print(&e);
	}
	return status;
}

static int run(int argc, char **argv)
{
	struct request r = {.night.stop = &process_stop};
	struct night *n = &r.night;
	struct err e = {0};
	int rc;

	if (args_parse(&cmd_nightly, argc, argv, &r))
		return EXIT_USAGE;
	n->budget_s = (double)r.budget_ns / 1e9;
	n->began_s = (double)clock_monotonic_ns() / 1e9;
	process_catch(false);
	rc = places(&r, &e);
	/* A config that cannot be run leaves nothing behind. */
	if (!rc) {
		int refused = night_check(n);

		if (refused)
			return refused;
		rc = prepare(&r, &e);
	}
	if (rc) {
		err_print(&e);
		return err_status(rc);
	}
	return finish(n, night_run(n));
}

#define O struct request
static const struct option_row rows[] = {
	ROW_OPERAND(O, night.config, "CONFIG"),
	ROW_TEXT(O, night.baseline, "baseline", "OLD",
		 "what the gate compares with, as vtdbench gate; default: the "
		 "build of the last fine night, kept beside the results",
		 .flags = OPTION_TWIN),
	ROW_BOOL(O, no_gate, "no-gate", "no gate"),
	ROW_RESULTS(O, results),
	ROW_OUT(O, folder,
		"of the report; default: nights/TIME beside the results"),
	ROW_DURATION(
		O, budget_ns, "budget",
		"once spent, sweep and gate end; what is finished is kept"),
	ROW_INT(O, night.keep_days, "keep", "DAYS", 1, 100000,
		"older runs, gates and reports are removed", .initial = "400"),
	ROW_BOOL(O, night.resume, "resume",
		 "complete the sweep of a night that was interrupted"),
	{0}};

const struct command cmd_nightly = {
	.name = "nightly",
	.help = "a whole night: gate, sweep, trend, report, exports",
	.about = "A night in one command, for cron: looks at the machine "
		 "(doctor), judges whether the engine became slower (gate), "
		 "runs the sweep of CONFIG, compares it with that of the build "
		 "before (compare), then trend, report, plots, exports "
		 "into a folder, and removes what is old. Each step is a "
		 "command of its own, "
		 "named in the summary.",
	.rows = rows,
	.after = "One night at a time for a results file: a second one ends "
		 "with status 1.\n"
		 "Exit status: 0 fine; 3 a regression; 5 too noisy to judge; 1 "
		 "wrong answers, or something failed or was stopped; 2 command "
		 "line or config; 4 cannot be measured here.",
	.run = run,
};
