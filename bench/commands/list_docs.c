/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Documents made of the registries: man page, key reference, completion. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/list.h"
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

/* Text as roff reads it back: no escapes, no requests. */
static void roff(const char *text)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
		line_start = *text == '\n';
	}
}

static void man_item(const char *name, const char *help)
{
	fputs(".TP\n.B ", stdout);
	roff(name);
	putchar('\n');
	roff(help);
	putchar('\n');
}

static int man_commands(void)
{
	for (const struct command *c = commands; c->name; c++) {
		char *help = list_help(c);

		if (!help)
			return -errno;
		fputs(".SS vtdbench ", stdout);
		roff(c->name);
		putchar('\n');
		roff(c->help);
		fputs("\n.PP\n.nf\n", stdout);
		roff(help);
		fputs(".fi\n", stdout);
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

static int man_items(const struct list_kind *kind)
{
	json_t *list = kind->list(), *o;
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

int list_man(const struct list_kind *kind)
{
	if (!strcmp(kind->name, "commands"))
		return man_commands();
	if (strcmp(kind->name, "options"))
		return man_items(kind);
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

/* The long options that a help text mentions, each once. */
static void completion_flags(const char *help)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *at = help;

	fputs("--help", stdout);
	while ((at = strstr(at, "--"))) {
		size_t n = 2 + strspn(at + 2, letters);
		char flag[48];
		const char *earlier = NULL;

		snprintf(flag, sizeof(flag), "%.*s", (int)n, at);
		/* Seen before at a place where it ends as here? */
		for (const char *p = strstr(help, flag); p && p < at;
		     p = strstr(p + 1, flag))
			if (strspn(p + 2, letters) == n - 2)
				earlier = p;
		if (n > 3 && !earlier && strcmp(flag, "--help"))
			printf(" %s", flag);
		at += n;
	}
}

static void completion_values(void)
{
	const struct option_row *r;

	fputs("_vtdbench_values() {\n\tcase $1 in\n", stdout);
	for (size_t i = 0; (r = option_at(i)); i++) {
		if (!r->choices && r->type != OPTION_BOOL)
			continue;
		printf("\t%s) echo \"", r->key);
		for (size_t k = 0; r->choices && r->choices(k); k++)
			printf("%s%s", k ? " " : "", r->choices(k));
		if (r->type == OPTION_BOOL)
			fputs("true false", stdout);
		if (r->flags & OPTION_ALL)
			fputs(" all", stdout);
		fputs("\" ;;\n", stdout);
	}
	fputs("\tesac\n}\n\n", stdout);
}

static int completion_commands(void)
{
	fputs("_vtdbench_flags() {\n\tcase $1 in\n", stdout);
	for (const struct command *c = commands; c->name; c++) {
		char *help = list_help(c);

		if (!help)
			return -errno;
		printf("\t%s) echo \"", c->name);
		completion_flags(help);
		fputs("\" ;;\n", stdout);
		free(help);
	}
	fputs("\tesac\n}\n\n", stdout);
	return 0;
}

int list_completion(void)
{
	const struct option_row *r;
	int ret;

	fputs("# SPDX-License-Identifier: GPL-2.0-or-later\n"
	      "# shellcheck shell=bash\n"
	      "# Completion for bash. Generated by vtdbench list "
	      "--completion; do not edit.\n\n"
	      "_vtdbench_commands=\"",
	      stdout);
	for (const struct command *c = commands; c->name; c++)
		printf("%s ", c->name);
	fputs("help\"\n_vtdbench_keys=\"", stdout);
	for (size_t i = 0; (r = option_at(i)); i++)
		printf("%s%s=", i ? " " : "", r->key);
	fputs("\"\n_vtdbench_kinds=\"", stdout);
	for (const struct list_kind *k = list_kinds; k->name; k++)
		printf("%s%s", k == list_kinds ? "" : " ", k->name);
	fputs("\"\n\n", stdout);
	completion_values();
	ret = completion_commands();
	fputs("# Bash splits KEY=VALUE at the '='.\n"
	      "_vtdbench() {\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words verb=\"\" i\n"
	      "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\t[[ ${COMP_WORDS[i]} == -* ]] && continue\n"
	      "\t\tverb=${COMP_WORDS[i]}\n"
	      "\t\tbreak\n"
	      "\tdone\n"
	      "\tif [[ $prev == = || $cur == = ]]; then\n"
	      "\t\t[[ $cur == = ]] && cur=\"\" && prev=${COMP_WORDS[COMP_CWORD "
	      "- 1]} ||\n"
	      "\t\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	      "\t\twords=$(_vtdbench_values \"$prev\")\n"
	      "\telif [[ $prev == --set ]]; then\n"
	      "\t\twords=$_vtdbench_keys\n"
	      "\t\tcompopt -o nospace\n"
	      "\telif [[ -z $verb ]]; then\n"
	      "\t\twords=\"$_vtdbench_commands --quiet --verbose --color= "
	      "--help --version\"\n"
	      "\telif [[ $cur == -* ]]; then\n"
	      "\t\twords=$(_vtdbench_flags \"$verb\")\n"
	      "\telif [[ $verb == help ]]; then\n"
	      "\t\twords=$_vtdbench_commands\n"
	      "\telif [[ $verb == list ]]; then\n"
	      "\t\twords=$_vtdbench_kinds\n"
	      "\telse\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	      "}\n"
	      "complete -o filenames -F _vtdbench vtdbench\n",
	      stdout);
	return ret;
}
