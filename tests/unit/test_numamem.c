/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory under a policy on the live machine, and what a misplaced page or a
 * kernel that refuses looks like, by replaced calls.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../topology/numamem.h"
#include "../topology/place.h"

enum { MIB = 1 << 20 };

static struct numamem_calls real;

static int setup(void **state)
{
	real = numamem_calls;
	return 0;
}

static int teardown(void **state)
{
	numamem_calls = real;
	return 0;
}

/* The policy @name for a thread on the first CPU of this machine. */
static struct numa_policy policy(const char *name)
{
	struct place_request r = {"compact", NULL, name, 1, NULL};
	struct numa_policy p;
	struct place place;
	char why[256] = "";
	struct topo *t;

	if (topo_load(&t, "live", why, sizeof(why)) ||
	    place_threads(t, &r, &place, why, sizeof(why)))
		fail_msg("%s", why);
	p = place.mem;
	place_release(&place);
	topo_free(t);
	return p;
}

/* Two nodes, 0 and 1, whatever this machine has. */
static struct numa_policy two_nodes(void)
{
	struct numa_policy p = {.kind = NUMA_INTERLEAVE};

	numa_policy_add(&p, 0);
	numa_policy_add(&p, 1);
	return p;
}

static void alloc(struct numamem *m, size_t bytes, const struct numa_policy *p,
		  enum numamem_huge huge)
{
	char why[256] = "";

	if (numamem_alloc(m, bytes, p, huge, why, sizeof(why)))
		fail_msg("%s", why);
}

static void lies_where_asked(const char *name)
{
	struct numa_policy p = policy(name);
	struct numamem_check check;
	char why[256] = "";
	struct numamem m;
	int ret;

	alloc(&m, 8 * MIB, &p, NUMAMEM_AUTO);
	ret = numamem_verify(&m, 64, &check, why, sizeof(why));
	assert_int_equal(ret, check.verified ? -ENODATA : 0);
	for (size_t i = 0; i < m.bytes; i++)
		assert_int_equal(((char *)m.base)[i], 0);
	memset(m.base, 0x5a, m.bytes);
	if (numamem_verify(&m, 64, &check, why, sizeof(why)))
		fail_msg("%s", why);
	printf("# %s: %zu placed, pages of %zu, %zu MiB huge, bound %d %s\n",
	       name, check.placed, m.page_bytes, m.huge_bytes / MIB, m.bound,
	       m.note);
	if (check.verified) {
		assert_true(check.placed >= 64);
		assert_int_equal(check.wrong + check.unknown, 0);
		assert_int_equal(check.nodes_seen, numa_policy_count(&p));
	}
	numamem_free(&m);
	assert_null(m.base);
}

static void every_policy(void **state)
{
	struct numa_policy p = policy("local");
	char name[32];
	unsigned node = 0;

	while (!numa_policy_has(&p, node))
		node++;
	snprintf(name, sizeof(name), "node:%u", node);
	lies_where_asked("local");
	lies_where_asked("interleave");
	lies_where_asked(name);
}

static void page_sizes(void **state)
{
	struct numa_policy p = policy("local");
	char why[256] = "";
	struct numamem m;
	int ret;

	alloc(&m, 4 * MIB, &p, NUMAMEM_OFF);
	assert_int_equal(numamem_populate(&m, m.bytes, why, sizeof(why)), 0);
	assert_int_equal(m.page_bytes, 4096);
	assert_int_equal(m.huge_bytes, 0);
	numamem_free(&m);

	alloc(&m, 100, &p, NUMAMEM_AUTO);
	assert_int_equal(m.bytes, 4096);
	assert_int_equal(m.page_bytes, 4096);
	numamem_free(&m);

	ret = numamem_alloc(&m, 4 * MIB, &p, NUMAMEM_REQUIRE, why, sizeof(why));
	if (ret) {
		printf("# %s\n", why);
		assert_int_equal(ret, -ENOMEM);
		assert_null(m.base);
		assert_non_null(strstr(why, "huge pages required"));
		return;
	}
	assert_int_equal(m.huge_bytes, m.bytes);
	assert_int_equal(m.page_bytes, numamem_huge_page());
	assert_int_equal((uintptr_t)m.base % m.page_bytes, 0);
	numamem_free(&m);
}

/* Only the part that was populated counts, and its contents stay. */
static void populate_part(void **state)
{
	struct numa_policy p = policy("local");
	struct numamem_check check;
	char why[256] = "";
	struct numamem m;

	alloc(&m, 64 * MIB, &p, NUMAMEM_OFF);
	*(char *)m.base = 7;
	assert_int_equal(numamem_populate(&m, 8192, why, sizeof(why)), 0);
	assert_int_equal(*(char *)m.base, 7);
	assert_int_equal(numamem_verify(&m, 16, &check, why, sizeof(why)), 0);
	if (check.verified)
		assert_int_equal(check.placed, 2);
	assert_int_equal(numamem_populate(&m, m.bytes + 1, why, sizeof(why)),
			 -EINVAL);
	numamem_free(&m);
}

static void bad_requests(void **state)
{
	struct numa_policy p = policy("local"), none = {0};
	char why[256] = "";
	struct numamem m;

	assert_int_equal(numamem_alloc(&m, 0, &p, NUMAMEM_OFF, why,
				       sizeof(why)),
			 -EINVAL);
	assert_int_equal(numamem_alloc(&m, (size_t)1 << 50, &p, NUMAMEM_AUTO,
				       why, sizeof(why)),
			 -ENOMEM);
	assert_non_null(strstr(why, "available"));
	assert_int_equal(numamem_alloc(&m, SIZE_MAX, &p, NUMAMEM_AUTO, why,
				       sizeof(why)),
			 -ENOMEM);
	numa_policy_add(&none, 1000);
	assert_int_not_equal(numamem_alloc(&m, MIB, &none, NUMAMEM_OFF, why,
					   sizeof(why)),
			     0);
	printf("# %s\n", why);
}

static int fake_errno;

static long refuse_mbind(void *addr, unsigned long len, int mode,
			 const unsigned long *nodes, unsigned long max,
			 unsigned flags)
{
	errno = fake_errno;
	return fake_errno ? -1 : 0;
}

static long refuse_move(int pid, unsigned long n, void **pages,
			const int *nodes, int *status, int flags)
{
	errno = fake_errno;
	return -1;
}

/* Without NUMA calls: fine on the only node, and said; else refused. */
static void kernel_without_numa(void **state)
{
	static const int codes[] = {ENOSYS, EPERM};
	struct numa_policy one = {.only_node = true}, two = two_nodes();
	struct numamem_check check;
	char why[256];
	struct numamem m;

	numa_policy_add(&one, 0);
	for (size_t i = 0; i < 2; i++) {
		fake_errno = codes[i];
		numamem_calls.mbind = refuse_mbind;
		numamem_calls.move_pages = refuse_move;
		alloc(&m, MIB, &one, NUMAMEM_OFF);
		assert_false(m.bound);
		assert_non_null(strstr(m.note, "not bound"));
		memset(m.base, 1, m.bytes);
		assert_int_equal(
			numamem_verify(&m, 8, &check, why, sizeof(why)), 0);
		assert_false(check.verified);
		assert_non_null(strstr(why, "not verified"));
		numamem_free(&m);

		assert_int_equal(numamem_alloc(&m, MIB, &two, NUMAMEM_OFF, why,
					       sizeof(why)),
				 -ENOTSUP);
		fake_errno = 0;
		alloc(&m, MIB, &two, NUMAMEM_OFF);
		fake_errno = codes[i];
		assert_int_equal(numamem_verify(&m, 8, &check, why,
						sizeof(why)),
				 -ENOTSUP);
		numamem_free(&m);
	}
}

static size_t misplaced; /* index of the page that is on node 1 */
static struct numamem *subject;

static long one_misplaced(int pid, unsigned long n, void **pages,
			  const int *nodes, int *status, int flags)
{
	for (unsigned long i = 0; i < n; i++) {
		size_t at = (size_t)((char *)pages[i] - (char *)subject->base);

		status[i] = at / 4096 == misplaced ? 1 : 0;
	}
	return 0;
}

/* One page of a thousand on the wrong node is enough. */
static void misplaced_page(void **state)
{
	struct numa_policy p = {.only_node = true};
	struct numamem_check check;
	char why[256] = "";
	struct numamem m;

	numa_policy_add(&p, 0);
	fake_errno = 0;
	numamem_calls.mbind = refuse_mbind;
	numamem_calls.move_pages = one_misplaced;
	alloc(&m, 4 * MIB, &p, NUMAMEM_OFF);
	subject = &m;
	misplaced = 777;
	assert_int_equal(numamem_verify(&m, 1024, &check, why, sizeof(why)),
			 -EIO);
	assert_int_equal(check.wrong, 1);
	assert_int_equal(check.placed, 1023);
	assert_non_null(strstr(why, "0x309000 is on node 1"));
	misplaced = 5000;
	assert_int_equal(numamem_verify(&m, 1024, &check, why, sizeof(why)), 0);
	numamem_free(&m);
}

static long odd_statuses(int pid, unsigned long n, void **pages,
			 const int *nodes, int *status, int flags)
{
	static const int codes[] = {-EFAULT, -ENOENT, -EBUSY, 0};

	for (unsigned long i = 0; i < n; i++)
		status[i] = codes[((char *)pages[i] - (char *)subject->base) /
				  4096 % 4];
	return 0;
}

static void untouched_is_not_wrong(void **state)
{
	struct numa_policy p = {.only_node = true};
	struct numamem_check check;
	char why[256] = "";
	struct numamem m;

	numa_policy_add(&p, 0);
	fake_errno = 0;
	numamem_calls.mbind = refuse_mbind;
	numamem_calls.move_pages = odd_statuses;
	alloc(&m, 32768, &p, NUMAMEM_OFF);
	subject = &m;
	assert_int_equal(numamem_verify(&m, 8, &check, why, sizeof(why)), 0);
	assert_int_equal(check.sampled, 8);
	assert_int_equal(check.untouched, 4);
	assert_int_equal(check.unknown, 2);
	assert_int_equal(check.placed, 2);
	numamem_free(&m);
}

static long in_turn(int pid, unsigned long n, void **pages, const int *nodes,
		    int *status, int flags)
{
	for (unsigned long i = 0; i < n; i++)
		status[i] = (int)((uintptr_t)pages[i] / 4096 % 2);
	return 0;
}

/* Samples must not keep step with the nodes; one node only is no interleave. */
static void interleave_needs_every_node(void **state)
{
	struct numa_policy p = two_nodes();
	struct numamem_check check;
	char why[256] = "";
	struct numamem m;

	fake_errno = 0;
	numamem_calls.mbind = refuse_mbind;
	numamem_calls.move_pages = in_turn;
	alloc(&m, 4 * MIB, &p, NUMAMEM_OFF);
	subject = &m;
	for (size_t samples = 64; samples <= 1024; samples *= 2) {
		if (numamem_verify(&m, samples, &check, why, sizeof(why)))
			fail_msg("%s", why);
		assert_int_equal(check.nodes_seen, 2);
	}
	misplaced = SIZE_MAX;
	numamem_calls.move_pages = one_misplaced;
	assert_int_equal(numamem_verify(&m, 64, &check, why, sizeof(why)),
			 -EIO);
	assert_non_null(strstr(why, "interleaved over 2 nodes"));
	numamem_free(&m);
}

/* A reservation of which a little is used: the sample alone hits nothing. */
static void little_touched(void **state)
{
	struct numa_policy p = policy("local");
	struct numamem_check check;
	char why[256] = "";
	struct numamem m;

	alloc(&m, 64 * MIB, &p, NUMAMEM_OFF);
	assert_int_equal(numamem_populate(&m, 400 * 4096, why, sizeof(why)), 0);
	assert_int_equal(numamem_verify(&m, 16, &check, why, sizeof(why)), 0);
	if (check.verified)
		assert_true(check.placed >= 16);
	numamem_free(&m);
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* The tightest of the groups above counts, without what it could drop. */
static void control_groups(void **state)
{
	char top[] = "/tmp/test_numamem.XXXXXX", membership[64], folder[128];

	assert_non_null(mkdtemp(top));
	snprintf(membership, sizeof(membership), "%s/membership", top);
	assert_int_equal(numamem_group_room(membership, top), UINT64_MAX);
	write_file(top, "membership", "4:memory:/a\n0::/a/b\n");
	assert_int_equal(numamem_group_room(membership, top), UINT64_MAX);

	snprintf(folder, sizeof(folder), "%s/a", top);
	assert_int_equal(mkdir(folder, 0755), 0);
	write_file(folder, "memory.max", "1000000\n");
	write_file(folder, "memory.current", "700000\n");
	write_file(folder, "memory.stat",
		   "anon 5\nactive_file 30000\ninactive_file 70000\n");
	snprintf(folder, sizeof(folder), "%s/a/b", top);
	assert_int_equal(mkdir(folder, 0755), 0);
	write_file(folder, "memory.max", "max\n");
	write_file(folder, "memory.current", "600000\n");
	assert_int_equal(numamem_group_room(membership, top), 400000);

	snprintf(folder, sizeof(folder), "%s/memory", top);
	assert_int_equal(mkdir(folder, 0755), 0);
	snprintf(folder, sizeof(folder), "%s/memory/a", top);
	assert_int_equal(mkdir(folder, 0755), 0);
	write_file(folder, "memory.limit_in_bytes", "5000\n");
	write_file(folder, "memory.usage_in_bytes", "6000\n");
	assert_int_equal(numamem_group_room(membership, top), 0);

	snprintf(folder, sizeof(folder), "rm -r %s", top);
	assert_int_equal(system(folder), 0);
}

static void huge_names(void **state)
{
	enum numamem_huge huge;

	assert_int_equal(numamem_huge_parse("require", &huge), 0);
	assert_int_equal(huge, NUMAMEM_REQUIRE);
	assert_int_equal(numamem_huge_parse("off", &huge), 0);
	assert_int_equal(huge, NUMAMEM_OFF);
	assert_int_equal(numamem_huge_parse("auto", &huge), 0);
	assert_int_equal(huge, NUMAMEM_AUTO);
	assert_int_equal(numamem_huge_parse("yes", &huge), -EINVAL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_policy),
		TEST(page_sizes),
		TEST(populate_part),
		TEST(bad_requests),
		TEST(kernel_without_numa),
		TEST(misplaced_page),
		TEST(untouched_is_not_wrong),
		TEST(interleave_needs_every_node),
		TEST(little_touched),
		TEST(control_groups),
		TEST(huge_names),
	};

	return cmocka_run_group_tests_name("numamem", tests, NULL, NULL);
}
