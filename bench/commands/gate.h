/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of `vtdbench gate` that `vtdbench compare` of builds shares. */
#ifndef COMMANDS_GATE_H
#define COMMANDS_GATE_H

#include <stdbool.h>

/* Whether @path is a build of the engine: a folder, or a program or object. */
bool gate_is_build(const char *path);

/*
 * Measures @b (new) against @a (old) and prints it in form @form (text, JSON,
 * Markdown, JUnit), all of them and a forest plot into
 * @folder unless it is NULL. Nothing is stored. Returns the exit status.
 */
int gate_compare_builds(const char *a, const char *b, unsigned form,
			const char *folder);

#endif
