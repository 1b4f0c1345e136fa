/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The baseline that a night keeps: whole, or the one before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trial/sides.h"
#include "night/steps.h"

static char folder[] = "/tmp/test_night_keep.XXXXXX";

static const char *in(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(in(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(in(name), 0700), 0);
}

/* What is kept can be linked anew, where it lies. */
static void all_of_it_is_kept(void **state)
{
	char *candidate = strdup(in("sides"));
	struct night n = {.candidate = candidate};
	struct gate_sides s;
	struct err e = {0};
	char *to = strdup(in("out.so"));

	snprintf(n.kept, sizeof(n.kept), "%s", in("baseline"));
	assert_int_equal(mkdir(in("sides"), 0700), 0);
	assert_int_equal(mkdir(in("sides/kernels"), 0700), 0);
	put("sides/engine-0.so", "an order");
	put("sides/kernels/a.o", "an object");
	put("sides/link",
	    "#!/bin/sh\ncd \"$(dirname \"$0\")\" && cp kernels/a.o \"$2\"\n");
	for (unsigned again = 0; again < 2; again++) {
		assert_int_equal(night_keep_baseline(&n, &e), 0);
		assert_int_equal(gate_sides_find(&s, n.kept, &e), 0);
		assert_int_equal(s.n, 1);
		unlink(to);
		assert_true(gate_sides_link(&s, 7, to, NULL));
		assert_int_equal(access(to, R_OK), 0);
	}
	n.candidate = "/nowhere";
	assert_int_not_equal(night_keep_baseline(&n, &e), 0);
	assert_non_null(strstr(e.what, "/nowhere"));
	assert_int_equal(access(in("baseline/engine-0.so"), R_OK), 0);
	free(candidate);
	free(to);
}

static int make(void **state)
{
	return mkdtemp(folder) ? 0 : -1;
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
		cmocka_unit_test(all_of_it_is_kept),
	};

	return cmocka_run_group_tests(tests, make, clean);
}
