/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claims against what a run measured: the rule, its cases, what lacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/answer.h"
#include "store/trial_name.h"
#include "trial/reference.h"
#include "views/answer.h"
#include "workloads/registry.h"
#include "workloads/walker_kind.h"

/* What designs are held against where driver does not run. */
#define REFERENCE "leak"

static char path[64];
static struct store *store;

static int set_up(void **state)
{
	struct err e = {0};
	int fd;

	snprintf(path, sizeof(path), "/tmp/vtdbench-answer-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	return store_open(&store, path, &e);
}

static int tear_down(void **state)
{
	store_close(store);
	return unlink(path);
}

static int64_t begin(const char *config)
{
	const struct store_run run = {.name = "q",
				      .title = "Is it so?",
				      .host = "here",
				      .config_text = config};
	struct err e = {0};
	int64_t id;

	assert_int_equal(store_run_begin(store, &run, &id, &e), 0);
	return id;
}

struct cell {
	const char *sweep, *footprint;
	unsigned walkers, mappers;
	unsigned draws;
};

static const struct cell one_walker = {"walks", "64M", 1, 0, 8};
static const struct cell large = {"walks", "1G", 1, 0, 8};
static const struct cell two_walkers = {"walks", "64M", 2, 0, 8};
static const struct cell updates = {"sizes", "64M", 0, 1, 8};
static const struct cell few = {"few", "64M", 1, 0, 5};

/* Beside the figure of add(), if not METRIC_NONE. */
static enum metric_id also;
static double also_value;

/* A figure of @design: about @ns, by @spread more or less from draw to draw. */
static void add(int64_t run, const struct cell *c, const char *design,
		enum metric_id metric, double ns, double spread)
{
	bool twin = !strcmp(design, TWIN_DESIGN);
	char key[64], params[96], axes[32];
	struct store_trial t = {.key = key,
				.cell = c->footprint,
				.axes = axes,
				.sweep = c->sweep,
				.design = design,
				.workload = "uniform",
				.params = params,
				.started_utc = "2026-01-01T00:00:00Z",
				.walkers = c->walkers,
				.mappers = c->mappers};
	struct err e = {0};

	snprintf(axes, sizeof(axes), "footprint=%s", c->footprint);
	snprintf(params, sizeof(params),
		 "{\"footprint\":\"%s\",\"reclaim\":\"whole\","
		 "\"design\":\"%s\"}",
		 c->footprint, design);
	for (unsigned d = 0; d < c->draws; d++) {
		snprintf(key, sizeof(key), "%s-%s-%u-%s-%u%s", c->sweep,
			 c->footprint, c->walkers, twin ? REFERENCE : design, d,
			 twin ? "." TWIN_DESIGN : "");
		t.repetition = d;
		record_init(&t.record);
		record_add(&t.record, metric, d % 2 ? ns * spread : ns / spread,
			   false);
		if (also)
			record_add(&t.record, also, also_value, false);
		assert_int_equal(store_trials_add(store, run, &t, 1, &e), 0);
		record_release(&t.record);
	}
}

/* In each draw @events of @tries dumps. */
static void add_counts(int64_t run, const struct cell *c, const char *design,
		       double events, double tries)
{
	also = METRIC_race_dumps;
	also_value = tries;
	add(run, c, design, METRIC_race_dumps_exposed, events, 1);
	also = METRIC_NONE;
}

static void add_pair(int64_t run, const struct cell *c, enum metric_id metric,
		     double ratio, double spread)
{
	add(run, c, REFERENCE, metric, 10, 1);
	add(run, c, "rcu", metric, 10 * ratio, spread);
}

/* A config with one claim: @more are lines of it, each ending. */
static const char *claims(const char *more)
{
	static char text[1200];

	snprintf(text, sizeof(text),
		 "name: q\n"
		 "question:\n"
		 "  claims:\n"
		 "    - {who: A, when: now, says: it is so, source: here,\n"
		 "       %s}\n",
		 more);
	return text;
}

static struct answer answer;

static void load(int64_t run)
{
	struct err e = {0};

	assert_int_equal(answer_load(&answer, store, run, &e), 0);
}

/* The verdict of the only claim of @run, whose first reason has @why in it. */
static enum answer_verdict verdict(int64_t run, const char *why)
{
	enum answer_verdict v;

	load(run);
	assert_int_equal(answer.n, 1);
	v = answer.claim[0].verdict;
	if (!strstr(answer.claim[0].at[0].why, why))
		fail_msg("'%s' is not in '%s'", why, answer.claim[0].at[0].why);
	answer_release(&answer);
	return v;
}

static void the_rule(void **state)
{
	const struct estimate in = {0.005, 0.001, 0.009, 0.96};
	const struct estimate out = {0.05, 0.02, 0.08, 0.96};
	const struct estimate across = {0.008, 0.001, 0.02, 0.96};
	const struct estimate unsure = {0.005, 0.001, 0.009, 0.9};
	double half;

	assert_int_equal(answer_judge(&in, -0.01, 0.01, 0, &half),
			 ANSWER_SUPPORTED);
	assert_true(fabs(half - 0.004) < 1e-12);
	assert_int_equal(answer_judge(&out, -0.01, 0.01, 0, &half),
			 ANSWER_CONTRADICTED);
	assert_int_equal(answer_judge(&across, -0.01, 0.01, 0, &half),
			 ANSWER_UNRESOLVED);
	assert_int_equal(answer_judge(&unsure, -0.01, 0.01, 0, &half),
			 ANSWER_UNRESOLVED);
	/* What the twin shows is not told apart: either way. */
	assert_int_equal(answer_judge(&in, -0.01, 0.01, 0.006, &half),
			 ANSWER_UNRESOLVED);
	assert_true(fabs(half - 0.006) < 1e-12);
	assert_int_equal(answer_judge(&out, -0.01, 0.01, 0.03, &half),
			 ANSWER_CONTRADICTED);
	assert_int_equal(answer_judge(&out, -0.01, 0.01, 0.045, &half),
			 ANSWER_UNRESOLVED);
	/* No bound on one side. */
	assert_int_equal(answer_judge(&out, 0.01, INFINITY, 0, &half),
			 ANSWER_SUPPORTED);
	assert_int_equal(answer_judge(&in, 0.01, INFINITY, 0, &half),
			 ANSWER_CONTRADICTED);
}

static void what_a_ratio_may_be(void **state)
{
	static const struct {
		const char *text;
		enum claim_form form;
		double low, high;
	} good[] = {
		{"same", CLAIM_NEAR, 1, 1},
		{"same within 1%", CLAIM_BAND, 1 / 1.01, 1.01},
		{"slower", CLAIM_SLOWER, 0, INFINITY},
		{"faster", CLAIM_FASTER, 0, INFINITY},
		{"less than 1.05", CLAIM_BAND, 0, 1.05},
		{"at most 1.05", CLAIM_BAND, 0, 1.05},
		{"more than 1.7", CLAIM_BAND, 1.7, INFINITY},
		{"at least 2", CLAIM_BAND, 2, INFINITY},
		{"1.7 to 3.4", CLAIM_BAND, 1.7, 3.4},
		{"1.049", CLAIM_NEAR, 1.049, 1.049},
		{"2 within 5%", CLAIM_BAND, 2 / 1.05, 2.1},
	};
	static const char *const bad[] = {"",
					  "sam",
					  "same within",
					  "same within 1",
					  "same 1%",
					  "less than",
					  "less than x",
					  "3.4 to 1.7",
					  "1.0.4",
					  "-1",
					  "0",
					  "inf",
					  "1 within 1%%",
					  "slower 2",
					  "more than nan",
					  "0x10",
					  "1 to 2 to 3"};
	struct claim_ratio r;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(claim_ratio_parse(good[i].text, &r), 0);
		assert_int_equal(r.form, good[i].form);
		if (r.form == CLAIM_SLOWER || r.form == CLAIM_FASTER)
			continue;
		assert_true(r.low == good[i].low ||
			    fabs(r.low - good[i].low) < 1e-12);
		assert_true(r.high == good[i].high ||
			    fabs(r.high - good[i].high) < 1e-12);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (claim_ratio_parse(bad[i], &r) != -EINVAL)
			fail_msg("'%s' is taken", bad[i]);
}

/* What a run says to @rule when the ratio is @ratio, spread or not. */
static enum answer_verdict says(const char *rule, double ratio, double spread)
{
	char more[200];
	int64_t run;

	snprintf(more, sizeof(more),
		 "metric: walk_lat_ns, design: rcu, ratio: %s", rule);
	run = begin(claims(more));
	add_pair(run, &one_walker, METRIC_walk_lat_ns, ratio, spread);
	return verdict(run, "");
}

static void each_verdict(void **state)
{
	assert_int_equal(says("same within 5%", 1.02, 1), ANSWER_SUPPORTED);
	assert_int_equal(says("same within 1%", 1.02, 1), ANSWER_CONTRADICTED);
	assert_int_equal(says("same within 1%", 1.02, 1.05), ANSWER_UNRESOLVED);
	assert_int_equal(says("less than 1.05", 1.02, 1), ANSWER_SUPPORTED);
	assert_int_equal(says("more than 1.05", 1.02, 1), ANSWER_CONTRADICTED);
	assert_int_equal(says("1.7 to 3.4", 2, 1), ANSWER_SUPPORTED);
	/* By the margin of the cell: 1 % where one walks. */
	assert_int_equal(says("same", 1.005, 1), ANSWER_SUPPORTED);
	assert_int_equal(says("same", 1.02, 1), ANSWER_CONTRADICTED);
	assert_int_equal(says("slower", 1.02, 1), ANSWER_SUPPORTED);
	assert_int_equal(says("slower", 1.005, 1), ANSWER_CONTRADICTED);
	assert_int_equal(says("faster", 0.98, 1), ANSWER_SUPPORTED);
	assert_int_equal(says("1.049", 1.05, 1), ANSWER_SUPPORTED);
	assert_int_equal(says("1.049", 1.05, 1.1), ANSWER_UNRESOLVED);
	assert_int_equal(says("1.049", 1.1, 1), ANSWER_CONTRADICTED);
}

/* What a run says to @rule when so many of @tries in each draw were events. */
static enum answer_verdict counts(const char *rule, double events, double tries)
{
	char more[200];
	int64_t run;

	snprintf(more, sizeof(more),
		 "metric: race_dumps_exposed, design: rcu, count: %s", rule);
	run = begin(claims(more));
	add_counts(run, &one_walker, "rcu", events, tries);
	return verdict(run, "");
}

static void events_are_counted(void **state)
{
	char text[64];
	int64_t run;

	assert_int_equal(counts("some", 3, 1000), ANSWER_SUPPORTED);
	assert_int_equal(counts("some", 0, 1000), ANSWER_UNRESOLVED);
	assert_int_equal(counts("none", 3, 1000), ANSWER_CONTRADICTED);
	assert_int_equal(counts("none", 0, 1000), ANSWER_SUPPORTED);
	assert_int_equal(counts("none", 0, 0), ANSWER_NOT_MEASURED);

	run = begin(claims("metric: race_dumps_exposed, design: [rcu, rwlock],"
			   " count: none"));
	add_counts(run, &one_walker, "rcu", 0, 125);
	load(run);
	answer_figures(&answer.claim[0].at[0], text, sizeof(text));
	/* 0.997^1000 = 5 % */
	assert_string_equal(text, "none of 1000, < 0.3 %");
	answer_of(&answer.claim[0].at[0], text, sizeof(text));
	assert_string_equal(text, "rcu");
	answer_words(answer.claim[0].verdict, answer.claim[0].half, text,
		     sizeof(text));
	assert_string_equal(text, "not measured");
	assert_string_equal(answer.claim[0].at[1].why,
			    "design rwlock is not in this run");
	answer_rule(answer.claim[0].claim, text, sizeof(text));
	assert_string_equal(text, "race_dumps_exposed of rcu, rwlock: none");
	answer_release(&answer);
}

static void who_walks(void **state)
{
	struct store_trial t = {.workload = "churn",
				.mappers = 1,
				.dumpers = 1,
				.params = "{}"};
	const struct summary_cell cell = {.sample = &t};

	assert_string_equal(
		answer_walker(&cell),
		"a dump, which owns nothing of what it walks (foreign)");
	t.params = "{\"dump\":\"dirty\",\"dump_chunk\":\"64\"}";
	assert_string_equal(
		answer_walker(&cell),
		"a dirty scan, which owns nothing of what it walks (foreign)");
	t.dumpers = 0;
	assert_non_null(strstr(answer_walker(&cell), "nobody"));
}

/* Whatever a cell has, the sentence names the kinds of walkers in it, and no
 * other. */
static void each_kind_is_named(void **state)
{
	for (size_t i = 0; workloads[i]; i++)
		for (unsigned roles = 0; roles < 1U << ROLE_NR; roles++) {
			struct store_trial t = {
				.workload = workloads[i]->name,
				.params = "{}",
				.walkers = roles >> ROLE_WALKER & 1,
				.mappers = roles >> ROLE_MAPPER & 1,
				.dumpers = roles >> ROLE_DUMPER & 1,
				.axes = roles >> ROLE_DEVICE & 1
						? "device_walkers=3"
						: ""};
			const struct summary_cell cell = {.sample = &t};
			unsigned kinds = trial_walker_kinds(&t);
			char threads[TRIAL_THREADS], name[32];

			trial_threads(&t, threads, sizeof(threads));
			assert_int_equal(strstr(threads, "3 devices") != NULL,
					 kinds >> WALKER_DEVICE & 1);
			for (unsigned k = 0; k < WALKER_KINDS; k++) {
				snprintf(name, sizeof(name), "(%s)",
					 walker_kind_name(k));
				assert_int_equal(strstr(answer_walker(&cell),
							name) != NULL,
						 kinds >> k & 1);
				if (k != WALKER_DEVICE)
					assert_int_equal(strstr(threads,
								name) != NULL,
							 kinds >> k & 1);
			}
		}
}

static void rates_are_of_time(void **state)
{
	int64_t run = begin(claims("metric: walk_ops_per_s, design: rcu,"
				   " ratio: slower"));

	add_pair(run, &one_walker, METRIC_walk_ops_per_s, 0.5, 1);
	assert_int_equal(verdict(run, ""), ANSWER_SUPPORTED);
}

static void what_was_not_measured(void **state)
{
	int64_t run = begin(claims("metric: walk_lat_ns, design: rwlock,"
				   " ratio: same"));

	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	assert_int_equal(verdict(run, "design rwlock is not in this run"),
			 ANSWER_NOT_MEASURED);
	run = begin(claims("metric: walk_lat_ns, design: rcu, against: rwlock,"
			   " ratio: same"));
	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	add(run, &large, "rwlock", METRIC_walk_lat_ns, 10, 1);
	assert_int_equal(verdict(run, "design rwlock did not run in this cell"),
			 ANSWER_NOT_MEASURED);
	run = begin(claims("metric: map_4k_ns, design: rcu, ratio: same"));
	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	assert_int_equal(verdict(run, "no cell of this run that is meant has "
				      "map_4k_ns"),
			 ANSWER_NOT_MEASURED);
	run = begin(claims("metric: walk_lat_ns, design: rcu, ratio: same"));
	add(run, &one_walker, REFERENCE, METRIC_walk_lat_ns, 10, 1);
	add(run, &one_walker, "rcu", METRIC_walk_thr_ns, 10, 1);
	assert_int_equal(verdict(run, "rcu has no walk_lat_ns"),
			 ANSWER_NOT_MEASURED);
	run = begin(claims("metric: walk_lat_ns, design: rcu, ratio: same,"
			   " where: {walkers: 3}"));
	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	assert_int_equal(verdict(run, "no cell"), ANSWER_NOT_MEASURED);
	run = begin(claims("metric: walk_lat_ns, design: " REFERENCE
			   ", ratio: same"));
	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	assert_int_equal(verdict(run, "is what it is held against"),
			 ANSWER_NOT_MEASURED);
	run = begin(claims("metric: walk_lat_ns, design: rcu, ratio: same"));
	add_pair(run, &few, METRIC_walk_lat_ns, 1, 1);
	assert_int_equal(verdict(run, "takes six draws, not 5"),
			 ANSWER_UNRESOLVED);
}

/* Four cells, of which one is slower. */
static int64_t four_cells(const char *more)
{
	int64_t run = begin(claims(more));

	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	add_pair(run, &large, METRIC_walk_lat_ns, 1.5, 1);
	add_pair(run, &two_walkers, METRIC_walk_lat_ns, 1, 1);
	add_pair(run, &updates, METRIC_map_4k_ns, 1, 1);
	return run;
}

static void cells_are_chosen(void **state)
{
	const char *rcu = "design: rcu, ratio: same, metric: walk_lat_ns";
	static const struct {
		const char *which;
		size_t cases;
		enum answer_verdict v;
	} is[] = {
		{"", 3, ANSWER_CONTRADICTED},
		{", where: {footprint: 64M}", 2, ANSWER_SUPPORTED},
		{", where: {footprint: [65536K]}", 2, ANSWER_SUPPORTED},
		{", where: {footprint: [1G, 2G]}", 1, ANSWER_CONTRADICTED},
		{", where: {walkers: [2, 4]}", 1, ANSWER_SUPPORTED},
		{", where: {walkers: 1, footprint: 64M}", 1, ANSWER_SUPPORTED},
		{", sweep: walks", 3, ANSWER_CONTRADICTED},
		{", sweep: [sizes]", 1, ANSWER_NOT_MEASURED},
		/* A key that trials of older versions lack has its default. */
		{", where: {levels: 4}", 3, ANSWER_CONTRADICTED},
		{", where: {levels: 5}", 1, ANSWER_NOT_MEASURED},
	};
	char more[300];

	for (size_t i = 0; i < sizeof(is) / sizeof(*is); i++) {
		snprintf(more, sizeof(more), "%s%s", rcu, is[i].which);
		load(four_cells(more));
		assert_int_equal(answer.claim[0].n, is[i].cases);
		assert_int_equal(answer.claim[0].verdict, is[i].v);
		answer_release(&answer);
	}
}

static void cells_apart(void **state)
{
	const struct answer_case *at;

	load(four_cells("metric: walk_lat_ns, design: rcu, against: rcu,"
			" where: {footprint: 1G},"
			" against_where: {footprint: 64M}, ratio: 1.5"));
	at = &answer.claim[0].at[0];
	assert_int_equal(answer.claim[0].n, 1);
	assert_int_equal(at->verdict, ANSWER_SUPPORTED);
	/* Not the one of two walkers, which differs in more. */
	assert_int_equal(at->against_cell->sample->walkers, 1);
	assert_ptr_not_equal(at->cell, at->against_cell);
	answer_release(&answer);
	assert_int_equal(verdict(four_cells("metric: walk_lat_ns, design: rcu,"
					    " against: rcu, ratio: same,"
					    " against_where: {reclaim: empty}"),
				 "no cell to hold it against"),
			 ANSWER_NOT_MEASURED);
}

/* The worst of its cases; of those not resolved the widest. */
static void a_claim_is_its_worst_case(void **state)
{
	char words[64];
	int64_t run = begin(claims("metric: walk_lat_ns, design: [rcu, rwlock],"
				   " ratio: same within 1%"));

	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	assert_int_equal(verdict(run, ""), ANSWER_NOT_MEASURED);
	add(run, &one_walker, "rwlock", METRIC_walk_lat_ns, 10, 1.2);
	load(run);
	answer_words(answer.claim[0].verdict, answer.claim[0].half, words,
		     sizeof(words));
	assert_string_equal(words, "not resolved here: +-20 %");
	answer_counts(&answer, words, sizeof(words));
	assert_string_equal(words, "1 not resolved here");
	answer_release(&answer);
	add(run, &large, REFERENCE, METRIC_walk_lat_ns, 10, 1);
	add(run, &large, "rcu", METRIC_walk_lat_ns, 12, 1);
	assert_int_equal(verdict(run, ""), ANSWER_CONTRADICTED);
}

static void unequal_loss_is_not_resolved(void **state)
{
	int64_t run = begin(claims("metric: walk_lat_ns, design: rcu,"
				   " ratio: same"));

	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	load(run);
	for (size_t i = 0; i < answer.trials.n; i++) {
		struct store_trial *t = &answer.trials.trial[i];

		record_add(&t->record, METRIC_batches, 10, false);
		record_add(&t->record, METRIC_batches_lost,
			   strcmp(t->design, "rcu") ? 0 : 5, false);
	}
	free(answer.claim[0].at);
	free(answer.claim);
	answer_judge_all(&answer);
	assert_int_equal(answer.claim[0].verdict, ANSWER_UNRESOLVED);
	answer_release(&answer);
}

/* A twin that lay 5 % off in an earlier run: less than that is not told. */
static void twins_of_the_past_count(void **state)
{
	int64_t run = begin("name: q\n");

	add(run, &one_walker, REFERENCE, METRIC_walk_lat_ns, 10, 1);
	add(run, &one_walker, TWIN_DESIGN, METRIC_walk_lat_ns, 10.5, 1);
	run = begin(claims("metric: walk_lat_ns, design: rcu,"
			   " ratio: same within 1%"));
	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	load(run);
	assert_true(answer.shown.of[RATIO_WALK] > log(1.05));
	assert_int_equal(answer.claim[0].verdict, ANSWER_UNRESOLVED);
	answer_release(&answer);
}

/* It raises the margin; an interval within that is not widened once more. */
static void twins_of_the_past_count_once(void **state)
{
	int64_t run = begin("name: q\n");

	add(run, &one_walker, REFERENCE, METRIC_walk_lat_ns, 10, 1);
	add(run, &one_walker, TWIN_DESIGN, METRIC_walk_lat_ns, 10.5, 1);
	run = begin(claims("metric: walk_lat_ns, design: rcu, ratio: same"));
	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1.02, 1);
	load(run);
	assert_true(answer.margins.of[RATIO_WALK] > log(1.05));
	assert_int_equal(answer.claim[0].verdict, ANSWER_SUPPORTED);
	answer_release(&answer);
}

/* The claims of a run are those stored with it, whatever names are today's. */
static void stored_claims_stay(void **state)
{
	int64_t run = begin(claims("metric: walk_lat_ns, design: ancient,"
				   " against: older, ratio: same"));

	add(run, &one_walker, "ancient", METRIC_walk_lat_ns, 10, 1);
	add(run, &one_walker, "older", METRIC_walk_lat_ns, 10, 1);
	assert_int_equal(verdict(run, ""), ANSWER_SUPPORTED);
	run = begin(claims("metric: gone_ns, design: rcu, ratio: same"));
	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	assert_int_equal(verdict(run, "gone_ns"), ANSWER_NOT_MEASURED);
	/* It is not dropped, nor is it about all cells. */
	run = begin(claims("metric: walk_lat_ns, design: rcu, ratio: same,"
			   " where: {gone: 1}"));
	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1, 1);
	assert_int_equal(verdict(run, "this version cannot read the claim"),
			 ANSWER_NOT_MEASURED);
	load(begin("name: q\nwalkers: 1\n"));
	assert_int_equal(answer.n, 0);
	answer_release(&answer);
	load(begin("no: [yaml"));
	assert_int_equal(answer.n, 0);
	answer_release(&answer);
}

static char *written(void (*write)(const struct answer *a, FILE *out))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	write(&answer, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void has(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("'%s' is not in:\n%s", what, text);
}

static void all_forms_say_it(void **state)
{
	int64_t run = begin(claims("metric: walk_lat_ns, design: [rcu, rwlock],"
				   " ratio: less than 1.05"));
	static void (*const forms[])(const struct answer *, FILE *) = {
		answer_text, answer_json, answer_markdown};

	setenv("COLUMNS", "100", 1);
	add_pair(run, &one_walker, METRIC_walk_lat_ns, 1.25, 1);
	load(run);
	for (size_t i = 0; i < 3; i++) {
		char *text = written(forms[i]);

		has(text, "it is so");
		has(text, "less than 1.05");
		has(text, "1.25");
		has(text, "contradicted");
		has(text, "design rwlock is not in this run");
		free(text);
	}
	answer_release(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rule),
		cmocka_unit_test(what_a_ratio_may_be),
		cmocka_unit_test_setup_teardown(each_verdict, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(events_are_counted, set_up,
						tear_down),
		cmocka_unit_test(who_walks),
		cmocka_unit_test(each_kind_is_named),
		cmocka_unit_test_setup_teardown(rates_are_of_time, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_was_not_measured, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(cells_are_chosen, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(cells_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_claim_is_its_worst_case,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(unequal_loss_is_not_resolved,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(twins_of_the_past_count, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(twins_of_the_past_count_once,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(stored_claims_stay, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(all_forms_say_it, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
