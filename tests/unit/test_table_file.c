/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of plots, read back for a document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pictures/table_file.h"

static const char file[] =
	"# vtdbench, table of plot sample\n# run: u (sample)\n"
	"# Columns of the blocks after meta, separated by tabs:\n"
	"# column 1: group (its caption is in meta)\n# column 2: design\n"
	"# column 3: time [ns]\n\n# meta\n"
	"title\tWhat?\ntitle\tWhat is it?\nnote\t-\n"
	"panel0\twalks\npanel1\tmaps\n"
	"group0_0\tone walker\ngroup1_0\tone mapper\ngroup1\tall\n"
	"threads1\t2 walkers\naxes1\t-\nrow7\tthe claim\n"
	"\n\n# dots of panel 0\n0\trcu\t1.5\n0\tleak\t-\n"
	"\n\n# rates of panel 1\n0\trcu\t3\n"
	"\n\n# rows\n1\trcu\t4\n7\trcu\t5\n"
	"\n\n# rcu over time in panel 1\n0.5\t4096\n"
	"\n\n# few\n1\trcu\n";

static const struct block {
	const char *title, *name, *heading;
	const char *cell; /* all of them */
} want[] = {
	{"walks", "a-1", "group,design,time [ns],",
	 "one walker,rcu,1.5,one walker,leak,-,"},
	{"rates: maps", "a-2", "group,design,time [ns],", "one mapper,rcu,3,"},
	{"rows", "a-3", "group,design,time [ns],",
	 "all, 2 walkers,rcu,4,the claim,rcu,5,"},
	{"rcu: maps", "a-4", "time, ms,bytes,", "0.5,4096,"},
	{"few", "a-5", "group,design,", "all, 2 walkers,rcu,"},
};

static void blocks_for_people(void **state)
{
	struct document d = {0};

	plot_file_tables(file, "a", &d);
	assert_int_equal(d.n, sizeof(want) / sizeof(*want));
	for (size_t i = 0; i < d.n; i++) {
		const struct doc_block *b = &d.block[i];
		char heading[256] = "", cells[256] = "";

		for (unsigned c = 0; c < b->table.columns; c++) {
			strcat(heading, b->table.column[c].name);
			strcat(heading, ",");
		}
		for (unsigned k = 0; k < b->table.columns * b->table.rows;
		     k++) {
			strcat(cells, b->table.cell[k]);
			strcat(cells, ",");
		}
		assert_int_equal(b->kind, DOC_TABLE);
		assert_string_equal(b->text, want[i].title);
		assert_string_equal(b->name, want[i].name);
		assert_string_equal(heading, want[i].heading);
		assert_string_equal(cells, want[i].cell);
	}
	doc_release(&d);
}

static void what_meta_says(void **state)
{
	static const char *const key[][2] = {{"title", "What is it?"},
					     {"note", ""},
					     {"tit", ""},
					     {"group1", "all"},
					     {"rcu", ""}};

	for (size_t i = 0; i < sizeof(key) / sizeof(*key); i++) {
		char *value = plot_file_meta(file, key[i][0]);

		assert_string_equal(value, key[i][1]);
		free(value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_for_people),
		cmocka_unit_test(what_meta_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
