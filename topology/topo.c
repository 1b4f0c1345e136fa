/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a topology through hwloc into plain structs. */
#include <errno.h>
#include <hwloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "topo.h"

/* Each of these makes hwloc describe something else than this machine. */
static const char *const redirecting[] = {
	"HWLOC_XMLFILE",	   "HWLOC_SYNTHETIC",  "HWLOC_FSROOT",
	"HWLOC_CPUID_PATH",	   "HWLOC_THISSYSTEM", "HWLOC_COMPONENTS",
	"HWLOC_DUMPED_HWDATA_DIR",
};

static int fail(char *why, size_t len, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static int fail(char *why, size_t len, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, len, fmt, ap);
	va_end(ap);
	return code;
}

/*
 * hwloc builds as many objects as the description asks for; a typo must not
 * take the machine's memory.
 */
static bool synthetic_too_large(const char *text)
{
	unsigned long long cpus = 1;
	int nested = 0;

	for (const char *p = text; *p; p++) {
		if (*p == '(' || *p == '[')
			nested++;
		if (*p == ')' || *p == ']')
			nested--;
		bool starts = p == text || p[-1] == ':' || p[-1] == ' ';
		if (nested || !starts || *p < '0' || *p > '9')
			continue;
		unsigned long long n = strtoull(p, NULL, 0);
		if (n > TOPO_CPUS_MAX)
			return true;
		cpus *= n ? n : 1;
		if (cpus > TOPO_CPUS_MAX)
			return true;
	}
	return false;
}

static int source_live(struct topo *t, hwloc_topology_t hw, char *why,
		       size_t len)
{
	for (size_t i = 0; i < sizeof(redirecting) / sizeof(*redirecting); i++)
		if (getenv(redirecting[i]))
			return fail(why, len, -EINVAL,
				    "topology live: %s is set in the "
				    "environment and would describe another "
				    "machine: unset it, or name the file or "
				    "description as the topology",
				    redirecting[i]);
	t->kind = TOPO_LIVE;
	if (hwloc_topology_set_flags(hw,
				     HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING))
		return fail(why, len, -errno, "topology live: %s",
			    strerror(errno));
	return 0;
}

/*
 * hwloc knows of cgroups but not of an affinity as set by taskset or a batch
 * system. Its own flag for that makes it claim to be this system unchecked.
 */
static int restrict_to_affinity(hwloc_topology_t hw, char *why, size_t len)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int ret = 0;

	if (!set || hwloc_get_cpubind(hw, set, HWLOC_CPUBIND_THREAD) ||
	    hwloc_topology_restrict(hw, set, 0))
		ret = fail(why, len, -EIO,
			   "topology live: cannot tell which CPUs this thread "
			   "may use: %s",
			   strerror(errno));
	hwloc_bitmap_free(set);
	return ret;
}

static int source_xml(struct topo *t, hwloc_topology_t hw, const char *path,
		      char *why, size_t len)
{
	t->kind = TOPO_XML;
	if (access(path, R_OK)) {
		int code = -errno;

		return fail(why, len, code, "topology %s: %s", path,
			    strerror(-code));
	}
	if (hwloc_topology_set_xml(hw, path))
		return fail(why, len, -EINVAL,
			    "topology %s: not an hwloc XML file (make one "
			    "with: lstopo %s)",
			    path, path);
	return 0;
}

static int source_synthetic(struct topo *t, hwloc_topology_t hw,
			    const char *text, char *why, size_t len)
{
	t->kind = TOPO_SYNTHETIC;
	if (synthetic_too_large(text))
		return fail(why, len, -EINVAL,
			    "topology synthetic:%s: more than %d CPUs", text,
			    TOPO_CPUS_MAX);
	/* An empty description would silently mean the live machine. */
	if (!text[strspn(text, " ")] || hwloc_topology_set_synthetic(hw, text))
		return fail(why, len, -EINVAL,
			    "topology synthetic:%s: hwloc does not understand "
			    "it; an example: synthetic:package:2 node:1 core:4 "
			    "pu:2",
			    text);
	return 0;
}

static int source(struct topo *t, hwloc_topology_t hw, const char *spec,
		  char *why, size_t len)
{
	static const char prefix[] = "synthetic:";
	size_t n = strlen(spec);

	if (!strcmp(spec, "live"))
		return source_live(t, hw, why, len);
	if (!strncmp(spec, prefix, sizeof(prefix) - 1))
		return source_synthetic(t, hw, spec + sizeof(prefix) - 1, why,
					len);
	if (n > 4 && !strcmp(spec + n - 4, ".xml"))
		return source_xml(t, hw, spec, why, len);
	return fail(why, len, -EINVAL,
		    "topology '%s': give live, the path of an hwloc file "
		    "ending in .xml, or synthetic:DESCRIPTION",
		    spec);
}

static int read_nodes(struct topo *t, hwloc_topology_t hw)
{
	int n = hwloc_get_nbobjs_by_type(hw, HWLOC_OBJ_NUMANODE);

	t->nnodes = n > 0 ? (size_t)n : 0;
	t->nodes = calloc(t->nnodes + 1, sizeof(*t->nodes));
	if (!t->nodes)
		return -ENOMEM;
	hwloc_obj_t node = NULL;
	for (size_t i = 0; i < t->nnodes; i++) {
		node = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_NUMANODE, node);
		if (!node)
			break;
		t->nodes[i].os_index = node->os_index;
		t->nodes[i].bytes = node->attr->numanode.local_memory;
	}
	return 0;
}

/* Memory that a kernel gives no CPUs of its own. */
static bool special_memory(hwloc_obj_t node)
{
	static const char *const types[] = {"HBM",  "MCDRAM", "NVM",	  "CXL",
					    "PMEM", "SPM",    "GPUMemory"};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (node->subtype &&
		    !strncmp(node->subtype, types[i], strlen(types[i])))
			return true;
	return false;
}

/*
 * A memory-only node has the cpuset of its nearest CPUs in hwloc, so several
 * nodes may claim a CPU. On the live machine the kernel says which one has
 * it; elsewhere ordinary memory comes before special memory, the smaller set
 * of CPUs before the larger, and the lower number (kernels number nodes with
 * CPUs first) before the higher.
 */
static int cpu_node(const struct topo *t, hwloc_topology_t hw, hwloc_obj_t pu)
{
	hwloc_obj_t best = NULL, node = NULL;
	int found = -1;

	for (size_t i = 0; i < t->nnodes; i++) {
		char path[96];

		node = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_NUMANODE, node);
		if (!node)
			break;

		snprintf(path, sizeof(path),
			 "/sys/devices/system/node/node%u/cpu%u",
			 node->os_index, pu->os_index);
		if (t->kind == TOPO_LIVE && !access(path, F_OK))
			return (int)i;
		if (!hwloc_bitmap_isset(node->cpuset, pu->os_index))
			continue;
		if (best) {
			int a = special_memory(node) - special_memory(best);
			int b = hwloc_bitmap_weight(node->cpuset) -
				hwloc_bitmap_weight(best->cpuset);

			if (a > 0 || (!a && b > 0) ||
			    (!a && !b && node->os_index > best->os_index))
				continue;
		}
		best = node;
		found = (int)i;
	}
	return found;
}

static int read_cpus(struct topo *t, hwloc_topology_t hw)
{
	int n = hwloc_get_nbobjs_by_type(hw, HWLOC_OBJ_PU);
	hwloc_obj_t last_core = NULL, last_package = NULL, pu = NULL;
	unsigned smt = 0;

	t->ncpus = n > 0 ? (size_t)n : 0;
	t->cpus = calloc(t->ncpus + 1, sizeof(*t->cpus));
	if (!t->cpus)
		return -ENOMEM;
	for (size_t i = 0; i < t->ncpus; i++) {
		pu = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_PU, pu);
		if (!pu)
			break;
		hwloc_obj_t core =
			hwloc_get_ancestor_obj_by_type(hw, HWLOC_OBJ_CORE, pu);
		hwloc_obj_t package = hwloc_get_ancestor_obj_by_type(
			hw, HWLOC_OBJ_PACKAGE, pu);
		struct topo_cpu *cpu = &t->cpus[i];

		/* Without cores each CPU is one; without packages, all are. */
		if (!i || !core || core != last_core) {
			t->ncores++;
			smt = 0;
		}
		if (!i || package != last_package)
			t->npackages++;
		last_core = core;
		last_package = package;
		cpu->os_index = pu->os_index;
		cpu->core = t->ncores - 1;
		cpu->package = t->npackages - 1;
		cpu->smt = smt++;
		cpu->node = cpu_node(t, hw, pu);
		if (cpu->node >= 0)
			t->nodes[cpu->node].ncpus++;
	}
	return 0;
}

static void read_caches(struct topo *t, hwloc_topology_t hw)
{
	hwloc_obj_t obj = hwloc_get_obj_by_type(hw, HWLOC_OBJ_PU, 0);

	/* Upwards from the first CPU, so levels ascend. */
	for (; obj; obj = obj->parent) {
		if (!hwloc_obj_type_is_dcache(obj->type) ||
		    t->ncaches == sizeof(t->caches) / sizeof(*t->caches))
			continue;
		const struct hwloc_cache_attr_s *a = &obj->attr->cache;
		struct topo_cache *c = &t->caches[t->ncaches++];

		c->level = a->depth;
		c->bytes = a->size;
		c->line_bytes = a->linesize;
		c->shared_by = (unsigned)hwloc_bitmap_weight(obj->cpuset);
		if (a->associativity > 0)
			c->ways = (unsigned)a->associativity;
		else if (a->associativity < 0 && a->linesize)
			c->ways = (unsigned)(a->size / a->linesize);
	}
}

static int read_distances(struct topo *t, hwloc_topology_t hw)
{
	struct hwloc_distances_s *d = NULL;
	unsigned nr = 1;

	t->distances = calloc(t->nnodes * t->nnodes + 1, sizeof(unsigned));
	if (!t->distances)
		return -ENOMEM;
	if (hwloc_distances_get_by_name(hw, "NUMALatency", &nr, &d, 0) || !nr) {
		nr = 1;
		if (hwloc_distances_get_by_type(
			    hw, HWLOC_OBJ_NUMANODE, &nr, &d,
			    HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0) ||
		    !nr)
			return 0;
	}
	for (unsigned i = 0; i < d->nbobjs; i++)
		for (unsigned j = 0; j < d->nbobjs; j++) {
			size_t from = d->objs[i]->logical_index;
			size_t to = d->objs[j]->logical_index;

			if (d->objs[i]->type == HWLOC_OBJ_NUMANODE &&
			    from < t->nnodes && to < t->nnodes)
				t->distances[from * t->nnodes + to] =
					(unsigned)d->values[i * d->nbobjs + j];
		}
	hwloc_distances_release(hw, d);
	return 0;
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
	else if (t->nnodes > 1 && !s->membind->bind_membind)
		no = "several NUMA nodes, but memory cannot be bound to them";
	t->measurable = !no;
	if (no)
		snprintf(t->why_not, sizeof(t->why_not), "%s", no);
}

int topo_load(struct topo **out, const char *spec, char *why, size_t why_len)
{
	hwloc_topology_t hw = NULL;
	struct topo *t = calloc(1, sizeof(*t));
	int ret;

	*out = NULL;
	if (!t || hwloc_topology_init(&hw)) {
		free(t);
		return fail(why, why_len, -ENOMEM, "topology: out of memory");
	}
	ret = source(t, hw, spec, why, why_len);
	if (ret)
		goto out;
	if (hwloc_topology_load(hw)) {
		ret = fail(why, why_len, -EINVAL,
			   "topology %s: hwloc cannot load it", spec);
		goto out;
	}
	if (t->kind == TOPO_LIVE) {
		ret = restrict_to_affinity(hw, why, why_len);
		if (ret)
			goto out;
	}
	ret = read_nodes(t, hw);
	if (!ret)
		ret = read_cpus(t, hw);
	if (!ret)
		ret = read_distances(t, hw);
	if (ret) {
		fail(why, why_len, ret, "topology: out of memory");
		goto out;
	}
	read_caches(t, hw);
	judge_measurable(t, hw);
	if (!t->ncpus)
		ret = fail(why, why_len, -EINVAL,
			   "topology %s: it has no allowed CPU", spec);
out:
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
