/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exact figures of two builds compared. Each build is asked in a process of
 * its own; under callgrind, where that is installed, its instructions are
 * counted as well: it writes a profile after every call of pair_counted(), in
 * the order that the program reports.
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../kernels/mutant.h"
#include "base/child.h"
#include "base/must.h"
#include "judge/compare.h"
#include "judge/gate.h"

/* What a profile counts, as metrics; in the order of its events. */
static const struct {
	const char *event;
	enum metric_id metric;
} counts[] = {{"Ir", METRIC_instructions_per_op},
	      {"Dr", METRIC_reads_per_op},
	      {"Dw", METRIC_writes_per_op}};
enum { COUNTS = 3 };

/* "samples" and "counted" of `pair --exact`, with instructions added. */
struct answer {
	json_t *all;
	char no_instructions[160];
};

static int parse(json_t **all, const char *text, struct err *e)
{
	json_error_t where;

	*all = json_loads(text, 0, &where);
	return *all ? 0
		    : err_set(e, -EPROTO, "vtdbench pair --exact: %s",
			      where.text);
}

static int ask(struct answer *a, const struct gate_sides *s,
	       const struct gate_options *o, struct err *e)
{
	/* of all cases, the words end before */
	const char *argv[] = {o->program,
			      "pair",
			      "--exact",
			      s->path[0],
			      o->only ? "--only" : NULL,
			      o->only,
			      NULL};
	char *out;
	int status, rc;

	rc = child_run(argv, NULL, &out, &status, e);
	if (!rc && status)
		rc = err_set(e, -EBADMSG,
			     "gate: %s: no exact figures (exit status %d)",
			     s->name, status);
	if (!rc)
		rc = parse(&a->all, out, e);
	free(out);
	return rc;
}

/* The totals of one profile, by position in @counts; false: there are none. */
static bool profile_totals(const char *folder, size_t i, double total[COUNTS])
{
	char path[256], line[1024], events[1024] = "", *event, *value;
	char *save_event, *save_value;
	bool found = false;
	FILE *in;

	snprintf(path, sizeof(path), "%s/cg.%zu", folder, i + 1);
	in = fopen(path, "re");
	while (in && fgets(line, sizeof(line), in)) {
		if (!strncmp(line, "events: ", 8))
			memcpy(events, line + 8, strlen(line + 8) + 1);
		if (strncmp(line, "totals: ", 8))
			continue;
		event = strtok_r(events, " \n", &save_event);
		value = strtok_r(line + 8, " \n", &save_value);
		for (; event && value;
		     event = strtok_r(NULL, " \n", &save_event),
		     value = strtok_r(NULL, " \n", &save_value))
			for (unsigned k = 0; k < COUNTS; k++)
				if (!strcmp(event, counts[k].event)) {
					total[k] = strtod(value, NULL);
					found = true;
				}
	}
	if (in)
		fclose(in);
	unlink(path);
	return found;
}

/* What reclaims in the background wakes at its own time. */
static bool repeatable(const char *name)
{
	for (const struct pair_case *c = pair_cases; c->name; c++)
		if (!strcmp(c->name, name))
			return !pair_retires(c);
	return false;
}

bool gate_is_layout(const struct gate *g, const struct gate_metric *m)
{
	char of[64];

	if ((m->change.ratio.verdict != RATIO_SLOWER &&
	     m->change.ratio.verdict != RATIO_FASTER) ||
	    !g->exact_compared || *g->no_instructions ||
	    !repeatable(m->c->name))
		return false;
	pair_metric(m->c, m->half, of, sizeof(of));
	for (size_t i = 0; i < g->nexact; i++)
		if (!strcmp(g->exact[i].design, m->design) &&
		    !strcmp(g->exact[i].of, of))
			return false;
	return !MUTANT(layout_unsaid);
}

static void add_instructions(struct answer *a, const char *folder)
{
	json_t *samples = json_object_get(a->all, "samples");
	json_t *counted = json_object_get(a->all, "counted"), *row;
	size_t i;

	json_array_foreach(counted, i, row)
	{
		double total[COUNTS] = {0};
		bool found = profile_totals(folder, i, total);
		const char *design, *name, *of;
		int ops;

		if (json_unpack(row, "{s:s, s:s, s:s, s:i}", "design", &design,
				"case", &name, "of", &of, "operations", &ops) ||
		    !repeatable(name))
			continue;
		if (!found) {
			snprintf(a->no_instructions, sizeof(a->no_instructions),
				 "callgrind wrote no profile %zu", i + 1);
			return;
		}
		for (unsigned k = 0; k < COUNTS; k++)
			json_array_append_new(
				samples,
				json_pack("{s:s, s:s, s:s, s:s, s:f}", "design",
					  design, "case", name, "of", of,
					  "metric",
					  metrics[counts[k].metric].name,
					  "value", total[k] / ops));
	}
}

static void count_instructions(struct answer *a, const struct gate_sides *s,
			       const struct gate_options *o)
{
	const struct child_options child = {.quiet = true, .stop = o->stop};
	char folder[] = "/tmp/vtdbench-gate-XXXXXX", profile[64];
	const char *argv[] = {"valgrind",
			      "-q",
			      "--tool=callgrind",
			      "--toggle-collect=pair_counted",
			      "--dump-after=pair_counted",
			      "--cache-sim=yes",
			      "--D1=32768,8,64",
			      "--I1=32768,8,64",
			      "--LL=1048576,16,64",
			      profile,
			      o->program,
			      "pair",
			      "--exact",
			      s->path[0],
			      o->only ? "--only" : NULL,
			      o->only,
			      NULL};
	struct err e = {0};
	char *out = NULL;
	int status;

	if (!mkdtemp(folder)) {
		snprintf(a->no_instructions, sizeof(a->no_instructions),
			 "no folder for profiles: %s", strerror(errno));
		return;
	}
	snprintf(profile, sizeof(profile), "--callgrind-out-file=%s/cg",
		 folder);
	if (child_run(argv, &child, &out, &status, &e))
		snprintf(a->no_instructions, sizeof(a->no_instructions),
			 "%.150s",
			 e.code == -ENOENT ? "valgrind is not installed"
					   : e.what);
	else if (status)
		snprintf(a->no_instructions, sizeof(a->no_instructions),
			 "valgrind ended with status %d", status);
	else
		add_instructions(a, folder);
	free(out);
	snprintf(profile, sizeof(profile), "%s/cg", folder);
	unlink(profile);
	rmdir(folder);
}

static const char *text_of(json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

/* The figure of the other build that is of the same thing, or NULL. */
static json_t *partner(json_t *rows, json_t *of)
{
	static const char *const keys[] = {"design", "of", "metric"};
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		bool same = true;

		for (unsigned k = 0; k < 3; k++)
			same = same && !strcmp(text_of(row, keys[k]),
					       text_of(of, keys[k]));
		if (same)
			return row;
	}
	return NULL;
}

static void differs(struct gate *g, json_t *row, double old, double new)
{
	const struct metric *m = metric_row(metric_of(text_of(row, "metric")));
	struct gate_exact *x;

	g->exact = must_grow(g->exact, g->nexact, sizeof(*g->exact));
	x = &g->exact[g->nexact++];
	*x = (struct gate_exact){.old_value = old, .new_value = new};
	snprintf(x->design, sizeof(x->design), "%s", text_of(row, "design"));
	snprintf(x->of, sizeof(x->of), "%s", text_of(row, "of"));
	snprintf(x->metric, sizeof(x->metric), "%s", text_of(row, "metric"));
	compare_explain(x->metric, old, new, x->text, sizeof(x->text));
	x->worse = m && (m->better == BETTER_LOWER    ? new > old
			 : m->better == BETTER_HIGHER ? new < old
						      : false);
}

static void match(struct gate *g, json_t *olds, json_t *news)
{
	json_t *row;
	size_t i;

	json_array_foreach(news, i, row)
	{
		json_t *was = partner(olds, row);
		double a, b;

		if (!was)
			continue;
		g->exact_compared++;
		a = json_number_value(json_object_get(was, "value"));
		b = json_number_value(json_object_get(row, "value"));
		if (fabs(a - b) > 1e-9 * fabs(a))
			differs(g, row, a, b);
	}
}

int gate_compare_exact(const struct gate_sides *old,
		       const struct gate_sides *new,
		       const struct gate_options *o, struct gate *g,
		       struct err *e)
{
	struct answer a = {0}, b = {0};
	int rc = ask(&a, old, o, e);

	if (!rc)
		rc = ask(&b, new, o, e);
	if (!rc) {
		count_instructions(&a, old, o);
		if (!*a.no_instructions)
			count_instructions(&b, new, o);
		snprintf(g->no_instructions, sizeof(g->no_instructions), "%s",
			 *a.no_instructions ? a.no_instructions
					    : b.no_instructions);
		match(g, json_object_get(a.all, "samples"),
		      json_object_get(b.all, "samples"));
	}
	json_decref(a.all);
	json_decref(b.all);
	return rc;
}
