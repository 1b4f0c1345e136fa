/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every design through every case of a test program: a cmocka test for each. */
#ifndef TESTS_DESIGNS_H
#define TESTS_DESIGNS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../kernels/engine.h"

struct design_case {
	const char *name;
	void (*run)(void); /* on the design `tested` */
};

static const struct design *tested;

/*
 * designs_share() - what each design gets of work that takes @each for each of
 * six: all of it, or so much less that more designs take no longer together;
 * a fifth at least. A design that is tested alone, as the environment asks for,
 * has all.
 */
static inline uint64_t designs_share(uint64_t each)
{
	uint64_t n = 0, share;

	while (designs[n])
		n++;
	share = each * 6 / n;
	if (share < each / 5)
		share = each / 5;
	if (share > each || getenv("MODEL_DESIGN") || getenv("STRESS_DESIGN"))
		share = each;
	return share;
}

struct design_test {
	const struct design *design;
	void (*run)(void);
};

static inline void design_test_run(void **state)
{
	const struct design_test *test = *state;

	tested = test->design;
	test->run();
}

/*
 * designs_run() - runs the @n @cases of each design as tests "DESIGN_CASE" of
 * @group. The environment variable named @only, if set, names the one design
 * to take. Returns what main() does.
 */
static inline int designs_run(const char *group,
			      const struct design_case *cases, size_t n,
			      const char *only)
{
	enum { TESTS_MAX = 1024 };
	/* cmocka passes over those that stay empty */
	static struct CMUnitTest tests[TESTS_MAX];
	static struct design_test states[TESTS_MAX];
	static char names[TESTS_MAX][64];
	size_t used = 0;

	only = only ? getenv(only) : NULL;
	for (size_t d = 0; designs[d]; d++) {
		if (only && strcmp(only, designs[d]->name))
			continue;
		for (size_t c = 0; c < n && used < TESTS_MAX; c++, used++) {
			snprintf(names[used], sizeof(names[used]), "%s_%s",
				 designs[d]->name, cases[c].name);
			states[used] =
				(struct design_test){designs[d], cases[c].run};
			tests[used].name = names[used];
			tests[used].test_func = design_test_run;
			tests[used].initial_state = &states[used];
		}
	}
	if (!used || used == TESTS_MAX) {
		print_error("%s: %s\n", group,
			    used ? "too many tests" : "no such design");
		return 1;
	}
	return cmocka_run_group_tests_name(group, tests, NULL, NULL);
}

#endif
