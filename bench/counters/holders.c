/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has which line. */
#include "counters/holders.h"

#include <stdlib.h>

#include "../kernels/mutant.h"

enum { LINE_LG2 = 6 };

struct holders_line {
	uint64_t number;    /* address / 64 */
	uint64_t has, lost; /* CPUs; lost: to a write of another */
};

void holders_release(struct holders *h)
{
	free(h->line);
	free(h->slot);
	*h = (struct holders){0};
}

/* Fibonacci hashing: Knuth, TAOCP 3, 6.4. */
static size_t hash(const struct holders *h, uint64_t number)
{
	return (size_t)((number * UINT64_C(0x9e3779b97f4a7c15)) >> 32) &
	       (h->slots - 1);
}

/* Where @number is, or would be. */
static uint32_t *slot_of(const struct holders *h, uint64_t number)
{
	size_t at = hash(h, number);

	while (h->slot[at] && h->line[h->slot[at] - 1].number != number)
		at = (at + 1) & (h->slots - 1);
	return &h->slot[at];
}

/* Room for one more, at most half of the slots used. */
static bool grow(struct holders *h)
{
	size_t slots = h->slots ? 2 * h->slots : 1024;
	struct holders_line *line;
	uint32_t *slot;

	if (2 * ((size_t)h->n + 1) <= h->slots)
		return true;
	line = realloc(h->line, slots / 2 * sizeof(*line));
	if (!line)
		return false;
	h->line = line;
	slot = calloc(slots, sizeof(*slot));
	if (!slot)
		return false;
	free(h->slot);
	h->slot = slot;
	h->slots = slots;
	for (uint32_t i = 0; i < h->n; i++)
		*slot_of(h, line[i].number) = i + 1;
	return true;
}

uint32_t holders_find(struct holders *h, uint64_t pa)
{
	uint64_t number = pa >> LINE_LG2;
	uint32_t *slot;

	if (!grow(h))
		return HOLDERS_NONE;
	slot = slot_of(h, number);
	if (!*slot) {
		h->line[h->n] = (struct holders_line){.number = number};
		*slot = ++h->n;
	}
	return *slot - 1;
}

bool holders_has(const struct holders *h, uint32_t line, unsigned cpu)
{
	return h->line[line].has >> cpu & 1;
}

bool holders_access(struct holders *h, uint32_t line, unsigned cpu, bool write)
{
	struct holders_line *l = &h->line[line];
	const uint64_t self = UINT64_C(1) << cpu;
	bool moved = l->lost & self;

	l->has |= self;
	l->lost &= ~self;
	if (write) {
		if (!MUTANT(holders_keep_lines))
			l->lost |= l->has & ~self;
		l->has = self;
	}
	return moved;
}
