/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help of a command, from its rows. */
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "cli/command.h"
#include "document/page.h"

enum { WIDTH = 80, NAMED = 2 };

const struct command *command_verb(const struct command *c, const char *word)
{
	for (const struct command *const *v = c->verbs; v && *v; v++)
		if (!strcmp(strchr((*v)->name, ' ') + 1, word))
			return *v;
	return NULL;
}

bool command_wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return true;
	return false;
}

/* "A B --design D [OPTION...]"; one or two flags are named. */
static char *usage_of_rows(const struct command *c)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	unsigned optional = 0;

	if (!out)
		must_fail();
	for (const struct option_row *r = c->rows; r->key; r++) {
		bool required = r->flags & OPTION_REQUIRED;

		if (r->flags & OPTION_OPERAND)
			fprintf(out, required ? " %s%s" : " [%s]%s", r->key,
				r->type == OPTION_TEXTS ? "..." : "");
		else if (required)
			fprintf(out, " --%s %s", r->key, r->metavar);
		else
			optional++;
	}
	if (optional > NAMED)
		fputs(" [OPTION...]", out);
	for (const struct option_row *r = c->rows; optional <= NAMED && r->key;
	     r++)
		if (!(r->flags & (OPTION_OPERAND | OPTION_REQUIRED)))
			fprintf(out, " [--%s%s%s]", r->key,
				r->metavar ? " " : "",
				r->metavar ? r->metavar : "");
	if (fclose(out))
		must_fail();
	return must(text);
}

static void print_usage(const struct command *c, const char *label, FILE *out)
{
	unsigned indent = (unsigned)strlen("usage: vtdbench  ") +
			  (unsigned)strlen(c->name);
	char *text = c->usage ? strdup(c->usage) : usage_of_rows(c);
	char *rest = text, *line;

	if (!text)
		must_fail();
	while ((line = strsep(&rest, "\n"))) {
		page_line(out, WIDTH, indent, "%s vtdbench %s%s%s", label,
			  c->name, *line && *line != ' ' ? " " : "", line);
		label = "      ";
	}
	free(text);
}

/* Lines of @text, wrapped; those that begin with two blanks are items, what
 * they say in the column where its first word stands. */
static void print_text(const char *text, FILE *out)
{
	while (*text) {
		int n = (int)strcspn(text, "\n");
		unsigned indent = 0;
		const char *gap = text[0] == ' ' ? strstr(text + 2, "  ")
						 : NULL;

		if (gap && gap < text + n)
			indent = (unsigned)(gap - text) +
				 (unsigned)strspn(gap, " ");
		page_line(out, WIDTH, indent, "%.*s", n, text);
		text += n + (text[n] == '\n');
	}
}

/* "-f, --format F" */
static void label_of(const struct option_row *r, bool letters, char *buf,
		     size_t size)
{
	char letter[8] = "";

	if (letters)
		snprintf(letter, sizeof(letter), r->letter ? "-%c, " : "    ",
			 r->letter);
	snprintf(buf, size, "%s--%s%s%s", letter, r->key,
		 r->metavar && r->metavar[0] != '[' ? " " : "",
		 r->metavar ? r->metavar : "");
}

/* The row's help, what it can be chosen from, its default and its twin. */
static void print_row(const struct option_row *r, const char *label, int width,
		      FILE *out)
{
	const char *initial = r->initial;
	char choices[160] = "", twin[72] = "";
	size_t n = 0;

	for (size_t i = 0; r->type == OPTION_ENUM && r->choices(i); i++) {
		bool first = !i, last = !r->choices(i + 1);
		bool usual = initial && !strcmp(initial, r->choices(i));

		n += (size_t)snprintf(choices + n, sizeof(choices) - n,
				      "%s%s%s",
				      first  ? ""
				      : last ? " or "
					     : ", ",
				      r->choices(i), usual ? " (default)" : "");
	}
	if (n)
		initial = NULL;
	if (r->flags & OPTION_TWIN) {
		char name[64];

		option_environment(r, name, sizeof(name));
		snprintf(twin, sizeof(twin), " (%s%s)", name,
			 r->type == OPTION_BOOL ? "=1" : "");
	}
	page_line(out, WIDTH, (unsigned)width + 4, "  %-*s  %s%s%s%s%s%s",
		  width, label, r->help, n && *r->help ? ": " : "", choices,
		  initial ? "; default " : "", initial ? initial : "", twin);
}

static void print_rows(const struct command *c, FILE *out)
{
	bool letters = false;
	char label[64];
	int width = 0;

	for (const struct option_row *r = c->rows; r->key; r++)
		letters |= r->letter != 0;
	for (const struct option_row *r = c->rows; r->key; r++) {
		label_of(r, letters, label, sizeof(label));
		if (!(r->flags & OPTION_OPERAND) && (int)strlen(label) > width)
			width = (int)strlen(label);
	}
	if (width)
		fputc('\n', out);
	for (const struct option_row *r = c->rows; r->key; r++) {
		label_of(r, letters, label, sizeof(label));
		if (!(r->flags & OPTION_OPERAND))
			print_row(r, label, width, out);
	}
}

void command_help(const struct command *c, FILE *out)
{
	const char *label = "usage:";

	if (c->rows) {
		print_usage(c, label, out);
		label = "      ";
	}
	for (const struct command *const *v = c->verbs; v && *v; v++) {
		print_usage(*v, label, out);
		label = "      ";
	}
	fputc('\n', out);
	print_text(c->about, out);
	if (c->rows)
		print_rows(c, out);
	if (c->more)
		c->more(out);
	if (c->after) {
		fputc('\n', out);
		print_text(c->after, out);
	}
}

void command_help_item(FILE *out, int width, const char *name, const char *help)
{
	page_line(out, WIDTH, (unsigned)width + 4, "  %-*s  %s", width, name,
		  help);
}
