/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forms that a run can be exported in. Adding one: a file in outputs/
 * that defines output_NAME(), and a row in outputs/registry.def.
 */
#ifndef OUTPUTS_REGISTRY_H
#define OUTPUTS_REGISTRY_H

#include <stdbool.h>
#include <stdio.h>

#include "store/results.h"

/* What an output writes. */
struct output_input {
	const struct store_run *run;
	const struct store_trials *trials; /* with histograms, if it says so */
	const char *hist;		   /* name of the histogram wanted */
};

struct output {
	const char *name, *extension, *help;
	bool planned; /* takes trials that were never run, too: interrupted */
	/*
	 * Writes to @out; whether that worked is the caller's to check.
	 * 0, or -EINVAL: this cannot be written in this form, said in @e.
	 */
	int (*write)(const struct output_input *in, FILE *out, struct err *e);
};

extern const struct output outputs[]; /* ended by name == NULL */
const struct output *output_find(const char *name);

#define OUTPUT(id, extension, planned, help)                      \
	int output_##id(const struct output_input *in, FILE *out, \
			struct err *e);
#include "outputs/registry.def"
#undef OUTPUT

/*
 * The name of a trial in all outputs and for --filter, the same in every run
 * of a config: "SWEEP/DESIGN/WORKLOAD/walkers:N/AXIS:VALUE/…#REPETITION", and
 * ".ATTEMPT" after it for a repetition of a disturbed one. Mappers and dumpers
 * are named where there are any.
 */
void output_trial_name(const struct store_trial *t, char *text, size_t size);
/* The axes in it: "/footprint:64M/page_size:4K", or empty. */
void output_axes(const struct store_trial *t, char *text, size_t size);
/* "/mappers:2/dumpers:1", without those of which there are none. */
enum { OUTPUT_UPDATERS = 48 };
void output_updaters(const struct store_trial *t, char text[OUTPUT_UPDATERS]);

/*
 * How many trials gave no values because they were wrong, failed or
 * interrupted; they are in no output of values.
 */
size_t output_without_values(const struct store_trials *trials);

/* A field of CSV, quoted where it has to be (RFC 4180). */
void output_field(FILE *out, const char *text);

/* The shortest decimal that reads back as exactly @value. */
void output_number(double value, char *text, size_t size);

#endif
