/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of designs. */
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
