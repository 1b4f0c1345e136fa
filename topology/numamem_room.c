/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much memory can still be had: machine, nodes, control groups. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numamem.h"

/* "key: N kB" of @line, which may begin with "Node 0 ". */
static bool meminfo_line(const char *line, const char *key, uint64_t *bytes)
{
	const char *at = strstr(line, key);
	uint64_t kib;

	if (!at || sscanf(at + strlen(key), ": %" SCNu64, &kib) != 1)
		return false;
	*bytes = kib << 10;
	return true;
}

static uint64_t sum_of(const char *path, const char *const *keys)
{
	FILE *f = fopen(path, "re");
	uint64_t sum = 0, bytes;
	bool any = false;
	char line[256];

	if (!f)
		return UINT64_MAX;
	while (fgets(line, sizeof(line), f))
		for (const char *const *key = keys; *key; key++)
			if (meminfo_line(line, *key, &bytes)) {
				sum += bytes;
				any = true;
				break;
			}
	fclose(f);
	return any ? sum : UINT64_MAX;
}

/* The one number in a file; UINT64_MAX: none, as in "max". */
static uint64_t number_in(const char *folder, const char *file)
{
	uint64_t n = UINT64_MAX;
	char path[600];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	f = fopen(path, "re");
	if (!f)
		return UINT64_MAX;
	if (fscanf(f, "%" SCNu64, &n) != 1)
		n = UINT64_MAX;
	fclose(f);
	return n;
}

/* What the group could drop at once: page cache, by memory.stat. */
static uint64_t group_cache(const char *folder)
{
	uint64_t n, sum = 0;
	char path[600], key[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/memory.stat", folder);
	f = fopen(path, "re");
	while (f && fscanf(f, "%63s %" SCNu64, key, &n) == 2)
		if (!strcmp(key, "active_file") ||
		    !strcmp(key, "inactive_file"))
			sum += n;
	if (f)
		fclose(f);
	return sum;
}

static uint64_t group_room(const char *folder)
{
	uint64_t limit = number_in(folder, "memory.max");
	uint64_t used = number_in(folder, "memory.current");
	uint64_t cache;

	if (limit == UINT64_MAX) { /* version 1 */
		limit = number_in(folder, "memory.limit_in_bytes");
		used = number_in(folder, "memory.usage_in_bytes");
	}
	if (limit == UINT64_MAX || used == UINT64_MAX)
		return UINT64_MAX;
	cache = group_cache(folder);
	used = used > cache ? used - cache : 0;
	return limit > used ? limit - used : 0;
}

/* The least that the group @path below @mount and its parents leave. */
static uint64_t groups_room(const char *mount, const char *path)
{
	uint64_t least = UINT64_MAX, room;
	char folder[512], *slash;
	size_t top = strlen(mount);

	snprintf(folder, sizeof(folder), "%s%s", mount, path);
	for (;;) {
		room = group_room(folder);
		least = room < least ? room : least;
		slash = strrchr(folder, '/');
		if (!slash || (size_t)(slash - folder) < top)
			return least;
		*slash = '\0';
	}
}

uint64_t numamem_group_room(const char *membership, const char *mount)
{
	FILE *f = fopen(membership, "re");
	uint64_t least = UINT64_MAX;
	char line[512], v1[256];

	snprintf(v1, sizeof(v1), "%s/memory", mount);
	while (f && fgets(line, sizeof(line), f)) {
		char *controllers = strchr(line, ':');
		char *path = controllers ? strchr(controllers + 1, ':') : NULL;
		uint64_t room = UINT64_MAX;

		if (!path)
			continue;
		*path++ = '\0';
		path[strcspn(path, "\n")] = '\0';
		if (!strcmp(controllers, ":"))
			room = groups_room(mount, path);
		else if (!strcmp(controllers, ":memory"))
			room = groups_room(v1, path);
		least = room < least ? room : least;
	}
	if (f)
		fclose(f);
	return least;
}

/* Whether the kernel says that several nodes have memory, allowed or not. */
static bool several_nodes(void)
{
	FILE *f = fopen("/sys/devices/system/node/has_memory", "re");
	char nodes[256] = "";
	bool several = f && fgets(nodes, sizeof(nodes), f) &&
		       strpbrk(nodes, ",-");

	if (f)
		fclose(f);
	return several;
}

static uint64_t nodes_room(const struct numa_policy *p)
{
	static const char *const all[] = {"MemAvailable", NULL};
	static const char *const node[] = {"MemFree", "Active(file)",
					   "Inactive(file)", "SReclaimable",
					   NULL};
	uint64_t machine = sum_of("/proc/meminfo", all), sum = 0;

	/* Its own file may count less than the machine can give. */
	if (p->only_node && !several_nodes())
		return machine;
	for (unsigned n = 0; n < NUMA_NODES_MAX; n++) {
		char path[80];
		uint64_t room;

		if (!numa_policy_has(p, n))
			continue;
		snprintf(path, sizeof(path),
			 "/sys/devices/system/node/node%u/meminfo", n);
		room = sum_of(path, node);
		if (room == UINT64_MAX)
			return machine;
		sum += room;
	}
	return sum < machine ? sum : machine;
}

uint64_t numamem_available(const struct numa_policy *p)
{
	uint64_t nodes = nodes_room(p);
	uint64_t groups =
		numamem_group_room("/proc/self/cgroup", "/sys/fs/cgroup");

	return nodes < groups ? nodes : groups;
}
