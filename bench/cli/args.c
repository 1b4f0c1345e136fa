/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands share in reading their arguments. */
#include "cli/args.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/number.h"
#include "options/table.h"
#include "measure/pair.h"
#include "base/suggest.h"

int args_error(const char *verb, const char *fmt, ...)
{
	struct err e = {0};
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	err_set(&e, -EINVAL, "%s: %s", verb, why);
	err_remedy(&e, "see vtdbench %s --help", verb);
	err_print(&e);
	return EXIT_USAGE;
}

static const char *option_name(const void *arg, size_t i)
{
	return ((const struct option *)arg)[i].name;
}

static void unknown_option(const char *verb, const char *typed,
			   const struct option *options)
{
	char name[64];
	struct err e = {0};
	const char *near;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(typed + 2, "="),
		 typed + 2);
	near = suggest_nearest(name, option_name, options);
	err_set(&e, -EINVAL, "%s: unknown option --%s", verb, name);
	if (near)
		err_remedy(&e, "did you mean --%s?", near);
	else
		err_remedy(&e, "see vtdbench %s --help", verb);
	err_print(&e);
}

int args_next(int argc, char **argv, const char *letters,
	      const struct option *options)
{
	const char *typed;
	int c;

	opterr = 0;
	c = getopt_long(argc, argv, letters, options, NULL);
	if (c != '?' && c != ':')
		return c;
	typed = argv[optind - 1];
	if (optopt && strncmp(typed, "--", 2)) {
		for (const char *l = letters; *l; l++)
			if (*l == optopt && l[1] == ':') {
				args_error(argv[0], "-%c needs a value",
					   optopt);
				return '?';
			}
		args_error(argv[0], "unknown option -%c", optopt);
	} else if (!optopt) {
		unknown_option(argv[0], typed, options);
	} else if (strchr(typed, '=')) {
		args_error(argv[0], "%.*s takes no value",
			   (int)strcspn(typed, "="), typed);
	} else {
		args_error(argv[0], "%s needs a value", typed);
	}
	return '?';
}

bool args_number(const char *command, const char *option, const char *arg,
		 uint64_t min, uint64_t max, uint64_t *value)
{
	if (!number_parse_string(arg, value)) {
		args_error(command,
			   "--%s '%s': not a number (decimal or 0x hex)",
			   option, arg);
		return false;
	}
	if (*value < min && max == UINT64_MAX) {
		args_error(command, "--%s %s: out of range, at least %llu",
			   option, arg, (unsigned long long)min);
		return false;
	}
	if (*value < min || *value > max) {
		args_error(command, "--%s %s: out of range, %llu to %llu",
			   option, arg, (unsigned long long)min,
			   (unsigned long long)max);
		return false;
	}
	return true;
}

bool args_duration(const char *verb, const char *option, const char *arg,
		   double *seconds)
{
	struct err e = {0}, said = {0};
	char what[64];
	uint64_t ns;

	snprintf(what, sizeof(what), "--%s", option);
	if (option_parse_duration(what, arg, 1, UINT64_MAX, &ns, &e)) {
		err_set(&said, e.code, "%s: %.400s", verb, e.what);
		if (e.remedy[0])
			err_remedy(&said, "%s", e.remedy);
		else
			err_remedy(&said, "see vtdbench %s --help", verb);
		err_print(&said);
		return false;
	}
	*seconds = (double)ns / 1e9;
	return true;
}

int args_unknown(const char *verb, const char *typed, suggest_list *list,
		 const void *arg, const char *fmt, ...)
{
	const char *near = suggest_nearest(typed, list, arg);
	struct err e = {0};
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	err_set(&e, -EINVAL, "%s: %s", verb, why);
	if (near)
		err_remedy(&e, "did you mean '%s'?", near);
	else
		err_remedy(&e, "see vtdbench %s --help", verb);
	err_print(&e);
	return EXIT_USAGE;
}

static const char *word_at(const void *arg, size_t i)
{
	return ((const char *const *)arg)[i];
}

static const char *design_at(const void *arg, size_t i)
{
	(void)arg;
	return designs[i] ? designs[i]->name : NULL;
}

const struct design *args_design(const char *verb, const char *name)
{
	const struct design *d = design_find(name);

	if (!d)
		args_unknown(verb, name, design_at, NULL, "no design '%s'",
			     name);
	return d;
}

static const char *only_at(const void *arg, size_t i)
{
	(void)arg;
	return pair_name_at(i);
}

bool args_only(const char *verb, const char *list)
{
	char part[96];
	const char *p = list;

	do {
		size_t n = strcspn(p, ",");
		bool known = false;

		snprintf(part, sizeof(part), "%.*s", (int)n, p);
		for (size_t d = 0; designs[d] && !known; d++)
			for (const struct pair_case *c = pair_cases;
			     c->name && !known; c++)
				known = pair_matches(part, designs[d]->name,
						     c->name);
		if (!known) {
			args_unknown(verb, part, only_at, NULL,
				     "--only '%s': no DESIGN/CASE is like that",
				     part);
			return false;
		}
		p += n;
	} while (*p++);
	return true;
}

int args_choose(const char *command, const char *option, const char *arg,
		const char *const *words)
{
	char known[128] = "";

	for (int i = 0; words[i]; i++) {
		size_t n = strlen(known);

		if (!strcmp(arg, words[i]))
			return i;
		snprintf(known + n, sizeof(known) - n, "%s%s", i ? ", " : "",
			 words[i]);
	}
	args_unknown(command, arg, word_at, words,
		     "--%s '%s': expected one of %s", option, arg, known);
	return -1;
}

bool args_wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return true;
	return false;
}
