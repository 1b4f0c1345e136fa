/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Documents made of the registries: man page and key reference. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/documents.h"
#include "base/err.h"

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
static void roff(FILE *out, const char *text, const char *join)
{
	size_t column = 0;

	for (; *text; text++) {
		if (*text == ' ' &&
		    column + 1 + roff_word(text + 1) > SOURCE_WIDTH) {
			/* A blank that roff drops, or one that it keeps. */
			fprintf(out, *join ? " %s\n" : "%s\n", join);
			column = 0;
			continue;
		}
		if (!column && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			fputc(*text, out);
		column = *text == '\n' ? 0 : column + roff_width(*text);
	}
}

static void man_item(FILE *out, const char *name, const char *help)
{
	fputs(".TP\n.B ", out);
	roff(out, name, "");
	fputc('\n', out);
	roff(out, help, "");
	fputc('\n', out);
}

static int man_command(FILE *out, const struct command *c)
{
	size_t size;
	char *help;
	FILE *f = open_memstream(&help, &size);

	if (!f)
		return -ENOMEM;
	command_help(c, f);
	if (fclose(f) || !help)
		return -ENOMEM;
	fputs(".SS vtdbench ", out);
	roff(out, c->name, "");
	fputc('\n', out);
	roff(out, c->help, "");
	/* From the left edge: the texts are as wide as a terminal. */
	fputs("\n.PP\n.in 0\n.nf\n", out);
	roff(out, help, "\\");
	fputs(".fi\n.in\n", out);
	free(help);
	return 0;
}

static int man_commands(FILE *out, const struct command *const *commands)
{
	int rc = 0;

	for (; !rc && *commands; commands++) {
		const struct command *const *v = (*commands)->verbs;

		rc = man_command(out, *commands);
		for (; !rc && v && *v; v++)
			rc = man_command(out, *v);
	}
	return rc;
}

static void man_option(FILE *out, const struct option_row *r)
{
	char text[800], accepts[300];

	option_accepts(r, accepts, sizeof(accepts));
	snprintf(text, sizeof(text), "%s. %c%s%s; default %s.", r->help,
		 accepts[0] >= 'a' && accepts[0] <= 'z' && !r->choices
			 ? accepts[0] - 32
			 : accepts[0],
		 accepts + 1, r->flags & OPTION_AXIS ? ", or a list" : "",
		 r->initial[0] ? r->initial : "none");
	man_item(out, r->key, text);
}

static void man_options(FILE *out)
{
	for (const struct option_module *m = option_modules; m->name; m++) {
		fprintf(out, ".SS %s\n", m->title);
		for (const struct option_row *r = m->rows; r->key; r++)
			man_option(out, r);
	}
}

static int man_items(FILE *out, const struct list_kind *kind,
		     const struct command *const *commands)
{
	json_t *list = list_items(kind, commands), *o;
	size_t i;

	if (!list)
		return -ENOMEM;
	for (i = 0; i < json_array_size(list); i++) {
		o = json_array_get(list, i);
		man_item(out, json_string_value(json_object_get(o, "name")),
			 json_string_value(json_object_get(o, "help")));
	}
	json_decref(list);
	return 0;
}

int list_man(FILE *out, const struct list_kind *kind,
	     const struct command *const *commands)
{
	if (!strcmp(kind->name, "commands"))
		return man_commands(out, commands);
	if (strcmp(kind->name, "options"))
		return man_items(out, kind, commands);
	man_options(out);
	return 0;
}

/* A cell of a table: | would end it. */
static void cell(FILE *out, const char *text)
{
	fputc(' ', out);
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputs(" |", out);
}

int list_markdown(FILE *out)
{
	for (const struct option_module *m = option_modules; m->name; m++) {
		fprintf(out,
			"### %s\n\n"
			"| key | accepts | list | default | what |\n"
			"|---|---|---|---|---|\n",
			m->title);
		for (const struct option_row *r = m->rows; r->key; r++) {
			char accepts[300];

			option_accepts(r, accepts, sizeof(accepts));
			fprintf(out, "| `%s` |", r->key);
			cell(out, accepts);
			cell(out, r->flags & OPTION_AXIS ? "yes" : "");
			if (r->initial[0])
				fprintf(out, " `%s` |", r->initial);
			else
				cell(out, "");
			cell(out, r->help);
			fputc('\n', out);
		}
		fputc('\n', out);
	}
	return 0;
}
