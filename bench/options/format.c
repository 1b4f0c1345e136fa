/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How values of options are written, and what is accepted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options/rows.h"

const char *option_type_name(enum option_type t)
{
	static const char *const names[OPTION_TYPE_NR] = {
		"bool", "integer", "size", "duration", "number", "enum",
		"name", "text",	   "path", "text",     "texts",	 "percentage"};

	return names[t];
}

struct unit {
	uint64_t factor;
	const char *suffix;
};

/* @units descend; the last has factor 1. */
static void format_unit(const struct unit *units, uint64_t value, char *buf,
			size_t n)
{
	while (units->factor > 1 && (!value || value % units->factor))
		units++;
	snprintf(buf, n, "%" PRIu64 "%s", value / units->factor, units->suffix);
}

void option_format_size(uint64_t bytes, char *buf, size_t n)
{
	static const struct unit units[] = {
		{TIB, "T"}, {GIB, "G"}, {MIB, "M"}, {KIB, "K"}, {1, ""}};

	format_unit(units, bytes, buf, n);
}

void option_format_duration(uint64_t ns, char *buf, size_t n)
{
	static const struct unit units[] = {{60000 * MS, "m"},
					    {1000 * MS, "s"},
					    {MS, "ms"},
					    {1000, "us"},
					    {1, "ns"}};

	format_unit(units, ns, buf, n);
}

static uint64_t load_integer(const struct option_row *row, const char *member)
{
	uint64_t wide;
	unsigned narrow;

	if (row->size == sizeof(wide)) {
		memcpy(&wide, member, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, member, sizeof(narrow));
	return narrow;
}

void option_format(const struct option_row *row, const void *base, char *buf,
		   size_t n)
{
	const char *member = (const char *)base + row->offset;
	double number;
	bool flag;

	switch (row->type) {
	case OPTION_BOOL:
		memcpy(&flag, member, sizeof(flag));
		snprintf(buf, n, "%s", flag ? "true" : "false");
		break;
	case OPTION_INT:
		snprintf(buf, n, "%" PRIu64, load_integer(row, member));
		break;
	case OPTION_SIZE:
		option_format_size(load_integer(row, member), buf, n);
		break;
	case OPTION_DURATION:
		option_format_duration(load_integer(row, member), buf, n);
		break;
	case OPTION_NUMBER:
		memcpy(&number, member, sizeof(number));
		snprintf(buf, n, "%.15g", number);
		break;
	case OPTION_ENUM:
		snprintf(buf, n, "%s", row->choices(load_integer(row, member)));
		break;
	case OPTION_NAME:
	case OPTION_STRING:
	case OPTION_PATH:
		snprintf(buf, n, "%s", member);
		break;
	case OPTION_PERCENT:
		memcpy(&number, member, sizeof(number));
		snprintf(buf, n, "%.15g%%", 100 * number);
		break;
	case OPTION_TEXT:
	case OPTION_TEXTS:
	case OPTION_TYPE_NR:
		abort(); /* of command lines, and nobody asks */
	}
}

const char *option_before(const struct option_row *row)
{
	return row->before ? row->before : row->initial;
}

bool option_is_silent(const struct option_row *row, const char *text)
{
	return row->flags & OPTION_ADDED && !strcmp(text, option_before(row));
}

/* "a, b or c" */
static void format_choices(const struct option_row *row, char *buf, size_t n)
{
	size_t at = 0;
	const char *also = row->also ? row->also : "";
	const char *name;

	buf[0] = '\0';
	for (size_t i = 0; (name = row->choices(i)) && at < n; i++) {
		bool last = !row->choices(i + 1) && !also[0];

		at += (size_t)snprintf(buf + at, n - at, "%s%s",
				       !i     ? ""
				       : last ? " or "
					      : ", ",
				       name);
	}
	if (also[0] && at < n)
		at += (size_t)snprintf(buf + at, n - at, " or %s", also);
	if ((row->flags & OPTION_ALL) && at < n)
		snprintf(buf + at, n - at, ", or all");
}

static void accepts_range(const struct option_row *row, char *buf, size_t n)
{
	const char *unit = row->unit ? row->unit : "";
	char low[32], high[32];
	bool open = row->max == UINT64_MAX && row->type != OPTION_INT;

	if (row->type == OPTION_INT) {
		snprintf(low, sizeof(low), "%" PRIu64, row->min);
		snprintf(high, sizeof(high), "%" PRIu64, row->max);
	} else if (row->type == OPTION_SIZE) {
		option_format_size(row->min, low, sizeof(low));
		option_format_size(row->max, high, sizeof(high));
		unit = "K, M, G, T";
	} else {
		option_format_duration(row->min, low, sizeof(low));
		option_format_duration(row->max, high, sizeof(high));
		unit = "ns, us, ms, s, m";
	}
	snprintf(buf, n, "%s%s from %s%s%s%s%s%s",
		 row->type == OPTION_INT    ? "an integer"
		 : row->type == OPTION_SIZE ? "a size"
					    : "a duration",
		 row->flags & OPTION_POW2    ? row->min ? ", a power of two,"
							: ", 0 or a power of two,"
		 : row->flags & OPTION_PAGES ? ", a multiple of 4K,"
					     : "",
		 low, open ? "" : " to ", open ? "" : high, unit[0] ? " (" : "",
		 unit, unit[0] ? ")" : "");
}

void option_accepts(const struct option_row *row, char *buf, size_t n)
{
	if (row->choices && !(row->type == OPTION_TEXT && row->check)) {
		format_choices(row, buf, n);
		return;
	}
	switch (row->type) {
	case OPTION_BOOL:
		snprintf(buf, n, "true or false");
		break;
	case OPTION_INT:
	case OPTION_SIZE:
	case OPTION_DURATION:
		accepts_range(row, buf, n);
		break;
	case OPTION_NUMBER:
		snprintf(buf, n, "a number from %g to %g", row->low, row->high);
		break;
	case OPTION_PERCENT:
		snprintf(buf, n, "a percentage from %g to %g", row->low,
			 row->high);
		break;
	case OPTION_PATH:
		snprintf(buf, n, "a path");
		break;
	case OPTION_TEXT:
	case OPTION_TEXTS:
		snprintf(buf, n, "%s", row->also ? row->also : "a text");
		break;
	case OPTION_ENUM:
	case OPTION_NAME:
	case OPTION_STRING:
	case OPTION_TYPE_NR:
		snprintf(buf, n,
			 "a text of %" PRIu64 " to %" PRIu64 " characters",
			 row->min, row->max);
		break;
	}
}
