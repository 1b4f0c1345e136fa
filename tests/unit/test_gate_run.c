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

/* CHANGE and CANARY: of the first FIRST processes; later ones see none. */
static const char script[] =
	"#!/bin/sh\n"
	"n=$(wc -c <\"$0.n\")\n"
	"printf x >>\"$0.n\"\n"
	"[ -z \"$FAIL\" ] || exit $FAIL\n"
	"awk -v n=$n -v first=$FIRST -v change=$CHANGE -v canary=$CANARY \\\n"
	"	-v triples=$TRIPLES -v lost=$LOST -v seed=$6 'BEGIN {\n"
	"	srand(seed % 1000000)\n"
	"	if (n >= first) change = canary = 0\n"
	"	printf \"{\\\"samples\\\": [{\\\"design\\\": \\\"none\\\", "
	"\\\"metric\\\": \\\"walk_dep_4k\\\", \\\"class\\\": \\\"walk\\\", "
	"\\\"triples\\\": %d, \\\"tried\\\": 16, \\\"lost\\\": [0, 0, %d], "
	"\\\"ns\\\": [7, 7, 7], \\\"change\\\": %f, \\\"canary\\\": %f}]}\", "
	"triples, lost, change + (rand() - .5) / 500, "
	"canary + (rand() - .5) / 500\n"
	"}'\n";

static char program[] = "/tmp/test_gate_run.XXXXXX";

/* Nothing wrong, until a test says so. */
static void say(const char *name, const char *value)
{
	assert_int_equal(setenv(name, value, 1), 0);
}

static int quiet(void **state)
{
	char count[sizeof(program) + 2];
	FILE *f;

	snprintf(count, sizeof(count), "%s.n", program);
	f = fopen(count, "w");
	assert_non_null(f);
	fclose(f);
	say("FIRST", "1000");
	say("CHANGE", "0");
	say("CANARY", "0");
	say("TRIPLES", "16");
	say("LOST", "0");
	say("FAIL", "");
	return 0;
}

static int night(struct gate *g, struct err *e)
{
	static struct gate_sides old = {.name = "old", .n = 2},
				 new = {.name = "new", .n = 1};
	const struct gate_options o = {.program = program,
				       .seed = 1,
				       .processes = GATE_PROCESSES,
				       .times = true,
				       .canary = true};

	return gate_run(&old, &new, &o, NULL, NULL, g, e);
}

/* Runs a night, and says how it must end. */
static void ends(int status, const char *why, unsigned processes,
		 unsigned confirmations)
{
	struct gate g;
	struct err e = {0};

	assert_int_equal(night(&g, &e), 0);
	assert_int_equal(g.status, status);
	assert_non_null(strstr(g.why, why));
	assert_int_equal(g.processes, processes);
	assert_int_equal(g.confirmations, confirmations);
	gate_release(&g);
}

static void nothing_changed(void **state)
{
	ends(EXIT_OK, "", 16, 0);
}

static void a_slowdown_is_confirmed(void **state)
{
	say("CHANGE", "0.02");
	ends(EXIT_REGRESSION, "", 16, GATE_CONFIRM_PROCESSES);
}

static void a_gain_needs_no_confirmation(void **state)
{
	say("CHANGE", "-0.02");
	ends(EXIT_OK, "", 16, 0);
}

static void what_is_gone_later_was_none(void **state)
{
	say("CHANGE", "0.02");
	say("FIRST", "16");
	ends(EXIT_OK, "", 16, GATE_CONFIRM_PROCESSES);
}

/* The old build differs from itself: then neither verdict is worth anything. */
static void a_canary_that_fires_ends_it(void **state)
{
	say("CANARY", "0.02");
	ends(EXIT_INCONCLUSIVE,
	     "the old build differs from itself (walk_dep_4k, none)", 16,
	     GATE_CONFIRM_PROCESSES);
	quiet(NULL);
	say("CANARY", "-0.02");
	ends(EXIT_INCONCLUSIVE, "differs from itself", 16,
	     GATE_CONFIRM_PROCESSES);
	quiet(NULL);
	say("CANARY", "0.02");
	say("CHANGE", "0.04");
	ends(EXIT_INCONCLUSIVE, "differs from itself", 16,
	     GATE_CONFIRM_PROCESSES);
}

static void a_canary_must_fire_twice(void **state)
{
	say("CANARY", "0.02");
	say("FIRST", "16");
	ends(EXIT_OK, "", 16, GATE_CONFIRM_PROCESSES);
}

static void too_busy_to_say(void **state)
{
	say("TRIPLES", "2");
	ends(EXIT_INCONCLUSIVE, "1 of 1 metrics could not be judged", 28, 0);
}

/* One side lost its CPU more often: what is left is a selection. */
static void unequal_losses_judge_nothing(void **state)
{
	say("CHANGE", "0.02");
	say("LOST", "5");
	ends(EXIT_INCONCLUSIVE, "1 of 1 metrics could not be judged", 16,
	     GATE_CONFIRM_PROCESSES);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_changed, quiet),
		cmocka_unit_test_setup(a_slowdown_is_confirmed, quiet),
		cmocka_unit_test_setup(a_gain_needs_no_confirmation, quiet),
		cmocka_unit_test_setup(what_is_gone_later_was_none, quiet),
		cmocka_unit_test_setup(a_canary_that_fires_ends_it, quiet),
		cmocka_unit_test_setup(a_canary_must_fire_twice, quiet),
		cmocka_unit_test_setup(too_busy_to_say, quiet),
		cmocka_unit_test_setup(unequal_losses_judge_nothing, quiet),
		cmocka_unit_test_setup(failures_are_told_apart, quiet),
	};
	char count[sizeof(program) + 2];
	int fd = mkstemp(program), failed;

	if (fd < 0 || write(fd, script, sizeof(script) - 1) < 0 ||
	    fchmod(fd, 0700) || close(fd))
		return 1;
	failed = cmocka_run_group_tests_name("gate_run", tests, NULL, NULL);
	snprintf(count, sizeof(count), "%s.n", program);
	unlink(count);
	unlink(program);
	return failed;
}
