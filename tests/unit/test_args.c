/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line read by rows, and the help that they give; every command's
 * rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "commands/registry.h"

struct options {
	const char *run, *format, *resume;
	struct option_texts sets, rest;
	uint64_t number, nanoseconds;
	unsigned form;
	double share;
	bool quick;
};

static const char *form(size_t i)
{
	static const char *const names[] = {"text", "json", NULL};

	return names[i];
}

#define MEMBER(m) ROW_MEMBER(struct options, m)
static const struct option_row rows[] = {ROW_OPERAND(struct options, run,
						     "RUN"),
					 {.key = "MORE",
					  .type = OPTION_TEXTS,
					  MEMBER(rest),
					  .flags = OPTION_OPERAND},
					 {.key = "set",
					  .letter = 's',
					  .type = OPTION_TEXTS,
					  MEMBER(sets),
					  .metavar = "KEY=VALUE",
					  .help = "sets"},
					 {.key = "number",
					  .type = OPTION_INT,
					  MEMBER(number),
					  .min = 3,
					  .max = 5,
					  .initial = "4",
					  .metavar = "N",
					  .flags = OPTION_TWIN,
					  .help = "a number"},
					 {.key = "budget",
					  .type = OPTION_DURATION,
					  MEMBER(nanoseconds),
					  .min = 1,
					  .max = UINT64_MAX,
					  .metavar = "TIME",
					  .help = "time"},
					 {.key = "form",
					  .type = OPTION_ENUM,
					  MEMBER(form),
					  .choices = form,
					  .initial = "text",
					  .metavar = "F",
					  .help = ""},
					 {.key = "share",
					  .type = OPTION_PERCENT,
					  MEMBER(share),
					  .low = 1,
					  .high = 50,
					  .metavar = "PCT",
					  .help = "share"},
					 {.key = "resume",
					  .type = OPTION_TEXT,
					  MEMBER(resume),
					  .metavar = "[=RUN]",
					  .flags = OPTION_RUN_NAMED,
					  .help = "resumes"},
					 {.key = "quick",
					  .type = OPTION_BOOL,
					  MEMBER(quick),
					  .flags = OPTION_TWIN,
					  .help = "hurries"},
					 {0}};
static const struct command command = {
	.name = "test args", .help = "", .about = "Tests.", .rows = rows};

/* Reads a line of words apart by blanks; operands point into it. */
static int parse(struct options *o, const char *line)
{
	static char text[256], name[] = "args", *argv[32]; /* outlive it */
	int argc = 1;

	memset(argv, 0, sizeof(argv));
	argv[0] = name;
	snprintf(text, sizeof(text), "%s", line);
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	*o = (struct options){.nanoseconds = 7};
	return args_parse(&command, argc, argv, o);
}

static void bad(const char *line)
{
	struct options o;

	assert_int_equal(parse(&o, line), EXIT_USAGE);
	free(o.sets.text);
}

static void given(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "1 --set a=1 x -s b=2 --quick --form json "
				   "--share 3% --budget 2s --number 0x5 y"),
			 0);
	assert_string_equal(o.run, "1");
	assert_int_equal(o.rest.n, 2);
	assert_string_equal(o.rest.text[1], "y");
	assert_int_equal(o.sets.n, 2);
	assert_string_equal(o.sets.text[1], "b=2");
	assert_true(o.quick);
	assert_int_equal(o.form, 1);
	assert_true(o.share > 0.0299 && o.share < 0.0301);
	assert_int_equal(o.nanoseconds, 2000000000);
	assert_int_equal(o.number, 5);
	free(o.sets.text);
}

static void not_given(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "1"), 0);
	assert_int_equal(o.number, 4);	    /* the row's initial value */
	assert_int_equal(o.nanoseconds, 7); /* it has none */
	assert_int_equal(o.rest.n + o.sets.n, 0);
	assert_null(o.resume);
	assert_false(o.quick);
}

static void environment(void **state)
{
	struct options o;

	setenv("VTDBENCH_NUMBER", "3", 1);
	setenv("VTDBENCH_SHARE", "4", 1); /* no twin */
	setenv("VTDBENCH_QUICK", "0", 1);
	assert_int_equal(parse(&o, "1"), 0);
	assert_int_equal(o.number, 3);
	assert_true(o.share == 0);
	assert_false(o.quick);
	assert_int_equal(parse(&o, "1 --number 5"), 0);
	assert_int_equal(o.number, 5);
	setenv("VTDBENCH_QUICK", "1", 1);
	assert_int_equal(parse(&o, "1"), 0);
	assert_true(o.quick);
	setenv("VTDBENCH_NUMBER", "six", 1);
	bad("1");
	unsetenv("VTDBENCH_NUMBER");
	unsetenv("VTDBENCH_QUICK");
}

static void a_run_may_be_left_out(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "--resume c.yaml"), 0);
	assert_string_equal(o.resume, "");
	assert_string_equal(o.run, "c.yaml");
	assert_int_equal(parse(&o, "--resume latest c.yaml"), 0);
	assert_string_equal(o.resume, "latest");
	assert_int_equal(parse(&o, "--resume=old c.yaml"), 0);
	assert_string_equal(o.resume, "old");
}

static void mistakes(void **state)
{
	bad("");
	bad("1 --number 2");
	bad("1 --number 6");
	bad("1 --number 4x");
	bad("1 --number");
	bad("1 --share 51");
	bad("1 --share 0");
	bad("1 --share much");
	bad("1 --form xml");
	bad("1 --budget 60");
	bad("1 --quick=yes");
	bad("1 --quik");
	bad("1 -x");
	bad("1 -s");
}

/* The member is of the row's type. */
static bool fits(const struct option_row *r)
{
	static const size_t size[OPTION_TYPE_NR] = {
		[OPTION_BOOL] = sizeof(bool),
		[OPTION_ENUM] = sizeof(unsigned),
		[OPTION_INT] = sizeof(uint64_t),
		[OPTION_DURATION] = sizeof(uint64_t),
		[OPTION_PERCENT] = sizeof(double),
		[OPTION_TEXT] = sizeof(const char *),
		[OPTION_TEXTS] = sizeof(struct option_texts)};

	return r->size == size[r->type] ||
	       (r->type == OPTION_INT && r->size == sizeof(unsigned));
}

/* What is said to be there is there, for every row of every command. */
static void every_command(void **state)
{
	for (const struct command *const *c = commands; *c; c++) {
		size_t size;
		char *help, flag[64];
		FILE *out = open_memstream(&help, &size);

		assert_non_null(out);
		command_help(*c, out);
		assert_int_equal(fclose(out), 0);
		assert_ptr_equal(command_find((*c)->name), *c);
		for (const struct option_row *r = (*c)->rows; r && r->key;
		     r++) {
			snprintf(flag, sizeof(flag), "%s%s",
				 r->flags & OPTION_OPERAND ? "" : "--", r->key);
			assert_true(fits(r));
			if (!(*c)->usage)
				assert_non_null(strstr(help, flag));
			if (r->initial)
				assert_int_equal(option_parse(r, r->initial,
							      NULL, NULL),
						 0);
		}
		for (char *line = strtok(help, "\n"); line;
		     line = strtok(NULL, "\n"))
			assert_true(strlen(line) <= 80);
		free(help);
	}
}

static void one_status_an_error(void **state)
{
	assert_int_equal(err_status(0), EXIT_OK);
	assert_int_equal(err_status(-ENOTSUP), EXIT_UNSUPPORTED);
	assert_int_equal(err_status(-EIO), EXIT_RUN_FAILED);
	assert_int_equal(err_status(-ENOMEM), EXIT_RUN_FAILED);
	assert_int_equal(err_status(-EBUSY), EXIT_RUN_FAILED);
	assert_int_equal(err_status(-EBADMSG), EXIT_RUN_FAILED);
	assert_int_equal(err_status(-ENOENT), EXIT_USAGE);
	assert_int_equal(err_status(-EACCES), EXIT_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(given),
		cmocka_unit_test(not_given),
		cmocka_unit_test(environment),
		cmocka_unit_test(a_run_may_be_left_out),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(every_command),
		cmocka_unit_test(one_status_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
