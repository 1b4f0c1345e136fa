/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An installed tree may have been moved, or be under a DESTDIR: what lies
 * beside the program counts before what was compiled in.
 */
#include "base/datadir.h"
#include "base/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef VTDBENCH_DATADIR
#define VTDBENCH_DATADIR "."
#endif

static void add(datadir_path *to, size_t *n, const char *base,
		const char *below)
{
	if (snprintf(to[*n], sizeof(*to), "%s%s", base, below) <
	    (int)sizeof(*to))
		++*n;
}

size_t datadir_places(datadir_path to[DATADIR_PLACES], bool *named)
{
	const char *env = getenv("VTDBENCH_DATADIR");
	datadir_path exe;
	ssize_t length = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	size_t n = 0;

	*named = env && *env;
	if (*named)
		add(to, &n, env, "");
	if (length > 0) {
		exe[length] = '\0';
		*strrchr(exe, '/') = '\0';
		add(to, &n, exe, "/..");
		add(to, &n, exe, "/../share/vtdbench");
	}
	add(to, &n, VTDBENCH_DATADIR, "");
	return n;
}

bool datadir_find(const char *below, datadir_path path)
{
	datadir_path *places = must_calloc(DATADIR_PLACES + 1, sizeof(*places));
	char *probe = places[DATADIR_PLACES];
	bool named, found = false;
	size_t n = datadir_places(places, &named);

	for (size_t i = 0; i < n && !found; i++)
		found = snprintf(probe, PATH_MAX, "%s/%s", places[i], below) <
				PATH_MAX &&
			!access(probe, R_OK) && realpath(probe, path);
	if (!found)
		*path = '\0';
	free(places);
	return found;
}
