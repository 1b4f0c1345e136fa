/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of designs. Only this file sees the rows, so that a new one
 * compiles no other design again. */
#include <string.h>

#include "../engine.h"

#define DESIGN(name) extern const struct design design_##name;
#include "registry.def"
#undef DESIGN

const struct design *const designs[] = {
#define DESIGN(name) &design_##name,
#include "registry.def"
#undef DESIGN
	NULL,
};

/* What designs were called in earlier versions. */
static const struct {
	const char *old, *now;
} renamed[] = {{"lockless", "leak"}};

const char *design_renamed(const char *old)
{
	for (size_t i = 0; i < sizeof(renamed) / sizeof(*renamed); i++)
		if (!strcmp(renamed[i].old, old))
			return renamed[i].now;
	return NULL;
}

const char *design_frees(const struct design *d)
{
	if (d->flags & DESIGN_HOLDS)
		return "when the domain goes";
	if (!(d->flags & DESIGN_DEFERS))
		return "at once, after the flush";
	return "by grace periods: free ="
#define FREE_WAY(name, help) " " #name
#include "../freeing/freeing.def"
#undef FREE_WAY
		;
}

const char *design_walkers(const struct design *d)
{
	if (d->flags & DESIGN_SINGLE_THREAD)
		return "one thread";
	return d->flags & DESIGN_FOREIGN ? "own and foreign walkers"
					 : "walkers of their own ranges";
}

const char *design_reclaims(const struct design *d)
{
	if (d->flags & DESIGN_HOLDS)
		return "none";
	return d->flags & DESIGN_RECLAIM_EMPTY ? "covered or empty" : "covered";
}

const struct design *design_find(const char *name)
{
	const char *now = design_renamed(name);

	if (now)
		name = now;
	for (const struct design *const *d = designs; *d; d++)
		if (!strcmp((*d)->name, name))
			return *d;
	return NULL;
}
