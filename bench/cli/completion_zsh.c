/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion for zsh, made of the registries. */
#include <stdio.h>
#include <string.h>

#include "cli/documents.h"

/* @text within single quotes, a backslash before each of @special. */
static void quoted(FILE *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", out);
		else if (strchr(special, *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

/* What zsh would take for a pattern, or for the end of the list. */
static const char *const in_words = "\\*?[](){}<>#~^|&;$`\":";

static void words(FILE *out, const struct option_row *r)
{
	for (size_t i = 0; r->choices && r->choices(i); i++) {
		fputs(i ? " " : "", out);
		quoted(out, r->choices(i), in_words);
	}
	if (r->flags & OPTION_ALL)
		fputs(" all", out);
}

/* What completes a value: choices, files, or nothing but what it is. */
static void action(FILE *out, const struct option_row *r)
{
	if (r->type == OPTION_TEXTS && r->metavar &&
	    !strcmp(r->metavar, "KEY=VALUE") && !strcmp(r->key, "set"))
		fputs("_vtdbench_set", out);
	else if (r->choices) {
		fputc('(', out);
		words(out, r);
		fputc(')', out);
	} else if (r->metavar && !strcmp(r->metavar, "FOLDER"))
		fputs("_files -/", out);
	else if (r->type == OPTION_TEXT || r->type == OPTION_TEXTS)
		fputs("_files", out);
	else
		fputc(' ', out);
}

/* One argument of _arguments. */
static void flag(FILE *out, const struct option_row *r)
{
	bool many = r->type == OPTION_TEXTS, value = r->type != OPTION_BOOL;
	bool may = r->flags & OPTION_RUN_NAMED;
	const char *end = !value ? "" : may ? "=-" : "=";

	fputs(" \\\n\t\t", out);
	if (many)
		fputs("'*'", out);
	else if (r->letter)
		fprintf(out, "'(-%c --%s)'", r->letter, r->key);
	if (r->letter)
		fprintf(out, "{-%c%s,--%s%s}'", r->letter, value ? "+" : "",
			r->key, end);
	else
		fprintf(out, "%s--%s%s", many ? "" : "'", r->key, end);
	if (many && !r->letter)
		fputc('\'', out);
	fputc('[', out);
	quoted(out, *r->help ? r->help : r->key, "\\[]");
	fputc(']', out);
	if (value) {
		fputs(may ? "::" : ":", out);
		quoted(out, r->metavar, "\\:=[]");
		fputc(':', out);
		action(out, r);
	}
	fputc('\'', out);
}

static void operand(FILE *out, const struct option_row *r)
{
	fputs(" \\\n\t\t'", out);
	if (r->type == OPTION_TEXTS)
		fputc('*', out);
	else if (!(r->flags & OPTION_REQUIRED))
		fputc(':', out);
	fputc(':', out);
	quoted(out, r->key, "\\:");
	fputc(':', out);
	action(out, r);
	fputc('\'', out);
}

/* With those of every command, which may stand anywhere. */
static void arguments(FILE *out, const struct command *c)
{
	fputs("\t_arguments -s -S '(- *)'{-h,--help}'[the help]' "
	      "$_vtdbench_common",
	      out);
	for (const struct option_row *r = c->rows; r->key; r++)
		if (r->flags & OPTION_OPERAND)
			operand(out, r);
		else
			flag(out, r);
	fputc('\n', out);
}

static void begin(FILE *out, const struct command *c)
{
	fputs("_vtdbench_", out);
	for (const char *s = c->name; *s; s++)
		fputc(*s == ' ' ? '_' : *s, out);
	fputs("() {\n", out);
}

static void described(FILE *out, const char *name, const char *help)
{
	fputs("\t\t'", out);
	quoted(out, name, "\\:");
	fputc(':', out);
	quoted(out, help, "\\");
	fputs("'\n", out);
}

/* A function of @c, and one of each of its verbs. */
static void command(FILE *out, const struct command *c)
{
	for (const struct command *const *v = c->verbs; v && *v; v++) {
		begin(out, *v);
		arguments(out, *v);
		fputs("}\n\n", out);
	}
	begin(out, c);
	if (c->verbs) {
		fputs("\tlocal -a verbs=(\n", out);
		for (const struct command *const *v = c->verbs; *v; v++)
			described(out, strchr((*v)->name, ' ') + 1, (*v)->help);
		fputs("\t)\n"
		      "\tif (( CURRENT > 2 && "
		      "$+functions[_vtdbench_${words[1]}_"
		      "${words[2]}] )); then\n"
		      "\t\tlocal name=${words[1]}_${words[2]}\n"
		      "\t\tshift words\n"
		      "\t\t(( CURRENT-- ))\n"
		      "\t\t_vtdbench_$name\n"
		      "\t\treturn\n"
		      "\tfi\n"
		      "\t(( CURRENT == 2 )) && [[ $PREFIX != -* ]] &&\n"
		      "\t\t_describe verb verbs\n",
		      out);
	}
	if (c->rows)
		arguments(out, c);
	fputs("}\n\n", out);
}

/* KEY=VALUE of a config; a list where the key takes one. */
static void keys(FILE *out)
{
	const struct option_row *r;

	fputs("_vtdbench_set() {\n\tlocal -a keys=(\n", out);
	for (size_t i = 0; (r = option_at(i)); i++)
		described(out, r->key, r->help);
	fputs("\t)\n\tlocal -A values=(\n", out);
	for (size_t i = 0; (r = option_at(i)); i++) {
		if (!r->choices && r->type != OPTION_BOOL)
			continue;
		fprintf(out, "\t\t%s '", r->key);
		for (size_t k = 0; r->choices && r->choices(k); k++)
			fprintf(out, "%s%s", k ? " " : "", r->choices(k));
		fputs(r->type == OPTION_BOOL  ? "true false"
		      : r->flags & OPTION_ALL ? " all"
					      : "",
		      out);
		fputs("'\n", out);
	}
	fputs("\t)\n"
	      "\tif [[ $PREFIX != *=* ]]; then\n"
	      "\t\t_describe key keys -S =\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tlocal key=${PREFIX%%=*}\n"
	      "\tcompset -P '*[=,]'\n"
	      "\tif (( $+values[$key] )); then\n"
	      "\t\tcompadd -- ${=values[$key]}\n"
	      "\telse\n"
	      "\t\t_files\n"
	      "\tfi\n"
	      "}\n\n",
	      out);
}

void list_completion_zsh(FILE *out, const struct command *const *commands)
{
	fputs("#compdef vtdbench\n"
	      "# SPDX-License-Identifier: GPL-2.0-or-later\n"
	      "# Completion for zsh. Generated by vtdbench list --completion "
	      "zsh; do not edit.\n\n",
	      out);
	keys(out);
	for (const struct command *const *c = commands; *c; c++)
		command(out, *c);
	fputs("_vtdbench() {\n"
	      "\tlocal curcontext=$curcontext state line\n"
	      "\tlocal -a _vtdbench_common=(\n"
	      "\t\t'(-q --quiet -v --verbose)'{-q,--quiet}'[print errors "
	      "only]'\n"
	      "\t\t'(-q --quiet -v --verbose)'{-v,--verbose}'[say more]'\n"
	      "\t\t'--color=-[colour messages]:WHEN:(auto never always)'\n"
	      "\t)\n"
	      "\tlocal -a commands=(\n",
	      out);
	for (const struct command *const *c = commands; *c; c++)
		described(out, (*c)->name, (*c)->help);
	described(out, "help", "the options of a command");
	fputs("\t)\n"
	      "\t_arguments -C -S $_vtdbench_common \\\n"
	      "\t\t'(- *)'{-h,--help}'[the help]' '(- *)--version[the "
	      "version]' \\\n"
	      "\t\t'1:command:->command' '*::argument:->argument' && return\n"
	      "\tcase $state in\n"
	      "\tcommand) _describe command commands ;;\n"
	      "\targument)\n"
	      "\t\tif [[ ${words[1]} == help ]]; then\n"
	      "\t\t\t_describe command commands\n"
	      "\t\telif (( $+functions[_vtdbench_${words[1]}] )); then\n"
	      "\t\t\t_vtdbench_${words[1]}\n"
	      "\t\tfi\n"
	      "\t\t;;\n"
	      "\tesac\n"
	      "}\n\n"
	      "_vtdbench \"$@\"\n",
	      out);
}
