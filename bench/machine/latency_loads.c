/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Load-to-use latency by how much is loaded from: a chain through all lines of
 * it in random order, so that no prefetcher knows the next one (Saavedra, Smith
 * 1995; McVoy, Staelin 1996). In large pages, as tables lie where they can be
 * had, and in small ones, where the TLB has its share.
 */
#include "machine/latency_batch.h"

#include <stdio.h>

#include "../kernels/mutant.h"
#include "../topology/numamem.h"
#include "base/rng.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

enum { BEYOND = 4 };

struct chain {
	struct latency_node *at;
};

static void chase(void *arg, uint64_t n)
{
	struct chain *c = arg;
	struct latency_node *at = c->at;

	while (n--)
		at = at->next;
	c->at = at;
	__asm__ volatile("" : : "r"(at));
}

/* Sattolo's shuffle, in place. */
void latency_chain(struct latency_node *node, size_t n)
{
	struct rng rng;

	rng_seed(&rng, n, 0);
	for (size_t i = 0; i < n; i++)
		node[i].next = &node[i];
	for (size_t i = n - 1; i > 0; i--) {
		size_t j = rng_below(&rng, MUTANT(latency_cycles) ? i + 1 : i);
		struct latency_node *next = node[i].next;

		node[i].next = node[j].next;
		node[j].next = next;
	}
}

static json_t *point(struct numamem *m, uint64_t bytes)
{
	struct chain c = {m->base};

	if (m->bytes < bytes)
		return json_null();
	latency_chain(m->base, bytes / LATENCY_LINE);
	chase(&c, bytes / LATENCY_LINE); /* what fits a cache is in it */
	return latency_of_work(chase, &c);
}

/* Eight times what is cached: few of its lines are. */
static uint64_t largest(const struct topo_cpu *cpu, const struct numa_policy *p)
{
	uint64_t llc = cpu->ncaches ? cpu->caches[cpu->ncaches - 1].bytes : 0;
	uint64_t want = 64 * MIB;

	while (want < 8 * llc && want < GIB)
		want *= 2;
	while (want > numamem_available(p) / 4 && want > MIB)
		want /= 2;
	return want;
}

/* Room in large pages, if there are any, or in small ones. */
static int room(struct numamem *m, uint64_t bytes, const struct numa_policy *p,
		enum numamem_huge huge, struct err *e)
{
	char why[256];
	int rc = numamem_alloc(m, bytes, p, huge, why, sizeof(why));

	if (!rc)
		rc = numamem_populate(m, bytes, why, sizeof(why));
	return rc ? err_set(e, rc, "%s", why) : 0;
}

/* The largest point of at most @bytes; -1: none is so small. */
static int point_within(uint64_t bytes, size_t npoints)
{
	int k = (int)npoints - 1;

	while (k >= 0 && 4 * KIB << k > bytes)
		k--;
	return k;
}

/*
 * The point that stands for @cpu's cache @i: some times what the cache below
 * holds, so that this serves few, and at most half of it, as others have some
 * of it, too. With i == ncaches for memory, which is beyond the last. -1: none.
 */
static int point_of(const struct topo_cpu *cpu, size_t i, size_t npoints)
{
	uint64_t below = i ? cpu->caches[i - 1].bytes : 0;
	int k, low;

	k = i < cpu->ncaches ? point_within(cpu->caches[i].bytes / 2, npoints)
			     : (int)npoints - 1;
	low = point_within(2 * BEYOND * below - 1, npoints);
	if (i && i < cpu->ncaches && low < k)
		k = low;
	if (k < 0 || 4 * KIB << k <= below ||
	    (i == cpu->ncaches && 4 * KIB << k < BEYOND * below))
		return -1;
	return k;
}

static void levels(json_t *to, const struct topo_cpu *cpu)
{
	json_t *load = json_object_get(to, "load"), *list = json_array();

	for (size_t i = 0; i <= cpu->ncaches; i++) {
		int k = point_of(cpu, i, json_array_size(load));
		char name[16] = "memory";
		json_t *o;

		if (i < cpu->ncaches)
			snprintf(name, sizeof(name), "L%u%s",
				 cpu->caches[i].level,
				 cpu->caches[i].level == 1 ? "d" : "");
		o = k < 0 ? json_object()
			  : json_copy(json_array_get(load, (size_t)k));
		json_object_set_new(o, "level", json_string(name));
		if (i < cpu->ncaches)
			json_object_set_new(
				o, "cache_bytes",
				json_integer((json_int_t)cpu->caches[i].bytes));
		json_array_append_new(list, o);
	}
	json_object_set_new(to, "levels", list);
}

static void points(json_t *to, uint64_t most, struct numamem *large,
		   struct numamem *small)
{
	json_t *list = json_array();

	for (uint64_t bytes = 4 * KIB; bytes <= most; bytes *= 2)
		json_array_append_new(list,
				      json_pack("{sI so so}", "bytes",
						(json_int_t)bytes, "large",
						large ? point(large, bytes)
						      : json_null(),
						"small", point(small, bytes)));
	json_object_set_new(to, "load", list);
}

int latency_loads(json_t *to, const struct topo *topo,
		  const struct topo_cpu *cpu, struct err *e)
{
	unsigned at = (unsigned)(cpu - topo->cpus);
	struct numamem large = {0}, small = {0};
	static struct numa_policy local; /* large; the leading thread's */
	char why[256];
	bool had;
	uint64_t most;
	int rc = numa_policy_resolve(topo, "local", &at, 1, false, &local, why,
				     sizeof(why));

	if (rc)
		return err_set(e, rc, "%s", why);
	most = largest(cpu, &local);
	rc = room(&large, most, &local, NUMAMEM_AUTO, e);
	if (!rc)
		rc = room(&small, most, &local, NUMAMEM_OFF, e);
	if (!rc) {
		had = large.page_bytes > 4096;
		json_object_set_new(
			to, "pages",
			json_pack(
				"{so ss}", "large_bytes",
				had ? json_integer((json_int_t)large.page_bytes)
				    : json_null(),
				"note", had ? "" : large.note));
		points(to, most, had ? &large : NULL, &small);
		levels(to, cpu);
	}
	numamem_free(&large);
	numamem_free(&small);
	return rc;
}
