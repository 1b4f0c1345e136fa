/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The option rows as one table: look-up and defaults. */
#include "options/table.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options/rows.h"
#include "base/suggest.h"

#define OPTIONS(name, title) {#name, title, options_##name},
const struct option_module option_modules[] = {
#include "options/groups.def"
	{NULL, NULL, NULL}};
#undef OPTIONS

const struct option_row *option_at(size_t i)
{
	for (const struct option_module *m = option_modules; m->name; m++)
		for (const struct option_row *r = m->rows; r->key; r++)
			if (!i--)
				return r;
	return NULL;
}

const struct option_row *option_find(const char *key)
{
	const struct option_row *r;

	for (size_t i = 0; (r = option_at(i)); i++)
		if (!strcmp(r->key, key))
			return r;
	return NULL;
}

bool option_is_group(const char *prefix)
{
	const struct option_row *r;
	size_t n = strlen(prefix);

	for (size_t i = 0; (r = option_at(i)); i++)
		if (!strncmp(r->key, prefix, n) && r->key[n] == '.')
			return true;
	return false;
}

static const char *key_in_scope(const void *arg, size_t i)
{
	int scope = *(const int *)arg;
	const struct option_row *r;

	for (size_t at = 0; (r = option_at(at)); at++)
		if ((scope < 0 || (int)r->scope == scope) && !i--)
			return r->key;
	return NULL;
}

const char *option_nearest(const char *typed, int scope)
{
	return suggest_nearest(typed, key_in_scope, &scope);
}

void option_environment(const struct option_row *row, char *buf, size_t n)
{
	size_t at = (size_t)snprintf(buf, n, "VTDBENCH_");

	for (const char *c = row->key; *c && at + 1 < n; c++)
		buf[at++] = *c == '.' || *c == '-'
				    ? '_'
				    : (char)toupper((unsigned char)*c);
	buf[at < n ? at : n - 1] = '\0';
}

void option_defaults(struct params_run *run, struct params *p)
{
	const struct option_row *r;

	if (run)
		memset(run, 0, sizeof(*run));
	if (p)
		memset(p, 0, sizeof(*p));
	for (size_t i = 0; (r = option_at(i)); i++) {
		void *base = r->scope == OPTION_RUN ? (void *)run : (void *)p;

		/* A default that its own row rejects is a programming error. */
		if (base && option_parse(r, r->initial, base, NULL))
			abort();
	}
}
