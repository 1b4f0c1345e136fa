/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a night, in their order, and what they come to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/text.h"
#include "machine/clock.h"
#include "night/steps.h"
#include "outputs/file.h"
#include "store/results.h"

enum { ARGS_MAX = 32, TIMED_OUT = 124 };

/*
 * A step: what it is called, where what it prints is kept (in the folder of the
 * night; NULL: nowhere), and its arguments, apart by blanks; value() says what
 * stands for those that begin with @. NULL: not a command.
 */
static const struct {
	const char *name, *file, *args;
} rows[NIGHT_STEPS] = {
	[NIGHT_CHECK] = {"check", NULL, "run --dry-run @config"},
	[NIGHT_DOCTOR] = {"doctor", "doctor.txt", "doctor"},
	[NIGHT_GATE] = {"gate", "gate.txt",
			"gate --baseline @against --candidate @candidate "
			"--results @results --wait --out @folder/gate"},
	[NIGHT_SWEEP] = {"sweep", NULL,
			 "run @config --results @results --no-report --wait"},
	[NIGHT_COMPARE] = {"compare", "compare.txt",
			   "compare @before @tonight --results @results "
			   "--out @folder/compare"},
	[NIGHT_TREND] = {"trend", "trend.txt",
			 "trend --results @results --out @folder/trend"},
	[NIGHT_REPORT] = {"report", "report.txt",
			  "report latest --results @results"},
	[NIGHT_PAGE] = {"page", NULL,
			"report latest --results @results "
			"--trend --html @folder/report.html"},
	[NIGHT_PLOT] = {"plot", NULL,
			"plot latest --results @results --out @folder/plots"},
#define EXPORT(i, format, file)                                         \
	[NIGHT_EXPORT_FIRST + (i)] = {"export " #format, file,          \
				      "export latest --format " #format \
				      " --results @results"}
	EXPORT(0, csv, "run.csv"),
	EXPORT(1, json, "run.json"),
	EXPORT(2, junit, "run.xml"),
	EXPORT(3, openmetrics, "run.om"),
	EXPORT(4, otava, "run.otava.csv"),
	EXPORT(5, markdown, "run.md"),
#undef EXPORT
	[NIGHT_RETENTION] = {"retention", NULL, NULL},
};

static double now_s(void)
{
	return (double)clock_monotonic_ns() / 1e9;
}

/* What @word of a row stands for; @path has room for one in the folder. */
static const char *value(const struct night *n, const char *word,
			 char path[4200])
{
	const struct {
		const char *name, *value;
	} values[] = {{"@config", n->config},	{"@results", n->results},
		      {"@against", n->against}, {"@candidate", n->candidate},
		      {"@before", n->before},	{"@tonight", n->tonight}};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (!strcmp(word, values[i].name))
			return values[i].value;
	if (strncmp(word, "@folder", 7))
		return word;
	snprintf(path, 4200, "%s%s", n->folder, word + 7);
	return path;
}

static struct night_step *begin(struct night *n, enum night_id id)
{
	n->step[id] = (struct night_step){.name = rows[id].name, .status = -1};
	return &n->step[id];
}

static bool stopped(const struct night *n)
{
	return *n->stop;
}

/* Ended with a verdict, whatever it is; or had none to give. */
static bool has_judged(const struct night_step *step)
{
	return step->name &&
	       (step->status == EXIT_OK || step->status == EXIT_REGRESSION ||
		step->status == EXIT_INCONCLUSIVE);
}

static int keep(const struct night *n, const char *file, const char *text,
		struct err *e)
{
	struct whole_file f;
	int rc = whole_file_in(&f, n->folder, file, e);

	if (rc)
		return rc;
	fputs(text, f.out);
	return whole_file_close(&f, 0, e);
}

/*
 * Runs step @id with @more arguments, NULL behind them (NULL: none). @limit_s >
 * 0: interrupted after it. Nothing is run once the night was stopped.
 */
static struct night_step *run(struct night *n, enum night_id id, double limit_s,
			      const char *const *more)
{
	struct night_step *step = begin(n, id);
	char said[sizeof(step->note) - 1] = "";
	const struct child_options child = {
		.stop = n->stop, .said = said, .said_size = sizeof(said)};
	char args[256], path[4200], limit[32], *rest = args, *out = NULL;
	const char *argv[ARGS_MAX], *file = rows[id].file;
	struct err e = {0};
	unsigned k = 0;

	step->began_s = now_s();
	if (stopped(n)) {
		snprintf(step->note, sizeof(step->note), "not run: stopped");
		return step;
	}
	if (limit_s > 0) {
		snprintf(limit, sizeof(limit), "%.0f", limit_s);
		argv[k++] = "timeout";
		argv[k++] = "--foreground";
		argv[k++] = "--signal=INT";
		argv[k++] = "--kill-after=60";
		argv[k++] = limit;
	}
	argv[k++] = n->program;
	snprintf(args, sizeof(args), "%s", rows[id].args);
	while (rest)
		argv[k++] = value(n, strsep(&rest, " "), path);
	while (more && *more)
		argv[k++] = *more++;
	argv[k] = NULL;
	err_note("nightly: %s", step->name);
	if (child_run(argv, &child, &out, &step->status, &e) ||
	    (file && keep(n, file, out, &e))) {
		step->status = EXIT_RUN_FAILED;
		snprintf(step->note, sizeof(step->note), "%.190s", e.what);
	} else if (step->status == TIMED_OUT) {
		snprintf(step->note, sizeof(step->note),
			 "cut short: the budget was spent");
	} else if (!has_judged(step)) {
		snprintf(step->note, sizeof(step->note), "%s",
			 *said ? said : "ended without a message");
	}
	free(out);
	step->seconds = now_s() - step->began_s;
	return step;
}

/* Seconds for a step that may have @share of what is left; 0: no budget. */
static double allowance(const struct night *n, double share)
{
	double left = n->budget_s - (now_s() - n->began_s);

	if (!(n->budget_s > 0))
		return 0;
	return left > 10 ? share * left : share * 10;
}

/* ---- gate ---- */

static void gate(struct night *n)
{
	double limit = allowance(n, 0.4);
	char budget[32];
	const char *const more[] = {"--budget", budget, NULL};

	snprintf(budget, sizeof(budget), "%.0fs", limit);
	run(n, NIGHT_GATE, 0, limit > 0 ? more : NULL);
}

/* ---- the rest ---- */

/* The status of the latest run: "interrupted", … ; "": there is none. */
static void latest_status(const struct night *n, char *status, size_t size)
{
	struct store *s = NULL;
	struct store_run run = {0};
	struct err e = {0};
	int64_t id;

	*status = '\0';
	if (!store_open_readonly(&s, n->results, &e) &&
	    !store_run_find(s, "latest", &id, &e) &&
	    !store_run_read(s, id, &run, &e))
		snprintf(status, size, "%s", run.status);
	store_run_release(&run);
	store_close(s);
}

static void sweep(struct night *n)
{
	static const char *const resume[] = {"--resume", NULL};
	char status[32] = "";
	struct night_step *step;

	if (n->resume)
		latest_status(n, status, sizeof(status));
	if (strcmp(status, "done")) {
		step = run(n, NIGHT_SWEEP, allowance(n, 0.85),
			   *status ? resume : NULL);
		latest_status(n, status, sizeof(status));
		if (step->status == EXIT_RUN_FAILED && !strcmp(status, "done"))
			snprintf(step->note, sizeof(step->note),
				 "trials failed or gave wrong answers: "
				 "report.txt names them");
		return;
	}
	step = begin(n, NIGHT_SWEEP);
	step->status = EXIT_OK;
	snprintf(step->note, sizeof(step->note), "was complete");
}

/* Whether the sweep left a run to report on. */
static bool has_run(const struct night *n)
{
	int status = n->step[NIGHT_SWEEP].status;

	return status == EXIT_OK || status == EXIT_RUN_FAILED ||
	       status == TIMED_OUT;
}

/* Tonight's build against the one before it, in all cells of the sweep: what
 * the gate does not see lies outside of kernels/. */
static void compare(struct night *n)
{
	struct night_step *step;
	struct err e = {0};

	if (night_pools(n, n->tonight, n->before, sizeof(n->before), &e))
		err_print(&e);
	if (*n->before) {
		step = run(n, NIGHT_COMPARE, 0, NULL);
		if (!*step->note)
			snprintf(step->note, sizeof(step->note),
				 "runs %.90s against %.90s", n->tonight,
				 n->before);
		return;
	}
	step = begin(n, NIGHT_COMPARE);
	snprintf(step->note, sizeof(step->note), "%s",
		 *n->tonight ? "no sweep of another build before it"
			     : "the sweep is not complete");
}

/* All of the run, and what this night judged. */
static void page(struct night *n)
{
	char gate[4400], runs[256];
	const char *more[5] = {NULL};
	unsigned k = 0;

	/* It may have judged and not been able to write it. */
	snprintf(gate, sizeof(gate), "%s/gate/gate.json", n->folder);
	if (has_judged(&n->step[NIGHT_GATE]) && !access(gate, R_OK)) {
		more[k++] = "--gate";
		more[k++] = gate;
	}
	if (has_judged(&n->step[NIGHT_COMPARE])) {
		snprintf(runs, sizeof(runs), "%s..%s", n->before, n->tonight);
		more[k++] = "--compare";
		more[k++] = runs;
	}
	run(n, NIGHT_PAGE, 0, more);
}

/* Of the steps that decide; the others only advise. */
static int judged(const struct night *n)
{
	int sweep = n->step[NIGHT_SWEEP].status;
	const struct night_step *gate = &n->step[NIGHT_GATE];
	bool slower = n->step[NIGHT_COMPARE].status == EXIT_REGRESSION;

	if (stopped(n) || sweep < 0)
		return EXIT_RUN_FAILED;
	if (sweep != EXIT_OK && sweep != TIMED_OUT)
		return sweep;
	if (slower && (!gate->name || gate->status == EXIT_OK ||
		       gate->status == EXIT_INCONCLUSIVE))
		return EXIT_REGRESSION;
	return gate->name ? gate->status : EXIT_OK;
}

static void retain(struct night *n)
{
	struct night_step *step = begin(n, NIGHT_RETENTION);
	unsigned removed;
	struct err e = {0};

	step->status = EXIT_OK;
	if (night_retain(n, &removed, &e)) {
		step->status = EXIT_RUN_FAILED;
		snprintf(step->note, sizeof(step->note), "%.190s", e.what);
	} else if (removed) {
		snprintf(step->note, sizeof(step->note), "%u runs removed",
			 removed);
	}
}

/* Where what can be sent is. */
static void name_pages(struct night *n)
{
	static const struct {
		enum night_id id;
		const char *file, *what;
	} page[] = {{NIGHT_GATE, "gate/gate.html", ""},
		    {NIGHT_COMPARE, "compare/compare.html", ""},
		    {NIGHT_TREND, "trend/trend.html", ""},
		    {NIGHT_PAGE, "report.html", ": all of the night, to send"}};
	char path[4400];

	for (unsigned i = 0; i < sizeof(page) / sizeof(*page); i++) {
		struct night_step *step = &n->step[page[i].id];

		snprintf(path, sizeof(path), "%s/%s", n->folder, page[i].file);
		if (step->name && step->status >= 0 && !access(path, F_OK))
			text_join(step->note, sizeof(step->note), "; ", "%s%s",
				  page[i].file, page[i].what);
	}
}

int night_check(struct night *n)
{
	int status = run(n, NIGHT_CHECK, 0, NULL)->status;

	return status < 0 ? EXIT_RUN_FAILED : status;
}

int night_run(struct night *n)
{
	struct stat st;
	bool report;

	run(n, NIGHT_DOCTOR, 0, NULL);
	/* The first night has nothing but itself: a canary. */
	n->first = !n->baseline && stat(n->kept, &st);
	n->against = n->baseline ? n->baseline
		     : n->first	 ? n->candidate
				 : n->kept;
	if (n->candidate)
		gate(n);
	sweep(n);
	report = !stopped(n) && has_run(n);
	if (report)
		compare(n);
	for (unsigned i = NIGHT_TREND; report && i <= NIGHT_EXPORT_LAST; i++) {
		if (i == NIGHT_PAGE)
			page(n);
		else
			run(n, i, 0, NULL);
	}
	name_pages(n);
	retain(n);
	return judged(n);
}
