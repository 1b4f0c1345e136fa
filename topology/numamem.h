/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Zero-filled memory on chosen NUMA nodes, in huge pages when they can be
 * had, and the read back of where it really lies. Context: one thread per
 * numamem at a time; the memory itself is anyone's.
 */
#ifndef NUMAMEM_H
#define NUMAMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

enum numamem_huge {
	NUMAMEM_AUTO,	 /* huge pages if they can be had */
	NUMAMEM_OFF,	 /* 4 KiB pages only */
	NUMAMEM_REQUIRE, /* huge pages for every byte, or fail */
};
/* "auto", "off", "require"; -EINVAL: none of them. */
int numamem_huge_parse(const char *name, enum numamem_huge *huge);

enum numamem_pages {
	NUMAMEM_BASE,	     /* base pages */
	NUMAMEM_TRANSPARENT, /* transparent huge pages were asked for */
	NUMAMEM_HUGETLB,     /* from the reserved pool of huge pages */
};

struct numamem {
	void *base;   /* the memory, aligned to a huge page unless `off` */
	size_t bytes; /* what can be used: the request, rounded up to pages */
	struct numa_policy policy;
	enum numamem_pages pages;
	/*
	 * The pages that back it: the huge page size only when every touched
	 * byte is in huge pages. As of the last populate, verify or measure.
	 */
	size_t page_bytes;
	size_t huge_bytes; /* in huge pages, touched or reserved */
	/* Whether mbind() accepted the policy. False only when the machine
	 * has a single node, where memory can be nowhere else. */
	bool bound;
	char note[192]; /* what was not had and why; "" = all was */
	void *map;	/* the whole mapping, guards included */
	size_t map_bytes;
};

/*
 * numamem_alloc() - @bytes under policy @p (copied). Nothing is touched yet,
 * except that reserved huge pages, and with NUMAMEM_REQUIRE all pages, are
 * populated at once, so that they cannot fail later.
 *
 * Returns 0; -EINVAL (no bytes, a node that cannot be bound); -ENOMEM (more
 * than the nodes have, or huge pages required and not to be had); -ENOTSUP
 * (the policy needs NUMA calls that this kernel or sandbox refuses); with
 * @why. *m is then released.
 */
int numamem_alloc(struct numamem *m, size_t bytes, const struct numa_policy *p,
		  enum numamem_huge huge, char *why, size_t why_len);
void numamem_free(struct numamem *m); /* a zeroed *m is fine */

/*
 * numamem_populate() - back the first @bytes with pages, contents kept.
 * Returns 0, -EINVAL (@bytes too large), -ENOMEM with @why.
 */
int numamem_populate(struct numamem *m, size_t bytes, char *why,
		     size_t why_len);

/* The default huge page of this kernel in bytes; 0: it has none. */
size_t numamem_huge_page(void);

/* Reads page_bytes and huge_bytes anew. 0 or -errno (no /proc). */
int numamem_measure(struct numamem *m);

/* What numamem_verify() saw. */
struct numamem_check {
	size_t sampled;	  /* pages asked about */
	size_t placed;	  /* on a node of the policy */
	size_t wrong;	  /* on another node */
	size_t untouched; /* not backed by memory yet */
	size_t unknown;	  /* the kernel could not say, or in transit */
	unsigned nodes_seen;
	bool verified; /* false: the kernel refuses to tell; see why */
};

/*
 * numamem_verify() - ask move_pages() where about @samples pages, spread over
 * the memory, lie; when hardly any of those was touched, every page is looked
 * at until @samples are known.
 * Also measures the page size. @check may be NULL.
 *
 * Returns 0: every touched page seen is on a node of the policy, and an
 * interleaved memory uses all of them. Also 0, with check->verified false and
 * @why set, when the machine has one node and the kernel refuses the
 * question. -EIO: a page is on a wrong node, @why names it; -ENODATA: no page
 * was touched, so nothing is known; -ENOTSUP: several nodes and the kernel
 * refuses; -ENOMEM.
 */
int numamem_verify(struct numamem *m, size_t samples,
		   struct numamem_check *check, char *why, size_t why_len);

/*
 * Bytes that can still be had on the nodes of @p, in the kernel's own
 * estimate (MemAvailable, or free and reclaimable memory of the nodes), within
 * the limits of the control groups; UINT64_MAX when it gives none.
 */
uint64_t numamem_available(const struct numa_policy *p);

/*
 * The part of it about control groups, versions 1 and 2: what the groups
 * named by the file @membership (/proc/self/cgroup), mounted at @mount, and
 * their parents leave; UINT64_MAX: no limit.
 */
uint64_t numamem_group_room(const char *membership, const char *mount);

/*
 * The calls into the kernel, replaced by tests to see that a refused policy
 * and a misplaced page are noticed. As mbind(2) and move_pages(2).
 */
struct numamem_calls {
	long (*mbind)(void *addr, unsigned long len, int mode,
		      const unsigned long *nodes, unsigned long max,
		      unsigned flags);
	long (*move_pages)(int pid, unsigned long n, void **pages,
			   const int *nodes, int *status, int flags);
};
extern struct numamem_calls numamem_calls;

#endif
