/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which CPUs have which lines, if caches had no bounds: all that moves is what
 * a CPU lost to another's write and comes back for. No locks; one thread.
 */
#ifndef COUNTERS_HOLDERS_H
#define COUNTERS_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HOLDERS_MAX = 64 }; /* CPUs */
#define HOLDERS_NONE UINT32_MAX

/* All zero at first. */
struct holders {
	struct holders_line *line;
	uint32_t *slot; /* by hash: a line's number + 1 */
	uint32_t n;
	size_t slots;
};
void holders_release(struct holders *h);

/* The number of the line of @pa, a new one if need be; HOLDERS_NONE: no
 * memory. */
uint32_t holders_find(struct holders *h, uint64_t pa);
bool holders_has(const struct holders *h, uint32_t line, unsigned cpu);
/* Whether the line had to come from another CPU, or by way of one. */
bool holders_access(struct holders *h, uint32_t line, unsigned cpu, bool write);

#endif
