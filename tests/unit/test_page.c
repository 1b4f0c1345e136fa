/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages: their width, wrapped lines, and tables that fit or say so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "views/gate.h"
#include "document/page.h"

static char *text;
static size_t size;

static FILE *begin(void)
{
	free(text);
	text = NULL;
	return open_memstream(&text, &size);
}

/* Columns of the widest line. */
static unsigned widest(void)
{
	unsigned most = 0, n = 0;

	for (const char *c = text; *c; c++) {
		n = *c == '\n' ? 0 : n + ((*c & 0xc0) != 0x80);
		most = n > most ? n : most;
	}
	return most;
}

static void columns_say_how_wide(void **state)
{
	static const struct {
		const char *columns;
		unsigned want;
	} sample[] = {{"80", 80}, {"100", 100},	 {"300", 100}, {"1", 60},
		      {"0", 100}, {"wide", 100}, {"", 100},    {"-5", 100}};
	FILE *out = begin();

	for (size_t i = 0; i < sizeof(sample) / sizeof(*sample); i++) {
		setenv("COLUMNS", sample[i].columns, 1);
		assert_int_equal(page_width(out), sample[i].want);
	}
	unsetenv("COLUMNS");
	assert_int_equal(page_width(out), 100);
	fclose(out);
}

static void lines_are_wrapped(void **state)
{
	static const struct {
		unsigned width, indent;
		const char *text, *want;
	} sample[] = {
		{40, 4, "short", "short\n"},
		{40, 4, "", "\n"},
		{10, 2, "aaa bbb ccc ddd", "aaa bbb\n  ccc ddd\n"},
		{10, 2, "a   b   c   d", "a   b   c\n  d\n"},
		{10, 2, "\nab", "\nab\n"},
		/* seven characters, of which two take two bytes */
		{7, 2, "\xc3\x97 x \xc3\x97 y b",
		 "\xc3\x97 x \xc3\x97 y\n  b\n"},
		{10, 2, "a pmu::EVENT:UMASK",
		 "a\n  pmu::\n  EVENT:\n  UMASK\n"},
		{10, 2, "0123456789abcdef", "0123456789\n  abcdef\n"},
		{10, 40, "aaaa bbbb cccc", "aaaa bbbb\n     cccc\n"},
	};

	for (size_t i = 0; i < sizeof(sample) / sizeof(*sample); i++) {
		FILE *out = begin();

		page_line(out, sample[i].width, sample[i].indent, "%s",
			  sample[i].text);
		fclose(out);
		assert_string_equal(text, sample[i].want);
	}
}

static void print(unsigned width)
{
	static const struct table_column column[] = {
		{"", "design", 0, true},      {"walk ns", "p50", 0, false},
		{"walk ns", "p99", 2, false}, {"walk ns", "p99.9", 3, false},
		{"tables", "held", 1, false},
	};
	static const char *const cell[] = {"rcu",   "8.00", "10.0",
					   "15.0",  "140K", "rwlock_reclaim",
					   "12345", "-",    "-",
					   "100K"};
	FILE *out = begin();
	struct table t;

	table_init(&t, column, 5, 2);
	for (unsigned i = 0; i < 10; i++)
		strcpy(table_cell(&t, i / 5, i % 5), cell[i]);
	table_print(&t, width, false, out);
	table_release(&t);
	fclose(out);
}

static void a_table_is_as_wide_as_its_contents(void **state)
{
	print(100);
	assert_string_equal(text,
			    "                  walk ns             tables\n"
			    "  design            p50   p99  p99.9    held\n"
			    "  rcu              8.00  10.0   15.0    140K\n"
			    "  rwlock_reclaim  12345     -      -    100K\n");
}

/* A colour takes no room, is there only where it may be, and ends. */
static void cells_are_coloured_by_tone(void **state)
{
	static const struct table_column column[] = {{"", "a", 0, true},
						     {"", "b", 0, false}};
	static const char *const want[] = {
		"  a     b\n  x    10\n  y   200\n  z  3000\n",
		"  a     b\n  x    \033[1;31m10\033[0m\n"
		"  y   \033[2m200\033[0m\n  z  \033[1;32m3000\033[0m\n"};
	static const enum doc_tone tone[] = {DOC_BAD, DOC_OPEN, DOC_GOOD};
	static const char *const cell[] = {"10", "200", "3000"};

	for (int coloured = 0; coloured < 2; coloured++) {
		FILE *out = begin();
		struct table t;

		table_init(&t, column, 2, 3);
		for (unsigned i = 0; i < 3; i++) {
			snprintf(table_cell(&t, i, 0), TABLE_CELL, "%c",
				 'x' + (int)i);
			strcpy(table_cell(&t, i, 1), cell[i]);
			table_effect(&t, i, 1)->tone = tone[i];
		}
		table_print(&t, 60, coloured, out);
		table_release(&t);
		fclose(out);
		assert_string_equal(text, want[coloured]);
	}
}

static void a_colour_takes_no_room_in_a_line(void **state)
{
	FILE *out = begin();

	page_line(out, 10, 2, "aaa \033[1;32mbbb\033[0m ccc");
	fclose(out);
	assert_string_equal(text, "aaa \033[1;32mbbb\033[0m\n  ccc\n");
	out = begin();
	page_line(out, 11, 2, "aaa \033[1;32mbbb\033[0m ccc");
	fclose(out);
	assert_string_equal(text, "aaa \033[1;32mbbb\033[0m ccc\n");
}

static void what_has_no_room_is_named(void **state)
{
	/* Narrower gaps come first. */
	print(43);
	assert_null(strstr(text, "no room"));
	assert_int_equal(widest(), 40);
	print(39);
	assert_true(widest() <= 39);
	assert_non_null(strstr(text, "no room in 39 columns for: walk ns\n"
				     "    p99.9)"));
	print(25);
	assert_non_null(strstr(text, "no room in 25"));
	assert_non_null(strstr(text, "tables held)"));
	assert_non_null(strstr(text, "  rwlock_reclaim    12345\n"));
}

/* A note stands beside its row if there is room, else below. */
static void notes_find_a_place(void **state)
{
	static const struct table_column column[] = {{"", "n", 0, false}};
	static const char *const want[] = {
		"  n  what\n  1  a note of one line\n  2\n",
		"  n  what\n  1  a note of one\n       line\n  2\n",
		"          n\n  123456789\n            a note of one\n"
		"            line\n          2\n",
		"  n\n  1\n            a note of one line\n"
		"            another\n  2\n"};
	static const char *const cell[] = {"1", "1", "123456789", "1"};
	static const unsigned widths[] = {60, 20, 25, 60};

	for (unsigned i = 0; i < 4; i++) {
		FILE *out = begin();
		struct table t;

		table_init(&t, column, 1, 2);
		strcpy(table_cell(&t, 0, 0), cell[i]);
		strcpy(table_cell(&t, 1, 0), "2");
		t.note_name = "what";
		table_note(&t, 0, "a note of %s", "one line");
		if (i == 3)
			table_note(&t, 0, "another");
		table_print(&t, widths[i], false, out);
		table_release(&t);
		fclose(out);
		assert_string_equal(text, want[i]);
	}
}

/* The columns that are always there are in each part, rows where they say
 * something. */
static void a_wide_table_is_split(void **state)
{
	static const struct table_column column[] = {{"", "n", 0, true},
						     {"", "first", 1, false},
						     {"", "second", 1, false},
						     {"", "end", 0, false}};
	static const char *const cell[] = {"a", "1", "2", "9",
					   "b", "3", "",  "8"};
	FILE *out = begin();
	struct table t;

	table_init(&t, column, 4, 2);
	for (unsigned i = 0; i < 8; i++)
		strcpy(table_cell(&t, i / 4, i % 4), cell[i]);
	t.split = true;
	table_print(&t, 20, false, out);
	table_release(&t);
	fclose(out);
	assert_string_equal(text, "  n  first  end\n"
				  "  a      1    9\n"
				  "  b      3    8\n"
				  "\n"
				  "  n  second  end\n"
				  "  a       2    9\n");
}

/* What rows share is said once above them, as wide as the page; the columns
 * below are where there is room. */
static void what_rows_share_stands_above(void **state)
{
	static const struct table_column column[] = {{"", "cell", 0, true},
						     {"", "figure", 0, true},
						     {"", "design", 0, true},
						     {"run", "1", 0, false},
						     {"run", "2", 1, false}};
	static const char *const cell[] = {
		"a long name of a cell", "walk", "rcu",	   "1.5", "2.5",
		"a long name of a cell", "walk", "rwlock", "3.5", "4.5",
		"a long name of a cell", "map",	 "rcu",	   "5.5", "6.5"};
	static const char *const want[] = {"            run\n"
					   "    design    1    2\n"
					   "  a long name of a cell: walk\n"
					   "    rcu     1.5  2.5\n"
					   "    rwlock  3.5  4.5\n"
					   "  a long name of a cell: map\n"
					   "    rcu     5.5  6.5\n",
					   "            run\n"
					   "    design    1\n"
					   "  a long name of\n"
					   "    a cell: walk\n"
					   "    rcu     1.5\n"
					   "    rwlock  3.5\n"
					   "  a long name of\n"
					   "    a cell: map\n"
					   "    rcu     5.5\n"
					   "  (no room in 17\n"
					   "    columns for:\n"
					   "    run 2)\n"};

	for (unsigned i = 0; i < 2; i++) {
		FILE *out = begin();
		struct table t;

		table_init(&t, column, 5, 3);
		for (unsigned k = 0; k < 15; k++)
			strcpy(table_cell(&t, k / 5, k % 5), cell[k]);
		t.above = 2;
		table_print(&t, i ? 17 : 40, false, out);
		table_release(&t);
		fclose(out);
		assert_string_equal(text, want[i]);
	}
}

/* Many designs of long names stand below each other: none is left out. */
static void a_gate_fits(void **state)
{
	enum { DESIGNS = 14 };
	struct gate_metric metric[DESIGNS];
	double ns[] = {1};
	struct gate g = {.metric = metric, .n = DESIGNS};
	struct gate_sides side = {.name = "x"};
	struct gate_output o = {&g, &side, &side, "", "", "", ""};
	static const char *const widths[] = {"100", "80", "60"};

	for (unsigned i = 0; i < DESIGNS; i++) {
		metric[i] = (struct gate_metric){.c = pair_cases, .old_ns = ns};
		snprintf(metric[i].design, sizeof(metric[i].design),
			 "rwlock_reclai%u", 10 + i);
		metric[i].change.ratio = (struct ratio){
			.draws = 1, .margin = 0.03, .verdict = RATIO_SAME};
	}
	for (unsigned w = 0; w < 3; w++) {
		FILE *out = begin();
		char name[32];

		setenv("COLUMNS", widths[w], 1);
		forms_print(&gate_forms, &o, FORM_TEXT, out);
		fclose(out);
		assert_true(widest() <= (unsigned)atoi(widths[w]));
		for (unsigned i = 0; i < DESIGNS; i++) {
			snprintf(name, sizeof(name), " rwlock_reclai%u ",
				 10 + i);
			assert_non_null(strstr(text, name));
		}
	}
	unsetenv("COLUMNS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_coloured_by_tone),
		cmocka_unit_test(a_colour_takes_no_room_in_a_line),
		cmocka_unit_test(columns_say_how_wide),
		cmocka_unit_test(lines_are_wrapped),
		cmocka_unit_test(a_table_is_as_wide_as_its_contents),
		cmocka_unit_test(what_has_no_room_is_named),
		cmocka_unit_test(notes_find_a_place),
		cmocka_unit_test(a_wide_table_is_split),
		cmocka_unit_test(what_rows_share_stands_above),
		cmocka_unit_test(a_gate_fits),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(text);
	return failed;
}
