/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which machine a run is of: the facts that decide whether its times may be
 * compared with those of another run. Runs of equal facts are of one class.
 */
#ifndef STORE_MACHINE_CLASS_H
#define STORE_MACHINE_CLASS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "store/results.h"

enum machine_fact {
	MACHINE_CPU,
	MACHINE_MICROCODE,
	MACHINE_CPUS, /* online */
	MACHINE_GOVERNOR,
	MACHINE_KERNEL,
	MACHINE_COMPILER,
	MACHINE_KINDS, /* of cores; empty: all are alike */
	MACHINE_FACTS,
};

enum { MACHINE_FACT_SIZE = 256, MACHINE_ID_SIZE = 13 };

struct machine_class {
	char fact[MACHINE_FACTS][MACHINE_FACT_SIZE]; /* empty: unknown */
	/*
	 * 12 hex digits over the facts: the same for the same facts on every
	 * machine and in every version, so it may be stored and compared.
	 */
	char id[MACHINE_ID_SIZE];
};

/* The class of @run, which is not kept. What a run does not say is unknown. */
void machine_class_of(struct machine_class *c, const struct store_run *run);

/*
 * The kinds of cores of a run's machine (JSON, as stored) and how many CPUs of
 * each could be used: "core kind 0: 12 of 12 CPUs, IntelCore, up to 5000 MHz;
 * …"; empty: all cores are alike, or it is not known.
 */
void machine_kinds_text(const json_t *machine, char *text, size_t size);

bool machine_class_equal(const struct machine_class *a,
			 const struct machine_class *b);

/* "Xeon 8370C, 2 CPUs, kernel 6.1.0-18, gcc 12.2.0": how people tell it. */
void machine_class_label(const struct machine_class *c, char *text,
			 size_t size);

/*
 * What differs, "microcode is 0x1 in A, 0x2 in B; …"; empty if nothing does.
 * @a_name, @b_name: what the two are called there.
 */
void machine_class_differs(const struct machine_class *a, const char *a_name,
			   const struct machine_class *b, const char *b_name,
			   char *why, size_t size);

#endif
