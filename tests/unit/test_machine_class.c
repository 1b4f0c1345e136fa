/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs of one machine and of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "store/machine_class.h"

static const struct store_run known = {
	.machine = "{\"cpu\":\"Test CPU\",\"microcode\":\"0x1\","
		   "\"cpus_online\":2,\"memory_bytes\":1}",
	.noise = "{\"governor\":\"performance\",\"load_avg\":[0.5]}",
	.kernel = "6.1.0",
	.compiler = "gcc 12.2.0"};

/* The hash is stored: it must never change for the same facts. */
static void the_id_is_stable(void **state)
{
	struct machine_class c;
	char label[128];

	machine_class_of(&c, &known);
	assert_string_equal(c.id, "dd3684782e5a");
	machine_class_label(&c, label, sizeof(label));
	assert_string_equal(label,
			    "Test CPU, 2 CPUs, kernel 6.1.0, gcc 12.2.0");
}

/* Machines whose cores differ say how; the rest keep the id they had. */
static void kinds_of_cores(void **state)
{
	struct store_run hybrid = known, fewer = known;
	struct machine_class a, b, c;
	char text[256];

	hybrid.machine = "{\"cpu\":\"Test CPU\",\"microcode\":\"0x1\","
			 "\"cpus_online\":2,\"core_kinds\":["
			 "{\"cpus\":12,\"cpus_all\":12,\"what\":\"fast\"},"
			 "{\"cpus\":8,\"cpus_all\":8,\"what\":\"\"}]}";
	fewer.machine = "{\"cpu\":\"Test CPU\",\"microcode\":\"0x1\","
			"\"cpus_online\":2,\"core_kinds\":["
			"{\"cpus\":0,\"cpus_all\":12,\"what\":\"fast\"},"
			"{\"cpus\":8,\"cpus_all\":8,\"what\":\"\"}]}";
	machine_class_of(&a, &known);
	machine_class_of(&b, &hybrid);
	machine_class_of(&c, &fewer);
	assert_string_not_equal(a.id, b.id);
	assert_string_not_equal(b.id, c.id);
	machine_class_label(&b, text, sizeof(text));
	assert_string_equal(text,
			    "Test CPU, 2 CPUs (core kind 0: 12 of 12 CPUs, "
			    "fast; core kind 1: 8 of 8 CPUs), kernel 6.1.0, "
			    "gcc 12.2.0");
	machine_class_differs(&b, "A", &c, "B", text, sizeof(text));
	assert_non_null(strstr(text, "core kinds is core kind 0: 12 of 12"));
}

static void each_fact_makes_another_class(void **state)
{
	struct store_run other[] = {known, known, known, known, known, known};
	struct machine_class a, b;

	other[0].machine = "{\"cpu\":\"CPU\",\"microcode\":\"0x1\","
			   "\"cpus_online\":2}";
	other[1].machine = "{\"cpu\":\"Test CPU\",\"microcode\":\"0x2\","
			   "\"cpus_online\":2}";
	other[2].machine = "{\"cpu\":\"Test CPU\",\"microcode\":\"0x1\","
			   "\"cpus_online\":4}";
	other[3].noise = "{}";
	other[4].kernel = "6.2.0";
	other[5].compiler = NULL;
	machine_class_of(&a, &known);
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++) {
		char why[256];

		machine_class_of(&b, &other[i]);
		assert_false(machine_class_equal(&a, &b));
		assert_string_not_equal(a.id, b.id);
		machine_class_differs(&a, "A", &b, "B", why, sizeof(why));
		assert_non_null(strstr(why, " in A, "));
		assert_null(strchr(why, ';')); /* one fact */
	}
}

static void what_changes_daily_is_no_fact(void **state)
{
	struct store_run later = known;
	struct machine_class a, b;
	char why[64];

	later.machine = "{\"memory_bytes\":2,\"cpus_online\":2,"
			"\"microcode\":\"0x1\",\"cpu\":\"Test CPU\"}";
	later.noise = "{\"load_avg\":[9],\"governor\":\"performance\"}";
	later.host = "box2";
	machine_class_of(&a, &known);
	machine_class_of(&b, &later);
	assert_true(machine_class_equal(&a, &b));
	assert_string_equal(a.id, b.id);
	machine_class_differs(&a, "A", &b, "B", why, sizeof(why));
	assert_string_equal(why, "");
}

/* A damaged or empty row is a class of its own, and no crash. */
static void nothing_known_is_a_class(void **state)
{
	const struct store_run nothing = {.machine = "no json"};
	struct machine_class c;
	char label[128];

	machine_class_of(&c, &nothing);
	machine_class_label(&c, label, sizeof(label));
	assert_string_equal(label, "unknown CPU, unknown CPUs, kernel unknown, "
				   "unknown compiler");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_id_is_stable),
		cmocka_unit_test(kinds_of_cores),
		cmocka_unit_test(each_fact_makes_another_class),
		cmocka_unit_test(what_changes_daily_is_no_fact),
		cmocka_unit_test(nothing_known_is_a_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
