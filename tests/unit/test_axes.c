/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Axes to text and back, and texts of older files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trial/axes.h"

static void pairs_come_back(void **state)
{
	static const char *const pairs[][2] = {{"footprint", "64M"},
					       {"iotlb.sets", "16"},
					       {"trace", "/a b/%20/c"},
					       {"memory", "node:0"},
					       {"cpus", ""},
					       {"domains", "k=v/ %"}};
	size_t size = 0, n = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);
	const char *p;
	struct axis a;

	for (size_t i = 0; i < 6; i++)
		axes_put(out, pairs[i][0], pairs[i][1]);
	fclose(out);
	for (p = text; axes_next(&p, &a); n++) {
		assert_string_equal(a.key, pairs[n][0]);
		assert_string_equal(a.value, pairs[n][1]);
		assert_int_equal(a.mark, '=');
	}
	assert_int_equal(n, 6);
	free(text);
}

static void is(const char *axes, char between, char mark, const char *expected)
{
	char text[64];

	assert_int_equal(axes_text(axes, between, mark, text, sizeof(text)),
			 strlen(expected));
	assert_string_equal(text, expected);
}

static void for_people(void **state)
{
	char text[8];

	is("", ' ', 0, "");
	is("a=1 walkers=2 b=3", ' ', 0, "a=1 b=3");
	is("a=1 b=x:y", '/', ':', "a:1/b:x:y");
	is("trace=/a%20b/c d=1", '/', ':', "trace:/a b/c/d:1");
	/* As older files have them: other marks, and paths in pieces. */
	is("a:1/dumpers:2/b:3", ' ', 0, "a:1 b:3");
	is("trace= tmp a.txt", ' ', 0, "trace= tmp a.txt");
	is("trace= tmp a.txt", '/', ':', "trace:/tmp/a.txt");
	assert_int_equal(axes_text("a=12345678", ' ', 0, text, sizeof(text)),
			 7);
	assert_string_equal(text, "a=12345");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_come_back),
		cmocka_unit_test(for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
