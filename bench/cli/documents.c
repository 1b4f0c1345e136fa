/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Documents made of the registries: man page and key reference. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/documents.h"
#include "base/err.h"

/* What was written to @f since its beginning. */
static char *contents(FILE *f)
{
	long n = ftell(f);
	char *text = n < 0 ? NULL : malloc((size_t)n + 1);

	if (!text)
		return NULL;
	rewind(f);
	text[fread(text, 1, (size_t)n, f)] = '\0';
	return text;
}

char *list_help(const struct command *c)
{
	char verb[32], flag[] = "--help";
	char *argv[] = {verb, flag, NULL};
	FILE *f = tmpfile();
	char *text = NULL;
	int saved;

	if (!f)
		return NULL;
	snprintf(verb, sizeof(verb), "%s", c->name);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	if (saved >= 0 && dup2(fileno(f), STDOUT_FILENO) >= 0) {
		optind = 0; /* getopt starts anew */
		c->run(2, argv);
		fflush(stdout);
		dup2(saved, STDOUT_FILENO);
		/* The descriptor was written to, not the stream. */
		fseek(f, 0, SEEK_END);
		text = contents(f);
	}
	if (saved >= 0)
		close(saved);
	fclose(f);
	return text;
}

enum { SOURCE_WIDTH = 78 }; /* of the page's source */

/* How many bytes of source a character takes. */
static size_t roff_width(char c)
{
	return c == '-' || c == '\\' ? 2 : 1;
}

/* Bytes of source up to the next blank or the end of the line. */
static size_t roff_word(const char *text)
{
	size_t n = 0;

	for (; *text && !strchr(" \n", *text); text++)
		n += roff_width(*text);
	return n;
}

/*
 * Text as roff reads it back: no escapes, no requests. A line of source that
 * becomes too long goes on in the next one, @join before its end: "" where
 * roff fills lines, a backslash where it leaves them as they are.
 */
static void roff(const char *text, const char *join)
{
	size_t column = 0;

	for (; *text; text++) {
		if (*text == ' ' &&
		    column + 1 + roff_word(text + 1) > SOURCE_WIDTH) {
			/* A blank that roff drops, or one that it keeps. */
			printf(*join ? " %s\n" : "%s\n", join);
			column = 0;
			continue;
		}
		if (!column && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
		column = *text == '\n' ? 0 : column + roff_width(*text);
	}
}

static void man_item(const char *name, const char *help)
{
	fputs(".TP\n.B ", stdout);
	roff(name, "");
	putchar('\n');
	roff(help, "");
	putchar('\n');
}

static int man_commands(const struct command *commands)
{
	for (const struct command *c = commands; c->name; c++) {
		char *help = list_help(c);

		if (!help)
			return -errno;
		fputs(".SS vtdbench ", stdout);
		roff(c->name, "");
		putchar('\n');
		roff(c->help, "");
		/* From the left edge: the texts are as wide as a terminal. */
		fputs("\n.PP\n.in 0\n.nf\n", stdout);
		roff(help, "\\");
		fputs(".fi\n.in\n", stdout);
		free(help);
	}
	return 0;
}

static void man_option(const struct option_row *r)
{
	char text[800], accepts[300];

	option_accepts(r, accepts, sizeof(accepts));
	snprintf(text, sizeof(text), "%s. %c%s%s; default %s.", r->help,
		 accepts[0] >= 'a' && accepts[0] <= 'z' && !r->choices
			 ? accepts[0] - 32
			 : accepts[0],
		 accepts + 1, r->flags & OPTION_AXIS ? ", or a list" : "",
		 r->initial[0] ? r->initial : "none");
	man_item(r->key, text);
}

static void man_options(void)
{
	for (const struct option_module *m = option_modules; m->name; m++) {
		printf(".SS %s\n", m->title);
		for (const struct option_row *r = m->rows; r->key; r++)
			man_option(r);
	}
}

static int man_items(const struct list_kind *kind,
		     const struct command *commands)
{
	json_t *list = list_items(kind, commands), *o;
	size_t i;

	if (!list)
		return -ENOMEM;
	for (i = 0; i < json_array_size(list); i++) {
		o = json_array_get(list, i);
		man_item(json_string_value(json_object_get(o, "name")),
			 json_string_value(json_object_get(o, "help")));
	}
	json_decref(list);
	return 0;
}

int list_man(const struct list_kind *kind, const struct command *commands)
{
	if (!strcmp(kind->name, "commands"))
		return man_commands(commands);
	if (strcmp(kind->name, "options"))
		return man_items(kind, commands);
	man_options();
	return 0;
}

/* A cell of a table: | would end it. */
static void cell(const char *text)
{
	putchar(' ');
	for (; *text; text++) {
		if (*text == '|')
			putchar('\\');
		putchar(*text);
	}
	fputs(" |", stdout);
}

int list_markdown(void)
{
	for (const struct option_module *m = option_modules; m->name; m++) {
		printf("### %s\n\n"
		       "| key | accepts | list | default | what |\n"
		       "|---|---|---|---|---|\n",
		       m->title);
		for (const struct option_row *r = m->rows; r->key; r++) {
			char accepts[300];

			option_accepts(r, accepts, sizeof(accepts));
			printf("| `%s` |", r->key);
			cell(accepts);
			cell(r->flags & OPTION_AXIS ? "yes" : "");
			if (r->initial[0])
				printf(" `%s` |", r->initial);
			else
				cell("");
			cell(r->help);
			putchar('\n');
		}
		putchar('\n');
	}
	return 0;
}
