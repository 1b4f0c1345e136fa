/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seeded faults: each test has to show that it can fail. `if (MUTANT(name))`
 * is a compile-time 0 except in the build of `make check-mutants`, where
 * VTDBENCH_MUTANT=name in the environment switches that one fault on.
 * mutants.def names them all. Below every layer, topology/ included.
 */
#ifndef MUTANT_H
#define MUTANT_H

enum mutant {
	MUTANT_none,
#define FAULT(name, seconds, tests, file, fault) MUTANT_##name,
#define ORDERING(name, file, fault)
#include "mutants.def"
#undef FAULT
#undef ORDERING
};

#ifdef VTDBENCH_MUTANTS
/* Set before main() and never after. */
extern enum mutant mutant_active;
#define MUTANT(name) __builtin_expect(mutant_active == MUTANT_##name, 0)
/* Sleeps a millisecond where a thread might lose the CPU: makes a window that
 * a fault opens wide enough to be hit within seconds. */
void mutant_pause(void);
#else
#define MUTANT(name) (MUTANT_##name == MUTANT_none)
static inline void mutant_pause(void)
{
}
#endif

#endif
