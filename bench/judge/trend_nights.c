/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which runs the trend is of, in the order of time. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "judge/trend_parts.h"

static char *copy(const char *text)
{
	char *c = strdup(text ? text : "");

	if (!c)
		abort();
	return c;
}

static int64_t time_of(const char *utc)
{
	struct tm tm = {0};

	return utc && strptime(utc, "%Y-%m-%dT%H:%M:%SZ", &tm) ? timegm(&tm)
							       : 0;
}

/* Latest first: the first one decides whose trend it is, if nobody does. */
static int visit_run(void *arg, const struct store_run *run)
{
	struct trend *t = arg;
	struct trend_night *night;

	if (!t->name)
		t->name = copy(t->options.name ? t->options.name : run->name);
	if (strcmp(run->name, t->name) || !strcmp(run->status, "running"))
		return 0;
	t->night = realloc(t->night, (t->nnights + 1) * sizeof(*t->night));
	if (!t->night)
		abort();
	night = &t->night[t->nnights++];
	*night = (struct trend_night){
		.run = run->id,
		.uuid = copy(run->uuid),
		.started_utc = copy(run->started_utc),
		.commit = run->commit && *run->commit ? copy(run->commit)
						      : NULL,
		.version = copy(run->version),
		.time = time_of(run->started_utc),
		.seed = run->seed,
	};
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct trend_night *x = a, *y = b;
	int by = strcmp(x->started_utc, y->started_utc);

	return by ? by : (x->run > y->run) - (x->run < y->run);
}

void trend_free_night(struct trend_night *night)
{
	free(night->uuid);
	free(night->started_utc);
	free(night->commit);
	free(night->version);
}

/* The moment @since, as text that started_utc can be compared with. */
static int since_when(const struct trend *t, char when[32], struct err *e)
{
	const char *since = t->options.since;
	struct tm tm = {0};
	char *end = NULL;
	long days = strtol(since, &end, 10);
	time_t from;

	if (*since >= '0' && *since <= '9' && !strcmp(end, "d") &&
	    days < 100000) {
		from = (time_t)t->night[t->nnights - 1].time -
		       (time_t)days * 86400;
		gmtime_r(&from, &tm);
		strftime(when, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
		return 0;
	}
	end = strptime(since, "%Y-%m-%d", &tm);
	if (end && (!*end || time_of(since))) {
		snprintf(when, 32, "%s", since);
		return 0;
	}
	err_set(e, -EINVAL, "since '%s': no time", since);
	return err_remedy(e, "give a day, as in 2026-10-01, or a number of "
			     "days before the latest run, as in 90d");
}

static int leave_older(struct trend *t, struct err *e)
{
	char when[32];
	size_t older = 0;
	int rc;

	if (!t->options.since)
		return 0;
	rc = since_when(t, when, e);
	if (rc)
		return rc;
	while (older < t->nnights &&
	       strcmp(t->night[older].started_utc, when) < 0)
		trend_free_night(&t->night[older++]);
	t->nnights -= older;
	memmove(t->night, t->night + older, t->nnights * sizeof(*t->night));
	if (t->nnights)
		return 0;
	return err_set(e, -ENOENT, "no run of \"%s\" since %s", t->name,
		       t->options.since);
}

/* Says which runs there are, in the words of who looks for one of them. */
static int no_night(struct store *s, const struct trend *t, struct err *e)
{
	int64_t id;
	int rc = store_run_find(s, t->name ? t->name : "latest", &id, e);

	if (rc)
		return rc;
	err_set(e, -ENOENT, "%s: no run of \"%s\" has ended", store_path(s),
		t->name);
	return err_remedy(e, "wait for the one under way, or vtdbench run "
			     "--resume");
}

int trend_find_nights(struct store *s, struct trend *t, struct err *e)
{
	int rc = store_runs_each(s, visit_run, t, e);

	if (rc)
		return rc;
	if (!t->nnights)
		return no_night(s, t, e);
	qsort(t->night, t->nnights, sizeof(*t->night), by_time);
	return leave_older(t, e);
}
