/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merging: all of it or nothing, once, in any order, and never a mixture. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "store/db.h"
#include "store/merge.h"

enum { SHARDS = 3, EACH = 4 };

static char folder[64];
static char out_path[80], in_path[SHARDS + 1][80]; /* [0]: a whole run */

static void must(int rc, const struct err *e)
{
	if (rc)
		fail_msg("%d: %s", rc, e->what);
}

static struct store *must_open(const char *path)
{
	struct store *s;
	struct err e = {0};

	must(store_open(&s, path, &e), &e);
	return s;
}

static void sql(const char *path, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* What a query answers with, as text; the same buffer every time. */
static const char *ask(const char *path, const char *text)
{
	static char answer[256];
	sqlite3_stmt *st;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	snprintf(answer, sizeof(answer), "%s",
		 (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(db);
	return answer;
}

static void add(struct store *s, int64_t run, unsigned shard, unsigned i,
		enum trial_status status)
{
	const double x[] = {0, 1}, y[] = {i, 1.0 / 3};
	struct hist *h = hist_new();
	struct err e = {0};
	struct record r;
	char key[32];
	struct store_trial t = {.key = key,
				.cell = "c",
				.sweep = "walks",
				.design = "rcu",
				.workload = "uniform",
				.params = "{}",
				.index = i,
				.walkers = 1,
				.repetition = i,
				.shard = shard};

	snprintf(key, sizeof(key), "%u-%u", shard, i);
	record_init(&r);
	r.status = status;
	record_add(&r, METRIC_walk_lat_ns, i + 0.1, false);
	record_missing_counter(&r, "CYCLES", "no such event on this machine");
	hist_add_n(h, i, 100);
	record_add_hist(&r, "walk_single", h);
	record_add_series(&r, "table_bytes_held", 2, x, y);
	t.record = r;
	must(store_trials_add(s, run, &t, 1, &e), &e);
	record_release(&r);
}

/* A file with shard @number of a sweep, or with a whole run if it is 0. */
static void make(const char *path, unsigned number, unsigned trials,
		 const char *status)
{
	const struct store_shard shard = {.number = number,
					  .count = SHARDS,
					  .sweep_id = "tuesday",
					  .plan = "0123",
					  .plan_size = SHARDS * EACH,
					  .trials = EACH};
	char host[16];
	const struct store_run run = {.name = number ? "sweep" : "whole",
				      .config_text = "name: x\n",
				      .version = "0.1",
				      .cflags = "-O2",
				      .host = host,
				      .machine = "{}",
				      .seed = UINT64_MAX,
				      .plan_size = EACH,
				      .shard = number ? &shard : NULL};
	struct store *s = must_open(path);
	struct err e = {0};
	int64_t id;

	snprintf(host, sizeof(host), "node%u", number);
	must(store_run_begin(s, &run, &id, &e), &e);
	for (unsigned i = 0; i < trials; i++)
		add(s, id, number, i, TRIAL_OK);
	if (status)
		must(store_run_end(s, id, status, &e), &e);
	store_close(s);
}

static int set_up(void **state)
{
	struct stat st;

	/* In memory where there is such a thing: hundreds of transactions. */
	snprintf(folder, sizeof(folder), "%s/test_merge.XXXXXX",
		 stat("/dev/shm", &st) ? "/tmp" : "/dev/shm");
	assert_non_null(mkdtemp(folder));
	snprintf(out_path, sizeof(out_path), "%s/out", folder);
	for (unsigned i = 0; i <= SHARDS; i++) {
		snprintf(in_path[i], sizeof(in_path[i]), "%s/in%u", folder, i);
		make(in_path[i], i, EACH, "done");
	}
	return 0;
}

static int tear_down(void **state)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static bool other_machine(const struct store_run *a, const struct store_run *b,
			  char *why, size_t size)
{
	snprintf(why, size, "it is blue");
	return false;
}

/* Merges the files named by the digits of @which into out_path. */
static int merge(const char *which, const struct store_merge_rules *rules,
		 struct err *e)
{
	static const struct store_merge_rules strict;
	struct store *out = must_open(out_path), *in;
	struct store_merge m;
	int rc;

	must(store_merge_begin(&m, out, rules ? rules : &strict, e), e);
	for (rc = 0; !rc && *which; which++) {
		must(store_open_readonly(&in, in_path[*which - '0'], e), e);
		rc = store_merge_add(&m, in, e);
		store_close(in);
	}
	if (rc)
		store_merge_rollback(&m);
	else
		rc = store_merge_commit(&m, e);
	store_merge_release(&m);
	store_close(out);
	return rc;
}

/* All that counts of a file, whatever the ids: a hash is not needed. */
static void content(const char *path, char text[16384])
{
	static const char *const queries[] = {
		"SELECT uuid, name, status, host, plan_size, started_utc,"
		" seed, ended_utc FROM run ORDER BY uuid",
		"SELECT sweep_id, number, uuid, status, host, trials FROM shard"
		" ORDER BY 1, 2",
		"SELECT uuid, key, plan_index, trial.status, shard FROM trial"
		" JOIN run ON run.id = run ORDER BY 1, 2",
		"SELECT key, metric, value FROM value JOIN trial"
		" ON trial.id = trial ORDER BY 1, 2",
		"SELECT key, counter FROM missing JOIN trial"
		" ON trial.id = trial ORDER BY 1, 2",
		"SELECT key, name, counts FROM hist JOIN trial"
		" ON trial.id = trial ORDER BY 1, 2",
		"SELECT key, name, points FROM series JOIN trial"
		" ON trial.id = trial ORDER BY 1, 2"};
	size_t n = 0;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (size_t q = 0; q < sizeof(queries) / sizeof(*queries); q++) {
		sqlite3_stmt *st;

		assert_int_equal(sqlite3_prepare_v2(db, queries[q], -1, &st,
						    NULL),
				 SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW)
			for (int i = 0; i < sqlite3_column_count(st); i++) {
				n += (size_t)snprintf(
					text + n, 16384 - n, "%s|",
					(const char *)sqlite3_column_text(st,
									  i));
				assert_true(n < 16384);
			}
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
}

static void one_run_of_all_shards(void **state)
{
	struct err e = {0};

	must(merge("13", NULL, &e), &e);
	assert_string_equal(ask(out_path, "SELECT status FROM run"),
			    "interrupted");
	must(merge("2", NULL, &e), &e);
	assert_string_equal(ask(out_path, "SELECT status || plan_size || host"
					  " FROM run"),
			    "done12node1, node2, node3");
	assert_string_equal(ask(out_path, "SELECT count(*) FROM run"), "1");
	assert_string_equal(ask(out_path, "SELECT count(*) FROM trial"), "12");
	assert_string_equal(ask(out_path, "SELECT count(*) FROM value"), "12");
	assert_string_equal(ask(out_path, "SELECT count(*) FROM missing"),
			    "12");
	assert_string_equal(ask(out_path, "SELECT count(*) FROM hist"), "12");
	assert_string_equal(ask(out_path, "SELECT count(*) FROM series"), "12");
	assert_string_equal(ask(out_path, "SELECT count(*) FROM trial WHERE"
					  " key = shard || '-' || plan_index"),
			    "12");
}

static void once_and_in_any_order(void **state)
{
	static char first[16384], again[16384];
	struct err e = {0};

	must(merge("0123", NULL, &e), &e);
	content(out_path, first);
	must(merge("0123", NULL, &e), &e);
	must(merge("31", NULL, &e), &e);
	content(out_path, again);
	assert_string_equal(first, again);
	assert_string_equal(ask(out_path, "SELECT count(*) FROM run"), "2");

	unlink(out_path);
	must(merge("3", NULL, &e), &e);
	must(merge("021", NULL, &e), &e);
	content(out_path, again);
	assert_string_equal(first, again);

	/* Merging what was merged: files of files. */
	unlink(in_path[1]);
	rename(out_path, in_path[1]);
	must(merge("21", NULL, &e), &e);
	content(out_path, again);
	assert_string_equal(first, again);
}

/* A change anywhere is found, and then nothing of the merge is kept. */
static void other_content(void **state)
{
	static const char *const changes[] = {
		"UPDATE value SET value = value + 1e-9",
		"UPDATE hist SET counts = '1:1'",
		"UPDATE series SET points = '0:0'",
		"UPDATE missing SET reason = 'none'",
		"DELETE FROM hist",
		"INSERT INTO missing SELECT id, 'MORE', '' FROM trial",
		"UPDATE trial SET reason = 'none' WHERE repetition = 3",
		"UPDATE trial SET shard = NULL, params = ''",
		"UPDATE run SET config_text = 'name: y'",
		"UPDATE run SET seed = '7'"};
	static char before[16384], after[16384];

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		struct err e = {0};

		unlink(out_path);
		must(merge("0", NULL, &e), &e);
		content(out_path, before);
		sql(in_path[0], changes[i]);
		/* The shard before it is merged first, and undone. */
		if (merge("10", NULL, &e) != -EEXIST)
			fail_msg("%s: %s", changes[i], e.what);
		assert_non_null(strstr(e.what, in_path[0]));
		assert_true(*e.remedy);
		content(out_path, after);
		assert_string_equal(before, after);
		tear_down(NULL);
		set_up(NULL);
	}
}

static void shard_measured_twice(void **state)
{
	struct err e = {0};

	must(merge("12", NULL, &e), &e);
	unlink(in_path[2]);
	make(in_path[2], 2, EACH, "done");
	assert_int_equal(merge("32", NULL, &e), -EEXIST);
	assert_non_null(strstr(e.what, "shard 2/3 of sweep tuesday"));
	assert_non_null(strstr(e.remedy, "--sweep"));
	assert_string_equal(ask(out_path, "SELECT count(*) FROM shard"), "2");
}

static void shards_that_do_not_belong(void **state)
{
	static const char *const changes[] = {
		"UPDATE run SET config_text = 'name: y'",
		"UPDATE run SET seed = '7'",
		"UPDATE run SET version = '0.2'",
		"UPDATE run SET cflags = '-O3'",
		"UPDATE shard SET plan = '9999'",
		"UPDATE shard SET count = 4"};
	struct err e = {0};

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		unlink(out_path);
		sql(in_path[2], changes[i]);
		assert_int_equal(merge("12", NULL, &e), -EINVAL);
		assert_non_null(strstr(e.what, "shard 2/"));
		assert_string_equal(ask(out_path, "SELECT count(*) FROM run"),
				    "0");
		unlink(in_path[2]);
		make(in_path[2], 2, EACH, "done");
	}
	assert_int_equal(merge("12",
			       &(struct store_merge_rules){
				       .same_machine = other_machine},
			       &e),
			 -EINVAL);
	assert_non_null(strstr(e.what, "it is blue"));
}

/* A file that says "done" and lacks a trial, or has another shard's. */
static void not_what_it_says(void **state)
{
	struct err e = {0};

	sql(in_path[1], "DELETE FROM trial WHERE repetition = 0");
	assert_int_equal(merge("1", NULL, &e), -EINVAL);
	assert_non_null(strstr(e.what, "3 of 4 trials"));
	sql(in_path[2], "UPDATE trial SET key = '3-0' WHERE repetition = 0");
	assert_int_equal(merge("32", NULL, &e), -EEXIST);
	assert_non_null(strstr(e.what, "trial 3-0"));
}

static void into_a_shard(void **state)
{
	struct err e = {0};

	unlink(out_path);
	make(out_path, 1, EACH, "done");
	assert_int_equal(merge("2", NULL, &e), -EINVAL);
	assert_non_null(strstr(e.what, "shard 1 of sweep tuesday"));
	must(merge("0", NULL, &e), &e);
}

/* Not complete: only when asked for; what comes later is added. */
static void goes_on(void **state)
{
	const struct store_merge_rules partial = {.partial = true};
	static char before[16384], after[16384];
	char old[80], copy[112];
	struct err e = {0};
	struct store *s;

	for (unsigned i = 0; i < 2; i++) {
		unlink(in_path[i]);
		make(in_path[i], i, 2, i ? "interrupted" : NULL);
	}
	assert_int_equal(merge("0", NULL, &e), -EINPROGRESS);
	assert_non_null(strstr(e.what, "running"));
	assert_non_null(strstr(e.remedy, "--partial"));
	assert_int_equal(merge("321", NULL, &e), -EINPROGRESS);
	must(merge("01", &partial, &e), &e);
	assert_string_equal(ask(out_path, "SELECT count(*) FROM trial"), "4");
	assert_string_equal(ask(out_path, "SELECT group_concat(status) FROM"
					  " (SELECT status FROM run"
					  "  ORDER BY name)"),
			    "interrupted,running");

	/* An older state merged after a newer one takes nothing back. */
	snprintf(old, sizeof(old), "%s/old", folder);
	snprintf(copy, sizeof(copy), "VACUUM INTO '%s'", old);
	sql(in_path[0], copy);
	for (unsigned i = 0; i < 2; i++) {
		s = must_open(in_path[i]);
		for (unsigned k = 2; k < EACH; k++)
			add(s, 1, i, k, TRIAL_OK);
		must(store_run_end(s, 1, "done", &e), &e);
		store_close(s);
	}
	must(merge("0123", NULL, &e), &e);
	assert_string_equal(ask(out_path, "SELECT count(*) || min(status)"
					  " || max(status) FROM run"),
			    "2donedone");
	assert_string_equal(ask(out_path, "SELECT count(*) FROM trial"), "16");
	content(out_path, before);
	rename(old, in_path[0]);
	must(merge("0", &partial, &e), &e);
	content(out_path, after);
	assert_string_equal(before, after);
}

static void interrupted_trial_gives_way(void **state)
{
	const struct store_merge_rules partial = {.partial = true};
	struct store *s;
	struct err e = {0};

	unlink(in_path[0]);
	make(in_path[0], 0, 0, "interrupted");
	s = must_open(in_path[0]);
	add(s, 1, 0, 0, TRIAL_INTERRUPTED);
	store_close(s);
	must(merge("0", &partial, &e), &e);
	s = must_open(in_path[0]);
	add(s, 1, 0, 0, TRIAL_OK);
	store_close(s);
	must(merge("0", &partial, &e), &e);
	assert_string_equal(ask(out_path, "SELECT group_concat(status) FROM"
					  " trial"),
			    "ok");
	assert_string_equal(ask(out_path, "SELECT count(*) FROM hist"), "1");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(one_run_of_all_shards),
		TEST(once_and_in_any_order),
		TEST(other_content),
		TEST(shard_measured_twice),
		TEST(shards_that_do_not_belong),
		TEST(not_what_it_says),
		TEST(into_a_shard),
		TEST(goes_on),
		TEST(interrupted_trial_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
