/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress line of a run. */
#include "outputs/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/err.h"

enum { PARTS = 10 }; /* plain lines in a run */

void progress_init(struct progress *p)
{
	const char *term = getenv("TERM");

	*p = (struct progress){.terminal = isatty(STDERR_FILENO) && term &&
					   *term && strcmp(term, "dumb")};
}

void progress_time(double seconds, char *text, size_t size)
{
	unsigned long s = seconds > 0 ? (unsigned long)(seconds + 0.5) : 0;

	if (s >= 3600)
		snprintf(text, size, "%lu h %02lu min", s / 3600, s / 60 % 60);
	else if (s >= 60)
		snprintf(text, size, "%lu min %02lu s", s / 60, s % 60);
	else
		snprintf(text, size, "%lu s", s);
}

static int columns(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) || w.ws_col < 20)
		return 80;
	return w.ws_col;
}

bool progress_line(struct progress *p, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	if (err_quiet() || !p->terminal)
		return err_quiet();
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
	fflush(stderr);
	p->shown = true;
	return true;
}

void progress_trial(struct progress *p, size_t index, size_t total,
		    double share, double left_s, const char *note,
		    const char *name)
{
	/* Beyond the total, tenths are told once more. */
	size_t part = (size_t)(share * PARTS) + (index < total ? 0 : PARTS);
	unsigned percent = (unsigned)(share * 100);
	char left[32];

	progress_time(left_s, left, sizeof(left));
	if (progress_line(p, "[%zu/%zu] %u %%, %s left%s: %s",
			  index < total ? index + 1 : total, total, percent,
			  left, note, name) ||
	    part < p->told)
		return;
	err_note("%zu of %zu trials, %u %%, about %s left%s", index, total,
		 percent, left, note);
	p->told = part + 1;
}

void progress_clear(struct progress *p)
{
	if (!p->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	p->shown = false;
}
