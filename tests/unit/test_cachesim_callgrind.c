/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache model against callgrind's simulator: the same address stream, the
 * same geometry, native code under valgrind on one side.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counters/cachesim.h"

enum { D1_BYTES = 32768, D1_WAYS = 8, LL_BYTES = 1 << 20, LL_WAYS = 16 };
enum { NOPS = 120000, REGION = 4 << 20 };
/* Both sides use this address: it decides the sets. */
#define BASE UINT64_C(0x200000000000)

enum shape { UNIFORM, HOT, STRIDED, NSHAPES };

/* The next offset, made in registers: the generator touches no memory. */
static inline __attribute__((always_inline)) uint64_t
next_offset(uint64_t *x, enum shape shape)
{
	uint64_t r;

	if (shape == STRIDED) {
		*x += 4096 + 64;
		return *x % REGION & ~UINT64_C(7);
	}
	*x = *x * UINT64_C(6364136223846793005) + 1442695040888963407u;
	r = *x >> 33;
	if (shape == HOT && r % 16)
		return (r >> 4) % (24 << 10) & ~UINT64_C(7);
	return (r >> 4) % (2 << 20) & ~UINT64_C(7);
}

static inline __attribute__((always_inline)) uint64_t
touch(char *base, uint64_t x, enum shape shape)
{
	for (unsigned i = 0; i < NOPS; i++) {
		volatile uint64_t *at =
			(volatile uint64_t *)(void *)(base +
						      next_offset(&x, shape));

		if (i % 8)
			(void)*at;
		else
			*at = i;
	}
	return x;
}

uint64_t warm_part(char *base, uint64_t x, enum shape shape);
uint64_t counted_part(char *base, uint64_t x, enum shape shape);

__attribute__((noinline)) uint64_t warm_part(char *base, uint64_t x,
					     enum shape shape)
{
	return touch(base, x, shape);
}

__attribute__((noinline)) uint64_t counted_part(char *base, uint64_t x,
						enum shape shape)
{
	return touch(base, x, shape);
}

static int stream(enum shape shape)
{
	void *want = (void *)(uintptr_t)BASE;
	char *mem = mmap(want, REGION, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
			 0);
	uint64_t x;

	if (mem != want)
		return 98;
	x = warm_part(mem, 1, shape);
	x = counted_part(mem, x, shape);
	return x == 0; /* it is used, so it is computed */
}

/* Data misses of the first and the last level in callgrind's file. */
static int read_totals(const char *path, uint64_t *d1, uint64_t *ll)
{
	char line[256];
	unsigned long long v[9];
	FILE *f = fopen(path, "r");
	int found = 0;

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "events:", 7) &&
		    strcmp(line,
			   "events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw\n"))
			break;
		if (sscanf(line,
			   "totals: %llu %llu %llu %llu %llu %llu %llu %llu "
			   "%llu",
			   &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6],
			   &v[7], &v[8]) != 9)
			continue;
		*d1 = v[4] + v[5];
		*ll = v[7] + v[8];
		found = 1;
	}
	fclose(f);
	return found;
}

static int run_callgrind(enum shape shape, const char *out)
{
	char file[128], d1[64], ll[64], which[8], self[512];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int status;
	pid_t child;

	if (n <= 0)
		return -1;
	self[n] = '\0';
	snprintf(file, sizeof(file), "--callgrind-out-file=%s", out);
	snprintf(d1, sizeof(d1), "--D1=%d,%d,64", D1_BYTES, D1_WAYS);
	snprintf(ll, sizeof(ll), "--LL=%d,%d,64", LL_BYTES, LL_WAYS);
	snprintf(which, sizeof(which), "%d", (int)shape);
	child = fork();
	if (!child) {
		execlp("valgrind", "valgrind", "-q", "--tool=callgrind",
		       "--cache-sim=yes", d1, ll,
		       "--toggle-collect=counted_part", file, self, "stream",
		       which, NULL);
		_exit(97);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void simulate(enum shape shape, uint64_t *d1, uint64_t *ll)
{
	const struct cachesim_geometry g = {
		.l1d_bytes = D1_BYTES,
		.l1d_ways = D1_WAYS,
		.llc_bytes = LL_BYTES,
		.llc_ways = LL_WAYS,
		.line_bytes = 64,
	};
	struct cachesim *s = cachesim_new(&g, 1);
	uint64_t x = 1;

	assert_non_null(s);
	for (unsigned i = 0; i < 2 * NOPS; i++) {
		if (i == NOPS)
			cachesim_reset_counts(s);
		cachesim_access(s, 0, BASE + next_offset(&x, shape),
				i % NOPS % 8 == 0, 1);
	}
	*d1 = cachesim_count(s, 0, 1)->l1d_misses;
	*ll = cachesim_count(s, 0, 1)->llc_misses;
	cachesim_free(s);
}

/* The other side also sees its stack and its code: a few lines. */
static void assert_near(const char *what, enum shape shape, uint64_t ours,
			uint64_t theirs, double share)
{
	double diff = (double)ours - (double)theirs;

	print_message("shape %d %s: %llu, callgrind %llu\n", (int)shape, what,
		      (unsigned long long)ours, (unsigned long long)theirs);
	if (diff < 0)
		diff = -diff;
	assert_true(diff <= 32 + share * (double)theirs);
}

static void agrees_with_callgrind(void **state)
{
	char out[] = "/tmp/test-callgrind-XXXXXX";
	int fd;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	print_message("skipped: valgrind cannot run a sanitized program\n");
	skip();
#endif
	if (system("valgrind --version >/dev/null 2>&1")) {
		print_message("skipped: no valgrind\n");
		skip();
	}
	fd = mkstemp(out);
	assert_true(fd >= 0);
	close(fd);
	for (enum shape shape = 0; shape < NSHAPES; shape++) {
		uint64_t d1, ll, their_d1 = 0, their_ll = 0;
		int rc = run_callgrind(shape, out);

		if (rc)
			unlink(out);
		assert_int_equal(rc, 0);
		assert_true(read_totals(out, &their_d1, &their_ll));
		simulate(shape, &d1, &ll);
		assert_true(d1 > 1000);
		assert_near("L1d", shape, d1, their_d1, 0.0005);
		assert_near("LLC", shape, ll, their_ll, 0.002);
	}
	unlink(out);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_callgrind),
	};

	if (argc == 3 && !strcmp(argv[1], "stream"))
		return stream((enum shape)atoi(argv[2]));
	return cmocka_run_group_tests_name("cachesim_callgrind", tests, NULL,
					   NULL);
}
