/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks at memory: where its pages lie and how large they are. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../kernels/mutant.h"
#include "numamem.h"

enum {
	BATCH = 512, /* pages asked about in one call */
	/* Touched units for each node from which on an interleaved memory
	 * must use every node: missing one by chance is then out of question */
	INTERLEAVE_UNITS = 16,
	/* Touched pages below which the sample is not worth its name */
	FEW = 16,
};

size_t numamem_huge_page(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];
	size_t kib = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Hugepagesize: %zu kB", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib << 10;
}

int numamem_measure(struct numamem *m)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	uintptr_t base = (uintptr_t)m->base;
	size_t rss = 0, huge = 0, kib;
	bool inside = false;
	char line[512];

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		uintptr_t start, end;

		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &start, &end) ==
		    2)
			inside = start >= base && end <= base + m->bytes;
		else if (!inside)
			continue;
		else if (sscanf(line, "Rss: %zu kB", &kib) == 1)
			rss += kib << 10;
		else if (sscanf(line, "AnonHugePages: %zu kB", &kib) == 1)
			huge += kib << 10;
	}
	fclose(f);
	if (m->pages == NUMAMEM_HUGETLB)
		return 0; /* known since they were mapped */
	m->huge_bytes = huge;
	m->page_bytes = huge && huge == rss ? numamem_huge_page()
					    : (size_t)sysconf(_SC_PAGESIZE);
	return 0;
}

struct look {
	struct numamem *m;
	struct numamem_check *check;
	struct numa_policy seen;
	uintptr_t last_unit;
	size_t units; /* distinct ones among the placed samples */
	size_t unit_bytes;
	char *why;
	size_t why_len;
};

static void judge(struct look *l, const void *page, int status)
{
	struct numamem_check *c = l->check;
	char nodes[128];

	c->sampled++;
	/* -EFAULT: nothing there or the shared zero page; -ENOENT: no page */
	if (status == -EFAULT || status == -ENOENT) {
		c->untouched++;
	} else if (status < 0) {
		c->unknown++;
	} else if (numa_policy_has(&l->m->policy, (unsigned)status) ||
		   MUTANT(membind_not_verified)) {
		uintptr_t unit = (uintptr_t)page / l->unit_bytes;

		c->placed++;
		l->units += unit != l->last_unit;
		l->last_unit = unit;
		numa_policy_add(&l->seen, (unsigned)status);
	} else if (!c->wrong++) {
		numa_policy_text(&l->m->policy, nodes, sizeof(nodes));
		snprintf(
			l->why, l->why_len,
			"memory should be on %s, but the page at offset "
			"%#zx is on node %d",
			nodes,
			(size_t)((const char *)page - (const char *)l->m->base),
			status);
	}
}

/* A number in [0, n) that is the same in every run: splitmix64's mixer. */
static size_t scatter(size_t i, size_t n)
{
	uint64_t z = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (size_t)((z ^ (z >> 31)) % n);
}

/*
 * One page out of each run of @stride, at a scattered place in it: a fixed
 * step would see the same node again and again in interleaved memory. Stops
 * early when @enough are known.
 */
static int look_at(struct look *l, size_t stride, size_t enough)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t npages = l->m->bytes / page, next = 0, i = 0;
	void *pages[BATCH];
	int status[BATCH];

	while (next < npages && l->check->placed + l->check->wrong < enough) {
		unsigned long n = 0;

		for (; n < BATCH && next < npages; next += stride, i++) {
			size_t run = npages - next < stride ? npages - next
							    : stride;

			pages[n++] = (char *)l->m->base +
				     (next + scatter(i, run)) * page;
		}
		if (numamem_calls.move_pages(0, n, pages, NULL, status, 0) < 0)
			return -errno;
		for (unsigned long j = 0; j < n; j++)
			judge(l, pages[j], status[j]);
	}
	return 0;
}

static int refused(struct look *l, int ret)
{
	l->check->verified = false;
	snprintf(l->why, l->why_len,
		 "memory placement not verified: move_pages: %s",
		 strerror(-ret));
	if (l->m->policy.only_node && (ret == -ENOSYS || ret == -EPERM))
		return 0;
	return ret == -ENOMEM ? ret : -ENOTSUP;
}

static int conclude(struct look *l)
{
	struct numamem_check *c = l->check;
	unsigned wanted = numa_policy_count(&l->m->policy);

	c->nodes_seen = numa_policy_count(&l->seen);
	if (c->wrong)
		return -EIO;
	if (!c->placed) {
		snprintf(l->why, l->why_len,
			 "memory placement unknown: no page was touched");
		return -ENODATA;
	}
	if (l->m->policy.kind == NUMA_INTERLEAVE && c->nodes_seen < wanted &&
	    l->units >= (size_t)INTERLEAVE_UNITS * wanted) {
		snprintf(l->why, l->why_len,
			 "memory should be interleaved over %u nodes, but "
			 "%zu pages are on %u of them",
			 wanted, l->units, c->nodes_seen);
		return -EIO;
	}
	return 0;
}

int numamem_verify(struct numamem *m, size_t samples,
		   struct numamem_check *check, char *why, size_t why_len)
{
	size_t npages = m->bytes / (size_t)sysconf(_SC_PAGESIZE);
	struct numamem_check unwanted;
	struct look l = {.m = m, .why = why, .why_len = why_len};
	int ret;

	l.check = check ? check : &unwanted;
	memset(l.check, 0, sizeof(*l.check));
	l.check->verified = true;
	(void)numamem_measure(m);
	l.unit_bytes = m->huge_bytes ? numamem_huge_page() : m->page_bytes;
	if (!l.unit_bytes) {
		snprintf(why, why_len, "cannot read the size of huge pages: %s",
			 strerror(errno));
		return -EIO;
	}
	if (!samples)
		samples = 1;
	ret = look_at(&l, npages > samples ? npages / samples : 1, SIZE_MAX);
	if (!ret && npages > samples &&
	    l.check->placed + l.check->wrong < FEW) {
		memset(l.check, 0, sizeof(*l.check));
		l.check->verified = true;
		l.units = 0;
		ret = look_at(&l, 1, samples);
	}
	return ret ? refused(&l, ret) : conclude(&l);
}
