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

/* Rows that are the same in all commands that have them. */
#define ROW_RESULTS(owner, m)                                                \
	{                                                                    \
		.key = "results", .type = OPTION_TEXT, ROW_MEMBER(owner, m), \
		.metavar = "FILE", .flags = OPTION_TWIN,                     \
		.help = "the results file"                                   \
	}
#define ROW_WAIT(owner, m)                                                \
	{                                                                 \
		.key = "wait", .type = OPTION_BOOL, ROW_MEMBER(owner, m), \
		.flags = OPTION_TWIN,                                     \
		.help = "wait while another vtdbench measures on this "   \
			"machine; "                                       \
			"without, a second one is refused"                \
	}
/* A text that must or may be named, or one that stands for it if not. */
#define ROW_OPERAND(owner, m, name)                                     \
	{                                                               \
		.key = name, .type = OPTION_TEXT, ROW_MEMBER(owner, m), \
		.flags = OPTION_OPERAND | OPTION_REQUIRED               \
	}
#define ROW_MAY_NAME(owner, m, name, text)                              \
	{                                                               \
		.key = name, .type = OPTION_TEXT, ROW_MEMBER(owner, m), \
		.flags = OPTION_OPERAND, .initial = text                \
	}

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
