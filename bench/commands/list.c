/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench list`: what there is, as text, as JSON and as documents. */
#include "cli/documents.h"

#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "commands/registry.h"
#include "base/err.h"
#include "outputs/page.h"
#include "base/suggest.h"

static const struct option options[] = {{"json", no_argument, NULL, 'j'},
					{"man", no_argument, NULL, 'm'},
					{"markdown", no_argument, NULL, 'd'},
					{"completion", no_argument, NULL, 'c'},
					{"help", no_argument, NULL, 'h'},
					{NULL, 0, NULL, 0}};

static void usage(void)
{
	fputs("usage: vtdbench list [KIND]... [--json]\n"
	      "       vtdbench list --man KIND | --markdown | --completion\n"
	      "\n"
	      "Lists what there is; without a KIND, of every kind:\n",
	      stdout);
	for (const struct list_kind *k = list_kinds; k->name; k++)
		printf("  %-11s %s\n", k->name, k->help);
	fputs("\n"
	      "  --json        one object, an array for each kind\n"
	      "  --man         a section of the man page, vtdbench.1\n"
	      "  --markdown    the keys of a config, for docs/config.md\n"
	      "  --completion  completion for bash\n",
	      stdout);
}

static const char *string(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
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

static const char *kind_name(const void *arg, size_t i)
{
	(void)arg;
	return list_kinds[i].name;
}

static const struct list_kind *find_kind(const char *name)
{
	const char *near;
	struct err e = {0};

	for (const struct list_kind *k = list_kinds; k->name; k++)
		if (!strcmp(k->name, name) ||
		    (k->also && !strcmp(k->also, name)))
			return k;
	err_set(&e, -1, "list: no kind '%s'", name);
	near = suggest_nearest(name, kind_name, NULL);
	if (near)
		err_remedy(&e, "did you mean '%s'?", near);
	else
		err_remedy(&e, "see vtdbench list --help");
	err_print(&e);
	return NULL;
}

static int list(const struct list_kind *kind, json_t *all, bool first)
{
	json_t *found = list_items(kind, commands);

	if (!found)
		return args_error("list", "out of memory");
	if (all)
		return json_object_set_new(all, kind->name, found)
			       ? EXIT_RUN_FAILED
			       : EXIT_OK;
	if (!first)
		putchar('\n');
	print_text(kind, found);
	json_decref(found);
	return EXIT_OK;
}

static int list_them(char **names, bool json)
{
	json_t *all = json ? json_object() : NULL;
	int status = EXIT_OK;

	for (char **n = names; !status && *n; n++) {
		const struct list_kind *kind = find_kind(*n);

		status = kind ? list(kind, all, n == names) : EXIT_USAGE;
	}
	for (const struct list_kind *k = list_kinds;
	     !status && !*names && k->name; k++)
		status = list(k, all, k == list_kinds);
	if (all && !status) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(all);
	return status;
}

int cmd_list(int argc, char **argv)
{
	bool json = false;
	int c, document = 0, ret;

	while ((c = args_next(argc, argv, "", options)) != -1) {
		if (c == '?')
			return EXIT_USAGE;
		if (c == 'h') {
			usage();
			return EXIT_OK;
		}
		if (c == 'j')
			json = true;
		else
			document = c;
	}
	if (!document)
		return list_them(argv + optind, json);
	if (document == 'm' && optind + 1 == argc) {
		const struct list_kind *kind = find_kind(argv[optind]);

		if (!kind)
			return EXIT_USAGE;
		ret = list_man(kind, commands);
	} else if (json || document == 'm' || optind < argc) {
		return args_error("list", "--man takes one KIND, the other "
					  "documents none, and none --json");
	} else {
		ret = document == 'd' ? list_markdown()
				      : list_completion(commands);
	}
	if (ret)
		return args_error("list", "%s", strerror(-ret));
	return EXIT_OK;
}
