/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of where threads and tables go. */
#include "options/rows.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "../topology/place.h"

const char *option_placements(size_t i)
{
	return placements[i].name;
}

/* "node:N" is a form of its own, see check_memory(). */
static const char *memory_name(size_t i)
{
	for (const struct memory_policy *m = memory_policies; m->name; m++)
		if (!strchr(m->name, ':') && !i--)
			return m->name;
	return NULL;
}

/* Whether the node exists is for the plan to say: it knows the machine. */
static int check_memory(const char *text, struct err *e)
{
	static const struct option_row node = {
		.key = "node", .type = OPTION_INT, .max = 65535};

	if (strncmp(text, "node:", 5))
		return -ENOENT;
	if (option_parse(&node, text + strlen("node:"), NULL, NULL))
		return err_set(e, -EINVAL, "'%.60s' has no number of a node",
			       text);
	return 0;
}

static const char *huge_name(size_t i)
{
	static const char *const names[] = {"auto", "off", "require", NULL};

	return names[i];
}

static const char *core_kind_name(size_t i)
{
	static const char *const names[] = {"one", "any", NULL};

	return names[i];
}

/* Whether there is such a kind is for the plan to say. */
static int check_core_kind(const char *text, struct err *e)
{
	return place_core_kind_valid(text) ? 0 : -ENOENT;
}

/* "0,2-3": numbers and ranges, each ascending. */
static int check_cpus(const char *text, struct err *e)
{
	const char *c = text;

	while (*c) {
		size_t digits = strspn(c, "0123456789");

		if (!digits || digits > 5)
			break;
		c += digits;
		if (*c == '-' && isdigit((unsigned char)c[1]))
			c += 1 + strspn(c + 1, "0123456789");
		if (!*c)
			return 0;
		if (*c != ',' || !c[1])
			break;
		c++;
	}
	if (!*text)
		return 0;
	return err_set(e, -EINVAL, "'%s' is no CPU list; write it as 0,2-3",
		       text);
}

const struct option_row options_place[] = {
	{.key = "placement",
	 .type = OPTION_NAME,
	 TRIAL_MEMBER(place.placement),
	 .choices = option_placements,
	 .initial = "compact",
	 .flags = OPTION_AXIS,
	 .help = "Which CPUs the threads are pinned to"},
	{.key = "cpus",
	 .type = OPTION_STRING,
	 TRIAL_MEMBER(place.cpus),
	 TEXT_MAX(struct params, place.cpus),
	 .initial = "",
	 .check = check_cpus,
	 .help = "Placement list: CPUs in the order of the threads, as 0,2-3"},
	{.key = "memory",
	 .type = OPTION_NAME,
	 TRIAL_MEMBER(place.memory),
	 .choices = memory_name,
	 .also = "node:N",
	 .check = check_memory,
	 .initial = "local",
	 .flags = OPTION_AXIS,
	 .help = "NUMA nodes of the tables, seen from the first walker"},
	{.key = "core_kind",
	 .type = OPTION_NAME,
	 TRIAL_MEMBER(place.core_kind),
	 .choices = core_kind_name,
	 .also = "N",
	 .check = check_core_kind,
	 .initial = "one",
	 .flags = OPTION_AXIS | OPTION_ADDED,
	 .help = "Kind of core, where there are several: the fastest one, any "
		 "(mixed), or number N of vtdbench topo"},
	{.key = "huge_pages",
	 .type = OPTION_NAME,
	 TRIAL_MEMBER(place.huge),
	 .choices = huge_name,
	 .initial = "auto",
	 .flags = OPTION_AXIS,
	 .help = "Huge pages under the tables: if they can be had, never, or "
		 "fail without"},
	{0}};
