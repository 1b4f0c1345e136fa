/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors as values, and the only place besides outputs that prints.
 *
 * A function that can fail takes a `struct err *`, fills it and returns the
 * same negative errno; whoever decides to give up prints it with err_print().
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/* Exit statuses of every command (documented in the man page). */
enum {
	EXIT_OK = 0,
	EXIT_RUN_FAILED = 1, /* a trial failed, a wrong answer, no memory */
	EXIT_USAGE = 2,	     /* command line, config or input */
	EXIT_REGRESSION = 3,
	EXIT_UNSUPPORTED = 4,  /* cannot be done on this machine */
	EXIT_INCONCLUSIVE = 5, /* too noisy to judge */
};

/*
 * err_status() - the exit status that an error stands for, in every command.
 * EXIT_UNSUPPORTED: -ENOTSUP. EXIT_RUN_FAILED, what nobody typed: -EIO,
 * -ENOSPC, -EDQUOT, -ENOMEM, -EBUSY, -EINTR, -EPIPE, -EPROTO, a wrong answer
 * (-EBADMSG). EXIT_USAGE: all others. EXIT_OK: 0.
 */
int err_status(int code);

struct err {
	int code;	  /* -errno; 0 = none */
	char what[512];	  /* what and where: "quick.yaml:3:5: unknown key…" */
	char remedy[256]; /* what to do about it; may be empty */
};

/* Fills @e (which may be NULL) and returns @code. */
int err_set(struct err *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds the remedy; returns e->code. */
int err_remedy(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* To stderr, one line each, of printable characters only (base/printable.h);
 * nothing is printed below the verbosity. */
void err_print(const struct err *e); /* always */
void err_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void err_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void err_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* -1 quiet (errors only), 0 normal, 1 verbose (debug lines). */
void err_verbosity(int level);
bool err_quiet(void); /* below 0: no notes, no progress */

/* When output is coloured: --color. */
enum err_color { ERR_COLOR_AUTO, ERR_COLOR_NEVER, ERR_COLOR_ALWAYS };
void err_color(enum err_color when);
/* Whether @out may be: --color, NO_COLOR, TERM, a terminal. */
bool err_coloured(FILE *out);

#endif
