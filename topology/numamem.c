/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocates memory under a NUMA policy, in huge pages when they can be had. */
#include <errno.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "numamem.h"

/* Not in the C library's headers of every distribution. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static long sys_mbind(void *addr, unsigned long len, int mode,
		      const unsigned long *nodes, unsigned long max,
		      unsigned flags)
{
	return syscall(SYS_mbind, addr, len, mode, nodes, max, flags);
}

static long sys_move_pages(int pid, unsigned long n, void **pages,
			   const int *nodes, int *status, int flags)
{
	return syscall(SYS_move_pages, pid, n, pages, nodes, status, flags);
}

struct numamem_calls numamem_calls = {
	.mbind = sys_mbind,
	.move_pages = sys_move_pages,
};

int numamem_huge_parse(const char *name, enum numamem_huge *huge)
{
	if (!strcmp(name, "auto"))
		*huge = NUMAMEM_AUTO;
	else if (!strcmp(name, "off"))
		*huge = NUMAMEM_OFF;
	else if (!strcmp(name, "require"))
		*huge = NUMAMEM_REQUIRE;
	else
		return -EINVAL;
	return 0;
}

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static size_t base_page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static bool transparent_allowed(void)
{
	FILE *f = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
	char line[128] = "";
	bool yes;

	if (!f)
		return false;
	yes = fgets(line, sizeof(line), f) && !strstr(line, "[never]");
	fclose(f);
	return yes;
}

static void add_note(struct numamem *m, const char *text)
{
	size_t n = strlen(m->note);

	snprintf(m->note + n, sizeof(m->note) - n, "%s%s", n ? "; " : "", text);
}

static int bind_nodes(struct numamem *m, char *why, size_t why_len)
{
	int mode = m->policy.kind == NUMA_INTERLEAVE ? MPOL_INTERLEAVE
						     : MPOL_BIND;
	char nodes[128], text[192];
	int code;

	/* The kernel takes one bit fewer than told. */
	if (!numamem_calls.mbind(m->base, m->bytes, mode, m->policy.nodes,
				 NUMA_NODES_KERNEL + 1, MPOL_MF_STRICT)) {
		m->bound = true;
		return 0;
	}
	code = errno;
	numa_policy_text(&m->policy, nodes, sizeof(nodes));
	if (code != ENOSYS && code != EPERM) {
		snprintf(why, why_len, "cannot bind memory to %s: %s", nodes,
			 strerror(code));
		return code == ENOMEM ? -ENOMEM : -EINVAL;
	}
	snprintf(text, sizeof(text), "memory not bound: mbind: %s",
		 strerror(code));
	if (m->policy.only_node) {
		add_note(m, text);
		return 0;
	}
	snprintf(why, why_len,
		 "cannot bind memory to %s: mbind: %s (a kernel without NUMA, "
		 "or a container without CAP_SYS_NICE)",
		 nodes, strerror(code));
	return -ENOTSUP;
}

/* Reserved huge pages, all taken now: one that is not there would be SIGBUS
 * at the first touch. */
static int try_hugetlb(struct numamem *m, size_t bytes, size_t huge, char *why,
		       size_t why_len)
{
	int ret;

	m->bytes = m->map_bytes = round_up(bytes, huge);
	m->map = mmap(NULL, m->map_bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (m->map == MAP_FAILED) {
		m->map = NULL;
		snprintf(why, why_len, "too few reserved huge pages");
		return -ENOMEM;
	}
	m->base = m->map;
	m->pages = NUMAMEM_HUGETLB;
	ret = bind_nodes(m, why, why_len);
	if (!ret && madvise(m->base, m->bytes, MADV_POPULATE_WRITE)) {
		snprintf(why, why_len,
			 "too few reserved huge pages on the nodes");
		ret = -ENOMEM;
	}
	if (ret)
		numamem_free(m);
	return ret;
}

/*
 * Ordinary memory between two guards without access: they keep the kernel
 * from merging it with a neighbour, so its own huge pages can be counted, and
 * they stop a stray access.
 */
static int try_ordinary(struct numamem *m, size_t bytes, size_t align,
			bool transparent, char *why, size_t why_len)
{
	uintptr_t start;
	int ret;

	m->bytes = round_up(bytes, align);
	m->map_bytes = m->bytes + 2 * align;
	m->map = mmap(NULL, m->map_bytes, PROT_NONE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (m->map == MAP_FAILED) {
		m->map = NULL;
		goto enomem;
	}
	start = round_up((uintptr_t)m->map + base_page(), align);
	m->base = (char *)m->map + (start - (uintptr_t)m->map);
	if (mprotect(m->base, m->bytes, PROT_READ | PROT_WRITE))
		goto enomem;
	m->pages = transparent ? NUMAMEM_TRANSPARENT : NUMAMEM_BASE;
	/* Refused where the kernel has no such pages: then there are none. */
	(void)madvise(m->base, m->bytes,
		      transparent ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	ret = bind_nodes(m, why, why_len);
	if (ret)
		numamem_free(m);
	return ret;
enomem:
	snprintf(why, why_len, "cannot map %zu MiB: %s", bytes >> 20,
		 strerror(errno));
	numamem_free(m);
	return -ENOMEM;
}

static int check_room(size_t bytes, const struct numa_policy *p, char *why,
		      size_t why_len)
{
	uint64_t room = numamem_available(p);
	char nodes[128];

	if (!bytes) {
		snprintf(why, why_len, "memory: zero bytes asked for");
		return -EINVAL;
	}
	if (bytes <= room && bytes <= SIZE_MAX / 2)
		return 0;
	numa_policy_text(p, nodes, sizeof(nodes));
	snprintf(why, why_len,
		 "memory: %zu MiB asked for, %llu MiB available on %s",
		 bytes >> 20, (unsigned long long)room >> 20, nodes);
	return -ENOMEM;
}

/* All of it in huge pages, seen, or it does not count. */
static int require_huge(struct numamem *m, char *why, size_t why_len)
{
	int ret = numamem_populate(m, m->bytes, why, why_len);

	if (!ret)
		ret = numamem_measure(m);
	if (!ret && m->huge_bytes >= m->bytes)
		return 0;
	if (!ret)
		snprintf(
			why, why_len,
			"huge pages required, but %zu of %zu MiB came in "
			"base pages: reserve some in /proc/sys/vm/nr_hugepages",
			(m->bytes - m->huge_bytes) >> 20, m->bytes >> 20);
	numamem_free(m);
	return -ENOMEM;
}

int numamem_alloc(struct numamem *m, size_t bytes, const struct numa_policy *p,
		  enum numamem_huge huge, char *why, size_t why_len)
{
	size_t huge_bytes = numamem_huge_page(), align = base_page();
	bool transparent = huge != NUMAMEM_OFF && transparent_allowed();
	char no[192] = "this kernel has no huge pages";
	int ret;

	memset(m, 0, sizeof(*m));
	ret = check_room(bytes, p, why, why_len);
	if (ret)
		return ret;
	m->policy = *p;
	m->page_bytes = base_page();
	if (huge == NUMAMEM_AUTO && bytes < huge_bytes) {
		transparent = false;
		huge_bytes = 0;
		snprintf(no, sizeof(no), "smaller than a huge page");
	}
	if (huge != NUMAMEM_OFF && huge_bytes) {
		ret = try_hugetlb(m, bytes, huge_bytes, no, sizeof(no));
		if (!ret) {
			m->page_bytes = huge_bytes;
			m->huge_bytes = m->bytes;
			return 0;
		}
		memset(m, 0, sizeof(*m));
		m->policy = *p;
		m->page_bytes = base_page();
		align = huge_bytes;
	}
	if (huge == NUMAMEM_REQUIRE && !transparent) {
		snprintf(why, why_len,
			 "huge pages required: %s, and transparent ones are "
			 "switched off",
			 no);
		return -ENOMEM;
	}
	ret = try_ordinary(m, bytes, align, transparent, why, why_len);
	if (ret)
		return ret;
	if (huge != NUMAMEM_OFF) {
		add_note(m, no);
		add_note(m, transparent ? "transparent ones asked for"
					: "base pages");
	}
	return huge == NUMAMEM_REQUIRE ? require_huge(m, why, why_len) : 0;
}

void numamem_free(struct numamem *m)
{
	if (m->map)
		munmap(m->map, m->map_bytes);
	memset(m, 0, sizeof(*m));
}

int numamem_populate(struct numamem *m, size_t bytes, char *why, size_t why_len)
{
	char *p = m->base;

	if (bytes > m->bytes) {
		snprintf(why, why_len,
			 "memory: %zu bytes to populate, but it has %zu", bytes,
			 m->bytes);
		return -EINVAL;
	}
	bytes = round_up(bytes, base_page());
	if (!bytes || !madvise(p, bytes, MADV_POPULATE_WRITE)) {
		(void)numamem_measure(m);
		return 0;
	}
	if (errno != EINVAL) {
		snprintf(why, why_len, "memory: cannot populate %zu MiB: %s",
			 bytes >> 20, strerror(errno));
		return -ENOMEM;
	}
	/* Kernels before 5.14: a write that changes nothing does the same.
	 * Relaxed: it orders nothing, it only must not be torn or left out. */
	for (size_t i = 0; i < bytes; i += base_page())
		__atomic_fetch_or(p + i, 0, __ATOMIC_RELAXED);
	(void)numamem_measure(m);
	return 0;
}
