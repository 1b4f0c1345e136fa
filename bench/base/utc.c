/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moments as text, in UTC. */
#include <stddef.h>

#include "base/utc.h"

#define FORMAT "%Y-%m-%dT%H:%M:%SZ"

void utc_text(time_t when, char text[UTC_SIZE])
{
	struct tm tm;

	gmtime_r(&when, &tm);
	strftime(text, UTC_SIZE, FORMAT, &tm);
}

void utc_now(char text[UTC_SIZE])
{
	utc_text(time(NULL), text);
}

void utc_stamp(time_t when, char text[UTC_SIZE])
{
	struct tm tm;

	gmtime_r(&when, &tm);
	strftime(text, UTC_SIZE, "%Y%m%dT%H%M%SZ", &tm);
}

time_t utc_parse(const char *text)
{
	struct tm tm = {0};

	return text && strptime(text, FORMAT, &tm) ? timegm(&tm) : 0;
}
