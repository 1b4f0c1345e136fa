/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of trials, made of what is stored of them. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/trial_name.h"
#include "workloads/registry.h"
#include "workloads/walker_kind.h"

size_t trial_row_name(const struct store_trial *t, const char *design,
		      char *text, size_t size)
{
	char axes[AXES_TEXT], updaters[TRIAL_UPDATERS];
	int n;

	trial_axes_path(t, axes, sizeof(axes));
	trial_updaters(t, updaters);
	n = snprintf(text, size, "%s/%s/%s/walkers:%u%s%s", t->sweep, design,
		     t->workload, t->walkers, updaters, axes);
	return (size_t)n < size ? (size_t)n : size - 1;
}

void trial_name(const struct store_trial *t, char *text, size_t size)
{
	size_t n = trial_row_name(t, t->design, text, size);

	snprintf(text + n, size - n, "#%u", t->repetition);
	if (t->attempt)
		text_add(text, size, ".%u", t->attempt);
}

void trial_updaters(const struct store_trial *t, char text[TRIAL_UPDATERS])
{
	text[0] = '\0';
	if (t->mappers)
		text_add(text, TRIAL_UPDATERS, "/mappers:%u", t->mappers);
	if (t->dumpers)
		text_add(text, TRIAL_UPDATERS, "/dumpers:%u", t->dumpers);
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
	const struct workload *w = workload_find(t->workload);
	const struct {
		const char *name;
		enum role role;
		unsigned n;
	} row[] = {{"walker", ROLE_WALKER, t->walkers},
		   {"mapper", ROLE_MAPPER, t->mappers},
		   {"dumper", ROLE_DUMPER, t->dumpers},
		   {"device", ROLE_DEVICE, trial_devices(t)}};

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (!row[i].n)
			continue;
		text_join(text, size, " + ", "%u %s%s", row[i].n, row[i].name,
			  row[i].n > 1 ? "s" : "");
		/* a mapper is none, and a device says so already */
		if (row[i].role == ROLE_WALKER || row[i].role == ROLE_DUMPER)
			text_add(text, size, " (%s)",
				 walker_kind_name(walker_kind_of(w, row[i].role,
								 t->mappers)));
	}
}

void trial_cell(const struct store_trial *t, char *text, size_t size)
{
	char threads[TRIAL_THREADS], axes[AXES_TEXT];

	trial_threads(t, threads, sizeof(threads));
	trial_axes(t, axes, sizeof(axes));
	snprintf(text, size, "%s / %s, %s%s%s", t->sweep, t->workload, threads,
		 *axes ? ", " : "", axes);
}
