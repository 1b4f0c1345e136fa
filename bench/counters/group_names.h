/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which names a counter group may give its metrics. */
#ifndef COUNTERS_GROUP_NAMES_H
#define COUNTERS_GROUP_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "counters/group.h"

/*
 * counter_name_taken() - whether some output already gives @name to something
 * else: to one of vtdbench's metrics, an earlier one of @g, or what stands
 * beside metrics. Two figures of one name cannot be told apart, and one
 * replaces the other in JSON. *why: what it is, in words.
 */
bool counter_name_taken(const struct counter_group *g, const char *name,
			char *why, size_t size);

#endif
