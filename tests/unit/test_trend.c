/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Histories with known changes, from the store to the forms. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <math.h>
#include <cmocka.h>

#include "views/trend.h"
#include "views/trend_plot.h"
#include "base/rng.h"
#include "store/db.h"
#include "filled_store.h"

/* One night of two designs; what is 0 is as usual. */
struct night {
	int day;
	double rcu_ns, refs;
	const char *machine, *params, *name, *commit;
	uint64_t seed;
	bool running, wrong;
	double leak_ns; /* a reference; 0: none runs */
};

struct history {
	struct filled f;
	struct rng r;
	double noise; /* standard deviation, a share */
	struct trend t;
	struct err e;
};

static double noise(struct history *h)
{
	/* The sum of three is near enough to normal. */
	return 1 + h->noise * 2 *
			   (rng_double(&h->r) + rng_double(&h->r) +
			    rng_double(&h->r) - 1.5);
}

static void begin(struct history *h)
{
	memset(h, 0, sizeof(*h));
	rng_seed(&h->r, 5, 0);
	h->noise = 0.01;
	snprintf(h->f.folder, sizeof(h->f.folder), "/tmp/trend.XXXXXX");
	if (!mkdtemp(h->f.folder))
		abort();
	snprintf(h->f.path, sizeof(h->f.path), "%s/r.db", h->f.folder);
	filled_check(store_open(&h->f.store, h->f.path, &h->e), &h->e);
	/* No power cut is tested here, and hundreds of commits are made. */
	filled_check(store_db_exec(h->f.store, "PRAGMA synchronous = OFF",
				   "test", &h->e),
		     &h->e);
}

static void end(struct history *h)
{
	trend_release(&h->t);
	filled_close(&h->f);
}

static void add_trial(struct history *h, const struct night *n,
		      const char *design, double ns)
{
	struct store_trial t = {.key = design,
				.cell = "walks/uniform/1+0+0",
				.axes = "footprint=1M",
				.sweep = "walks",
				.design = design,
				.workload = "uniform",
				.params = n->params ? n->params
						    : "{\"ops\":\"512\"}",
				.started_utc = "2026-11-22T12:00:01Z",
				.walkers = 1};
	struct record r;

	record_init(&r);
	r.status = n->wrong ? TRIAL_WRONG : TRIAL_OK;
	record_add(&r, METRIC_walk_lat_ns, ns * noise(h), false);
	record_add(&r, METRIC_walk_ops_per_s, 1e9 / ns * noise(h), false);
	record_add(&r, METRIC_floor_dep_ns, 6 * noise(h), false);
	record_add(&r, METRIC_refs_per_walk, n->refs > 0 ? n->refs : 4, true);
	record_add(&r, METRIC_tables_live, 7, true);
	t.record = r;
	filled_check(store_trials_add(h->f.store, h->f.run, &t, 1, &h->e),
		     &h->e);
	record_release(&r);
}

static void add(struct history *h, const struct night *n)
{
	const struct store_run run = {
		.name = n->name ? n->name : "nightly",
		.machine = n->machine ? n->machine : "{\"cpu\":\"One\"}",
		.kernel = "6.1.0",
		.compiler = "gcc 12.2.0",
		.noise = "{}",
		.version = "1.2",
		.commit = n->commit,
		.seed = n->seed};
	char sql[160];

	filled_check(store_run_begin(h->f.store, &run, &h->f.run, &h->e),
		     &h->e);
	add_trial(h, n, "spinlock", 10);
	add_trial(h, n, "rcu", n->rcu_ns > 0 ? n->rcu_ns : 20);
	if (n->leak_ns > 0)
		add_trial(h, n, "leak", n->leak_ns);
	if (!n->running)
		filled_check(store_run_end(h->f.store, h->f.run, "done", &h->e),
			     &h->e);
	snprintf(
		sql, sizeof(sql),
		"UPDATE run SET started_utc = strftime('%%Y-%%m-%%dT02:00:00Z',"
		" '2026-01-01', '+%d days') WHERE id = %lld",
		n->day, (long long)h->f.run);
	filled_check(store_db_exec(h->f.store, sql, "test", &h->e), &h->e);
}

static int make_of(struct history *h, struct trend_options o)
{
	o.change = changepoint_defaults;
	trend_release(&h->t);
	return trend_make(h->f.store, &o, &h->t, &h->e);
}

static void make(struct history *h)
{
	filled_check(make_of(h, (struct trend_options){0}), &h->e);
}

static const struct trend_series *series(const struct history *h,
					 const char *design, const char *metric)
{
	for (size_t i = 0; i < h->t.nseries; i++)
		if (!strcmp(h->t.series[i]->trial.design, design) &&
		    !strcmp(h->t.series[i]->metric, metric))
			return h->t.series[i];
	return NULL;
}

/* 40 nights, one in five missing; slower and one more reference from 25 on. */
static void a_history(struct history *h)
{
	begin(h);
	for (int i = 0; i < 50; i++) {
		bool later = i >= 30;
		struct night n = {.day = i,
				  .rcu_ns = later ? 21 : 20,
				  .refs = later ? 5 : 4,
				  .commit = later ? "bbbbbbb" : "aaaaaaa"};

		if (i % 5 != 4)
			add(h, &n);
	}
}

static void a_step_lies_at_its_commit(void **state)
{
	const struct trend_change *c;
	const struct trend_series *s;
	const struct trend_range *r;
	struct history h;

	a_history(&h);
	make(&h);
	assert_int_equal(h.t.nnights, 40);
	assert_string_equal(h.t.name, "nightly");
	s = series(&h, "rcu", "walk_lat_ns");
	assert_int_equal(s->n, 40);
	assert_int_equal(s->nchanges, 1);
	c = &s->change[0];
	assert_int_equal(c->at, 24);
	assert_int_equal(c->verdict, RATIO_SLOWER);
	assert_true(c->cost > 1.04 && c->cost < 1.06);
	r = &h.t.range[c->range];
	assert_string_equal(h.t.night[r->before].commit, "aaaaaaa");
	assert_string_equal(h.t.night[r->after].commit, "bbbbbbb");
	c = &series(&h, "rcu", "refs_per_walk")->change[0];
	assert_int_equal(c->at, 24);
	assert_string_equal(c->text, "+1 reference per walk (4 -> 5)");
	assert_int_equal(series(&h, "spinlock", "walk_lat_ns")->nchanges, 0);
	/* A rate is none of the times that are shown unasked. */
	assert_null(series(&h, "rcu", "walk_ops_per_s"));
	assert_int_equal(h.t.open, 3);
	end(&h);
}

/* What has a reference is watched beside it; its own time if one asks. */
static void a_slow_machine_is_no_change(void **state)
{
	static const char *const all[] = {"."};
	const struct trend_series *s;
	struct history h;

	begin(&h);
	for (int i = 0; i < 40; i++) {
		double slow = i < 20 ? 1 : 1.3;
		struct night n = {.day = i,
				  .rcu_ns = 20 * slow * (i < 30 ? 1 : 1.1),
				  .leak_ns = 10 * slow};

		add(&h, &n);
	}
	make(&h);
	assert_null(series(&h, "rcu", "walk_lat_ns"));
	assert_null(series(&h, "leak", "walk_lat_ns"));
	s = series(&h, "rcu", "walk_lat_ns/leak");
	assert_int_equal(s->n, 40);
	assert_string_equal(s->unit, "x");
	assert_int_equal(s->nchanges, 1);
	assert_int_equal(s->change[0].at, 30);
	assert_int_equal(s->change[0].verdict, RATIO_SLOWER);
	assert_true(fabs(s->change[0].before - 2) < 0.02);
	/* Of time: more is slower, of a rate as well. */
	s = series(&h, "rcu", "walk_ops_per_s/leak");
	assert_int_equal(s->nchanges, 1);
	assert_int_equal(s->change[0].verdict, RATIO_SLOWER);
	assert_true(s->change[0].after > s->change[0].before);
	filled_check(make_of(&h, (struct trend_options){.metrics = all,
							.nmetrics = 1}),
		     &h.e);
	s = series(&h, "rcu", "walk_lat_ns");
	assert_false(s->is_default);
	assert_int_equal(s->change[0].at, 20);
	end(&h);
}

/* More a second is better, less is worse. */
static void a_rate_that_falls_is_worse(void **state)
{
	static const char *const rate[] = {"^walk_ops", "floor"};
	const struct trend_series *s;
	struct history h;

	a_history(&h);
	filled_check(make_of(&h, (struct trend_options){.metrics = rate,
							.nmetrics = 2}),
		     &h.e);
	s = series(&h, "rcu", "walk_ops_per_s");
	assert_int_equal(s->nchanges, 1);
	assert_true(s->change[0].after < s->change[0].before);
	assert_int_equal(s->change[0].verdict, RATIO_SLOWER);
	assert_true(s->change[0].cost > 1.04);
	assert_non_null(series(&h, "rcu", "floor_dep_ns"));
	assert_null(series(&h, "rcu", "walk_lat_ns"));
	end(&h);
}

static void machines_are_not_mixed(void **state)
{
	struct history h;
	size_t n = 0;

	begin(&h);
	for (int i = 0; i < 40; i++) {
		struct night night = {.day = i,
				      .rcu_ns = i % 2 ? 20 : 30,
				      .refs = i % 2 ? 4 : 5,
				      .machine = i % 2 ? "{\"cpu\":\"One\"}"
						       : "{\"cpu\":\"Two\"}"};

		add(&h, &night);
	}
	make(&h);
	assert_int_equal(h.t.nmachines, 2);
	for (size_t i = 0; i < h.t.nseries; i++) {
		const struct trend_series *s = h.t.series[i];

		assert_int_equal(s->nchanges, 0);
		assert_int_equal(s->n, 20);
		for (size_t k = 0; k < s->n; k++)
			n += h.t.night[s->point[k].night].machine != s->machine;
	}
	assert_int_equal(n, 0);
	end(&h);
}

static void other_parameters_begin_anew(void **state)
{
	const struct trend_series *s;
	struct history h;

	begin(&h);
	for (int i = 0; i < 40; i++) {
		struct night n = {.day = i,
				  .rcu_ns = i < 20 ? 20 : 30,
				  .refs = i < 20 ? 4 : 5,
				  .params = i < 20 ? "{\"ops\":\"512\"}"
						   : "{\"ops\":\"1024\"}"};

		add(&h, &n);
	}
	make(&h);
	s = series(&h, "rcu", "walk_lat_ns");
	assert_int_equal(s->n, 20);
	assert_int_equal(s->left_out, 20);
	assert_string_equal(
		s->why, "ops is 512 in earlier runs and 1024 in later ones");
	assert_int_equal(h.t.open, 0);
	end(&h);
}

/* What is not comparable, not finished or of something else. */
static void what_does_not_count(void **state)
{
	const struct night odd[] = {
		{.day = 41, .rcu_ns = 90, .refs = 9, .running = true},
		{.day = 42, .rcu_ns = 90, .refs = 9, .wrong = true},
		{.day = 43, .refs = 5, .seed = 3}, /* another question */
		{.day = 44, .rcu_ns = 90, .refs = 9, .name = "other"},
	};
	struct history h;

	begin(&h);
	for (int i = 0; i < 20; i++)
		add(&h, &(struct night){.day = i});
	for (size_t i = 0; i < 4; i++)
		add(&h, &odd[i]);
	filled_check(make_of(&h, (struct trend_options){.name = "nightly"}),
		     &h.e);
	assert_int_equal(h.t.nnights, 22);
	assert_int_equal(series(&h, "rcu", "walk_lat_ns")->n, 21);
	assert_int_equal(h.t.open, 0);
	/* Without a name it is that of the latest. */
	make(&h);
	assert_string_equal(h.t.name, "other");
	end(&h);
}

static struct store_ack ack_of(const struct history *h,
			       const struct trend_series *s,
			       const struct trend_change *c)
{
	const struct trend_night *after = &h->t.night[s->point[c->at].night];

	return (struct store_ack){.change = c->id,
				  .name = h->t.name,
				  .machine = h->t.machine[s->machine].class.id,
				  .cell = s->trial.cell,
				  .design = s->trial.design,
				  .metric = s->metric,
				  .run_uuid = after->uuid,
				  .run_started_utc = after->started_utc,
				  .reason = "on purpose"};
}

static void an_ack_finds_its_change_and_no_other(void **state)
{
	const struct trend_series *s;
	struct store_ack ack;
	struct history h;
	char id[TREND_ID_SIZE];

	a_history(&h);
	make(&h);
	s = series(&h, "rcu", "walk_lat_ns");
	snprintf(id, sizeof(id), "%s", s->change[0].id);
	ack = ack_of(&h, s, &s->change[0]);
	/* As a change was called that lay two nights later then. */
	ack.change = "0123abcd";
	ack.run_uuid = h.t.night[26].uuid;
	ack.run_started_utc = h.t.night[26].started_utc;
	filled_check(store_acks_add(h.f.store, &ack, 1, &h.e), &h.e);
	make(&h);
	assert_int_equal(h.t.open, 2);
	assert_int_equal(h.t.acknowledged, 1);
	s = series(&h, "rcu", "walk_lat_ns");
	assert_string_equal(s->change[0].id, id);
	assert_string_equal(s->change[0].ack->reason, "on purpose");
	/* The run is gone: its place in time is known. */
	filled_check(store_db_exec(h.f.store,
				   "DELETE FROM trial WHERE run = 27;"
				   "DELETE FROM run WHERE id = 27",
				   "test", &h.e),
		     &h.e);
	make(&h);
	assert_int_equal(h.t.acknowledged, 1);
	/* Too far away to be the same one. */
	filled_check(store_db_exec(h.f.store,
				   "UPDATE ack SET run_uuid ="
				   " (SELECT uuid FROM run WHERE id = 32)",
				   "test", &h.e),
		     &h.e);
	make(&h);
	assert_int_equal(h.t.acknowledged, 0);
	/* By its name it is known wherever it lies. */
	s = series(&h, "rcu", "walk_lat_ns");
	ack = ack_of(&h, s, &s->change[0]);
	assert_string_equal(ack.change, id);
	ack.run_uuid = h.t.night[31].uuid;
	filled_check(store_acks_add(h.f.store, &ack, 1, &h.e), &h.e);
	make(&h);
	assert_int_equal(h.t.acknowledged, 1);
	end(&h);
}

/* Twice as slow: that is a change, and no drift of 96 % as well. */
static void what_changed_does_not_drift(void **state)
{
	const struct trend_series *s;
	struct history h;

	begin(&h);
	h.noise = 0.05;
	for (int i = 0; i < 60; i++)
		add(&h,
		    &(struct night){.day = i, .rcu_ns = i < 40 ? 20 : 39.2});
	make(&h);
	s = series(&h, "rcu", "walk_lat_ns");
	assert_int_equal(s->nchanges, 1);
	assert_int_equal(s->change[0].at, 40);
	assert_int_equal(h.t.drifting, 0);
	end(&h);
}

/* There and back: both stay, and the first is said to have ended. */
static void a_level_that_was_left_has_ended(void **state)
{
	const struct trend_series *s;
	struct history h;

	begin(&h);
	for (int i = 0; i < 60; i++)
		add(&h, &(struct night){.day = i,
					.rcu_ns = i >= 44 && i < 52 ? 22 : 20});
	make(&h);
	s = series(&h, "rcu", "walk_lat_ns");
	assert_int_equal(s->nchanges, 2);
	assert_int_equal(s->change[0].at, 44);
	assert_ptr_equal(s->change[0].ended, &s->change[1]);
	assert_null(s->change[1].ended);
	assert_int_equal(h.t.open, 2);
	assert_int_equal(h.t.ended, 1);
	end(&h);
}

/* Where one looks from does not change what is known of a night. */
static void since_hides_and_judges_nothing(void **state)
{
	const struct trend_series *s;
	struct history h;
	char id[TREND_ID_SIZE];

	a_history(&h);
	make(&h);
	snprintf(id, sizeof(id), "%s",
		 series(&h, "rcu", "walk_lat_ns")->change[0].id);
	/* Two nights before it, where it would not be one yet; its day. */
	for (int day = 28; day <= 31; day += 3) {
		struct trend_options o = {.since = day == 28 ? "2026-01-29"
							     : "2026-01-31"};

		filled_check(make_of(&h, o), &h.e);
		s = series(&h, "rcu", "walk_lat_ns");
		assert_int_equal(s->nchanges, 1);
		assert_string_equal(s->change[0].id, id);
		assert_int_equal(s->unjudged, TREND_JUDGED);
	}
	filled_check(make_of(&h, (struct trend_options){.since = "2026-02-05"}),
		     &h.e);
	s = series(&h, "rcu", "walk_lat_ns");
	assert_int_equal(s->nchanges, 0);
	assert_int_equal(s->n, h.t.nnights - h.t.from);
	assert_int_equal(h.t.open, 0);
	end(&h);
}

/* What a history cannot say yet is not what it says is well. */
static void too_little_is_not_judged(void **state)
{
	static const char *const machine[] = {"{\"cpu\":\"One\"}",
					      "{\"cpu\":\"Two\"}",
					      "{\"cpu\":\"Three\"}",
					      "{\"cpu\":\"Four\"}"};
	char text[768];
	struct history h;

	begin(&h);
	for (int i = 0; i < 7; i++)
		add(&h, &(struct night){.day = i});
	make(&h);
	/* Of six series, the times; what is exact needs two nights. */
	assert_int_equal(h.t.nseries, 6);
	assert_int_equal(h.t.unjudged[TREND_FEW_NIGHTS], 2);
	trend_conclusion(&h.t, text, sizeof(text));
	assert_non_null(strstr(text, "nothing in 4 of 6 series; 2 could not"));
	add(&h, &(struct night){.day = 7});
	make(&h);
	assert_int_equal(h.t.unjudged[TREND_JUDGED], 6);
	/* Another class of machine each week. */
	for (int i = 8; i < 8 + 21; i++)
		add(&h, &(struct night){.day = i,
					.machine = machine[1 + (i - 8) / 7]});
	make(&h);
	assert_int_equal(h.t.nseries, 24);
	assert_int_equal(h.t.unjudged[TREND_NEW_MACHINE], 6);
	trend_unjudged_words(&h.t, TREND_NEW_MACHINE, text, sizeof(text));
	assert_non_null(strstr(text, "there are 4 in 29 nights"));
	assert_non_null(strstr(text, "Four"));
	/* And other parameters on the first. */
	add(&h, &(struct night){.day = 30, .params = "{\"ops\":\"1024\"}"});
	make(&h);
	assert_int_equal(h.t.unjudged[TREND_NEW_PARAMETERS], 6);
	end(&h);
}

/* Nights whose clock was not set, or wrong: said, and not a change. */
static void clocks_that_were_wrong_are_left_out(void **state)
{
	static const char *const odd[] = {"1970-01-01T00:00:09Z",
					  "2099-01-01T02:00:00Z", "",
					  "2026-01-02T02:00:00Z"};
	struct history h;

	for (size_t k = 0; k < sizeof(odd) / sizeof(*odd); k++)
		for (int last = 0; last < 2; last++) {
			char sql[128], text[256];
			int64_t run;

			begin(&h);
			for (int i = 0; i < 30; i++)
				add(&h,
				    &(struct night){.day = i,
						    .refs = i == 20 ? 5 : 4});
			run = last && k < 3 ? 30 : 21;
			snprintf(sql, sizeof(sql),
				 "UPDATE run SET started_utc = '%s' WHERE id ="
				 " %d",
				 odd[k], (int)run);
			filled_check(store_db_exec(h.f.store, sql, "test",
						   &h.e),
				     &h.e);
			make(&h);
			assert_int_equal(h.t.nodd, 1);
			assert_int_equal(h.t.odd[0].run, run);
			assert_int_equal(h.t.nnights, 29);
			/* The night that differed is at its place, or out. */
			assert_int_equal(h.t.open, run == 21 ? 0 : 4);
			assert_false(h.t.by_time_only);
			trend_odd_words(&h.t, 0, text, sizeof(text));
			assert_non_null(strstr(text, odd[k]));
			end(&h);
		}
}

/* Runs that were merged in any order: their times are all there is. */
static void ids_may_follow_another_order(void **state)
{
	struct history h;

	begin(&h);
	for (int i = 0; i < 30; i++)
		add(&h,
		    &(struct night){.day = 29 - i, .rcu_ns = i < 15 ? 22 : 20});
	make(&h);
	assert_int_equal(h.t.nodd, 0);
	assert_true(h.t.by_time_only);
	assert_int_equal(series(&h, "rcu", "walk_lat_ns")->change[0].at, 15);
	assert_int_equal(series(&h, "rcu", "walk_lat_ns")->change[0].verdict,
			 RATIO_SLOWER);
	/* An hour is no disagreement: two hosts write to one file. */
	end(&h);
	begin(&h);
	for (int i = 0; i < 30; i++)
		add(&h, &(struct night){.day = i});
	filled_check(store_db_exec(h.f.store,
				   "UPDATE run SET started_utc ="
				   " '2026-01-11T01:00:00Z' WHERE id = 12",
				   "test", &h.e),
		     &h.e);
	make(&h);
	assert_int_equal(h.t.nodd, 0);
	assert_int_equal(h.t.nnights, 30);
	end(&h);
}

/* 0.05 % a night, five nights in seven: nowhere a step of 2 %. */
static void what_creeps_drifts(void **state)
{
	const struct trend_series *s;
	struct history h;

	begin(&h);
	h.noise = 0.004;
	for (int i = 0; i < 60; i++)
		if (i % 7 < 5)
			add(&h,
			    &(struct night){.day = i,
					    .rcu_ns = 20 * (1 + 0.0005 * i)});
	make(&h);
	s = series(&h, "rcu", "walk_lat_ns");
	assert_int_equal(s->nchanges, 0);
	assert_true(s->drifts);
	assert_true(s->drift_cost > 1.02 && s->drift_cost < 1.04);
	assert_in_range(h.t.night[s->point[s->drift_at].night].time,
			h.t.night[0].time, h.t.night[15].time);
	assert_false(series(&h, "spinlock", "walk_lat_ns")->drifts);
	assert_int_equal(h.t.drifting, 1);
	end(&h);
}

static void wrong_questions_are_refused(void **state)
{
	static const char *const bad[] = {"walk", "("};
	static const char *const none[] = {"walk", "nonsense"};
	struct trend_options o[] = {{.metrics = bad, .nmetrics = 2},
				    {.filter = "["},
				    {.metrics = none, .nmetrics = 2},
				    {.filter = "zzz"},
				    {.since = "yesterday"},
				    {.since = "2026-13-01"},
				    {.since = "10"},
				    {.since = "2100-01-01"},
				    {.name = "unknown"}};
	static const int rc[] = {-EINVAL, -EINVAL, -EINVAL, -EINVAL, -EINVAL,
				 -EINVAL, -EINVAL, -ENOENT, -ENOENT};
	struct history h;

	begin(&h);
	assert_int_equal(make_of(&h, (struct trend_options){0}), -ENOENT);
	add(&h, &(struct night){.day = 0});
	for (size_t i = 0; i < sizeof(rc) / sizeof(*rc); i++)
		assert_int_equal(make_of(&h, o[i]), rc[i]);
	make(&h); /* one night is a history */
	assert_int_equal(h.t.nnights, 1);
	end(&h);
}

static void every_form_has_the_change(void **state)
{
	static const char *const wanted[] = {"aaaaaaa..bbbbbbb",
					     "| **5.2 % slower** |",
					     "\"commit_before\": \"aaaaaaa\"",
					     "bbbbbbb 5.2 % slower\tworse"};
	static const enum form form[] = {FORM_TEXT, FORM_MARKDOWN, FORM_JSON};
	struct trend_output o;
	struct history h;

	a_history(&h);
	make(&h);
	o = (struct trend_output){&h.t, true, ""};
	for (unsigned i = 0; i < 4; i++) {
		char why[256], *text = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);

		if (i < 3)
			forms_print(&trend_forms, &o, form[i], out);
		else
			assert_int_equal(trend_table(o.t, out, why), 1);
		fclose(out);
		if (!strstr(text, wanted[i]))
			fail_msg("no \"%s\" in:\n%s", wanted[i], text);
		free(text);
	}
	end(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_lies_at_its_commit),
		cmocka_unit_test(a_slow_machine_is_no_change),
		cmocka_unit_test(a_rate_that_falls_is_worse),
		cmocka_unit_test(machines_are_not_mixed),
		cmocka_unit_test(other_parameters_begin_anew),
		cmocka_unit_test(what_does_not_count),
		cmocka_unit_test(an_ack_finds_its_change_and_no_other),
		cmocka_unit_test(what_creeps_drifts),
		cmocka_unit_test(what_changed_does_not_drift),
		cmocka_unit_test(a_level_that_was_left_has_ended),
		cmocka_unit_test(since_hides_and_judges_nothing),
		cmocka_unit_test(too_little_is_not_judged),
		cmocka_unit_test(clocks_that_were_wrong_are_left_out),
		cmocka_unit_test(ids_may_follow_another_order),
		cmocka_unit_test(wrong_questions_are_refused),
		cmocka_unit_test(every_form_has_the_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
