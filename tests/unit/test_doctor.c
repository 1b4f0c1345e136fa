/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `vtdbench doctor` says of machines that this one is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "machine/checks.h"

static struct finding look(const char *name, const char *spec)
{
	struct finding f = {.name = name};
	const struct check *c = doctor_checks;
	json_t *env = json_object();
	char why[256] = "";
	struct topo *topo;
	struct doctor d;

	if (topo_load(&topo, spec, why, sizeof(why)))
		fail_msg("%s", why);
	d = (struct doctor){.env = env, .topo = topo};
	while (strcmp(c->name, name))
		c++;
	c->look(&d, &f);
	topo_free(topo);
	json_decref(env);
	return f;
}

static void kinds_of_cores(void **state)
{
	struct finding f = look("core kinds", "tests/unit/data/hybrid.xml");

	assert_int_equal(f.status, DOCTOR_WARN);
	assert_string_equal(f.what,
			    "core kind 0: 4 of 4 CPUs may be used, IntelCore, "
			    "up to 5200 MHz; core kind 1: 3 of 3 CPUs may be "
			    "used, IntelAtom, up to 3900 MHz");
	assert_string_equal(f.consequence, "threads keep to core kind 0");
	f = look("core kinds", "synthetic:core:4 pu:1");
	assert_int_equal(f.status, DOCTOR_OK);
}

/* Nodes without memory do not count, and whose CPUs they have is said. */
static void nodes(void **state)
{
	struct finding f = look("numa", "tests/unit/data/memoryless.xml");

	assert_int_equal(f.status, DOCTOR_WARN);
	assert_string_equal(f.what, "2 NUMA nodes with memory, and CPUs that "
				    "are of none");
	assert_non_null(strstr(f.consequence, "CPU 0 on node 2"));
	f = look("numa", "tests/unit/data/half-without-node.xml");
	assert_non_null(strstr(f.what, "one NUMA node, and CPUs that are of "
				       "another"));
	f = look("numa", "synthetic:numa:2 pu:1");
	assert_int_equal(f.status, DOCTOR_OK);
	assert_string_equal(f.what, "2 NUMA nodes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_cores),
		cmocka_unit_test(nodes),
	};

	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
