/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kinds of walkers: which a cell has, and what they are called. */
#include "workloads/walker_kind.h"

#include "../kernels/mutant.h"
#include "workloads/registry.h"

const char *walker_kind_name(enum walker_kind kind)
{
	return walker_kinds_name(1U << kind);
}

enum walker_kind walker_kind_of(const struct workload *w, unsigned role,
				unsigned mappers)
{
	if (role == ROLE_DEVICE)
		return WALKER_DEVICE;
	if (MUTANT(walkers_all_own))
		return WALKER_OWN;
	/* A dump goes over everything, a walk where its workload says. */
	return mappers && (role == ROLE_DUMPER ||
			   (w && w->flags & WORKLOAD_FOREIGN))
		       ? WALKER_FOREIGN
		       : WALKER_OWN;
}

unsigned walker_kinds(const struct workload *w, const unsigned *count)
{
	static const enum role walks[] = {ROLE_WALKER, ROLE_DUMPER,
					  ROLE_DEVICE};
	unsigned kinds = 0;

	for (size_t i = 0; i < sizeof(walks) / sizeof(*walks); i++)
		if (count[walks[i]])
			kinds |= 1U << walker_kind_of(w, walks[i],
						      count[ROLE_MAPPER]);
	return kinds;
}

const char *walker_kinds_name(unsigned kinds)
{
	static const char *const names[1 << WALKER_KINDS] = {
		"none",	  "own",	"foreign",	  "own+foreign",
		"device", "own+device", "foreign+device", "own+foreign+device",
	};

	return names[kinds & ((1U << WALKER_KINDS) - 1)];
}
