/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a dump that prints writes: a line a leaf, a page after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "measure/batch.h"

static struct dump_text text;

static void add(uint64_t iova, uint64_t bytes, unsigned perm)
{
	dump_text_add(&text, iova, iova + 0x1000000, bytes, perm);
}

static void a_leaf_is_a_line(void **state)
{
	memset(&text, 0, sizeof(text));
	add(0x7fff000, 4096, VTD_R);
	add(UINT64_MAX - 0x3fffffff, UINT64_C(1) << 30, VTD_R | VTD_W);
	assert_int_equal(text.lines, 2);
	text.page[text.used] = '\0';
	assert_string_equal(
		text.page,
		"0x0000000007fff000\t0x0000000008fff000\t4096\tr-\n"
		"0xffffffffc0000000\t0xffffffffc1000000\t1073741824\trw\n");
}

/* No line is cut: what does not fit is the first of the next page. */
static void a_full_page_is_begun_anew(void **state)
{
	size_t used = 0;

	memset(&text, 0, sizeof(text));
	for (uint64_t i = 0; i < 1000; i++) {
		add(i << 12, 4096, VTD_R | VTD_W);
		assert_true(text.used <= sizeof(text.page));
		assert_int_equal(text.page[text.used - 1], '\n');
		used += !text.pages ? 0 : text.used;
	}
	assert_int_equal(text.lines, 1000);
	/* 46 bytes a line: 88 of them reach beyond 4016 */
	assert_int_equal(text.pages, 1000 / 88);
	assert_true(used > 0);
	assert_memory_equal(text.page, "0x00000000003c8000\t", 19);
}

/* The longest line there can be fits. */
static void the_longest_line(void **state)
{
	memset(&text, 0, sizeof(text));
	dump_text_add(&text, UINT64_MAX, UINT64_MAX, UINT64_MAX, VTD_R);
	assert_true(text.used < DUMP_LINE);
	assert_int_equal(text.page[text.used - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_leaf_is_a_line),
		cmocka_unit_test(a_full_page_is_begun_anew),
		cmocka_unit_test(the_longest_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
