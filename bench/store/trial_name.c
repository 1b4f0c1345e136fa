/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of trials, made of what is stored of them. */
#include <stdio.h>
#include <string.h>

#include "store/trial_name.h"

void trial_name(const struct store_trial *t, char *text, size_t size)
{
	char axes[256];
	size_t n = (size_t)snprintf(text, size, "%s/%s/%s/walkers:%u", t->sweep,
				    t->design, t->workload, t->walkers);

	if (t->mappers && n < size)
		n += (size_t)snprintf(text + n, size - n, "/mappers:%u",
				      t->mappers);
	if (t->dumpers && n < size)
		n += (size_t)snprintf(text + n, size - n, "/dumpers:%u",
				      t->dumpers);
	trial_axes_path(t, axes, sizeof(axes));
	if (n < size)
		n += (size_t)snprintf(text + n, size - n, "%s#%u", axes,
				      t->repetition);
	if (t->attempt && n < size)
		snprintf(text + n, size - n, ".%u", t->attempt);
}

void trial_axes(const struct store_trial *t, char *text, size_t size)
{
	static const char *const said[] = {"walkers", "mappers", "dumpers"};
	const char *p = t->axes;
	size_t used = 0;

	if (size)
		text[0] = '\0';
	while (*(p += strspn(p, "/ "))) {
		size_t length = strcspn(p, "/ ");
		bool skip = false;

		for (size_t i = 0; i < 3; i++)
			skip = skip || (!strncmp(p, said[i], 7) &&
					(p[7] == ':' || p[7] == '='));
		if (!skip && used < size)
			used += (size_t)snprintf(text + used, size - used,
						 "%s%.*s", used ? " " : "",
						 (int)length, p);
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
	size_t used = 0;

	snprintf(text, size, "no threads");
	for (size_t i = 0; i < 3; i++)
		if (role[i].n && used < size)
			used += (size_t)snprintf(text + used, size - used,
						 "%s%u %s%s", used ? " + " : "",
						 role[i].n, role[i].name,
						 role[i].n > 1 ? "s" : "");
}

void trial_axes_path(const struct store_trial *t, char *text, size_t size)
{
	char axes[256];

	trial_axes(t, axes, sizeof(axes));
	for (char *p = axes; *p; p++)
		*p = *p == ' ' ? '/' : *p == '=' ? ':' : *p;
	snprintf(text, size, "%s%s", *axes ? "/" : "", axes);
}
