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

/* Whether stderr is a terminal on which a line can be written over. */
bool progress_terminal(void);
void progress_init(struct progress *p);
/* Trial @index of @total is about to start. */
void progress_show(struct progress *p, size_t index, size_t total,
		   double left_s, const char *name);
/* Before anything else is written to the terminal. */
void progress_clear(struct progress *p);

/* "1 h 02 min", "3 min 20 s", "12 s". */
void progress_time(double seconds, char *text, size_t size);

#endif
