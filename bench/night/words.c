/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of a night: how it ended, what it compared, its steps. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/printable.h"
#include "night/steps.h"
#include "outputs/progress.h"

/* A file of the night's folder, which the caller releases; NULL: not there. */
static json_t *read_json(const struct night *n, const char *file)
{
	char path[4400];

	snprintf(path, sizeof(path), "%s/%s", n->folder, file);
	return json_load_file(path, 0, NULL);
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

/* What the status means; a night that compared nothing is not fine. */
static const char *verdict(const struct night *n, int status)
{
	static const char *const words[] = {"fine",
					    "FAILED",
					    "refused",
					    "REGRESSION",
					    "cannot be measured",
					    "too noisy to judge"};

	if (status < 0 || status > 5)
		return "FAILED";
	if (!status && !n->candidate && !*n->before)
		return "done, no gate judged it";
	if (!status && n->first)
		return "done, with no earlier night to compare with";
	return words[status];
}

/* The most that an open change of the trend made slower, as a ratio. */
static double worst(const json_t *trend)
{
	json_t *series, *change;
	double most = 1;
	size_t i, k;

	json_array_foreach(json_object_get(trend, "series"), i, series)
		json_array_foreach(
			json_object_get(series, "changes"), k,
			change) if (!json_object_get(change, "acknowledged") &&
				    !json_object_get(change, "ended_run"))
			most = fmax(most, json_number_value(json_object_get(
						  change, "cost_ratio")));
	return most;
}

/* Open changes are no verdict, and not to be passed over either. */
static void open_changes(const struct night *n, FILE *out)
{
	json_t *trend = read_json(n, "trend/trend.json");
	json_int_t open = json_integer_value(json_object_get(trend, "open"));
	double most = worst(trend);

	if (open)
		fprintf(out, "; trend: %lld open change%s", (long long)open,
			open == 1 ? "" : "s");
	if (open && most > 1)
		fprintf(out, ", up to %.3g %% slower", (most - 1) * 100);
	json_decref(trend);
}

static void build(const char *name, const char *commit, FILE *out)
{
	char shown[1024];

	fprintf(out, "`%s`", printable_copy(shown, sizeof(shown), name));
	if (*commit)
		fprintf(out, " (commit %s)",
			printable_copy(shown, sizeof(shown), commit));
}

static void compared(const struct night *n, FILE *out)
{
	json_t *gate = n->candidate ? read_json(n, "gate/gate.json") : NULL;

	if (!n->candidate) {
		fputs("Compared: nothing (--no-gate).\n\n", out);
	} else if (!gate) {
		fputs("Compared: nothing (the gate left no judgement).\n\n",
		      out);
	} else {
		fputs("Compared: ", out);
		build(text_of(gate, "new"), text_of(gate, "new_commit"), out);
		if (n->first) {
			fputs(" with itself, as there is no earlier night: it "
			      "shows how well this machine can judge",
			      out);
		} else {
			fputs(" with ", out);
			build(text_of(gate, "old"), text_of(gate, "old_commit"),
			      out);
		}
		fputs(".\n\n", out);
	}
	json_decref(gate);
}

static void table(const struct night *n, FILE *out)
{
	char took[32];

	fputs("| step | status | time | |\n|---|---|---|---|\n", out);
	for (unsigned i = 0; i < NIGHT_STEPS; i++) {
		const struct night_step *step = &n->step[i];

		if (!step->name)
			continue;
		progress_time(step->seconds, took, sizeof(took));
		if (step->status < 0)
			fprintf(out, "| %s | not run | | %s |\n", step->name,
				step->note);
		else
			fprintf(out, "| %s | %d | %s | %s |\n", step->name,
				step->status, took, step->note);
	}
}

void night_words(const struct night *n, int status, double seconds, FILE *out)
{
	char took[32], config[1024], folder[1024];

	printable_copy(config, sizeof(config), n->config);
	printable_copy(folder, sizeof(folder), n->folder);
	progress_time(seconds, took, sizeof(took));
	fprintf(out, "# Night of %s: %s", n->started_utc, verdict(n, status));
	open_changes(n, out);
	fprintf(out, "\n\n%s, %s; report in %s\n\n", config, took, folder);
	compared(n, out);
	table(n, out);
}

void night_cell(const char *said, char *note, size_t size)
{
	size_t n = 0;

	/* A bar ends a cell, wherever it stands. */
	for (; *said && n + 2 < size; said++) {
		if (*said == '|')
			note[n++] = '\\';
		note[n++] = *said;
	}
	note[n] = '\0';
}
