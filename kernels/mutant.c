/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which seeded fault is on. Empty but in the build of `make check-mutants`. */
#include "mutant.h"

#ifdef VTDBENCH_MUTANTS
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum mutant mutant_active;

static const char *const names[] = {
	[MUTANT_none] = "none",
#define FAULT(name, seconds, tests, file, fault) [MUTANT_##name] = #name,
#define ORDERING(name, file, fault)
#include "mutants.def"
#undef FAULT
#undef ORDERING
};

static __attribute__((constructor)) void mutant_select(void)
{
	const char *wanted = getenv("VTDBENCH_MUTANT");
	unsigned i = MUTANT_none;

	while (wanted && strcmp(names[i], wanted))
		if (++i == sizeof(names) / sizeof(names[0]))
			abort(); /* tests/mutants/run knows the names */
	mutant_active = (enum mutant)i;
}

void mutant_pause(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}
#endif
