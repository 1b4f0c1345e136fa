/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command of the program is. Its flags and operands are option rows
 * (options/table.h); parsing, help, manual page and completion read them.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "options/table.h"

struct command {
	const char *name; /* as it is typed: "tables walk" */
	const char *help; /* one line */
	/* What follows the name in the first lines of the help, a line each;
	 * NULL: made of the rows. */
	const char *usage;
	const char *about; /* what it does: lines, wrapped; "\n\n" between
			    * paragraphs; two blanks begin an item */
	/* Ended by key == NULL. A flag's key is its name, "results"; an
	 * operand's what stands for it, "RUN". At most COMMAND_ROWS. */
	const struct option_row *rows;
	void (*more)(FILE *out); /* names that it takes, or NULL */
	const char *after;	 /* below the flags, as @about; or NULL */
	const struct command *const *verbs; /* of two words, or NULL */
	/*
	 * Gets argv[0] = its last word, reads the rest with args_parse() and
	 * returns an exit status of base/err.h. Options that hold for every
	 * command (-q, -v, --color=WHEN) have been taken out, --help is not
	 * among them. NULL: only its verbs do something.
	 */
	int (*run)(int argc, char **argv);
};

enum { COMMAND_ROWS = 31 };

/* The member @m of @owner that a row of a command fills. */
#define ROW_MEMBER(owner, m) \
	.offset = offsetof(owner, m), .size = sizeof(((owner *)0)->m)

/*
 * Rows by type: the member, the flag's name, what stands for its value, bounds,
 * choices and initial value if it has them, its help, then other members of
 * struct option_row if there are any.
 */
#define ROW_OF(kind, owner, m, name, value, ...)                 \
	{                                                        \
		.key = name, .type = kind, ROW_MEMBER(owner, m), \
		.metavar = value, .help = __VA_ARGS__            \
	}
#define ROW_BOOL(owner, m, name, ...) \
	ROW_OF(OPTION_BOOL, owner, m, name, NULL, __VA_ARGS__)
#define ROW_TEXT(owner, m, name, value, ...) \
	ROW_OF(OPTION_TEXT, owner, m, name, value, __VA_ARGS__)
#define ROW_TEXTS(owner, m, name, value, ...) \
	ROW_OF(OPTION_TEXTS, owner, m, name, value, __VA_ARGS__)
#define ROW_INT(owner, m, name, value, least, most, ...)                     \
	ROW_OF(OPTION_INT, owner, m, name, value, __VA_ARGS__, .min = least, \
	       .max = most)
#define ROW_DURATION(owner, m, name, ...)                                      \
	ROW_OF(OPTION_DURATION, owner, m, name, "TIME", __VA_ARGS__, .min = 1, \
	       .max = UINT64_MAX)
#define ROW_PERCENT(owner, m, name, least, most, usual, ...)       \
	ROW_OF(OPTION_PERCENT, owner, m, name, "PCT", __VA_ARGS__, \
	       .low = least, .high = most, .initial = usual)
#define ROW_CHOICE(owner, m, name, value, list, usual, ...)     \
	ROW_OF(OPTION_ENUM, owner, m, name, value, __VA_ARGS__, \
	       .choices = list, .initial = usual)

/* An operand: it must be named, may be, or stands for several, then
 * OPTION_REQUIRED or 0. */
#define ROW_OPERAND(owner, m, name)                                     \
	{                                                               \
		.key = name, .type = OPTION_TEXT, ROW_MEMBER(owner, m), \
		.flags = OPTION_OPERAND | OPTION_REQUIRED               \
	}
#define ROW_MAY_NAME(owner, m, name, usual)                             \
	{                                                               \
		.key = name, .type = OPTION_TEXT, ROW_MEMBER(owner, m), \
		.flags = OPTION_OPERAND, .initial = usual               \
	}
#define ROW_OPERANDS(owner, m, name, ...)                                \
	{                                                                \
		.key = name, .type = OPTION_TEXTS, ROW_MEMBER(owner, m), \
		.flags = OPTION_OPERAND | __VA_ARGS__                    \
	}

/* What several commands have. */
#define ROW_RESULTS(owner, m)                                     \
	ROW_TEXT(owner, m, "results", "FILE", "the results file", \
		 .flags = OPTION_TWIN)
#define ROW_OUT(owner, m, ...) \
	ROW_TEXT(owner, m, "out", "FOLDER", __VA_ARGS__, .flags = OPTION_TWIN)
#define ROW_HTML(owner, m, what)                                       \
	ROW_TEXT(owner, m, "html", "FILE",                             \
		 "as one page of HTML instead, whole in itself: " what \
		 "; - is standard output")
#define ROW_SCRIPTS(owner, m, before)                                   \
	ROW_TEXT(owner, m, "scripts", "FOLDER",                         \
		 before "each NAME.gp there is a plot as well, or the " \
			"script of that one (docs/plots.md)",           \
		 .flags = OPTION_TWIN)
#define ROW_FORMAT(owner, m, list, ...)                                   \
	ROW_OF(OPTION_ENUM, owner, m, "format", "F", "", .choices = list, \
	       .flags = OPTION_TWIN, .initial = __VA_ARGS__)
#define ROW_WAIT(owner, m)                                                \
	ROW_BOOL(owner, m, "wait",                                        \
		 "wait while another vtdbench measures on this machine; " \
		 "without, a second one is refused",                      \
		 .flags = OPTION_TWIN)

/* The verb @word of @c, or NULL. */
const struct command *command_verb(const struct command *c, const char *word);
/* Whether --help or -h stands before a "--". */
bool command_wants_help(int argc, char **argv);

/* The help of @c, at most 80 columns wide; of its verbs the first lines. */
void command_help(const struct command *c, FILE *out);
/* An item of a list in a help text, as @more prints it; @width of its names. */
void command_help_item(FILE *out, int width, const char *name,
		       const char *help);

#endif
