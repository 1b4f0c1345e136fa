/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors as values, and their way to stderr. */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/printable.h"

static int verbosity;
static enum err_color color = ERR_COLOR_AUTO;

int err_status(int code)
{
	switch (-code) {
	case 0:
		return EXIT_OK;
	case ENOTSUP:
		return EXIT_UNSUPPORTED;
	case EBADMSG:
	case EBUSY:
	case EDQUOT:
	case EINTR:
	case EIO:
	case ENOMEM:
	case ENOSPC:
	case EPIPE:
	case EPROTO:
		return EXIT_RUN_FAILED;
	default:
		return EXIT_USAGE;
	}
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return code;
	e->code = code;
	e->remedy[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(e->what, sizeof(e->what), fmt, ap);
	va_end(ap);
	return code;
}

int err_remedy(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return 0;
	va_start(ap, fmt);
	vsnprintf(e->remedy, sizeof(e->remedy), fmt, ap);
	va_end(ap);
	return e->code;
}

bool err_coloured(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	int failed = errno; /* of a write: whoever tells needs it */
	bool terminal;

	/* Files that are kept are no place for colours, whatever is asked. */
	if (color == ERR_COLOR_ALWAYS)
		return out == stdout || out == stderr;
	/* https://no-color.org: set and not empty, whatever the value. */
	if (color == ERR_COLOR_NEVER || (no_color && no_color[0]))
		return false;
	terminal = isatty(fileno(out));
	errno = failed;
	return terminal && term && strcmp(term, "dumb");
}

/* @sgr: the terminal's code for the label's colour, "" for none. */
static void print_line(const char *sgr, const char *label, const char *fmt,
		       va_list ap) __attribute__((format(printf, 3, 0)));

static void print_line(const char *sgr, const char *label, const char *fmt,
		       va_list ap)
{
	bool c = sgr[0] && err_coloured(stderr);
	char text[2048], shown[4 * sizeof(text)];

	/* What is quoted may come from anybody: names of files, say. */
	vsnprintf(text, sizeof(text), fmt, ap);
	printable_copy(shown, sizeof(shown), text);

	/* One line stays one line when several threads print. */
	flockfile(stderr);
	fprintf(stderr, "%s%s%s%s%s", c ? "\033[" : "", c ? sgr : "",
		c ? "m" : "", label, c ? "\033[0m" : "");
	fprintf(stderr, "%s\n", shown);
	funlockfile(stderr);
}

static void print_linef(const char *sgr, const char *label, const char *fmt,
			...) __attribute__((format(printf, 3, 4)));

static void print_linef(const char *sgr, const char *label, const char *fmt,
			...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(sgr, label, fmt, ap);
	va_end(ap);
}

void err_print(const struct err *e)
{
	print_linef("1;31", "vtdbench: ", "%s",
		    e->what[0] ? e->what : strerror(-e->code));
	if (e->remedy[0])
		print_linef("1", "vtdbench: hint: ", "%s", e->remedy);
}

void err_warn(const char *fmt, ...)
{
	va_list ap;

	if (verbosity < 0)
		return;
	va_start(ap, fmt);
	print_line("1;33", "vtdbench: warning: ", fmt, ap);
	va_end(ap);
}

void err_note(const char *fmt, ...)
{
	va_list ap;

	if (verbosity < 0)
		return;
	va_start(ap, fmt);
	print_line("", "vtdbench: ", fmt, ap);
	va_end(ap);
}

void err_debug(const char *fmt, ...)
{
	va_list ap;

	if (verbosity < 1)
		return;
	va_start(ap, fmt);
	print_line("2", "vtdbench: debug: ", fmt, ap);
	va_end(ap);
}

void err_verbosity(int level)
{
	verbosity = level;
}

bool err_quiet(void)
{
	return verbosity < 0;
}

void err_color(enum err_color when)
{
	color = when;
}
