/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a night, in their order, and what they come to. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "machine/clock.h"
#include "night/steps.h"
#include "outputs/file.h"
#include "store/results.h"

enum { ARGS_MAX = 24, TIMED_OUT = 124 };

static double now_s(void)
{
	return (double)clock_monotonic_ns() / 1e9;
}

const struct night_step *night_step(const struct night *n, const char *name)
{
	for (unsigned i = 0; i < n->nsteps; i++)
		if (!strcmp(n->step[i].name, name))
			return &n->step[i];
	return NULL;
}

static struct night_step *add_step(struct night *n, const char *name)
{
	struct night_step *step = &n->step[n->nsteps];

	if (n->nsteps == NIGHT_STEPS_MAX)
		abort();
	n->nsteps++;
	*step = (struct night_step){.name = name, .status = -1};
	return step;
}

static bool stopped(const struct night *n)
{
	return *n->stop;
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
 * Runs this program with @args (up to NULL) and keeps what it prints in @file
 * of the night's folder (NULL: nowhere). @limit_s > 0: interrupted after it.
 * Nothing is run once the night was stopped.
 */
static struct night_step *run(struct night *n, const char *name,
			      const char *file, double limit_s,
			      const char *const *args)
{
	struct night_step *step = add_step(n, name);
	const struct child_options child = {.stop = n->stop};
	const char *argv[ARGS_MAX];
	char limit[32], *out = NULL;
	double began = now_s();
	struct err e = {0};
	unsigned k = 0;

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
	while (*args && k < ARGS_MAX - 1)
		argv[k++] = *args++;
	argv[k] = NULL;
	err_note("nightly: %s", name);
	if (child_run(argv, &child, &out, &step->status, &e) ||
	    (file && keep(n, file, out, &e))) {
		step->status = EXIT_RUN_FAILED;
		snprintf(step->note, sizeof(step->note), "%.190s", e.what);
	} else if (step->status == TIMED_OUT) {
		snprintf(step->note, sizeof(step->note),
			 "cut short: the budget was spent");
	}
	free(out);
	step->seconds = now_s() - began;
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

static void gate(struct night *n, const char *baseline)
{
	char folder[4200], budget[32] = "";
	const char *args[ARGS_MAX] = {"gate",	     "--baseline", baseline,
				      "--candidate", n->candidate, "--results",
				      n->results,    "--wait",	   "--out",
				      folder,	     NULL};
	double limit = allowance(n, 0.4);

	snprintf(folder, sizeof(folder), "%s/gate", n->folder);
	if (limit > 0) {
		snprintf(budget, sizeof(budget), "%.0fs", limit);
		args[10] = "--budget";
		args[11] = budget;
		args[12] = NULL;
	}
	run(n, "gate", "gate.txt", 0, args);
}

/* "design/case,…" that the gate called slower; the caller frees. NULL: none.
 * *exact: exact figures that are worse. */
static char *called_slower(const struct night *n, size_t *exact)
{
	char path[4200], *list = NULL;
	json_t *all, *row;
	size_t i, bytes, k = 0;
	FILE *out;

	*exact = 0;
	snprintf(path, sizeof(path), "%s/gate/gate.json", n->folder);
	all = json_load_file(path, 0, NULL);
	out = open_memstream(&list, &bytes);
	if (!out)
		abort();
	json_array_foreach(json_object_get(all, "metrics"), i, row)
	{
		const char *design, *name;
		int slower = 0;

		if (!json_unpack(row, "{s:s, s:s, s:b}", "design", &design,
				 "case", &name, "slower", &slower) &&
		    slower)
			fprintf(out, "%s%s/%s", k++ ? "," : "", design, name);
	}
	json_array_foreach(json_object_get(all, "exact"), i, row) *exact +=
		json_is_true(json_object_get(row, "worse"));
	json_decref(all);
	if (fclose(out))
		abort();
	if (k)
		return list;
	free(list);
	return NULL;
}

/* An hour later the machine may have changed its mind: once more for what was
 * called slower. Exact figures stay what they are. */
static void gate_again(struct night *n, const char *baseline)
{
	const struct night_step *first = night_step(n, "gate");
	size_t exact;
	char *list;

	if (!first || first->status != EXIT_REGRESSION)
		return;
	list = called_slower(n, &exact);
	if (list) {
		const char *args[] = {
			"gate",	      "--baseline", baseline, "--candidate",
			n->candidate, "--only",	    list,     "--times-only",
			"--no-store", "--seed",	    "2",      "--wait",
			NULL};
		struct night_step *again =
			run(n, "gate, later", "gate-later.txt", 0, args);

		if (again->status == EXIT_OK && !exact)
			snprintf(again->note, sizeof(again->note),
				 "not slower an hour later: no regression");
	}
	free(list);
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
	const char *fresh[] = {"run",	   n->config,	  "--results",
			       n->results, "--no-report", "--wait",
			       NULL};
	const char *again[] = {"run",	   "--resume",	  "--results",
			       n->results, "--no-report", "--wait",
			       n->config,  NULL};
	char status[32] = "";
	struct night_step *step;

	if (n->resume)
		latest_status(n, status, sizeof(status));
	if (strcmp(status, "done")) {
		run(n, "sweep", NULL, allowance(n, 0.85),
		    *status ? again : fresh);
		return;
	}
	step = add_step(n, "sweep");
	step->status = EXIT_OK;
	snprintf(step->note, sizeof(step->note), "was complete");
}

static void exports(struct night *n)
{
	static const struct {
		const char *step, *format, *file;
	} forms[] = {{"export csv", "csv", "run.csv"},
		     {"export json", "json", "run.json"},
		     {"export junit", "junit", "run.xml"},
		     {"export openmetrics", "openmetrics", "run.om"},
		     {"export otava", "otava", "run.otava.csv"},
		     {"export markdown", "markdown", "run.md"}};

	for (unsigned i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		const char *args[] = {"export",	   "latest",
				      "--format",  forms[i].format,
				      "--results", n->results,
				      NULL};

		run(n, forms[i].step, forms[i].file, 0, args);
	}
}

static void after_the_sweep(struct night *n)
{
	char trend[4200], plots[4200];
	const char *const trend_args[] = {"trend", "--results", n->results,
					  "--out", trend,	NULL};
	const char *const plot_args[] = {"plot",     "latest", "--results",
					 n->results, "--out",  plots,
					 NULL};
	const char *const report_args[] = {"report", "latest", "--results",
					   n->results, NULL};

	snprintf(trend, sizeof(trend), "%s/trend", n->folder);
	snprintf(plots, sizeof(plots), "%s/plots", n->folder);
	run(n, "trend", "trend.txt", 0, trend_args);
	run(n, "report", "report.txt", 0, report_args);
	run(n, "plot", NULL, 0, plot_args);
	exports(n);
}

/* Whether the sweep left a run to report on. */
static bool has_run(const struct night *n)
{
	const struct night_step *sweep = night_step(n, "sweep");
	int status = sweep ? sweep->status : -1;

	return status == EXIT_OK || status == EXIT_RUN_FAILED ||
	       status == TIMED_OUT;
}

/* Of a step that decides; the others only advise. */
static int judged(const struct night *n)
{
	const struct night_step *sweep = night_step(n, "sweep");
	const struct night_step *first = night_step(n, "gate");
	const struct night_step *later = night_step(n, "gate, later");
	size_t exact = 0;

	if (stopped(n) || !sweep ||
	    (sweep->status != EXIT_OK && sweep->status != TIMED_OUT))
		return sweep && sweep->status > 0 && !stopped(n)
			       ? sweep->status
			       : EXIT_RUN_FAILED;
	if (!first)
		return EXIT_OK;
	if (first->status == EXIT_REGRESSION && later) {
		free(called_slower(n, &exact));
		if (!exact)
			return later->status;
	}
	return first->status;
}

int night_run(struct night *n)
{
	const char *const check[] = {"run", "--dry-run", n->config, NULL};
	const char *const doctor[] = {"doctor", NULL};
	const char *baseline = n->baseline ? n->baseline : n->kept;
	struct night_step *step;
	unsigned removed;
	struct err e = {0};
	struct stat st;

	step = run(n, "check", NULL, 0, check);
	if (step->status != EXIT_OK)
		return step->status < 0 ? EXIT_RUN_FAILED : step->status;
	run(n, "doctor", "doctor.txt", 0, doctor);
	if (n->candidate) {
		/* The first night has nothing but itself: a canary. */
		if (!n->baseline && stat(n->kept, &st))
			baseline = n->candidate;
		gate(n, baseline);
	}
	sweep(n);
	if (n->candidate)
		gate_again(n, baseline);
	if (!stopped(n) && has_run(n))
		after_the_sweep(n);
	step = add_step(n, "retention");
	step->status = EXIT_OK;
	if (night_retain(n, &removed, &e)) {
		step->status = EXIT_RUN_FAILED;
		snprintf(step->note, sizeof(step->note), "%.190s", e.what);
	} else if (removed) {
		snprintf(step->note, sizeof(step->note), "%u runs removed",
			 removed);
	}
	return judged(n);
}
