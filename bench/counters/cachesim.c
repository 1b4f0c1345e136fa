/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache model itself: set-associative LRU caches and write-invalidation.
 */
#include "counters/cachesim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"

/*
 * A way is (line + 1) << 1 with bit 0 set once another CPU's write took the
 * line away, or 0 when it was never used. What was taken away keeps its place
 * until that way is needed: that is how a coherence miss is told from others.
 * Ways of a set are kept in order of use, the latest first.
 */
#define TAKEN UINT64_C(1)

struct cache {
	uint64_t *ways;
	uint64_t nsets;
	unsigned nways; /* 0: no such cache */
};

struct cpu {
	struct cache l1d, l2;
	struct cachesim_count counts[CACHESIM_CLASSES];
};

struct cachesim {
	struct cachesim_geometry geometry;
	struct cache llc;
	unsigned line_lg2;
	unsigned ncpus;
	struct cpu cpus[];
};

enum found { FOUND_NOT, FOUND_VALID, FOUND_TAKEN };

static bool level_ok(const char *name, uint64_t bytes, unsigned ways,
		     unsigned line, struct err *e)
{
	uint64_t row = (uint64_t)ways * line;

	if (!bytes)
		return true;
	if (ways && bytes >= row && bytes % row == 0)
		return true;
	err_set(e, -EINVAL,
		"sim: %s of %llu bytes is no whole number of sets of %u ways x "
		"%u bytes",
		name, (unsigned long long)bytes, ways, line);
	err_remedy(e, "make the size a multiple of ways x line");
	return false;
}

int cachesim_geometry_check(const struct cachesim_geometry *g, struct err *e)
{
	unsigned line = g->line_bytes;

	if (line < 8 || line > 4096 || (line & (line - 1))) {
		err_set(e, -EINVAL,
			"sim: line of %u bytes is no power of two in 8..4096",
			line);
		return err_remedy(e, "64 is what x86 CPUs have");
	}
	if (!g->l1d_bytes) {
		err_set(e, -EINVAL, "sim: the size of the L1d is not known");
		return err_remedy(e, "give it in the config, as in 32K");
	}
	if (!level_ok("L1d", g->l1d_bytes, g->l1d_ways, line, e) ||
	    !level_ok("L2", g->l2_bytes, g->l2_ways, line, e) ||
	    !level_ok("LLC", g->llc_bytes, g->llc_ways, line, e))
		return -EINVAL;
	return 0;
}

static void fill_level(uint64_t *bytes, unsigned *ways, unsigned ways_default,
		       unsigned *line, const struct topo_cache *c)
{
	if (!*bytes && c) {
		*bytes = c->bytes;
		if (!*ways)
			*ways = c->ways;
	}
	if (!*line && c)
		*line = c->line_bytes;
	if (!*ways)
		*ways = ways_default;
}

int cachesim_geometry_fill(struct cachesim_geometry *g,
			   const struct params_sim *p,
			   const struct topo_cache *caches, size_t ncaches,
			   struct err *e)
{
	const struct topo_cache *level[4] = {NULL};

	for (size_t i = 0; i < ncaches; i++)
		if (caches[i].level >= 1 && caches[i].level <= 3)
			level[caches[i].level] = &caches[i];

	*g = (struct cachesim_geometry){
		.l1d_bytes = p->l1d_bytes,
		.l2_bytes = p->l2_bytes,
		.llc_bytes = p->llc_bytes,
		.l1d_ways = p->l1d_ways,
		.l2_ways = p->l2_ways,
		.llc_ways = p->llc_ways,
		.line_bytes = p->line_bytes,
	};
	fill_level(&g->l1d_bytes, &g->l1d_ways, 8, &g->line_bytes, level[1]);
	fill_level(&g->l2_bytes, &g->l2_ways, 16, &g->line_bytes, level[2]);
	fill_level(&g->llc_bytes, &g->llc_ways, 16, &g->line_bytes, level[3]);
	/* Every x86 since 2004; topologies that leave it out exist. */
	if (!g->line_bytes)
		g->line_bytes = 64;
	return cachesim_geometry_check(g, e);
}

static int cache_init(struct cache *c, uint64_t bytes, unsigned ways,
		      unsigned line)
{
	if (!bytes)
		return 0;
	c->nways = ways;
	c->nsets = bytes / line / ways;
	c->ways = calloc(c->nsets * ways, sizeof(*c->ways));
	return c->ways ? 0 : -ENOMEM;
}

struct cachesim *cachesim_new(const struct cachesim_geometry *g, unsigned ncpus)
{
	struct cachesim *sim;
	int rc;

	if (!ncpus || cachesim_geometry_check(g, NULL)) {
		errno = EINVAL;
		return NULL;
	}
	sim = calloc(1, sizeof(*sim) + ncpus * sizeof(sim->cpus[0]));
	if (!sim)
		return NULL;
	sim->geometry = *g;
	sim->ncpus = ncpus;
	sim->line_lg2 = (unsigned)__builtin_ctz(g->line_bytes);
	rc = cache_init(&sim->llc, g->llc_bytes, g->llc_ways, g->line_bytes);
	for (unsigned i = 0; !rc && i < ncpus; i++) {
		rc = cache_init(&sim->cpus[i].l1d, g->l1d_bytes, g->l1d_ways,
				g->line_bytes);
		if (!rc)
			rc = cache_init(&sim->cpus[i].l2, g->l2_bytes,
					g->l2_ways, g->line_bytes);
	}
	if (rc) {
		cachesim_free(sim);
		errno = ENOMEM;
		return NULL;
	}
	return sim;
}

void cachesim_free(struct cachesim *sim)
{
	if (!sim)
		return;
	for (unsigned i = 0; i < sim->ncpus; i++) {
		free(sim->cpus[i].l1d.ways);
		free(sim->cpus[i].l2.ways);
	}
	free(sim->llc.ways);
	free(sim);
}

const struct cachesim_geometry *cachesim_geometry(const struct cachesim *sim)
{
	return &sim->geometry;
}

unsigned cachesim_ncpus(const struct cachesim *sim)
{
	return sim->ncpus;
}

static uint64_t *cache_set(const struct cache *c, uint64_t line)
{
	return c->ways + line % c->nsets * c->nways;
}

static bool cache_holds(const struct cache *c, uint64_t line)
{
	const uint64_t *set;

	if (!c->nways)
		return false;
	set = cache_set(c, line);
	for (unsigned i = 0; i < c->nways; i++)
		if (set[i] == (line + 1) << 1)
			return true;
	return false;
}

/* Looks @line up and makes it the latest of its set, whatever was found. */
static enum found cache_touch(struct cache *c, uint64_t line)
{
	uint64_t way = (line + 1) << 1;
	enum found found = FOUND_NOT;
	unsigned victim = c->nways; /* the way that gives room */
	uint64_t *set;

	if (!c->nways)
		return FOUND_NOT;
	set = cache_set(c, line);
	for (unsigned i = 0; i < c->nways; i++) {
		if ((set[i] & ~TAKEN) == way) {
			found = set[i] & TAKEN ? FOUND_TAKEN : FOUND_VALID;
			victim = i;
			break;
		}
		/* Of the ways that hold nothing valid, the longest unused. */
		if (!set[i] || (set[i] & TAKEN))
			victim = i;
	}
	if (victim == c->nways)
		victim = c->nways - 1;
	if (MUTANT(sim_not_lru) && found == FOUND_VALID)
		return found;
	memmove(set + 1, set, victim * sizeof(*set));
	set[0] = way;
	return found;
}

static void cache_take(struct cache *c, uint64_t line)
{
	uint64_t *set;

	if (!c->nways)
		return;
	set = cache_set(c, line);
	for (unsigned i = 0; i < c->nways; i++)
		if (set[i] == (line + 1) << 1)
			set[i] |= TAKEN;
}

static void take_from_others(struct cachesim *sim, unsigned cpu, uint64_t line)
{
	for (unsigned i = 0; i < sim->ncpus; i++) {
		if (i == cpu)
			continue;
		cache_take(&sim->cpus[i].l1d, line);
		cache_take(&sim->cpus[i].l2, line);
	}
}

static bool another_holds(const struct cachesim *sim, unsigned cpu,
			  uint64_t line)
{
	for (unsigned i = 0; i < sim->ncpus; i++)
		if (i != cpu && (cache_holds(&sim->cpus[i].l1d, line) ||
				 cache_holds(&sim->cpus[i].l2, line)))
			return true;
	return false;
}

enum cachesim_level cachesim_access(struct cachesim *sim, unsigned cpu,
				    uint64_t addr, bool write, unsigned class)
{
	uint64_t line = addr >> sim->line_lg2;
	struct cpu *c = &sim->cpus[cpu];
	struct cachesim_count *n = &c->counts[class];
	enum cachesim_level served;
	enum found in_l1d, in_l2 = FOUND_NOT;

	n->refs++;
	in_l1d = cache_touch(&c->l1d, line);
	if (in_l1d == FOUND_VALID) {
		served = CACHESIM_L1D;
		goto out;
	}
	n->l1d_misses++;
	in_l2 = cache_touch(&c->l2, line);
	if (in_l2 == FOUND_VALID) {
		served = CACHESIM_L2;
		goto out;
	}
	n->l2_misses++;
	if ((in_l1d == FOUND_TAKEN || in_l2 == FOUND_TAKEN) &&
	    !MUTANT(sim_coherence_uncounted))
		n->coherence++;
	if (cache_touch(&sim->llc, line) == FOUND_VALID) {
		served = CACHESIM_LLC;
	} else if (another_holds(sim, cpu, line)) {
		served = CACHESIM_PEER;
	} else {
		served = CACHESIM_MEMORY;
		n->llc_misses++;
	}
out:
	if (write)
		take_from_others(sim, cpu, line);
	return served;
}

const struct cachesim_count *cachesim_count(const struct cachesim *sim,
					    unsigned cpu, unsigned class)
{
	return &sim->cpus[cpu].counts[class];
}

void cachesim_reset_counts(struct cachesim *sim)
{
	for (unsigned i = 0; i < sim->ncpus; i++)
		memset(sim->cpus[i].counts, 0, sizeof(sim->cpus[i].counts));
}
