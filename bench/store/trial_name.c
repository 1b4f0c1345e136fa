/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of trials, made of what is stored of them. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/trial_name.h"

void trial_name(const struct store_trial *t, char *text, size_t size)
{
	char axes[256], updaters[TRIAL_UPDATERS];

	trial_axes_path(t, axes, sizeof(axes));
	trial_updaters(t, updaters);
	snprintf(text, size, "%s/%s/%s/walkers:%u%s%s#%u", t->sweep, t->design,
		 t->workload, t->walkers, updaters, axes, t->repetition);
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

void trial_axes(const struct store_trial *t, char *text, size_t size)
{
	static const char *const said[] = {"walkers", "mappers", "dumpers"};
	const char *p = t->axes;

	text[0] = '\0';
	while (*(p += strspn(p, "/ "))) {
		size_t length = strcspn(p, "/ ");
		bool skip = false;

		for (size_t i = 0; i < 3; i++)
			skip = skip || (!strncmp(p, said[i], 7) &&
					(p[7] == ':' || p[7] == '='));
		if (!skip)
			text_join(text, size, " ", "%.*s", (int)length, p);
		p += length;
	}
}

void trial_threads(const struct store_trial *t, char *text, size_t size)
{
	const struct {
		const char *name;
		unsigned n;
	} role[] = {{"walker", t->walkers},
		    {"mapper", t->mappers},
		    {"dumper", t->dumpers}};

	text[0] = '\0';
	for (size_t i = 0; i < 3; i++)
		if (role[i].n)
			text_join(text, size, " + ", "%u %s%s", role[i].n,
				  role[i].name, role[i].n > 1 ? "s" : "");
	if (!*text)
		snprintf(text, size, "no threads");
}

void trial_axes_path(const struct store_trial *t, char *text, size_t size)
{
	char axes[256];

	trial_axes(t, axes, sizeof(axes));
	for (char *p = axes; *p; p++)
		*p = *p == ' ' ? '/' : *p == '=' ? ':' : *p;
	snprintf(text, size, "%s%s", *axes ? "/" : "", axes);
}
