/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power cuts and full disks at every single write of the store: what was
 * promised is there, and the file goes on. KILLS / 8 ways per power cut.
 */
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
#include "disk.h"

enum { TRIALS = 4 };

static char folder[64], path[80];

static int in_folder(void **state)
{
	struct stat st;

	/* In memory where there is such a thing: thousands of small files. */
	snprintf(folder, sizeof(folder), "%s/powercut.XXXXXX",
		 stat("/dev/shm", &st) ? "/tmp" : "/dev/shm");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/r", folder);
	return 0;
}

static int remove_folder(void **state)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static void forget(void)
{
	char journal[96];

	snprintf(journal, sizeof(journal), "%s-journal", path);
	unlink(path);
	unlink(journal);
}

/* A trial of several pages, so that its transaction has many writes. */
static int add(struct store *s, int64_t run, unsigned i, struct err *e)
{
	double x[400], y[400];
	char key[16];
	struct store_trial t = {.key = key,
				.design = "rcu",
				.workload = "uniform",
				.index = i,
				.repetition = i};
	struct hist *h = hist_new();
	struct record r;
	int rc;

	snprintf(key, sizeof(key), "trial-%u", i);
	record_init(&r);
	record_add(&r, METRIC_walk_lat_ns, i + 0.1, false);
	hist_add_n(h, 9, 100);
	record_add_hist(&r, "walk_single", h);
	for (unsigned k = 0; k < 400; k++)
		x[k] = k, y[k] = 1.0 / (k + i + 1);
	record_add_series(&r, "table_bytes_held", 400, x, y);
	t.record = r;
	rc = store_trials_add(s, run, &t, 1, e);
	record_release(&r);
	return rc;
}

/* Opens or creates, and adds the trials from @from on; how many are stored. */
static unsigned work(unsigned from, int *error, struct err *e)
{
	const struct store_run run = {.name = "x", .plan_size = TRIALS};
	struct store *s;
	unsigned i = from;
	int64_t id = 0;
	int rc = store_open(&s, path, e);

	*error = rc;
	if (rc)
		return from;
	if (store_run_find(s, "latest", &id, &(struct err){0}))
		rc = store_run_begin(s, &run, &id, e);
	for (; !rc && i < TRIALS; i += !rc) {
		rc = add(s, id, i, e);
		if (!rc)
			disk_promise(i + 1);
	}
	if (!rc)
		rc = store_run_end(s, id, "done", e);
	store_close(s);
	*error = rc;
	return i;
}

/* "ok" from SQLite itself. */
static void check_integrity(struct store *s)
{
	sqlite3_stmt *st;

	assert_int_equal(sqlite3_prepare_v2(s->db, "PRAGMA integrity_check", -1,
					    &st, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(st, 0), "ok");
	sqlite3_finalize(st);
}

/* The trials 0, 1, … are there and whole, at least @promised; how many. */
static unsigned check(unsigned promised)
{
	struct store_trials got = {0};
	struct err e = {0};
	struct store *s;
	int64_t run;
	unsigned n;

	if (access(path, F_OK)) {
		assert_int_equal(promised, 0);
		return 0;
	}
	if (store_open_readonly(&s, path, &e))
		fail_msg("%s", e.what);
	check_integrity(s);
	if (!store_run_find(s, "latest", &run, &e) &&
	    store_trials_load(s, run, STORE_HISTS, &got, &e))
		fail_msg("%s", e.what);
	n = (unsigned)got.n;
	assert_in_range(n, promised, TRIALS);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(got.trial[i].index, i);
		assert_int_equal(got.trial[i].record.nvalues, 1);
		assert_int_equal(got.trial[i].record.nhists, 1);
		assert_int_equal(got.trial[i].record.series[0].n, 400);
	}
	store_trials_release(&got);
	store_close(s);
	return n;
}

/* What is left goes on to all trials. */
static void go_on(unsigned from)
{
	struct err e = {0};
	int rc;

	assert_int_equal(work(from, &rc, &e), TRIALS);
	if (rc)
		fail_msg("%s", e.what);
	assert_int_equal(check(TRIALS), TRIALS);
}

static unsigned ways(void)
{
	const char *kills = getenv("KILLS");
	unsigned n = kills ? (unsigned)strtoul(kills, NULL, 10) / 8 : 3;

	return n < 3 ? 3 : n;
}

static void power_cut_at_every_write(void **state)
{
	unsigned lost = 0, kept = 0;
	struct err e = {0};
	int rc;

	disk_insert();
	assert_int_equal(work(0, &rc, &e), TRIALS);
	disk_remove();
	assert_int_equal(rc, 0);
	for (size_t at = 0; at <= disk_notes(); at++)
		for (unsigned way = 0; way < ways(); way++) {
			unsigned promised, n;

			forget();
			promised = disk_power_cut(at, way, folder, "r");
			n = check(promised);
			lost += n == promised;
			kept += n > promised;
			/* Going on takes longer than looking. */
			if (way == at % ways())
				go_on(n);
		}
	printf("# %zu moments, %u ways each; %u times a trial more than "
	       "promised\n",
	       disk_notes() + 1, ways(), kept);
	assert_true(lost > 100);
	assert_true(kept > 0);
}

/* The power cut must be able to lose something, or it shows nothing. */
static void without_synchronising(void **state)
{
	const struct store_run run = {.name = "x", .plan_size = TRIALS};
	unsigned broken = 0;
	struct err e = {0};
	struct store *s;
	int64_t id;

	forget();
	disk_insert();
	assert_int_equal(store_open(&s, path, &e), 0);
	assert_int_equal(store_db_exec(s, "PRAGMA synchronous = OFF", "x", &e),
			 0);
	assert_int_equal(store_run_begin(s, &run, &id, &e), 0);
	for (unsigned i = 0; i < TRIALS; i++) {
		assert_int_equal(add(s, id, i, &e), 0);
		disk_promise(i + 1);
	}
	store_close(s);
	disk_remove();
	for (size_t at = 0; at <= disk_notes(); at++) {
		unsigned promised, way = 2 + (unsigned)at % 3;
		struct store_trials got = {0};

		forget();
		promised = disk_power_cut(at, way, folder, "r");
		if (store_open_readonly(&s, path, &e)) {
			broken += promised > 0;
			continue;
		}
		if (store_run_find(s, "latest", &id, &e) ||
		    store_trials_load(s, id, STORE_HISTS, &got, &e) ||
		    got.n < promised)
			broken++;
		store_trials_release(&got);
		store_close(s);
	}
	assert_true(broken > 10);
}

static void disk_full_at_every_write(void **state)
{
	unsigned total, refused = 0;
	struct err e = {0};
	int rc;

	forget();
	disk_insert();
	work(0, &rc, &e);
	total = disk_writes();
	for (unsigned nth = 1; nth <= total; nth++)
		for (int stays = 0; stays < 2; stays++) {
			unsigned stored, n;

			forget();
			disk_full_at(nth, stays);
			stored = work(0, &rc, &e);
			/* Room for a rollback that SQLite needs anyway. */
			if (rc) {
				refused++;
				if (rc != -ENOSPC)
					fail_msg("write %u: %d %s", nth, rc,
						 e.what);
				assert_non_null(strstr(e.what, path));
				assert_non_null(strstr(e.remedy, "full"));
			}
			disk_full_at(0, false);
			n = check(stored);
			go_on(n);
		}
	disk_remove();
	printf("# %u writes, each refused once and for good\n", total);
	assert_true(total > 50);
	assert_true(refused > total);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(power_cut_at_every_write,
						in_folder, remove_folder),
		cmocka_unit_test_setup_teardown(without_synchronising,
						in_folder, remove_folder),
		cmocka_unit_test_setup_teardown(disk_full_at_every_write,
						in_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
