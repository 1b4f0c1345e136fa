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

#include "run/loop.h"

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

/* A run's: with the ratio of its first headline as it settles. */
struct progress_run {
	struct progress line;
	const struct runner *runner;
	const char *cell; /* of the headline; NULL: the plan has none */
	bool due;	  /* it may have got a draw since it was read */
	char headline[96];
};
/* To be handed to runner_execute(); @p and @r outlive it. */
struct runner_progress progress_of(struct progress_run *p,
				   const struct runner *r);

/* "1 h 02 min", "3 min 20 s", "12 s". */
void progress_time(double seconds, char *text, size_t size);

#endif
