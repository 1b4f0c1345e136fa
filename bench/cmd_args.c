/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands share in reading their arguments. */
#include "cmd_args.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "suggest.h"

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
