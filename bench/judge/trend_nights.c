/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which runs the trend is of, in the order of time. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/must.h"
#include "judge/trend_parts.h"

static char *copy(const char *text)
{
	char *c = strdup(text ? text : "");

	if (!c)
		must_fail();
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
		must_fail();
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
		.machine = SIZE_MAX,
	};
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct trend_night *x = a, *y = b;
	int by = strcmp(x->started_utc, y->started_utc);

	return by ? by : (x->run > y->run) - (x->run < y->run);
}

static int by_run(const void *a, const void *b)
{
	const struct trend_night *x = a, *y = b;

	return (x->run > y->run) - (x->run < y->run);
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

static int find_from(struct trend *t, struct err *e)
{
	char when[32];
	int rc;

	if (!t->options.since)
		return 0;
	rc = since_when(t, when, e);
	if (rc)
		return rc;
	while (t->from < t->nnights &&
	       strcmp(t->night[t->from].started_utc, when) < 0)
		t->from++;
	if (t->from < t->nnights)
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

/* ---- clocks that were wrong -------------------------------------------------
 */

enum { DAY = 86400, YEAR = 366 * DAY };

/* 2020: before there was a vtdbench. */
static const int64_t too_early = INT64_C(1577836800);

/* Marks what no clock that was set can say; but ours may be wrong, too. */
static void mark_impossible(const struct trend *t, bool *odd)
{
	int64_t now = time(NULL);
	size_t n = 0;

	for (size_t i = 0; i < t->nnights; i++) {
		odd[i] = t->night[i].time < too_early ||
			 t->night[i].time > now + YEAR;
		n += odd[i];
	}
	if (2 * n > t->nnights)
		memset(odd, 0, t->nnights * sizeof(*odd));
}

/*
 * The longest chain of nights, of those not @odd, in which ids and times rise
 * together: before[i] is what comes before i in it, nnights: nothing. Returns
 * its last night; *@length.
 */
static size_t longest_chain(const struct trend *t, const bool *odd,
			    size_t *before, size_t *length)
{
	size_t n = t->nnights, last = n, *of = calloc(n + 1, sizeof(*of));

	if (!of)
		must_fail();
	for (size_t i = 0; i < n; i++) {
		if (odd[i])
			continue;
		before[i] = n;
		of[i] = 1;
		for (size_t k = 0; k < i; k++)
			if (of[k] >= of[i] &&
			    t->night[k].time <= t->night[i].time) {
				of[i] = of[k] + 1;
				before[i] = k;
			}
		if (last == n || of[i] > of[last] ||
		    (of[i] == of[last] &&
		     t->night[i].time < t->night[last].time))
			last = i;
	}
	*length = last < n ? of[last] : 0;
	free(of);
	return last;
}

/*
 * Marks nights that are more than a day off from where their ids have them.
 * If half of them are, ids follow another order, and times are believed.
 */
static void mark_misplaced(struct trend *t, bool *odd)
{
	size_t n = t->nnights, counted = 0, length;
	size_t *before = calloc(n + 1, sizeof(*before));
	int64_t hi = INT64_MAX;

	if (!before)
		must_fail();
	for (size_t i = 0; i < n; i++)
		counted += !odd[i];
	for (size_t i = n, next = longest_chain(t, odd, before, &length);
	     i-- > 0 && 2 * length > counted;) {
		int64_t at = t->night[i].time;

		if (odd[i])
			continue;
		if (i == next) {
			next = before[i];
			hi = at;
			continue;
		}
		odd[i] = (hi < INT64_MAX && at > hi + DAY) ||
			 (next < n && at < t->night[next].time - DAY);
	}
	t->by_time_only = counted > 1 && 2 * length <= counted;
	free(before);
}

/* Nights whose id and time disagree have no place: they go to t->odd. */
static void leave_odd(struct trend *t)
{
	bool *odd = calloc(t->nnights + 1, sizeof(*odd));
	size_t kept = 0;

	t->odd = calloc(t->nnights + 1, sizeof(*t->odd));
	if (!odd || !t->odd)
		must_fail();
	qsort(t->night, t->nnights, sizeof(*t->night), by_run);
	mark_impossible(t, odd);
	mark_misplaced(t, odd);
	for (size_t i = 0; i < t->nnights; i++)
		if (odd[i])
			t->odd[t->nodd++] = t->night[i];
		else
			t->night[kept++] = t->night[i];
	t->nnights = kept;
	free(odd);
}

int trend_find_nights(struct store *s, struct trend *t, struct err *e)
{
	int rc = store_runs_each(s, visit_run, t, e);

	if (rc)
		return rc;
	if (!t->nnights)
		return no_night(s, t, e);
	leave_odd(t);
	qsort(t->night, t->nnights, sizeof(*t->night), by_time);
	return find_from(t, e);
}
