/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `vtdbench tables`; each gets argv[0] = its verb. */
#ifndef CMD_TABLES_H
#define CMD_TABLES_H

#include <stdbool.h>
#include <stdint.h>

int tables_walk(int argc, char **argv);
int tables_build(int argc, char **argv);

/* Prints "vtdbench tables VERB: …" and where to look; EXIT_USAGE. */
int tables_usage_error(const char *verb, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The number in @arg of @option; false: said on stderr. */
bool tables_number(const char *verb, const char *option, const char *arg,
		   uint64_t min, uint64_t max, uint64_t *value);

/* Whether the argument vector asks for help. */
bool tables_wants_help(int argc, char **argv);

#endif
