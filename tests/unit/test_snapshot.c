/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raw images and VTDPAGE1 snapshots: what is found, what is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "trace/snapshot.h"

enum { PAGE = 4096, RECORD = 8 + PAGE };

struct file {
	char data[16 + 4 * RECORD];
	size_t n;
};

static void put_u64(char *to, uint64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		to[i] = (char)(v >> (8 * i));
}

/* Pages at @pas; page i is filled with 0x11 * (i + 1). */
static void make(struct file *f, const uint64_t *pas, size_t n, uint64_t count)
{
	memcpy(f->data, "VTDPAGE1", 8);
	put_u64(f->data + 8, count);
	for (size_t i = 0; i < n; i++) {
		put_u64(f->data + 16 + i * RECORD, pas[i]);
		memset(f->data + 24 + i * RECORD, 0x11 * (int)(i + 1), PAGE);
	}
	f->n = 16 + n * RECORD;
}

static const uint64_t three[] = {0x1000, 0x5000, UINT64_C(0x123456000)};
static struct file file;

static void finds_pages(void **state)
{
	struct snapshot s;
	struct err e = {0};

	make(&file, three, 3, 3);
	assert_int_equal(
		snapshot_from_memory(&s, file.data, file.n, "F", 0, &e), 0);
	assert_int_equal(s.npages, 3);
	for (unsigned i = 0; i < 3; i++) {
		const uint64_t *page = snapshot_page(&s, three[i]);

		assert_non_null(page);
		assert_int_equal(page[511],
				 UINT64_C(0x1111111111111111) * (i + 1));
	}
	assert_null(snapshot_page(&s, 0));
	assert_null(snapshot_page(&s, 0x2000));
	assert_null(snapshot_page(&s, UINT64_C(0x123457000)));
	snapshot_close(&s);
	make(&file, three, 0, 0);
	assert_int_equal(
		snapshot_from_memory(&s, file.data, file.n, "F", 0, &e), 0);
	assert_null(snapshot_page(&s, 0x1000));
}

static void raw_images(void **state)
{
	static char raw[3 * PAGE];
	struct snapshot s;
	struct err e = {0};

	memset(raw + PAGE, 0x22, PAGE);
	assert_int_equal(snapshot_from_memory(&s, raw, sizeof(raw), "F",
					      0x100000, &e),
			 0);
	assert_int_equal(s.npages, 3);
	assert_null(snapshot_page(&s, 0xff000));
	assert_ptr_equal(snapshot_page(&s, 0x100000), raw);
	assert_ptr_equal(snapshot_page(&s, 0x101000), raw + PAGE);
	assert_null(snapshot_page(&s, 0x103000));
	assert_null(snapshot_page(&s, 0));
	snapshot_close(&s);
	assert_int_equal(snapshot_from_memory(&s, raw, 0, "F", 0, &e), -EINVAL);
	assert_int_equal(snapshot_from_memory(&s, raw, PAGE + 8, "F", 0, &e),
			 -EINVAL);
	assert_int_equal(snapshot_from_memory(&s, raw, PAGE, "F", 12, &e),
			 -EINVAL);
	assert_int_equal(snapshot_from_memory(&s, raw, 3 * PAGE, "F",
					      -(uint64_t)(2 * PAGE), &e),
			 -EINVAL);
}

static void refuse(const char *why, uint64_t base)
{
	struct snapshot s;
	struct err e = {0};

	assert_int_equal(snapshot_from_memory(&s, file.data, file.n, "F", base,
					      &e),
			 -EINVAL);
	if (!strstr(e.what, why) || !strstr(e.what, "F:"))
		fail_msg("'%s' lacks '%s'", e.what, why);
}

static void damaged(void **state)
{
	const uint64_t twice[] = {0x1000, 0x5000, 0x5000};
	const uint64_t down[] = {0x5000, 0x1000, 0x6000};
	const uint64_t odd[] = {0x1000, 0x5800, 0x6000};

	make(&file, three, 3, 3);
	refuse("own addresses", 0x1000);
	make(&file, three, 3, 4);
	refuse("truncated: 3 of 4", 0);
	make(&file, three, 3, UINT64_MAX);
	refuse("truncated", 0);
	make(&file, three, 3, 3);
	file.n--;
	refuse("truncated: 2 of 3", 0);
	file.n = 12;
	refuse("truncated", 0);
	make(&file, three, 3, 2);
	refuse("goes on", 0);
	make(&file, twice, 3, 3);
	refuse("page 3 of 3", 0);
	make(&file, down, 3, 3);
	refuse("page 2 of 3", 0);
	make(&file, odd, 3, 3);
	refuse("not 4 KiB aligned", 0);
}

static void files(void **state)
{
	char path[] = "/tmp/test_snapshot.XXXXXX";
	struct snapshot s;
	struct err e = {0};
	gzFile gz;

	close(mkstemp(path));
	make(&file, three, 3, 3);
	gz = gzopen(path, "wb");
	assert_int_equal(gzwrite(gz, file.data, (unsigned)file.n), file.n);
	gzclose(gz);
	assert_int_equal(snapshot_open(&s, path, 0, &e), 0);
	assert_non_null(snapshot_page(&s, 0x5000));
	snapshot_close(&s);
	assert_int_equal(truncate(path, 60), 0);
	assert_int_equal(snapshot_open(&s, path, 0, &e), -EINVAL);
	assert_non_null(strstr(e.what, "gzip"));
	unlink(path);
	assert_int_equal(snapshot_open(&s, path, 0, &e), -ENOENT);
	assert_int_equal(snapshot_open(&s, "/tmp", 0, &e), -EISDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(finds_pages),
					   cmocka_unit_test(raw_images),
					   cmocka_unit_test(damaged),
					   cmocka_unit_test(files)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
