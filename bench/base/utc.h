/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moments as text, in UTC. */
#ifndef BASE_UTC_H
#define BASE_UTC_H

#include <time.h>

enum { UTC_SIZE = 32 };

/* "2026-11-22T12:00:00Z", as the store has it: sorted as text, sorted by time. */
void utc_text(time_t when, char text[UTC_SIZE]);
void utc_now(char text[UTC_SIZE]);
/* "20261122T120000Z", for names of files. */
void utc_stamp(time_t when, char text[UTC_SIZE]);
/* What utc_text() wrote; 0 if it was not that. Text behind it is ignored. */
time_t utc_parse(const char *text);

#endif
