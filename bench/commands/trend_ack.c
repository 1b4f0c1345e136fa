/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench trend ack`: changes that somebody knows of and accepts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "cli/args.h"
#include "cli/open.h"
#include "commands/trend.h"
#include "views/trend.h"
#include "commands/registry.h"
#include "base/err.h"

struct options {
	const char *results, *name, *since, *reason;
	double threshold;
	struct option_texts what; /* changes or commits */
	bool list, undo;
};

/* What rows cannot say of the options; 0 or EXIT_USAGE. */
static int settle(const struct options *o)
{
	if (o->list + o->undo + (o->reason != NULL) > 1)
		return args_error(&trend_ack, "one of --reason, --list and "
					      "--undo at a time");
	if (o->list)
		return o->what.n ? args_error(&trend_ack,
					      "--list takes no further "
					      "argument")
				 : 0;
	if (!o->what.n)
		return args_error(&trend_ack, "which change, or which commit?");
	if (!o->undo && (!o->reason || !o->reason[strspn(o->reason, " \t")]))
		return args_error(&trend_ack, "give a --reason; who looks at "
					      "it next will ask");
	return 0;
}

/* ---- what is meant ----------------------------------------------------------
 */

struct chosen {
	struct store_ack *ack;
	size_t n;
};

static void choose(struct chosen *chosen, const struct trend *t,
		   const struct trend_series *s, const struct trend_change *c,
		   const char *reason)
{
	const struct trend_night *after = &t->night[s->point[c->at].night];

	for (size_t i = 0; i < chosen->n; i++)
		if (!strcmp(chosen->ack[i].change, c->id))
			return;
	chosen->ack = must_grow(chosen->ack, chosen->n, sizeof(*chosen->ack));
	chosen->ack[chosen->n++] = (struct store_ack){
		.change = c->id,
		.name = t->name,
		.machine = t->machine[s->machine].class.id,
		.cell = s->trial.cell,
		.design = s->trial.design,
		.metric = s->metric,
		.run_uuid = after->uuid,
		.run_started_utc = after->started_utc,
		.reason = reason,
	};
}

/* An id is a change of any metric; a commit those that the table shows. */
static bool is_meant(const struct trend *t, const struct trend_series *s,
		     const struct trend_change *c, const char *what,
		     bool by_commit)
{
	const char *commit = t->night[t->range[c->range].after].commit;

	if (!by_commit)
		return !strcmp(c->id, what);
	return s->is_default && !c->ack && commit && strlen(what) >= 4 &&
	       !strncmp(commit, what, strlen(what));
}

/* The changes @what means, added to @chosen; their number. */
static size_t find(struct chosen *chosen, const struct trend *t,
		   const char *what, bool by_commit, const char *reason)
{
	size_t found = 0;

	for (size_t i = 0; i < t->nseries; i++)
		for (size_t k = 0; k < t->series[i]->nchanges; k++) {
			const struct trend_series *s = t->series[i];
			const struct trend_change *c = &s->change[k];

			if (!is_meant(t, s, c, what, by_commit))
				continue;
			choose(chosen, t, s, c, reason);
			found++;
		}
	return found;
}

static int choose_all(struct chosen *chosen, const struct trend *t,
		      const struct options *o, struct err *e)
{
	for (size_t i = 0; i < o->what.n; i++) {
		const char *what = o->what.text[i];

		if (find(chosen, t, what, false, o->reason) ||
		    find(chosen, t, what, true, o->reason))
			continue;
		err_set(e, -ENOENT, "\"%s\" has no open change '%s'", t->name,
			what);
		return err_remedy(e, "vtdbench trend prints ids and commits; "
				     "--config names the runs of another");
	}
	return 0;
}

static void say(const struct trend *t, const char *change)
{
	for (size_t i = 0; i < t->nseries; i++)
		for (size_t k = 0; k < t->series[i]->nchanges; k++) {
			const struct trend_series *s = t->series[i];
			const struct trend_change *c = &s->change[k];
			char words[48], title[512];

			if (strcmp(c->id, change))
				continue;
			trend_words(s, c, words, sizeof(words));
			trend_title(s, title, sizeof(title));
			printf("acknowledged %s: %s, %s\n", c->id, words,
			       title);
		}
}

/* ---- what is done -----------------------------------------------------------
 */

static int acknowledge(struct store *s, const struct options *o, struct err *e)
{
	static const char *const any[] = {"."};
	struct trend_options options = {.name = o->name,
					.since = o->since,
					.metrics = any,
					.nmetrics = 1,
					.change = changepoint_defaults};
	struct chosen chosen = {0};
	struct trend t;
	int rc;

	options.change.change_min = o->threshold;
	rc = trend_make(s, &options, &t, e);
	if (!rc)
		rc = choose_all(&chosen, &t, o, e);
	if (!rc)
		rc = store_acks_add(s, chosen.ack, chosen.n, e);
	for (size_t i = 0; i < chosen.n && !rc; i++)
		say(&t, chosen.ack[i].change);
	free(chosen.ack);
	trend_release(&t);
	return rc;
}

static int list(struct store *s, struct err *e)
{
	struct store_acks acks;
	int rc = store_acks_load(s, &acks, e);

	for (size_t i = 0; i < acks.n && !rc; i++) {
		const struct store_ack *a = &acks.ack[i];

		printf("%s  %.10s  %s, machine %s: %s, %s, %s: %s\n", a->change,
		       a->acked_utc, a->name, a->machine, a->cell, a->design,
		       a->metric, a->reason);
	}
	if (!rc && !acks.n)
		puts("nothing is acknowledged");
	if (!rc)
		store_acks_release(&acks);
	return rc;
}

static int undo(struct store *s, const struct options *o, struct err *e)
{
	int rc = store_acks_remove(s, (const char *const *)o->what.text,
				   o->what.n, e);

	if (rc == -ENOENT)
		err_remedy(e, "vtdbench trend ack --list prints what is");
	for (size_t i = 0; i < o->what.n && !rc; i++)
		printf("no longer acknowledged: %s\n", o->what.text[i]);
	return rc;
}

static int run(int argc, char **argv)
{
	struct store *s = NULL;
	struct options o = {0};
	struct err e = {0};
	int rc;

	if (args_parse(&trend_ack, argc, argv, &o) || settle(&o))
		return EXIT_USAGE;
	/* Reading first: a results file that is not there is not made. */
	rc = store_open_readonly(&s, cmd_results_path(o.results), &e);
	if (!rc && !o.list) {
		store_close(s);
		s = NULL;
		rc = store_open(&s, cmd_results_path(o.results), &e);
	}
	if (!rc)
		rc = o.list   ? list(s, &e)
		     : o.undo ? undo(s, &o, &e)
			      : acknowledge(s, &o, &e);
	if (rc)
		err_print(&e);
	store_close(s);
	return err_status(rc);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_OPERANDS(O, what, "CHANGE|COMMIT", 0),
	ROW_RESULTS(O, results),
	TREND_ROW_CONFIG(O, name),
	TREND_ROW_SINCE(O, since),
	TREND_ROW_THRESHOLD(O, threshold),
	ROW_TEXT(O, reason, "reason", "TEXT", "why the change is accepted"),
	ROW_BOOL(O, list, "list", "what is acknowledged"),
	ROW_BOOL(O, undo, "undo", "no longer acknowledged"),
	{0}};

const struct command trend_ack = {
	.name = "trend ack",
	.help = "changes that somebody knows of and accepts",
	.usage = "CHANGE|COMMIT... --reason TEXT\n"
		 "--list | --undo CHANGE...",
	.about = "A change that is known and accepted is no longer open. An id "
		 "is a change of any metric; a commit stands for those that "
		 "the table of `vtdbench trend` shows.",
	.rows = rows,
	.after = "Exit status: 0 done; 2 command line, or no such change; 1 "
		 "could not be written.",
	.run = run,
};
