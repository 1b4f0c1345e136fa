/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of a night: how it ended, what it compared, its steps. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/printable.h"
#include "base/text.h"
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
static void open_changes(const struct night *n, char *text, size_t size)
{
	json_t *trend = read_json(n, "trend/trend.json");
	json_int_t open = json_integer_value(json_object_get(trend, "open"));
	double most = worst(trend);

	if (open)
		text_add(text, size, "; trend: %lld open change%s",
			 (long long)open, open == 1 ? "" : "s");
	if (open && most > 1)
		text_add(text, size, ", up to %.3g %% slower",
			 (most - 1) * 100);
	json_decref(trend);
}

static void build(const char *name, const char *commit, char *text, size_t size)
{
	char shown[512];

	text_add(text, size, "%s", printable_copy(shown, sizeof(shown), name));
	if (*commit)
		text_add(text, size, " (commit %s)",
			 printable_copy(shown, sizeof(shown), commit));
}

static void compared(const struct night *n, struct document *d)
{
	json_t *gate = n->candidate ? read_json(n, "gate/gate.json") : NULL;
	char text[2400] = "";

	if (!n->candidate) {
		text_add(text, sizeof(text), "nothing (--no-gate)");
	} else if (!gate) {
		text_add(text, sizeof(text),
			 "nothing (the gate left no judgement)");
	} else {
		build(text_of(gate, "new"), text_of(gate, "new_commit"), text,
		      sizeof(text));
		text_add(text, sizeof(text),
			 n->first ? " with itself, as there is no earlier "
				    "night: it shows how well this machine can "
				    "judge"
				  : " with ");
		if (!n->first)
			build(text_of(gate, "old"), text_of(gate, "old_commit"),
			      text, sizeof(text));
	}
	doc_text(d, 0, 4, "Compared: %s.", text);
	json_decref(gate);
}

static void table(const struct night *n, struct document *d)
{
	static const struct table_column column[] = {{"", "step", 0, true},
						     {"", "status", 0, true},
						     {"", "time", 0, false}};
	struct table t;
	unsigned row = 0;

	table_init(&t, column, 3, NIGHT_STEPS);
	t.note_name = "";
	for (unsigned i = 0; i < NIGHT_STEPS; i++) {
		const struct night_step *step = &n->step[i];

		if (!step->name)
			continue;
		snprintf(table_cell(&t, row, 0), TABLE_CELL, "%s", step->name);
		snprintf(table_cell(&t, row, 1), TABLE_CELL, "not run");
		if (step->status >= 0) {
			snprintf(table_cell(&t, row, 1), TABLE_CELL, "%d",
				 step->status);
			progress_time(step->seconds, table_cell(&t, row, 2),
				      TABLE_CELL);
		}
		table_note(&t, row++, "%s", step->note);
	}
	t.rows = row;
	doc_table(d, &t);
}

void night_document(const struct night *n, int status, double seconds,
		    struct document *d)
{
	char text[256], took[32], config[1024], folder[1024];

	printable_copy(config, sizeof(config), n->config);
	printable_copy(folder, sizeof(folder), n->folder);
	progress_time(seconds, took, sizeof(took));
	snprintf(text, sizeof(text), "Night of %s: %s", n->started_utc,
		 verdict(n, status));
	open_changes(n, text, sizeof(text));
	doc_title(d, text);
	doc_text(d, 0, 4, "%s, %s; report in %s", config, took, folder);
	compared(n, d);
	table(n, d);
}
