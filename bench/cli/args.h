/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands share in reading their arguments. */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "../kernels/engine.h"
#include "base/suggest.h"

/*
 * args_next() - getopt_long() without its own messages: the next option, -1
 * at the end, or '?' after the mistake and the nearest option were printed
 * (the command returns EXIT_USAGE then).
 */
int args_next(int argc, char **argv, const char *letters,
	      const struct option *options);

/* "VERB: MESSAGE" and where help is, printed; returns EXIT_USAGE. */
int args_error(const char *verb, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The number in @arg of --@option, in [min, max]; false: it is none, said. */
bool args_number(const char *verb, const char *option, const char *arg,
		 uint64_t min, uint64_t max, uint64_t *value);

/* The duration in @arg ("90s", "10m") of --@option, in seconds, above 0; false:
 * it is none, said. */
bool args_duration(const char *verb, const char *option, const char *arg,
		   double *seconds);

/* The index of @arg in the NULL-terminated @words, or -1: none of them, said. */
int args_choose(const char *verb, const char *option, const char *arg,
		const char *const *words);

/*
 * args_unknown() - "VERB: MESSAGE" as args_error(), the hint naming the item of
 * @list nearest to @typed where there is one. Returns EXIT_USAGE.
 */
int args_unknown(const char *verb, const char *typed, suggest_list *list,
		 const void *arg, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* The design called @name, or NULL: there is none, said. */
const struct design *args_design(const char *verb, const char *name);

/* Whether each pattern of the --only @list matches a case; false: said. */
bool args_only(const char *verb, const char *list);

/* Whether --help or -h stands before a "--". */
bool args_wants_help(int argc, char **argv);

#endif
