/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store: what goes in comes out, and nothing finished is ever lost. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "store/db.h"

static char folder[] = "/tmp/test_store.XXXXXX";
static char path[256];

static int in_folder(void **state)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/results/a.db", folder);
	return 0;
}

static int remove_folder(void **state)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static struct store *must_open(void)
{
	struct store *s = NULL;
	struct err e = {0};

	if (store_open(&s, path, &e))
		fail_msg("%s", e.what);
	return s;
}

static const struct store_run a_run = {
	.name = "quick",
	.title = "What does a walk cost?",
	.config_path = "configs/quick.yaml",
	.config_text = "run:\n  name: quick\n",
	.version = "0.1",
	.machine = "{}",
	.seed = UINT64_MAX - 3, /* beyond what SQLite's integer can hold */
	.plan_size = 12,
};

static int64_t begin(struct store *s)
{
	struct err e = {0};
	int64_t id = -1;

	assert_int_equal(store_run_begin(s, &a_run, &id, &e), 0);
	return id;
}

/* A trial number @i; retries of a number have the same key. */
static int add(struct store *s, int64_t run, unsigned i,
	       enum trial_status status, struct err *e)
{
	char key[32];
	struct store_trial t = {.key = key,
				.cell = "c",
				.sweep = "walks",
				.design = "rcu",
				.workload = "uniform",
				.params = "{}",
				.index = i,
				.walkers = 2,
				.mappers = 1,
				.repetition = i,
				.duration_s = 0.25};
	struct record r;
	struct hist *h = hist_new();
	const double x[] = {0, 0.1, 1e9}, y[] = {-1, 1.0 / 3, 4096};
	int rc;

	snprintf(key, sizeof(key), "trial-%u", i);
	record_init(&r);
	r.status = status;
	r.disturbed = i % 2 * PHASE_LATENCY;
	record_add(&r, METRIC_walk_lat_ns, i + 0.1, false);
	record_add(&r, METRIC_refs_per_walk, 4, true);
	record_add_counter(&r, "CYCLES", "1/walk", SOURCE_PMU, 17);
	record_missing_counter(&r, "INSTRUCTIONS",
			       "no such event on this machine");
	hist_add_n(h, 9, 100);
	hist_add(h, 123456);
	record_add_hist(&r, "walk_single", h);
	record_add_series(&r, "table_bytes_held", 3, x, y);
	t.record = r;
	rc = store_trials_add(s, run, &t, 1, e);
	record_release(&r);
	return rc;
}

static void round_trip(void **state)
{
	struct store *s = must_open();
	struct err e = {0};
	struct store_trials got;
	struct store_run run;
	int64_t id = begin(s), found = -1;

	for (unsigned i = 0; i < 30; i++)
		assert_int_equal(add(s, id, 29 - i, TRIAL_OK, &e), 0);
	assert_int_equal(store_run_end(s, id, "done", &e), 0);
	store_close(s);

	assert_int_equal(store_open_readonly(&s, path, &e), 0);
	assert_int_equal(store_run_find(s, "latest", &found, &e), 0);
	assert_int_equal(found, id);
	assert_int_equal(store_run_read(s, id, &run, &e), 0);
	assert_string_equal(run.name, "quick");
	assert_string_equal(run.status, "done");
	assert_string_equal(run.config_text, a_run.config_text);
	assert_int_equal(strlen(run.uuid), 36);
	assert_int_equal(strlen(run.started_utc), 20);
	assert_non_null(run.ended_utc);
	assert_null(run.noise);
	assert_true(run.seed == a_run.seed);
	assert_int_equal(run.plan_size, 12);
	store_run_release(&run);

	assert_int_equal(store_trials_load(s, id, STORE_HISTS, &got, &e), 0);
	assert_int_equal(got.n, 30);
	for (unsigned i = 0; i < 30; i++) {
		const struct store_trial *t = &got.trial[i];
		const struct record *r = &t->record;

		assert_int_equal(t->index, i);
		assert_int_equal(t->walkers, 2);
		assert_int_equal(t->mappers, 1);
		assert_string_equal(t->axes, "");
		assert_int_equal(r->disturbed, i % 2 * PHASE_LATENCY);
		assert_int_equal(r->nvalues, 3);
		assert_true(record_get(r, METRIC_walk_lat_ns)->value ==
			    i + 0.1);
		assert_false(record_get(r, METRIC_walk_lat_ns)->deterministic);
		assert_true(record_get(r, METRIC_refs_per_walk)->deterministic);
		assert_string_equal(record_get(r, metric_of("CYCLES"))->unit,
				    "1/walk");
		assert_int_equal(record_get(r, metric_of("CYCLES"))->source,
				 SOURCE_PMU);
		assert_null(record_get(r, metric_of("INSTRUCTIONS")));
		assert_int_equal(r->nmissing, 1);
		assert_string_equal(r->missing[0].reason,
				    "no such event on this machine");
		assert_int_equal(r->nseries, 1);
		assert_int_equal(r->series[0].n, 3);
		assert_true(r->series[0].x[1] == 0.1);
		assert_true(r->series[0].y[1] == 1.0 / 3);
		assert_int_equal(r->nhists, 1);
		assert_int_equal(hist_count(r->hists[0].hist), 101);
		assert_int_equal(hist_quantile(r->hists[0].hist, 0.5), 9);
	}
	store_trials_release(&got);
	store_close(s);
}

static void finds_runs(void **state)
{
	struct store *s = must_open();
	struct store_run other = a_run;
	struct err e = {0};
	int64_t a = begin(s), b, c = begin(s), id = -1;

	other.name = "nightly";
	assert_int_equal(store_run_begin(s, &other, &b, &e), 0);
	assert_int_equal(store_run_find(s, "quick", &id, &e), 0);
	assert_int_equal(id, c);
	assert_int_equal(store_run_find(s, "1", &id, &e), 0);
	assert_int_equal(id, a);
	assert_int_equal(store_run_find(s, "latest", &id, &e), 0);
	assert_int_equal(id, b);
	assert_int_equal(store_run_find(s, "77", &id, &e), -ENOENT);
	assert_int_equal(store_run_find(s, "nigthly", &id, &e), -ENOENT);
	assert_non_null(strstr(e.what, path));
	assert_non_null(strstr(e.remedy, "3 (nightly), 2 (quick)"));
	store_close(s);
}

static void done_and_twice(void **state)
{
	struct store *s = must_open();
	struct err e = {0};
	struct store_trials got;
	int64_t id = begin(s), other = begin(s);

	assert_int_equal(store_trial_done(s, id, "trial-1", &e), 0);
	assert_int_equal(add(s, id, 1, TRIAL_INTERRUPTED, &e), 0);
	assert_int_equal(store_trial_done(s, id, "trial-1", &e), 0);
	assert_int_equal(add(s, id, 1, TRIAL_WRONG, &e), 0);
	assert_int_equal(store_trial_done(s, id, "trial-1", &e), 1);
	assert_int_equal(store_trial_done(s, other, "trial-1", &e), 0);
	assert_int_equal(add(s, id, 1, TRIAL_OK, &e), -EEXIST);
	assert_non_null(strstr(e.what, "trial-1"));
	assert_int_equal(store_trials_load(s, id, STORE_VALUES, &got, &e), 0);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.trial[0].record.status, TRIAL_WRONG);
	assert_int_equal(got.trial[0].record.nhists, 0);
	store_trials_release(&got);
	store_close(s);
}

static void keeps_shards(void **state)
{
	const struct store_shard part = {.number = 2,
					 .count = 5,
					 .sweep_id = "tuesday",
					 .plan = "0123",
					 .plan_size = 60,
					 .trials = 12};
	struct store_run given = a_run;
	struct store *s = must_open();
	struct store_shards got;
	struct store_run run;
	struct err e = {0};
	int64_t id, other, found = -1;

	given.host = "node7";
	given.shard = &part;
	assert_int_equal(store_run_begin(s, &given, &id, &e), 0);
	assert_int_equal(store_run_end(s, id, "done", &e), 0);
	assert_int_equal(store_shards_load(s, id, &got, &e), 0);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.shard->number, 2);
	assert_int_equal(got.shard->count, 5);
	assert_string_equal(got.shard->sweep_id, "tuesday");
	assert_string_equal(got.shard->plan, "0123");
	assert_int_equal(got.shard->plan_size, 60);
	assert_int_equal(got.shard->trials, 12);
	assert_string_equal(got.shard->host, "node7");
	assert_string_equal(got.shard->status, "done");
	assert_non_null(got.shard->ended_utc);
	assert_int_equal(store_run_read(s, id, &run, &e), 0);
	assert_string_equal(got.shard->uuid, run.uuid);
	assert_false(store_run_merged(&run, &got));
	store_run_release(&run);
	store_shards_release(&got);

	assert_int_equal(store_shard_find(s, "tuesday", 2, &found, &e), 1);
	assert_int_equal(found, id);
	assert_int_equal(store_shard_find(s, "tuesday", 1, &found, &e), 0);
	assert_int_equal(store_shard_find(s, "monday", 2, &found, &e), 0);

	/* Once only, and then no run is left behind either. */
	assert_int_equal(store_run_begin(s, &given, &other, &e), -EEXIST);
	assert_non_null(strstr(e.what, "shard 2 of sweep tuesday"));
	assert_int_equal(store_run_find(s, "latest", &found, &e), 0);
	assert_int_equal(found, id);

	other = begin(s);
	assert_int_equal(store_shards_load(s, other, &got, &e), 0);
	assert_int_equal(got.n, 0);
	store_close(s);
}

/* A child writes until it is killed; what it reported must be there. */
static void survives_kill(void **state)
{
	unsigned total = 0;

	for (unsigned round = 0; round < 20; round++) {
		struct store_trials got;
		struct store *s = must_open();
		struct err e = {0};
		int64_t id = begin(s);
		unsigned reported = 0, seen;
		int pipes[2], status;
		pid_t child;

		store_close(s);
		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (!child) {
			/* so that it does not outlive a test that is killed */
			close(pipes[0]);
			s = must_open();
			for (unsigned i = 0;; i++)
				if (add(s, id, i, TRIAL_OK, &e) ||
				    write(pipes[1], &i, sizeof(i)) < 0)
					_exit(1);
		}
		close(pipes[1]);
		/* Different moments of a transaction in each round. */
		while (reported < 1 + round % 3 &&
		       read(pipes[0], &seen, sizeof(seen)) == sizeof(seen))
			reported++;
		usleep(737 * round);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		assert_true(WIFSIGNALED(status));
		while (read(pipes[0], &seen, sizeof(seen)) == sizeof(seen))
			reported++;
		close(pipes[0]);

		assert_int_equal(store_open_readonly(&s, path, &e), 0);
		assert_int_equal(
			store_trials_load(s, id, STORE_HISTS, &got, &e), 0);
		/* One more may be committed and not yet reported. */
		assert_in_range(got.n, reported, reported + 1);
		for (size_t i = 0; i < got.n; i++) {
			assert_int_equal(got.trial[i].index, i);
			assert_int_equal(got.trial[i].record.nvalues, 3);
			assert_int_equal(got.trial[i].record.nhists, 1);
		}
		total += reported;
		store_trials_release(&got);
		store_close(s);
	}
	assert_true(total >= 20);
}

static void sql(const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void refuses_newer(void **state)
{
	struct store *s = must_open();
	struct err e = {0};

	store_close(s);
	sql("PRAGMA user_version = 99");
	assert_int_equal(store_open(&s, path, &e), -EPROTONOSUPPORT);
	assert_non_null(strstr(e.what, path));
	assert_non_null(strstr(e.what, "version 99"));
	assert_true(*e.remedy);
	assert_int_equal(store_open_readonly(&s, path, &e), -EPROTONOSUPPORT);
}

static void refuses_negative_version(void **state)
{
	struct store *s = must_open();
	struct err e = {0};

	store_close(s);
	sql("PRAGMA user_version = -5");
	assert_int_equal(store_open(&s, path, &e), -EINVAL);
	assert_non_null(strstr(e.what, "version -5"));
	assert_int_equal(store_open_readonly(&s, path, &e), -EINVAL);
}

static int column_count(struct store *s, const char *table)
{
	char text[96];
	sqlite3_stmt *st;
	int n;

	snprintf(text, sizeof(text),
		 "SELECT count(*) FROM pragma_table_info('%s')", table);
	assert_int_equal(sqlite3_prepare_v2(s->db, text, -1, &st, NULL), 0);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* Steps beyond today's schema: both or none, and rows survive. */
static void upgrades_in_one_transaction(void **state)
{
	const int after = STORE_SCHEMA + 2;
	const char *good[STORE_SCHEMA + 2], *bad[STORE_SCHEMA + 2];
	struct store *s = must_open();
	struct err e = {0};
	int columns = column_count(s, "run");
	int64_t id = begin(s), found = -1;

	for (int i = 0; i < STORE_SCHEMA; i++)
		good[i] = bad[i] = "not run";
	good[after - 2] = bad[after - 2] = "ALTER TABLE run ADD x TEXT";
	good[after - 1] = "ALTER TABLE run ADD y TEXT";
	bad[after - 1] = "ALTER TABLE nothing ADD y TEXT";
	assert_int_not_equal(store_db_upgrade(s, bad, after, &e), 0);
	assert_non_null(strstr(e.what, path));
	assert_int_equal(column_count(s, "run"), columns);
	assert_int_equal(store_db_upgrade(s, good, after, &e), 0);
	assert_int_equal(column_count(s, "run"), columns + 2);
	assert_int_equal(store_db_upgrade(s, good, after, &e), 0);
	assert_int_equal(store_run_find(s, "quick", &found, &e), 0);
	assert_int_equal(found, id);
	store_close(s);
	assert_int_equal(store_open(&s, path, &e), -EPROTONOSUPPORT);
}

static void make_schema_1(void)
{
	char command[700];

	snprintf(command, sizeof(command),
		 "mkdir -p %s/results && rm -f %s && "
		 "sqlite3 %s <tests/unit/data/schema_1.sql",
		 folder, path, path);
	assert_int_equal(system(command), 0);
}

/* A file as the first vtdbench wrote it, opened to write or to read. */
static void migrates_a_file_of_schema_1(void **state)
{
	for (int readonly = 0; readonly < 2; readonly++) {
		struct store_trials trials;
		struct store_acks acks;
		struct store_run run;
		struct store *s;
		struct err e = {0};

		make_schema_1();
		/* whose lock was the C library's */
		sql("UPDATE trial SET design = 'rwlock'");
		assert_int_equal(readonly ? store_open_readonly(&s, path, &e)
					  : store_open(&s, path, &e),
				 0);
		assert_int_equal(store_run_read(s, 1, &run, &e), 0);
		assert_string_equal(run.name, "tiny");
		store_run_release(&run);
		assert_int_equal(
			store_trials_load(s, 1, STORE_HISTS, &trials, &e), 0);
		assert_int_equal(trials.n, 1);
		assert_int_equal(trials.trial[0].record.nvalues, 2);
		assert_string_equal(trials.trial[0].design, "rwlock_pthread");
		assert_string_equal(trials.trial[0].key,
				    "f123540b73fb4eda97bec93bdcbe76e1-pthread");
		store_trials_release(&trials);
		assert_int_equal(store_acks_load(s, &acks, &e), 0);
		assert_int_equal(acks.n, 0);
		assert_int_equal(column_count(s, "ack"), 11);
		store_close(s);
	}
}

static void acks_are_kept_all_or_none(void **state)
{
	struct store_ack two[2] = {{.change = "1",
				    .name = "nightly",
				    .machine = "0123",
				    .cell = "c",
				    .design = "rcu",
				    .metric = "m",
				    .run_uuid = "u",
				    .run_started_utc = "t",
				    .reason = "bought on purpose"}};
	const char *const undone[] = {"1", "3"};
	struct store *s = must_open();
	struct store_acks acks;
	struct err e = {0};

	two[1] = two[0];
	assert_int_equal(store_acks_add(s, two, 2, &e), -EEXIST);
	assert_non_null(strstr(e.what, "change 1 is acknowledged already"));
	assert_int_equal(store_acks_load(s, &acks, &e), 0);
	assert_int_equal(acks.n, 0);
	two[1].change = "2";
	assert_int_equal(store_acks_add(s, two, 2, &e), 0);
	assert_int_equal(store_acks_load(s, &acks, &e), 0);
	assert_int_equal(acks.n, 2);
	assert_string_equal(acks.ack[1].change, "2");
	assert_string_equal(acks.ack[1].reason, "bought on purpose");
	assert_int_equal(strlen(acks.ack[1].acked_utc), 20);
	store_acks_release(&acks);
	assert_int_equal(store_acks_remove(s, undone, 2, &e), -ENOENT);
	assert_non_null(strstr(e.what, "change 3 is not acknowledged"));
	assert_int_equal(store_acks_remove(s, undone, 1, &e), 0);
	assert_int_equal(store_acks_load(s, &acks, &e), 0);
	assert_int_equal(acks.n, 1);
	store_acks_release(&acks);
	store_close(s);
}

static void write_file(const char *text, size_t size)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static void refuses_what_is_not_ours(void **state)
{
	struct store *s = must_open();
	struct err e = {0};
	char damage[8192];

	store_close(s);
	assert_int_equal(store_open_readonly(&s, "/nonexistent/x.db", &e),
			 -ENOENT);
	assert_non_null(strstr(e.what, "/nonexistent/x.db"));

	unlink(path);
	sql("CREATE TABLE bookmarks (url TEXT)");
	assert_int_equal(store_open(&s, path, &e), -EINVAL);
	assert_non_null(strstr(e.what, path));

	memset(damage, 'x', sizeof(damage));
	write_file(damage, sizeof(damage));
	assert_int_equal(store_open(&s, path, &e), -EINVAL);
	assert_int_equal(store_open_readonly(&s, path, &e), -EINVAL);
	assert_non_null(strstr(e.what, path));
	assert_true(*e.remedy);
}

/* Overwrites pages in the middle of the file, leaving the header. */
static void says_when_damaged(void **state)
{
	struct store *s = must_open();
	struct err e = {0};
	struct store_trials got;
	int64_t id = begin(s);
	char junk[4096];
	int fd, rc;

	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(add(s, id, i, TRIAL_OK, &e), 0);
	store_close(s);
	memset(junk, 0xa5, sizeof(junk));
	fd = open(path, O_WRONLY);
	for (int page = 1; page < 40; page++)
		if (pwrite(fd, junk, sizeof(junk), page * 4096L) < 0)
			break;
	close(fd);
	rc = store_open_readonly(&s, path, &e);
	if (!rc) {
		rc = store_trials_load(s, id, STORE_HISTS, &got, &e);
		store_close(s);
	}
	assert_int_equal(rc, -EINVAL);
	assert_non_null(strstr(e.what, path));
}

/* Runs @body as a user whom file permissions bind; its status must be 0. */
static void as_nobody(int (*body)(void))
{
	int status;
	pid_t child = fork();

	if (!child) {
		if (!geteuid() && (setgid(65534) || setuid(65534)))
			_exit(99);
		_exit(body());
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int read_only_body(void)
{
	struct err e = {0};
	struct store *s;
	char below[300];
	int64_t id;
	int rc = store_open(&s, path, &e);

	if ((rc != -EROFS && rc != -EACCES) || !strstr(e.what, path))
		return 1;
	snprintf(below, sizeof(below), "%s/new/b.db", folder);
	rc = store_open(&s, below, &e);
	if (rc != -EACCES || !strstr(e.what, "new") || !*e.remedy)
		return 2;
	if (store_open_readonly(&s, path, &e) ||
	    store_run_find(s, "latest", &id, &e))
		return 3;
	store_close(s);
	return 0;
}

static int old_read_only_body(void)
{
	struct store_trials trials;
	struct store_acks acks;
	struct store *s;
	struct err e = {0};

	if (!store_open(&s, path, &e))
		return 1;
	if (store_open_readonly(&s, path, &e) ||
	    store_trials_load(s, 1, STORE_VALUES, &trials, &e) ||
	    store_acks_load(s, &acks, &e) || trials.n != 1)
		return 2;
	store_trials_release(&trials);
	store_close(s);
	return 0;
}

/* An archive of an older schema: read, though it cannot be migrated. */
static void reads_an_old_read_only_file(void **state)
{
	char results[300];

	make_schema_1();
	snprintf(results, sizeof(results), "%s/results", folder);
	chmod(path, 0444);
	chmod(results, 0555);
	chmod(folder, 0555);
	as_nobody(old_read_only_body);
	chmod(path, 0666); /* but the folder takes no journal */
	as_nobody(old_read_only_body);
	chmod(folder, 0755);
	chmod(results, 0755);
}

static void read_only_folder(void **state)
{
	struct store *s = must_open();
	char results[300];

	begin(s);
	store_close(s);
	snprintf(results, sizeof(results), "%s/results", folder);
	chmod(path, 0644);
	chmod(results, 0555);
	chmod(folder, 0555);
	as_nobody(read_only_body);
	/* A folder that takes no journal, though the file could be written. */
	chmod(path, 0666);
	as_nobody(read_only_body);
	chmod(folder, 0755);
	chmod(results, 0755);
}

static void full_disk(void **state)
{
	struct rlimit old, small = {0, 0};
	struct store *s = must_open();
	struct store_trials got;
	struct err e = {0};
	int64_t id = begin(s);
	unsigned stored = 0;
	int rc = 0;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	small.rlim_cur = 200 * 1024;
	setrlimit(RLIMIT_FSIZE, &small);
	while (!rc && stored < 10000) {
		rc = add(s, id, stored, TRIAL_OK, &e);
		stored += !rc;
	}
	setrlimit(RLIMIT_FSIZE, &old);
	if (rc != -ENOSPC)
		fail_msg("%d %s", rc, e.what);
	assert_non_null(strstr(e.what, path));
	assert_non_null(strstr(e.remedy, "full"));
	/* Nothing finished is lost, and there is no half a trial. */
	assert_int_equal(store_trials_load(s, id, STORE_HISTS, &got, &e), 0);
	assert_int_equal(got.n, stored);
	assert_int_equal(got.trial[stored - 1].record.nhists, 1);
	store_trials_release(&got);
	/* With room again, the same store goes on. */
	assert_int_equal(add(s, id, stored, TRIAL_OK, &e), 0);
	store_close(s);
}

static void two_writers(void **state)
{
	struct store *a = must_open(), *b = must_open();
	struct err e = {0};
	int64_t id = begin(a);

	sqlite3_busy_timeout(b->db, 50);
	assert_int_equal(store_db_exec(a, "BEGIN IMMEDIATE", "x", &e), 0);
	assert_int_equal(add(b, id, 1, TRIAL_OK, &e), -EBUSY);
	assert_non_null(strstr(e.what, path));
	assert_non_null(strstr(e.remedy, "another run"));
	assert_int_equal(store_db_exec(a, "COMMIT", "x", &e), 0);
	assert_int_equal(add(b, id, 1, TRIAL_OK, &e), 0);
	assert_int_equal(add(a, id, 2, TRIAL_OK, &e), 0);
	store_close(a);
	store_close(b);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, in_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(round_trip),
		TEST(finds_runs),
		TEST(done_and_twice),
		TEST(keeps_shards),
		TEST(survives_kill),
		TEST(refuses_newer),
		TEST(refuses_negative_version),
		TEST(upgrades_in_one_transaction),
		TEST(migrates_a_file_of_schema_1),
		TEST(acks_are_kept_all_or_none),
		TEST(refuses_what_is_not_ours),
		TEST(says_when_damaged),
		TEST(read_only_folder),
		TEST(reads_an_old_read_only_file),
		TEST(full_disk),
		TEST(two_writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
