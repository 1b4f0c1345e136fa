/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this machine takes for the things a walk is made of: a load that waits
 * for the one before, by the size of what is loaded from; a line that goes from
 * one CPU to another; atomic operations, a fence and locks that are free.
 *
 * A figure is the median of batches of half a millisecond in which no thread
 * lost its CPU, with the interval of 95 % that covers the median; "lost" says
 * how many others there were. It is null where no batch was good.
 */
#ifndef MACHINE_LATENCY_H
#define MACHINE_LATENCY_H

#include <jansson.h>

#include "base/err.h"
#include "../topology/topo.h"

enum { LATENCY_FORMAT = 1, LATENCY_PATH = 4096 };

/*
 * latency_measure() - a new object as docs/formats.md has it, or NULL with *e:
 * -ENOTSUP (@topo is not this machine, or cannot be measured), -ENOMEM, or what
 * pinning said. @env: envinfo_json(). Takes some seconds, and 40 ms for each
 * two CPUs. After clock_init(); the calling thread is where it was afterwards.
 */
json_t *latency_measure(const struct topo *topo, const json_t *env,
			struct err *e);

/*
 * The file of the machine @fingerprint beside the results file @results:
 * latency-FINGERPRINT.json; false: too long.
 */
bool latency_path(const char *results, const char *fingerprint,
		  char path[LATENCY_PATH]);
/* That file, read; NULL if there is none that is right. */
json_t *latency_load(const char *results, const char *fingerprint);
/* That of the machine of a run, as the store has it: JSON, or NULL. */
json_t *latency_of_machine(const char *results, const char *machine);

/*
 * The ns of one figure of @latency, NAN: it was not had. latency_level_ns():
 * of the level, "L1d", "L2", "L3", "memory", in large pages or in small ones;
 * latency_cost_ns(): of the row of that name.
 */
double latency_level_ns(const json_t *latency, const char *level, bool large);
double latency_cost_ns(const json_t *latency, const char *name);
/* The median of all pairs of CPUs. */
double latency_transfer_ns(const json_t *latency);

#endif
