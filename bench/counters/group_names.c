/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that outputs give to something else than a group's metric. */
#include "counters/group_names.h"

#include <stdio.h>
#include <string.h>

#include "trial/record.h"

/* Of an entry of JSON, and families of OpenMetrics (tests/cli/export.sh looks
 * whether all are here). */
static const char *const fields[] = {
	"name",		  "run_name",	      "run_type",
	"repetitions",	  "repetition_index", "threads",
	"iterations",	  "real_time",	      "cpu_time",
	"time_unit",	  "items_per_second", "clock",
	"disturbed",	  "error_occurred",   "error_message",
	"aggregate_name", "aggregate_unit",   "run_info",
	"trials",	  "trials_disturbed", "walker_kinds"};

static bool is_field(const char *name)
{
	static const char mark[] = "_clock"; /* JSON: METRIC_clock */
	size_t n = strlen(name), m = sizeof(mark) - 1;

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(name, fields[i]))
			return true;
	return n > m && !strcmp(name + n - m, mark);
}

static const char *const units[] = {"_ns", "_us",      "_ms",
				    "_s",  "_seconds", "_second"};
enum { UNITS = sizeof(units) / sizeof(*units) };

/* How long @name is without a unit of time at its end. */
static size_t stem(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < UNITS; i++) {
		size_t unit = strlen(units[i]);

		if (n > unit && !strcmp(name + n - unit, units[i]))
			return n - unit;
	}
	return n;
}

/*
 * OpenMetrics has base units alone: x_ns and x_ms are one name there. Whether
 * one of those is taken goes to *other.
 */
static bool namesake(const struct counter_group *g, const char *name,
		     char *other, size_t size)
{
	size_t n = stem(name);

	if (!name[n])
		return false;
	for (size_t i = 0; i < UNITS; i++) {
		snprintf(other, size, "%.*s%s", (int)n, name, units[i]);
		if (metric_row(metric_of(other)))
			return true;
		for (size_t k = 0; k < g->nmetrics; k++)
			if (!strcmp(g->metrics[k].name, other))
				return true;
	}
	return false;
}

bool counter_name_taken(const struct counter_group *g, const char *name,
			char *why, size_t size)
{
	char other[96];

	if (metric_row(metric_of(name)) ||
	    !strcmp(name, COUNTER_RUNNING_SHARE)) {
		snprintf(why, size,
			 "metric '%s' is one of vtdbench's own (vtdbench list "
			 "metrics)",
			 name);
		return true;
	}
	if (is_field(name)) {
		snprintf(why, size,
			 "metric '%s' has the name of a field of vtdbench "
			 "export",
			 name);
		return true;
	}
	if (!namesake(g, name, other, sizeof(other)))
		return false;
	snprintf(why, size,
		 "metric '%s' is one with '%s' in OpenMetrics, which has base "
		 "units alone",
		 name, other);
	return true;
}
