/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench list`: what there is, as text, as JSON and as documents. */
#include "cli/documents.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "commands/registry.h"
#include "base/err.h"
#include "document/page.h"

struct options {
	struct option_texts kinds;
	const char *man, *completion;
	bool json, markdown;
};

static const char *string(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* Whether @word is one of the list @key. */
static bool has_word(const json_t *o, const char *key, const char *word)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(o, key), i,
			   one) if (!strcmp(json_string_value(one),
					    word)) return true;
	return false;
}

/* Names, help beside them; a key of a config gets a second line. */
static void print_text(const struct list_kind *kind, const json_t *list)
{
	unsigned page = page_width(stdout);
	size_t width = 0, i;
	const json_t *o;

	printf("%s: %s\n", kind->name, kind->help);
	json_array_foreach(list, i, o)
	{
		size_t n = strlen(string(o, "name"));

		width = n > width && n <= 24 ? n : width;
	}
	json_array_foreach(list, i, o)
	{
		const char *unit = string(o, "unit");
		const char *first = string(o, "default");
		bool metric = !json_object_get(o, "accepts") && unit[0];

		page_line(stdout, page, (unsigned)width + 4,
			  "  %-*s  %s%s%s%s%s%s", (int)width, string(o, "name"),
			  string(o, "help"), metric ? " [" : "",
			  metric ? unit : "", metric ? ", " : "",
			  metric ? string(o, "source") : "", metric ? "]" : "");
		if (json_object_get(o, "frees"))
			page_line(stdout, page, (unsigned)width + 4,
				  "  %-*s  for %s; tables freed: %s, %s%s",
				  (int)width, "", string(o, "walkers"),
				  string(o, "reclaims"), string(o, "frees"),
				  has_word(o, "flags", "linearizable")
					  ? "; linearizable"
					  : "");
		if (json_object_get(o, "accepts"))
			page_line(stdout, page, (unsigned)width + 4,
				  "  %-*s  %s%s; default: %s", (int)width, "",
				  string(o, "accepts"),
				  json_is_true(json_object_get(o, "list"))
					  ? ", or a list"
					  : "",
				  first[0] ? first : "none");
	}
}

/* Names of kinds, then other names of kinds. */
static const char *kind_name(size_t i)
{
	const struct list_kind *k;

	for (k = list_kinds; k->name; k++)
		if (!i--)
			return k->name;
	for (k = list_kinds; k->name; k++)
		if (k->also && !i--)
			return k->also;
	return NULL;
}

static const char *shell_name(size_t i)
{
	static const char *const names[] = {"bash", "zsh", NULL};

	return names[i];
}

/* @name is one of kind_name(). */
static const struct list_kind *find_kind(const char *name)
{
	const struct list_kind *k = list_kinds;

	while (strcmp(k->name, name) && (!k->also || strcmp(k->also, name)))
		k++;
	return k;
}

static int no_memory(void)
{
	struct err e = {0};

	err_set(&e, -ENOMEM, "list: out of memory");
	err_print(&e);
	return err_status(e.code);
}

static int list(const struct list_kind *kind, json_t *all, bool first)
{
	json_t *found = list_items(kind, commands);

	if (!found)
		return no_memory();
	if (all)
		return json_object_set_new(all, kind->name, found) ? no_memory()
								   : EXIT_OK;
	if (!first)
		putchar('\n');
	print_text(kind, found);
	json_decref(found);
	return EXIT_OK;
}

static int list_them(const struct option_texts *names, bool json)
{
	json_t *all = json ? json_object() : NULL;
	int status = EXIT_OK;

	for (size_t i = 0; !status && i < names->n; i++)
		status = list(find_kind(names->text[i]), all, !i);
	for (const struct list_kind *k = list_kinds;
	     !status && !names->n && k->name; k++)
		status = list(k, all, k == list_kinds);
	if (all && !status) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(all);
	return status;
}

static int run(int argc, char **argv)
{
	struct options o = {0};

	if (args_parse(&cmd_list, argc, argv, &o))
		return EXIT_USAGE;
	if (!o.man && !o.markdown && !o.completion)
		return list_them(&o.kinds, o.json);
	if (o.json || o.kinds.n ||
	    (o.man != NULL) + o.markdown + (o.completion != NULL) > 1)
		return args_error(&cmd_list,
				  "a document is one of --man, --markdown and "
				  "--completion, of no KIND, and no --json");
	if (o.man && list_man(stdout, find_kind(o.man), commands))
		return no_memory();
	if (o.markdown)
		list_markdown(stdout);
	if (o.completion && !strcmp(o.completion, "zsh"))
		list_completion_zsh(stdout, commands);
	else if (o.completion)
		list_completion(stdout, commands);
	return EXIT_OK;
}

static void kinds(FILE *out)
{
	fputs("\nKinds:\n", out);
	for (const struct list_kind *k = list_kinds; k->name; k++)
		command_help_item(out, 10, k->name, k->help);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_OPERANDS(O, kinds, "KIND", 0, .choices = kind_name),
	ROW_BOOL(O, json, "json", "one object, an array for each kind"),
	ROW_TEXT(O, man, "man", "KIND", "a section of a man page",
		 .choices = kind_name),
	ROW_BOOL(O, markdown, "markdown",
		 "the keys of a config, for docs/config.md"),
	ROW_TEXT(O, completion, "completion", "SHELL",
		 "completion for bash or zsh", .choices = shell_name),
	{0}};

const struct command cmd_list = {
	.name = "list",
	.help = "list designs, workloads, keys, metrics, ...",
	.usage = "[KIND]... [--json]\n"
		 "--man KIND | --markdown | --completion SHELL",
	.about = "Lists what there is; without a KIND, of every kind.",
	.rows = rows,
	.more = kinds,
	.run = run,
};
