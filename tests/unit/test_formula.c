/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Formulas of counter groups: values, missing values and every syntax error.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "counters/formula.h"

static int lookup(void *arg, const char *name, double *value, const char **why)
{
	if (!strcmp(name, "OPS"))
		*value = 8;
	else if (!strcmp(name, "L1D_MISS"))
		*value = 24;
	else if (!strcmp(name, "ZERO"))
		*value = 0;
	else if (!strcmp(name, "GONE")) {
		*why = "no PMU";
		return -ENODATA;
	} else {
		return -ENOENT;
	}
	return 0;
}

static char why[128];

static double value_of(const char *text)
{
	double v = -12345;

	assert_int_equal(formula_eval(text, lookup, NULL, &v, why, sizeof(why)),
			 0);
	return v;
}

static void fails(const char *text, int rc, const char *reason)
{
	double v = 7;

	why[0] = '\0';
	assert_int_equal(formula_eval(text, lookup, NULL, &v, why, sizeof(why)),
			 rc);
	assert_true(v == 7); /* left alone */
	if (!strstr(why, reason))
		fail_msg("'%s' gave '%s', not '%s'", text, why, reason);
}

static void values(void **state)
{
	assert_true(value_of("L1D_MISS / OPS") == 3);
	assert_true(value_of("1 + 2 * 3") == 7);
	assert_true(value_of("(1 + 2) * 3") == 9);
	assert_true(value_of("8 - 2 - 1") == 5);
	assert_true(value_of("64 / 4 / 2") == 8);
	assert_true(value_of("-OPS + 10") == 2);
	assert_true(value_of("2 - -3") == 5);
	assert_true(value_of(" .5*OPS ") == 4);
	assert_true(value_of("1e3 / 1.0e1") == 100);
	assert_true(value_of("((((OPS))))") == 8);
	assert_true(value_of("ZERO / OPS") == 0);
}

static void without_a_value(void **state)
{
	fails("OPS / ZERO", -ENODATA, "division by zero");
	fails("OPS / (1 - 1)", -ENODATA, "division by zero");
	fails("GONE / OPS", -ENODATA, "GONE: no PMU");
	fails("OPS + GONE * 0", -ENODATA, "GONE: no PMU");
	fails("1e308 * 1e308", -ENODATA, "finite");
	/* A syntax error behind a missing value is still one. */
	fails("GONE / OPS )", -EINVAL, "column 12: ')'");
}

static void not_a_formula(void **state)
{
	char deep[400];

	fails("", -EINVAL, "column 1: ends");
	fails("OPS /", -EINVAL, "column 6: ends");
	fails("(OPS", -EINVAL, "column 5: ')' expected");
	fails("OPS)", -EINVAL, "column 4: ')'");
	fails("OPS OPS", -EINVAL, "column 5: 'O'");
	fails("OPS + NOPE", -EINVAL, "column 7: unknown name 'NOPE'");
	fails("OPS ^ 2", -EINVAL, "column 5: '^'");
	fails("* 2", -EINVAL, "column 1: '*'");
	memset(deep, '(', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	fails(deep, -EINVAL, "nested");
	memset(deep, 'A', sizeof(deep) - 1);
	fails(deep, -EINVAL, "name of more than");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(without_a_value),
		cmocka_unit_test(not_a_formula),
	};

	return cmocka_run_group_tests_name("formula", tests, NULL, NULL);
}
