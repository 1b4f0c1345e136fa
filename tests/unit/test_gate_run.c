/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a night comes to, where the processes that measure say what they are
 * told: a script stands in for `vtdbench pair`.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "judge/gate.h"

/* CHANGE: of the first FIRST processes; later ones see none. */
static const char script[] =
	"#!/bin/sh\n"
	"cat \"$2\" \"$3\" \"$4\" >>\"$0.orders\"\n"
	"n=$(wc -c <\"$0.n\")\n"
	"printf x >>\"$0.n\"\n"
	"[ -z \"$FAIL\" ] || exit $FAIL\n"
	"awk -v n=$n -v first=$FIRST -v change=$CHANGE \\\n"
	"	-v triples=$TRIPLES -v lost=$LOST -v seed=$6 'BEGIN {\n"
	"	srand(seed % 1000000)\n"
	"	if (n >= first) change = 0\n"
	"	printf \"{\\\"samples\\\": [{\\\"design\\\": \\\"none\\\", "
	"\\\"metric\\\": \\\"walk_dep_4k\\\", \\\"class\\\": \\\"walk\\\", "
	"\\\"triples\\\": %d, \\\"tried\\\": 16, \\\"lost\\\": [0, 0, %d], "
	"\\\"ns\\\": [7, 7, 7], \\\"change\\\": %f, \\\"canary\\\": %f}]}\", "
	"triples, lost, change + (rand() - .5) / 500, "
	"(rand() - .5) / 500\n"
	"}'\n";

static char program[] = "/tmp/test_gate_run.XXXXXX";

/* Nothing wrong, until a test says so. */
static void say(const char *name, const char *value)
{
	assert_int_equal(setenv(name, value, 1), 0);
}

/* Stands in for what links: an object is the number of its order. */
static const char linker[] = "#!/bin/sh\n"
			     "[ -z \"$NO_LINKER\" ] && echo $1 >$2\n";
static char linked[] = "/tmp/test_gate_run.XXXXXX";

static char *beside(const char *suffix)
{
	static char path[sizeof(program) + 8];

	snprintf(path, sizeof(path), "%s.%s", program, suffix);
	return path;
}

static int quiet(void **state)
{
	FILE *f = fopen(beside("n"), "w");

	assert_non_null(f);
	fclose(f);
	unlink(beside("orders"));
	say("FIRST", "1000");
	say("CHANGE", "0");
	say("TRIPLES", "16");
	say("LOST", "0");
	say("FAIL", "");
	say("NO_LINKER", "");
	return 0;
}

static int night(struct gate *g, struct err *e)
{
	struct gate_sides old = {.name = "old", .n = 2},
			  new = {.name = "new", .n = 1};
	const struct gate_options o = {.program = program,
				       .seed = 1,
				       .processes = GATE_PROCESSES,
				       .times = true,
				       .margin = {0.005, 0.015, 0.05}};

	for (unsigned i = 0; i < 2; i++)
		strcpy(old.path[i], beside("old"));
	strcpy(new.path[0], beside("new"));
	strcpy(old.link, linked);
	strcpy(new.link, linked);
	return gate_run(&old, &new, &o, g, e);
}

/* Runs a night, and says how it must end. */
static void ends(int status, const char *why, enum ratio_verdict verdict,
		 unsigned processes)
{
	struct gate g;
	struct err e = {0};

	assert_int_equal(night(&g, &e), 0);
	assert_int_equal(g.status, status);
	assert_non_null(strstr(g.why, why));
	assert_int_equal(g.processes, processes);
	assert_int_equal(g.count[verdict], 1);
	gate_release(&g);
}

static void nothing_changed(void **state)
{
	ends(EXIT_OK, "", RATIO_SAME, 14);
}

static void a_slowdown_is_found(void **state)
{
	say("CHANGE", "0.02");
	ends(EXIT_REGRESSION, "", RATIO_SLOWER, 14);
}

static void a_gain_is_none(void **state)
{
	say("CHANGE", "-0.02");
	ends(EXIT_OK, "", RATIO_FASTER, 14);
}

/* At the margin nothing can be said: neither slower nor the same. */
static void what_is_not_resolved_is_said(void **state)
{
	say("CHANGE", "0.005");
	ends(EXIT_INCONCLUSIVE, "1 of 1 metrics could not be judged",
	     RATIO_UNRESOLVED, GATE_PROCESSES);
}

static int by_number(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

/* Orders that all draws of a night saw, and how many of them differ. */
static size_t orders(size_t *differ)
{
	long order[4 * GATE_PROCESSES];
	FILE *f = fopen(beside("orders"), "r");
	size_t n = 0;

	assert_non_null(f);
	while (n < sizeof(order) / sizeof(*order) &&
	       fscanf(f, "%ld", &order[n]) == 1)
		n++;
	fclose(f);
	qsort(order, n, sizeof(*order), by_number);
	*differ = n > 0;
	for (size_t i = 1; i < n; i++)
		*differ += order[i] != order[i - 1];
	return n;
}

static void every_draw_is_linked_anew(void **state)
{
	struct gate g;
	struct err e = {0};
	size_t n, differ;

	assert_int_equal(night(&g, &e), 0);
	assert_false(g.orders_built[0] || g.orders_built[1]);
	gate_release(&g);
	n = orders(&differ);
	assert_int_equal(n, 3 * 14);
	assert_true(differ > 3 * 14 - 3);
}

static void without_a_linker_it_says_so(void **state)
{
	struct gate g;
	struct err e = {0};
	size_t n, differ;
	FILE *f;

	say("NO_LINKER", "1");
	for (unsigned i = 0; i < 2; i++) {
		f = fopen(beside(i ? "new" : "old"), "w");
		assert_non_null(f);
		fprintf(f, "%u\n", i);
		fclose(f);
	}
	assert_int_equal(night(&g, &e), 0);
	assert_true(g.orders_built[0] && g.orders_built[1]);
	gate_release(&g);
	n = orders(&differ);
	assert_int_equal(n, 3 * 14);
	assert_int_equal(differ, 2);
}

static void too_busy_to_say(void **state)
{
	say("TRIPLES", "2");
	ends(EXIT_INCONCLUSIVE, "1 of 1 metrics could not be judged",
	     RATIO_UNRESOLVED, 25);
}

/* One side lost its CPU more often: what is left is a selection. */
static void unequal_losses_judge_nothing(void **state)
{
	say("CHANGE", "0.02");
	say("LOST", "5");
	ends(EXIT_INCONCLUSIVE, "1 of 1 metrics could not be judged",
	     RATIO_UNEQUAL, 14);
}

static void failures_are_told_apart(void **state)
{
	static const struct {
		const char *status;
		int rc;
	} fails[] = {
		{"1", -EBADMSG}, {"2", -ENOENT}, {"4", -ENOTSUP}, {"9", -EIO}};
	struct gate g;

	for (size_t i = 0; i < sizeof(fails) / sizeof(*fails); i++) {
		struct err e = {0};

		say("FAIL", fails[i].status);
		assert_int_equal(night(&g, &e), fails[i].rc);
		gate_release(&g);
	}
}

static bool put(char *path, const char *text, size_t size)
{
	int fd = mkstemp(path);

	return fd >= 0 && write(fd, text, size) == (ssize_t)size &&
	       !fchmod(fd, 0700) && !close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_changed, quiet),
		cmocka_unit_test_setup(a_slowdown_is_found, quiet),
		cmocka_unit_test_setup(a_gain_is_none, quiet),
		cmocka_unit_test_setup(what_is_not_resolved_is_said, quiet),
		cmocka_unit_test_setup(every_draw_is_linked_anew, quiet),
		cmocka_unit_test_setup(without_a_linker_it_says_so, quiet),
		cmocka_unit_test_setup(too_busy_to_say, quiet),
		cmocka_unit_test_setup(unequal_losses_judge_nothing, quiet),
		cmocka_unit_test_setup(failures_are_told_apart, quiet),
	};
	static const char *const left[] = {"n", "orders", "old", "new"};
	int failed;

	if (!put(program, script, sizeof(script) - 1) ||
	    !put(linked, linker, sizeof(linker) - 1))
		return 1;
	failed = cmocka_run_group_tests_name("gate_run", tests, NULL, NULL);
	for (unsigned i = 0; i < 4; i++)
		unlink(beside(left[i]));
	unlink(program);
	unlink(linked);
	return failed;
}
