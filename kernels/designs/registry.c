/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of designs, and what all of them share. */
#include <string.h>

#include "../engine.h"

const struct design *const designs[] = {
#define DESIGN(name) &design_##name,
#include "registry.def"
#undef DESIGN
	NULL,
};

const struct design *design_find(const char *name)
{
	for (const struct design *const *d = designs; *d; d++)
		if (!strcmp((*d)->name, name))
			return *d;
	return NULL;
}

int engine_size_code(uint64_t pages)
{
	if (!pages)
		return -1;
	if (pages < 128)
		return (int)pages;
	if (pages & (pages - 1))
		return -1;
	return 128 + __builtin_ctzll(pages);
}
