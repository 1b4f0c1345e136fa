/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench trend ack`: changes that somebody knows of and accepts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "commands/open.h"
#include "commands/trend.h"
#include "commands/registry.h"
#include "base/err.h"

struct options {
	const char *results, *name, *since, *reason;
	double threshold;
	const char *const *what; /* changes or commits */
	size_t nwhat;
	bool list, undo;
};

/* 0, or the exit status. */
static int parse(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
		{"results", required_argument, NULL, 'r'},
		{"config", required_argument, NULL, 'c'},
		{"since", required_argument, NULL, 's'},
		{"threshold", required_argument, NULL, 't'},
		{"reason", required_argument, NULL, 'R'},
		{"list", no_argument, NULL, 'l'},
		{"undo", no_argument, NULL, 'u'},
		{NULL, 0, NULL, 0}};
	int c;

	*o = (struct options){.threshold = changepoint_defaults.change_min};
	while ((c = args_next(argc, argv, "", known)) != -1)
		if (c == 'r')
			o->results = optarg;
		else if (c == 'c')
			o->name = optarg;
		else if (c == 's')
			o->since = optarg;
		else if (c == 't' && !cmd_trend_percent(optarg, &o->threshold))
			return EXIT_USAGE;
		else if (c == 'R')
			o->reason = optarg;
		else if (c == 'l')
			o->list = true;
		else if (c == 'u')
			o->undo = true;
		else if (c == '?')
			return EXIT_USAGE;
	o->what = (const char *const *)(argv + optind);
	o->nwhat = (size_t)(argc - optind);
	if (o->list + o->undo + (o->reason != NULL) > 1)
		return args_error("trend", "ack: one of --reason, --list and "
					   "--undo at a time");
	if (o->list)
		return o->nwhat ? args_error("trend", "ack --list takes no "
						      "further argument")
				: 0;
	if (!o->nwhat)
		return args_error("trend", "ack: which change, or which "
					   "commit?");
	if (!o->undo && (!o->reason || !o->reason[strspn(o->reason, " \t")]))
		return args_error("trend", "ack: give a --reason; who looks "
					   "at it next will ask");
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
	chosen->ack =
		realloc(chosen->ack, (chosen->n + 1) * sizeof(*chosen->ack));
	if (!chosen->ack)
		abort();
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
	for (size_t i = 0; i < o->nwhat; i++) {
		const char *what = o->what[i];

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
	int rc = store_acks_remove(s, o->what, o->nwhat, e);

	if (rc == -ENOENT)
		err_remedy(e, "vtdbench trend ack --list prints what is");
	for (size_t i = 0; i < o->nwhat && !rc; i++)
		printf("no longer acknowledged: %s\n", o->what[i]);
	return rc;
}

int cmd_trend_ack(int argc, char **argv)
{
	struct store *s = NULL;
	struct options o;
	struct err e = {0};
	int rc = parse(argc, argv, &o);

	if (rc)
		return rc;
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
	return rc ? cmd_open_status(rc) : EXIT_OK;
}
