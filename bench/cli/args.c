/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the arguments of a command by its rows. */
#include "cli/args.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/shell.h"
#include "base/suggest.h"

enum { FIRST = 256 }; /* getopt's value of row 0 */

/* The rows of @c for getopt_long(), and which of them were given. */
struct parsing {
	const struct command *c;
	void *options;
	struct option option[COMMAND_ROWS + 1];
	char letters[3 * COMMAND_ROWS + 2];
	bool given[COMMAND_ROWS];
};

int args_fail(const struct command *c, const struct err *e)
{
	struct err said = {0};

	err_set(&said, e->code, "%s: %.470s", c->name, e->what);
	if (e->remedy[0])
		err_remedy(&said, "%s", e->remedy);
	else
		err_remedy(&said, "see vtdbench %s --help", c->name);
	err_print(&said);
	return EXIT_USAGE;
}

int args_error(const struct command *c, const char *fmt, ...)
{
	struct err e = {.code = -EINVAL};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e.what, sizeof(e.what), fmt, ap);
	va_end(ap);
	return args_fail(c, &e);
}

static const char *option_name(const void *arg, size_t i)
{
	return ((const struct option *)arg)[i].name;
}

static int unknown_option(const struct parsing *p, const char *typed)
{
	struct err e = {.code = -EINVAL};
	const char *near;
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(typed + 2, "="),
		 typed + 2);
	near = suggest_nearest(name, option_name, p->option);
	err_set(&e, -EINVAL, "unknown option --%s", name);
	if (near)
		err_remedy(&e, "did you mean --%s?", near);
	return args_fail(p->c, &e);
}

/* What getopt_long() did not like, from what it leaves behind. */
static int mistake(const struct parsing *p, int c, const char *typed)
{
	if (strncmp(typed, "--", 2))
		return c == ':'
			       ? args_error(p->c, "-%c needs a value", optopt)
			       : args_error(p->c, "unknown option -%c", optopt);
	if (!optopt)
		return unknown_option(p, typed);
	if (c == ':')
		return args_error(p->c, "%s needs a value", typed);
	return args_error(p->c, "%.*s takes no value", (int)strcspn(typed, "="),
			  typed);
}

/* Reads @text, which stands behind @what ("--levels"), by @row. */
static int take(const struct parsing *p, const struct option_row *row,
		const char *what, const char *text)
{
	struct option_row named = *row;
	struct err e = {0};
	bool old;

	named.key = what;
	text = option_renamed(row, text, &old);
	if (old)
		err_note("%s: what had this name is called %s now", what, text);
	return option_parse(&named, text, p->options, &e) ? args_fail(p->c, &e)
							  : 0;
}

static void prepare(struct parsing *p)
{
	char *l = p->letters;

	*l++ = ':';
	for (size_t i = 0, n = 0; p->c->rows[i].key; i++) {
		const struct option_row *r = &p->c->rows[i];

		/* A row that does not fit its table, or its own default, is a
		 * programming error. */
		if (i == COMMAND_ROWS ||
		    (r->initial &&
		     option_parse(r, r->initial, p->options, NULL)))
			abort();
		if (r->flags & OPTION_OPERAND)
			continue;
		p->option[n++] = (struct option){
			.name = r->key,
			.has_arg = r->flags & OPTION_RUN_NAMED
					   ? optional_argument
				   : r->type == OPTION_BOOL ? no_argument
							    : required_argument,
			.val = FIRST + (int)i};
		if (!r->letter)
			continue;
		*l++ = r->letter;
		if (r->type != OPTION_BOOL)
			*l++ = ':';
	}
}

static size_t row_of(const struct parsing *p, int c)
{
	size_t i = 0;

	if (c >= FIRST)
		return (size_t)(c - FIRST);
	while (p->c->rows[i].letter != c)
		i++;
	return i;
}

/* "--resume latest" is typed as often as "--resume=latest". */
static bool is_run(const char *arg)
{
	return arg && (!strcmp(arg, "latest") ||
		       (*arg && !arg[strspn(arg, "0123456789")]));
}

static int take_flags(struct parsing *p, int argc, char **argv)
{
	int c;

	optind = 0; /* anew: another command line may have been read */
	opterr = 0;
	while ((c = getopt_long(argc, argv, p->letters, p->option, NULL)) !=
	       -1) {
		const struct option_row *r;
		const char *text = optarg;
		char what[64];
		size_t i;

		if (c == '?' || c == ':')
			return mistake(p, c, argv[optind - 1]);
		i = row_of(p, c);
		r = &p->c->rows[i];
		p->given[i] = true;
		if (r->type == OPTION_BOOL)
			text = "true";
		else if (!text)
			text = is_run(argv[optind]) ? argv[optind++] : "";
		snprintf(what, sizeof(what), "--%s", r->key);
		if (take(p, r, what, text))
			return EXIT_USAGE;
	}
	return 0;
}

/* A flag without a value is set by any value but 0. */
static int take_environment(struct parsing *p)
{
	for (size_t i = 0; p->c->rows[i].key; i++) {
		const struct option_row *r = &p->c->rows[i];
		const char *text;
		char name[64];

		if (p->given[i] || !(r->flags & OPTION_TWIN))
			continue;
		option_environment(r, name, sizeof(name));
		text = getenv(name);
		if (!text || !*text)
			continue;
		if (r->type == OPTION_BOOL)
			text = strcmp(text, "0") ? "true" : "false";
		if (take(p, r, name, text))
			return EXIT_USAGE;
		p->given[i] = true;
	}
	return 0;
}

static int check_each(const struct parsing *p, const struct option_row *row,
		      const struct option_texts *texts)
{
	struct err e = {0};

	for (size_t i = 0; i < texts->n; i++)
		if (option_parse(row, texts->text[i], NULL, &e))
			return args_fail(p->c, &e);
	return 0;
}

/* What stands behind the flags, row by row; the last may take all. */
static int take_operands(struct parsing *p, int argc, char **argv)
{
	const char *last = NULL;
	unsigned operands = 0;

	for (size_t i = 0; p->c->rows[i].key; i++) {
		const struct option_row *r = &p->c->rows[i];
		struct option_texts rest = {(void *)(argv + optind),
					    (size_t)(argc - optind)};

		if (!(r->flags & OPTION_OPERAND)) {
			if ((r->flags & OPTION_REQUIRED) && !p->given[i])
				return args_error(p->c, "needs --%s %s", r->key,
						  r->metavar);
			continue;
		}
		last = r->key;
		operands++;
		if (optind == argc && (r->flags & OPTION_REQUIRED))
			return args_error(p->c, "which %s?", r->key);
		if (r->type == OPTION_TEXTS) {
			if (check_each(p, r, &rest))
				return EXIT_USAGE;
			memcpy((char *)p->options + r->offset, &rest,
			       sizeof(rest));
			optind = argc;
		} else if (optind < argc &&
			   take(p, r, r->key, argv[optind++])) {
			return EXIT_USAGE;
		}
	}
	if (optind == argc)
		return 0;
	return operands == 1
		       ? args_error(p->c, "one %s, not also '%s'", last,
				    argv[optind])
		       : args_error(p->c, "'%s' not expected", argv[optind]);
}

int args_parse(const struct command *c, int argc, char **argv, void *options)
{
	struct parsing p = {.c = c, .options = options};

	prepare(&p);
	if (take_flags(&p, argc, argv) || take_environment(&p))
		return EXIT_USAGE;
	return take_operands(&p, argc, argv);
}

char *args_again(const struct command *c, int argc, char **argv)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		must_fail();
	fprintf(out, "vtdbench %s", c->name);
	for (int i = 1; i < argc; i++) {
		fputc(' ', out);
		shell_word(argv[i], out);
	}
	fputc('\n', out);
	if (fclose(out))
		must_fail();
	return must(text);
}
