/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of `vtdbench gate` that `vtdbench compare` of builds shares. */
#ifndef COMMANDS_GATE_H
#define COMMANDS_GATE_H

#include <stdbool.h>

/* Whether @path is a build of the engine: a folder, or a program or object. */
bool gate_is_build(const char *path);

struct forms_wanted;
/*
 * Measures @b (new) against @a (old) and writes what is @wanted; @again: the
 * command that this is. Nothing is stored. Returns the exit status.
 */
int gate_compare_builds(const char *a, const char *b,
			const struct forms_wanted *wanted, const char *again);

#endif
