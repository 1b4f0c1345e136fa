/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a run is, on stderr: one line that is rewritten on a terminal, a
 * plain line now and then elsewhere, nothing when quiet.
 */
#ifndef OUTPUTS_PROGRESS_H
#define OUTPUTS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool terminal, shown; /* shown: a line is to be cleared first */
	size_t told;	      /* plain lines: tenths of the run announced */
};

void progress_init(struct progress *p);
/*
 * Writes over the line where stderr is a terminal; false: it is not, and what
 * is worth a line of its own is the caller's to print. Quiet: true.
 */
bool progress_line(struct progress *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * Trial @index of @total is about to start, @share of all is done; @index is
 * @total for what comes beyond. @note: more of how far it is, or "".
 */
void progress_trial(struct progress *p, size_t index, size_t total,
		    double share, double left_s, const char *note,
		    const char *name);
/* Before anything else is written to the terminal. */
void progress_clear(struct progress *p);

/* "1 h 02 min", "3 min 20 s", "12 s". */
void progress_time(double seconds, char *text, size_t size);

#endif
