/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a topology through hwloc into plain structs. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo_parts.h"

int topo_fail(char *why, size_t len, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, len, fmt, ap);
	va_end(ap);
	return code;
}

/*
 * The CPUs that may be used. hwloc knows of cgroups but not of an affinity as
 * set by taskset or a batch system; its own flag for that makes it claim to be
 * this system unchecked.
 */
static int allowed_cpus(const struct topo *t, hwloc_topology_t hw,
			hwloc_bitmap_t *allowed, char *why, size_t len)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int ret = 0;

	*allowed = hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(hw));
	if (!set || !*allowed)
		ret = topo_fail(why, len, -ENOMEM, "topology: out of memory");
	else if (t->kind != TOPO_LIVE)
		;
	else if (hwloc_get_cpubind(hw, set, HWLOC_CPUBIND_THREAD) ||
		 hwloc_bitmap_and(*allowed, *allowed, set))
		ret = topo_fail(
			why, len, -EIO,
			"topology live: cannot tell which CPUs this thread "
			"may use: %s",
			strerror(errno));
	hwloc_bitmap_free(set);
	return ret;
}

static void judge_measurable(struct topo *t, hwloc_topology_t hw)
{
	const struct hwloc_topology_support *s = hwloc_topology_get_support(hw);
	const char *no = NULL;

	if (t->kind == TOPO_XML)
		no = "the topology is from a file: it plans, never measures";
	else if (t->kind == TOPO_SYNTHETIC)
		no = "the topology is synthetic: it plans, never measures";
	else if (!hwloc_topology_is_thissystem(hw))
		no = "hwloc does not describe this system";
	else if (!s->cpubind->set_thisthread_cpubind)
		no = "this system cannot pin a thread to a CPU";
	else if (topo_memory_nodes(t) > 1 && !s->membind->bind_membind)
		no = "several NUMA nodes, but memory cannot be bound to them";
	t->measurable = !no;
	if (no)
		snprintf(t->why_not, sizeof(t->why_not), "%s", no);
}

/*
 * What a live machine has; its nodes may count less. As the kernel says it to
 * everyone, so all figures of it agree.
 */
static int count_memory(struct topo *t)
{
	unsigned long long kib = 0;
	FILE *f = NULL;
	char line[128];

	for (size_t i = 0; i < t->nnodes; i++)
		t->bytes += t->nodes[i].bytes;
	if (t->kind == TOPO_LIVE)
		f = fopen("/proc/meminfo", "re");
	if (!f && t->kind == TOPO_LIVE && errno == ENOMEM)
		return -ENOMEM;
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemTotal: %llu kB", &kib) == 1)
			t->bytes = kib << 10;
	if (f)
		fclose(f);
	return 0;
}

static int load(struct topo *t, hwloc_topology_t hw, const char *spec,
		char *why, size_t why_len)
{
	hwloc_bitmap_t allowed = NULL;
	char what[160] = "";
	int ret = topo_source(t, hw, spec, why, why_len);

	if (ret)
		return ret;
	if (hwloc_topology_set_flags(
		    hw, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED |
				HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING))
		return topo_fail(why, why_len, -errno, "topology %s: %s", spec,
				 strerror(errno));
	if (hwloc_topology_load(hw))
		return t->kind == TOPO_XML
			       ? topo_bad_xml(spec, why, why_len)
			       : topo_fail(why, why_len, -EINVAL,
					   "topology %s: hwloc cannot load it",
					   spec);
	ret = allowed_cpus(t, hw, &allowed, why, why_len);
	if (!ret) {
		ret = topo_read(t, hw, allowed, what, sizeof(what));
		if (ret)
			topo_fail(why, why_len, ret, "topology %s: %s", spec,
				  *what ? what : "out of memory");
	}
	hwloc_bitmap_free(allowed);
	if (!ret && count_memory(t))
		ret = topo_fail(why, why_len, -ENOMEM,
				"topology: out of memory");
	if (ret)
		return ret;
	judge_measurable(t, hw);
	return t->ncpus ? 0
			: topo_fail(why, why_len, -EINVAL,
				    "topology %s: it has no allowed CPU", spec);
}

int topo_load(struct topo **out, const char *spec, char *why, size_t why_len)
{
	hwloc_topology_t hw = NULL;
	struct topo *t = calloc(1, sizeof(*t));
	int ret;

	*out = NULL;
	if (!t || hwloc_topology_init(&hw)) {
		free(t);
		return topo_fail(why, why_len, -ENOMEM,
				 "topology: out of memory");
	}
	ret = load(t, hw, spec, why, why_len);
	hwloc_topology_destroy(hw);
	if (ret)
		topo_free(t);
	else
		*out = t;
	return ret;
}

void topo_free(struct topo *t)
{
	if (!t)
		return;
	free(t->cpus);
	free(t->nodes);
	free(t->distances);
	free(t->core_kinds);
	free(t);
}

int topo_node_find(const struct topo *t, unsigned os_index)
{
	for (size_t i = 0; i < t->nnodes; i++)
		if (t->nodes[i].os_index == os_index)
			return (int)i;
	return -1;
}

int topo_cpu_find(const struct topo *t, unsigned os_index)
{
	for (size_t i = 0; i < t->ncpus; i++)
		if (t->cpus[i].os_index == os_index)
			return (int)i;
	return -1;
}

size_t topo_memory_nodes(const struct topo *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->nnodes; i++)
		n += t->nodes[i].memory;
	return n;
}

const struct topo_cpu *topo_kind_cpu(const struct topo *t, unsigned core_kind)
{
	for (size_t i = 0; i < t->ncpus; i++)
		if (t->cpus[i].core_kind == core_kind)
			return &t->cpus[i];
	return NULL;
}

bool topo_hybrid(const struct topo *t)
{
	for (size_t i = 1; i < t->ncpus; i++)
		if (t->cpus[i].core_kind != t->cpus[0].core_kind)
			return true;
	return false;
}
