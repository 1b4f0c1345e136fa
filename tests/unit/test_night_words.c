/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the summary of a night says, of nights made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "night/steps.h"

static char folder[] = "/tmp/test_night_words.XXXXXX";

static void put(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* Whether the summary has @want. */
static bool says(const struct night *n, int status, const char *want)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct document d = {0};
	bool found;

	night_document(n, status, 75, &d);
	document_markdown(&d, out);
	fclose(out);
	doc_release(&d);
	found = strstr(text, want);
	if (!found)
		print_message("no \"%s\" in\n%s", want, text);
	free(text);
	return found;
}

static struct night night(bool gate, bool first)
{
	struct night n = {
		.config = "c.yaml",
		.candidate = gate ? "build/sides" : NULL,
		.first = first,
		.step = {[NIGHT_CHECK] = {.name = "check"},
			 [NIGHT_GATE] = {.name = "gate", .seconds = 60}}};

	snprintf(n.folder, sizeof(n.folder), "%s", folder);
	snprintf(n.started_utc, sizeof(n.started_utc), "T");
	return n;
}

static void builds_are_named(void **state)
{
	struct night n = night(true, false);

	put("gate/gate.json",
	    "{\"old\": \"r/baseline\", \"old_commit\": \"aaaa111\", "
	    "\"new\": \"build/sides\", \"new_commit\": \"bbbb222\"}");
	assert_true(says(&n, EXIT_OK, "## Night of T: fine\n"));
	assert_true(says(&n, EXIT_OK,
			 "build/sides (commit bbbb222) with r/baseline "
			 "(commit aaaa111)"));
	assert_true(says(&n, EXIT_REGRESSION, "## Night of T: REGRESSION\n"));
	assert_true(says(&n, 143, "## Night of T: FAILED\n"));
}

static void a_first_night_compares_nothing(void **state)
{
	struct night n = night(true, true);

	assert_true(says(&n, EXIT_OK,
			 ": done, with no earlier night to compare with\n"));
	assert_true(says(&n, EXIT_OK, "(commit bbbb222) with itself"));
}

static void open_changes_are_in_the_heading(void **state)
{
	struct night gated = night(true, false), n = night(false, false);

	put("trend/trend.json",
	    "{\"open\": 2, \"series\": [{\"changes\": ["
	    "{\"cost_ratio\": 9, \"acknowledged\": {}},"
	    "{\"cost_ratio\": 5, \"ended_run\": 3},"
	    "{\"cost_ratio\": 1.89}, {\"cost_ratio\": 0.1}]}]}");
	assert_true(says(&n, EXIT_OK,
			 "## Night of T: done, no gate judged it; "
			 "trend: 2 open changes, up to 89 % "
			 "slower\n"));
	assert_true(says(&n, EXIT_OK, "Compared: nothing (--no-gate)"));
	assert_true(says(&gated, EXIT_OK, "fine; trend: 2 open changes"));
	put("trend/trend.json", "{\"open\": 1, \"series\": [{\"changes\": ["
				"{\"cost_ratio\": 0.5}]}]}");
	assert_true(says(&n, EXIT_OK, "trend: 1 open change\n"));
}

static void steps_say_what_to_know(void **state)
{
	struct night n = night(true, false);

	strcpy(n.step[NIGHT_CHECK].note, "a|b");
	n.step[NIGHT_CHECK].status = -1;
	assert_true(says(&n, EXIT_OK, "| check | not run |  | a\\|b |\n"));
	assert_true(says(&n, EXIT_OK, "| gate | 0 | 1 min 00 s |"));
}

static int make(void **state)
{
	char path[256];

	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/gate", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/trend", folder);
	return mkdir(path, 0700);
}

static int clean(void **state)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_are_named),
		cmocka_unit_test(a_first_night_compares_nothing),
		cmocka_unit_test(open_changes_are_in_the_heading),
		cmocka_unit_test(steps_say_what_to_know),
	};

	return cmocka_run_group_tests(tests, make, clean);
}
