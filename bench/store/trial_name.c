/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of trials, made of what is stored of them. */
#include <stdio.h>
#include <string.h>

#include "store/trial_name.h"

size_t trial_row_name(const struct store_trial *t, const char *design,
		      char *text, size_t size)
{
	char axes[AXES_TEXT], mappers[32] = "", dumpers[32] = "";
	int n;

	trial_axes_path(t, axes, sizeof(axes));
	if (t->mappers)
		snprintf(mappers, sizeof(mappers), "/mappers:%u", t->mappers);
	if (t->dumpers)
		snprintf(dumpers, sizeof(dumpers), "/dumpers:%u", t->dumpers);
	n = snprintf(text, size, "%s/%s/%s/walkers:%u%s%s%s", t->sweep, design,
		     t->workload, t->walkers, mappers, dumpers, axes);
	return (size_t)n < size ? (size_t)n : size - 1;
}

void trial_name(const struct store_trial *t, char *text, size_t size)
{
	size_t n = trial_row_name(t, t->design, text, size);
	char attempt[16] = "";

	if (t->attempt)
		snprintf(attempt, sizeof(attempt), ".%u", t->attempt);
	snprintf(text + n, size - n, "#%u%s", t->repetition, attempt);
}

void trial_axes_path(const struct store_trial *t, char *text, size_t size)
{
	text[0] = '/';
	if (!axes_text(t->axes, '/', ':', text + 1, size - 1))
		text[0] = '\0';
}

void trial_axes(const struct store_trial *t, char *text, size_t size)
{
	axes_text(t->axes, ' ', 0, text, size);
}

void trial_threads(const struct store_trial *t, char *text, size_t size)
{
	const struct {
		const char *name;
		unsigned n;
	} role[] = {{"walker", t->walkers},
		    {"mapper", t->mappers},
		    {"dumper", t->dumpers}};
	size_t used = 0;

	snprintf(text, size, "no threads");
	for (size_t i = 0; i < 3; i++)
		if (role[i].n && used < size)
			used += (size_t)snprintf(text + used, size - used,
						 "%s%u %s%s", used ? " + " : "",
						 role[i].n, role[i].name,
						 role[i].n > 1 ? "s" : "");
}
