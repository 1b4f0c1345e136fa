/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of outputs, and how they name trials and write numbers. */
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

size_t output_row_name(const struct store_trial *t, const char *design,
		       char *text, size_t size)
{
	char axes[AXES_TEXT], mappers[32] = "", dumpers[32] = "";
	int n;

	output_axes(t, axes, sizeof(axes));
	if (t->mappers)
		snprintf(mappers, sizeof(mappers), "/mappers:%u", t->mappers);
	if (t->dumpers)
		snprintf(dumpers, sizeof(dumpers), "/dumpers:%u", t->dumpers);
	n = snprintf(text, size, "%s/%s/%s/walkers:%u%s%s%s", t->sweep, design,
		     t->workload, t->walkers, mappers, dumpers, axes);
	return (size_t)n < size ? (size_t)n : size - 1;
}

void output_trial_name(const struct store_trial *t, char *text, size_t size)
{
	size_t n = output_row_name(t, t->design, text, size);
	char attempt[16] = "";

	if (t->attempt)
		snprintf(attempt, sizeof(attempt), ".%u", t->attempt);
	snprintf(text + n, size - n, "#%u%s", t->repetition, attempt);
}

void output_axes(const struct store_trial *t, char *text, size_t size)
{
	text[0] = '/';
	if (!axes_text(t->axes, '/', ':', text + 1, size - 1))
		text[0] = '\0';
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
