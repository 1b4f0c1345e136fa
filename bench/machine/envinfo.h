/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine and the program, as far as they decide a result: everything to
 * run it again and to judge it. What the machine does not say is "unknown"
 * (texts) or null (numbers), never "off" or 0.
 */
#ifndef MACHINE_ENVINFO_H
#define MACHINE_ENVINFO_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "../topology/topo.h"

/*
 * envinfo_json() - a new object (the caller decrefs), or NULL when out of
 * memory. Its members: cpu,
 * kernel, memory, settings, limits, program, and now, which holds what changes
 * (load, pressure, steal, free memory). "fingerprint" is envinfo_fingerprint().
 */
json_t *envinfo_json(void);

enum { ENVINFO_FINGERPRINT = 17 };

/*
 * What a run stores, as docs/formats.md has it: flat, and what is unknown is
 * absent. @topo may be NULL. New objects. Take the noise when the run starts.
 */
json_t *envinfo_machine(const json_t *env, const struct topo *topo);
json_t *envinfo_noise(const json_t *env);

/*
 * envinfo_fingerprint() - 16 hex digits over CPU model, microcode, kernel,
 * compiler, governor and number of CPUs of @env: results of different
 * fingerprints are of different machines and not to be compared.
 */
void envinfo_fingerprint(const json_t *env, char to[ENVINFO_FINGERPRINT]);

/* A member by its path, as in "memory.thp": the text, or "unknown". */
const char *envinfo_text(const json_t *env, const char *path);
/* The number there; false: unknown. */
bool envinfo_number(const json_t *env, const char *path, double *value);

#endif
