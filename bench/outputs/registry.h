/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forms that a run can be exported in. Adding one: a file in outputs/
 * that defines output_NAME(), and a row in outputs/registry.def.
 */
#ifndef OUTPUTS_REGISTRY_H
#define OUTPUTS_REGISTRY_H

#include <stdbool.h>
#include <stdio.h>

#include "judge/ratio.h"
#include "store/results.h"
#include "trial/axes.h"

/* What an output writes. */
struct output_input {
	const struct store_run *run;
	const struct store_trials *trials; /* with histograms, if it says so */
	const char *hist;		   /* name of the histogram wanted */
	const struct margins *margins;
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
 * How many trials gave no values because they were wrong, failed or
 * interrupted; they are in no output of values.
 */
size_t output_without_values(const struct store_trials *trials);

/* A field of CSV, quoted where it has to be (RFC 4180). */
void output_field(FILE *out, const char *text);

/* The shortest decimal that reads back as exactly @value. */
void output_number(double value, char *text, size_t size);

#endif
