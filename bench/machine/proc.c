/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading small files of /proc and /sys.
 */
#include "machine/proc.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool envinfo_line(const char *path, char *to, size_t len)
{
	FILE *f = fopen(path, "re");
	bool ok;

	if (!f)
		return false;
	ok = fgets(to, (int)len, f);
	fclose(f);
	if (ok)
		to[strcspn(to, "\n")] = '\0';
	return ok;
}

bool envinfo_long(const char *path, long long *value)
{
	char line[64], *end;

	if (!envinfo_line(path, line, sizeof(line)))
		return false;
	*value = strtoll(line, &end, 10);
	return end != line;
}

bool envinfo_field(const char *path, const char *key, char *to, size_t len)
{
	FILE *f = fopen(path, "re");
	size_t size = 0, klen = strlen(key);
	char *line = NULL;
	bool found = false;

	if (!f)
		return false;
	while (!found && getline(&line, &size, f) > 0) {
		const char *at = line + klen;

		if (strncmp(line, key, klen))
			continue;
		at += strspn(at, " \t");
		/* Not "model" for "model name". */
		if (*at != ':' && *at != '=' && at == line + klen)
			continue;
		if (*at != ':' && *at != '=' && isalpha((unsigned char)*at))
			continue;
		at += strspn(at, ":= \t");
		snprintf(to, len, "%.*s", (int)strcspn(at, "\n"), at);
		found = true;
	}
	free(line);
	fclose(f);
	return found;
}

bool envinfo_choice(const char *path, char *to, size_t len)
{
	char line[256];
	const char *open;

	if (!envinfo_line(path, line, sizeof(line)))
		return false;
	open = strchr(line, '[');
	if (!open)
		return false;
	snprintf(to, len, "%.*s", (int)strcspn(open + 1, "]"), open + 1);
	return true;
}

static bool quota_of(const char *folder, bool v2, double *cpus)
{
	char path[PATH_MAX], line[64];
	long long quota, period;

	if (v2) {
		snprintf(path, sizeof(path), "%s/cpu.max", folder);
		if (!envinfo_line(path, line, sizeof(line)) ||
		    sscanf(line, "%lld %lld", &quota, &period) != 2)
			return false;
	} else {
		snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", folder);
		if (!envinfo_long(path, &quota))
			return false;
		snprintf(path, sizeof(path), "%s/cpu.cfs_period_us", folder);
		if (!envinfo_long(path, &period))
			return false;
	}
	if (quota <= 0 || period <= 0)
		return false;
	*cpus = (double)quota / (double)period;
	return true;
}

/* The tightest limit on the way from the group @below up to the mount. */
static void tightest(const char *mount, const char *below, bool v2,
		     double *cpus, bool *found)
{
	size_t top = strlen(mount);
	char folder[PATH_MAX - 32];
	double here;

	if ((size_t)snprintf(folder, sizeof(folder), "%s%s", mount, below) >=
	    sizeof(folder))
		return;
	for (;;) {
		if (quota_of(folder, v2, &here) && (!*found || here < *cpus)) {
			*cpus = here;
			*found = true;
		}
		if (strlen(folder) <= top)
			return;
		*strrchr(folder, '/') = '\0';
	}
}

bool envinfo_cpu_quota(double *cpus)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[1024];
	bool found = false;

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f)) {
		char *kinds = strchr(line, ':'), *path;

		path = kinds ? strchr(kinds + 1, ':') : NULL;
		if (!path)
			continue;
		*path++ = '\0';
		kinds++;
		path[strcspn(path, "\n")] = '\0';
		if (!*kinds)
			tightest("/sys/fs/cgroup", path, true, cpus, &found);
		else if (!strcmp(kinds, "cpu") || !strncmp(kinds, "cpu,", 4) ||
			 strstr(kinds, ",cpu,"))
			tightest("/sys/fs/cgroup/cpu", path, false, cpus,
				 &found);
	}
	fclose(f);
	return found;
}
