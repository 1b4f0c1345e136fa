/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of users: what a terminal or a document may get of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"

static void copies_to(const char *text, const char *want)
{
	char buf[128];
	char *copy = printable_dup(text);

	assert_string_equal(printable_copy(buf, sizeof(buf), text), want);
	assert_string_equal(copy, want);
	assert_int_equal(printable(text), !strcmp(text, want));
	assert_true(printable(want));
	free(copy);
}

static void what_a_terminal_obeys(void **state)
{
	copies_to("", "");
	copies_to("plain ~ text", "plain ~ text");
	copies_to("Gr\xc3\xb6\xc3\x9f"
		  "e \xe2\x82\xac \xf0\x9f\x98\x80",
		  "Gr\xc3\xb6\xc3\x9f"
		  "e \xe2\x82\xac \xf0\x9f\x98\x80");
	copies_to("a\x1b[31mb", "a\\x1b[31mb");
	copies_to("one\ntwo\r\tthree\x7f", "one\\x0atwo\\x0d\\x09three\\x7f");
	/* The one-character forms of ESC [ and so on; line and direction. */
	copies_to("\xc2\x9b"
		  "2J",
		  "\\xc2\\x9b2J");
	copies_to("\xe2\x80\xa8\xe2\x80\xae", "\\xe2\\x80\\xa8\\xe2\\x80\\xae");
	copies_to("\xe2\x81\xa6", "\\xe2\\x81\\xa6");
}

static void what_is_no_utf8(void **state)
{
	copies_to("\xff", "\\xff");
	copies_to("\x80", "\\x80");
	copies_to("a\xc3", "a\\xc3");
	copies_to("\xc0\xaf", "\\xc0\\xaf");	      /* not the shortest */
	copies_to("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* half a pair */
	copies_to("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
}

static void a_cut_is_between_characters(void **state)
{
	char buf[6];

	assert_string_equal(printable_copy(buf, 6, "abcd\xc3\xb6"), "abcd");
	assert_string_equal(printable_copy(buf, 6, "ab\x1b"), "ab");
	assert_string_equal(printable_copy(buf, 6, "abcdefg"), "abcde");
	assert_string_equal(printable_copy(buf, 1, "a"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_terminal_obeys),
		cmocka_unit_test(what_is_no_utf8),
		cmocka_unit_test(a_cut_is_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
