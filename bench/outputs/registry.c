/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of outputs, and how they write fields and numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "outputs/registry.h"
#include "judge/summary.h"

#define OUTPUT(id, ext, plan, text) \
	{.name = #id,               \
	 .extension = ext,          \
	 .planned = plan,           \
	 .help = text,              \
	 .write = output_##id},
const struct output outputs[] = {
#include "outputs/registry.def"
	{.name = NULL}};
#undef OUTPUT

const struct output *output_find(const char *name)
{
	for (const struct output *o = outputs; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

size_t output_without_values(const struct store_trials *trials)
{
	size_t n = 0;

	for (size_t i = 0; i < trials->n; i++)
		n += trials->trial[i].record.status != TRIAL_OK;
	return n;
}

void output_number(double value, char *text, size_t size)
{
	/* Whole numbers in full: 10, not 1e+01. */
	if (fabs(value) < 1e15 && !(value > floor(value))) {
		snprintf(text, size, "%.0f", value);
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		double back;

		snprintf(text, size, "%.*g", digits, value);
		back = strtod(text, NULL);
		if (back <= value && back >= value)
			return;
	}
}
