/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands share in reading their arguments. */
#ifndef CMD_ARGS_H
#define CMD_ARGS_H

#include <getopt.h>

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

#endif
