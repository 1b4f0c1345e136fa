/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trace reader: every kernel's format, labels, and what it refuses. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "trace/ftrace.h"
#include "../kernels/vtd.h"

#define HEAD "  kworker/0:1-17    [003] d..1.    12.345678: "
#define MAP                                                              \
	HEAD "map: IOMMU: iova=0x00000000ffffe000 - 0x00000000fffff000 " \
	     "paddr=0x0000000149fa2000 size=4096\n"
#define UNMAP                                                              \
	HEAD "unmap: IOMMU: iova=0x00000000ffffe000 - 0x00000000fffff000 " \
	     "size=4096 unmapped_size=4096\n"

static const struct trace_options strict, lenient = {.keep_going = true};

static int read_text(struct trace *t, const char *text, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return trace_from_memory(t, "T", text, strlen(text), &strict, e);
}

/* One event in each format; what must come out is the same. */
static void formats(void **state)
{
	static const char *const maps[] = {
		/* 3.13 */
		HEAD "map: IOMMU: iova=0x00000000ffffe000 "
		     "paddr=0x0000000149fa2000 size=0x2000\n",
		/* 4.0 */
		HEAD "map: IOMMU: iova=0x00000000ffffe000 "
		     "paddr=0x0000000149fa2000 size=8192\n",
		/* 5.17 */
		HEAD "map: IOMMU: iova=0x00000000ffffe000 - "
		     "0x0000000100000000 paddr=0x0000000149fa2000 size=8192\n",
		/* without flags; a name with blanks and brackets; trace-cmd's
		 * padding; perf script's prefix; a carriage return */
		"  <...>-17 [003] 12.345678: map: IOMMU: iova=0xffffe000 "
		"paddr=0x149fa2000 size=8192\n",
		"a [1] b [000] c-9 [003] ..s1. 1.2: map:      IOMMU: "
		"iova=0xffffe000 paddr=0x149fa2000 size=8192\n",
		"x 17 [003] 12.345678: iommu:map: IOMMU: iova=0xffffe000 "
		"paddr=0x149fa2000 size=8192\r\n",
	};
	struct trace t;
	struct err e;

	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++) {
		if (read_text(&t, maps[i], &e))
			fail_msg("%zu: %s", i, e.what);
		assert_int_equal(t.n, 1);
		assert_int_equal(t.events[0].kind, TRACE_MAP);
		assert_int_equal(t.events[0].iova, 0xffffe000);
		assert_int_equal(t.events[0].pa, 0x149fa2000);
		assert_int_equal(t.events[0].bytes, 8192);
		assert_int_equal(t.events[0].cpu, 3);
		assert_int_equal(t.events[0].prot, VTD_R | VTD_W);
		assert_int_equal(t.cpus, 4);
		trace_release(&t);
	}
}

static void unmap_formats(void **state)
{
	static const struct {
		const char *text;
		uint64_t differs;
	} unmaps[] = {
		{HEAD "unmap: IOMMU: iova=0x0000000000001000 size=0x3000\n", 0},
		{HEAD "unmap: IOMMU: iova=0x0000000000001000 size=12288 "
		      "unmapped_size=12288\n",
		 0},
		{HEAD "unmap: IOMMU: iova=0x0000000000001000 - "
		      "0x0000000000004000 size=12288 unmapped_size=0\n",
		 1},
	};
	struct trace t;
	struct err e;

	for (size_t i = 0; i < sizeof(unmaps) / sizeof(*unmaps); i++) {
		if (read_text(&t, unmaps[i].text, &e))
			fail_msg("%zu: %s", i, e.what);
		assert_int_equal(t.n, 1);
		assert_int_equal(t.events[0].kind, TRACE_UNMAP);
		assert_int_equal(t.events[0].iova, 0x1000);
		assert_int_equal(t.events[0].bytes, 0x3000);
		assert_int_equal(t.unmapped_differs, unmaps[i].differs);
		trace_release(&t);
	}
}

static void other_lines_are_counted(void **state)
{
	static const char text[] =
		"# tracer: nop\n#\n\n"
		"CPU:2 [LOST 17 EVENTS]\n" MAP HEAD
		"attach_device_to_domain: IOMMU: device=0000:00:05.0\n" HEAD
		"tracing_mark_write: begin\nsecond line of it\n\n" HEAD
		"mapped: IOMMU: iova=0x1\n" UNMAP HEAD
		"kunmap: (x+0x0/0x10) iova=0x1000 size=0x1000\n" UNMAP;
	struct trace t;
	struct err e;

	if (read_text(&t, text, &e))
		fail_msg("%s", e.what);
	assert_int_equal(t.n, 3);
	assert_int_equal(t.maps, 1);
	assert_int_equal(t.unmaps, 2);
	assert_int_equal(t.others, 5);
	assert_int_equal(t.comments, 4);
	assert_int_equal(t.lost, 17);
	assert_int_equal(t.lines, 13);
	assert_int_equal(t.events[0].line, 5);
	assert_int_equal(t.events[1].line, 11);
	trace_release(&t);
}

static void refused(void **state)
{
	static const struct {
		const char *text, *place, *why;
	} bad[] = {
		{MAP HEAD "map: IOMMU: iova=0x1000 paddr=0x2000 si\n" MAP,
		 "T:2:", "damaged"},
		{MAP HEAD "map: IOMMU: iova=0x1000 paddr=0x20",
		 "T:2:", "cut in half"},
		{MAP "   kworker/0:1-17  [0", "T:2:", "cut in half"},
		{MAP HEAD "map: IOM", "T:2:", "cut in half"},
		{HEAD "map: iova=0x1000 paddr=0x2000 size=4096\n",
		 "T:1:", "damaged"},
		{HEAD "map: IOMMU: iova=0x1000 paddr=0x2000 size=4096x\n",
		 "T:1:", "damaged"},
		{HEAD "map: IOMMU: iova=0x1000 paddr=0xzz size=4096\n",
		 "T:1:", "damaged"},
		{HEAD "map: IOMMU: iova=0x10000000000001000 paddr=0x2000 "
		      "size=4096\n",
		 "T:1:", "damaged"},
		{HEAD "map: IOMMU: iova=0x1000 paddr=0x2000 "
		      "size=18446744073709551616\n",
		 "T:1:", "damaged"},
		{HEAD "map: IOMMU: iova=0x1000 paddr=0x2000 size=0\n",
		 "T:1:", "size is 0"},
		{HEAD "map: IOMMU: iova=0x1001 paddr=0x2000 size=4096\n",
		 "T:1:", "multiple of 4096"},
		{HEAD "map: IOMMU: iova=0x1000 paddr=0x2800 size=4096\n",
		 "T:1:", "multiple of 4096"},
		{HEAD "map: IOMMU: iova=0x1000 paddr=0x2000 size=4095\n",
		 "T:1:", "multiple of 4096"},
		{HEAD "map: IOMMU: iova=0x1000 - 0x3000 paddr=0x2000 "
		      "size=4096\n",
		 "T:1:", "iova + size"},
		{HEAD "map: IOMMU: iova=0xfffffffffffff000 paddr=0x2000 "
		      "size=8192\n",
		 "T:1:", "2^64"},
		{HEAD "map: IOMMU: iova=0x1000 paddr=0xffffffffff000 "
		      "size=8192\n",
		 "T:1:", "52 bits"},
		{MAP "this is no trace\n", "T:2:", "not a line"},
		{"\x7f"
		 "ELF\x01\x02\n",
		 "T:1:", "not a line"},
		{HEAD "sched_switch: prev=1\n", "T:", "no iommu:map"},
		{"", "T:", "is empty"},
	};
	struct trace t;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(read_text(&t, bad[i].text, &e), -EINVAL);
		if (!strstr(e.what, bad[i].place) ||
		    !strstr(e.what, bad[i].why))
			fail_msg("%zu: '%s' lacks '%s' or '%s'", i, e.what,
				 bad[i].place, bad[i].why);
		assert_int_equal(t.n, 0);
		assert_null(t.events);
	}
}

static void kept_going(void **state)
{
	static const char text[] = MAP UNMAP HEAD "map: IOMMU: iova=0x10";
	struct trace t;
	struct err e = {0};

	err_verbosity(-1);
	assert_int_equal(trace_from_memory(&t, "T", text, sizeof(text) - 1,
					   &lenient, &e),
			 0);
	assert_int_equal(t.n, 2);
	assert_true(t.cut);
	trace_release(&t);
}

static void until_event(void **state)
{
	const struct trace_options two = {.max_events = 2};
	static const char text[] = MAP UNMAP MAP "garbage behind it\n";
	struct trace t;
	struct err e = {0};

	assert_int_equal(trace_from_memory(&t, "T", text, sizeof(text) - 1,
					   &two, &e),
			 0);
	assert_int_equal(t.n, 2);
	trace_release(&t);
}

/* Writes @n lines to a gzip, cut to @keep bytes unless 0; returns its size. */
static long write_gzip(const char *path, unsigned n, long keep)
{
	gzFile gz = gzopen(path, "wb");
	long size;
	FILE *f;

	assert_non_null(gz);
	for (unsigned i = 0; i < n; i++)
		gzprintf(gz,
			 "x%u-17 [%03u] d..1. 12.345678: map: IOMMU: "
			 "iova=0x%x paddr=0x%x size=4096\n",
			 i, i % 61, i * 4096, (i * 2654435761u) & 0xfffff000u);
	gzclose(gz);
	f = fopen(path, "rb");
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	fclose(f);
	if (keep)
		assert_int_equal(truncate(path, keep), 0);
	return size;
}

static void gzip_files(void **state)
{
	enum { N = 200000 }; /* more than one piece, lines across pieces */
	char path[] = "/tmp/test_trace.XXXXXX";
	struct trace t;
	struct err e = {0};
	long size;

	close(mkstemp(path));
	size = write_gzip(path, N, 0);
	assert_int_equal(trace_read(&t, path, &strict, &e), 0);
	assert_int_equal(t.n, N);
	for (unsigned i = 0; i < N; i++)
		if (t.events[i].iova != i * 4096 || t.events[i].cpu != i % 61)
			fail_msg("event %u is not what was written", i);
	trace_release(&t);

	write_gzip(path, N, size / 2);
	assert_int_equal(trace_read(&t, path, &strict, &e), -EINVAL);
	assert_non_null(strstr(e.what, "gzip"));
	assert_non_null(strstr(e.what, path));
	assert_int_equal(trace_read(&t, path, &lenient, &e), 0);
	assert_true(t.cut);
	assert_in_range(t.n, N / 4, N - 1);
	trace_release(&t);
	unlink(path);
	assert_int_equal(trace_read(&t, path, &strict, &e), -ENOENT);
	assert_int_equal(trace_read(&t, "/tmp", &strict, &e), -EISDIR);
}

#define TAB3 "line\tevent\tdomain\tprot\tsource\n"

static int label(struct trace *t, const char *text, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return trace_label_from_memory(t, "L", text, strlen(text), e);
}

static void labels(void **state)
{
	struct trace t;
	struct err e;

	assert_int_equal(read_text(&t, MAP MAP MAP MAP UNMAP, &e), 0);
	assert_int_equal(t.ndomains, 1);
	assert_string_equal(t.domains[0], "0");
	assert_int_equal(label(&t,
			       TAB3 "1\tmap\tA\t5\tkprobe\n2\tmap\tB\t6\tx\n"
				    "3\tmap\tA\t\tinferred\n4\tmap\tB\t3\n"
				    "5\tunmap\tB\t\tkprobe\n",
			       &e),
			 0);
	assert_int_equal(t.ndomains, 2);
	assert_int_equal(t.events[0].prot, VTD_R);
	assert_int_equal(t.events[1].prot, VTD_R | VTD_W); /* was w only */
	assert_int_equal(t.events[2].prot, VTD_R | VTD_W); /* no label */
	assert_int_equal(t.events[0].domain, t.events[2].domain);
	assert_int_equal(t.events[4].domain, t.events[1].domain);
	assert_int_not_equal(t.events[0].domain, t.events[1].domain);
	trace_release(&t);
}

static void labels_of_another_trace(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{TAB3 "1\tmap\tA\t3\n", "no label for line 2"},
		{TAB3 "2\tunmap\tA\t3\n", "no label for line 1"},
		{TAB3 "1\tunmap\tA\t3\n2\tunmap\tA\t\n", "L:2:"},
		{TAB3 "1\tmap\tA,B\t3\n2\tunmap\tA,B\t\n", "a comma"},
		{TAB3 "1\tmap\tA\x1b[31m\t3\n2\tunmap\tA\t\n", "a comma"},
		{TAB3 "1\tmap\t\t3\n2\tunmap\tA\t\n", "no domain"},
		{TAB3 "1\tmap\tA\tx3\n2\tunmap\tA\t\n", "prot"},
		{TAB3 "1\tmap\tA\t3\n1\tmap\tA\t3\n", "L:3:"},
		{TAB3 "x\tmap\tA\t3\n", "L:2:"},
		{"", "no label for line 1"},
	};
	struct trace t;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(read_text(&t, MAP UNMAP, &e), 0);
		assert_int_equal(label(&t, bad[i].text, &e), -EINVAL);
		if (!strstr(e.what, bad[i].why))
			fail_msg("%zu: '%s' lacks '%s'", i, e.what, bad[i].why);
		trace_release(&t);
	}
}

#define EV(kind, iova, size) \
	HEAD kind ": IOMMU: iova=" iova " paddr=0x100000 size=" size "\n"
#define UN(iova, size) HEAD "unmap: IOMMU: iova=" iova " size=" size "\n"

static void pairs(void **state)
{
	static const char text[] = EV("map", "0x0000", "0x1000") /* 1 page */
		EV("map", "0x1000", "0x2000")			 /* 3 */
		EV("map", "0x2000", "0x2000")			 /* refused */
		UN("0x0000", "0x3000")				 /* several */
		UN("0x0000", "0x1000")				 /* nothing */
		EV("map", "0x8000", "0x4000")			 /* 4 */
		UN("0x9000", "0x1000")				 /* partial */
		UN("0x8000", "0x8000");				 /* two rests */
	struct trace_pairs p;
	struct trace t;
	struct err e;

	if (read_text(&t, text, &e))
		fail_msg("%s", e.what);
	assert_int_equal(trace_pair(&t, t.n, &p, &e), 0);
	assert_int_equal(p.maps_overlapping, 1);
	assert_int_equal(p.unmaps_of_several, 2);
	assert_int_equal(p.unmaps_of_nothing, 1);
	assert_int_equal(p.unmaps_partial, 1);
	assert_int_equal(p.live_maps_peak, 2);
	assert_int_equal(p.live_bytes_peak, 4 * 4096);
	assert_int_equal(p.live_bytes_end, 0);
	assert_int_equal(trace_pair(&t, 7, &p, &e), 0);
	assert_int_equal(p.live_bytes_end, 3 * 4096);
	trace_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(unmap_formats),
		cmocka_unit_test(other_lines_are_counted),
		cmocka_unit_test(refused),
		cmocka_unit_test(kept_going),
		cmocka_unit_test(until_event),
		cmocka_unit_test(gzip_files),
		cmocka_unit_test(labels),
		cmocka_unit_test(labels_of_another_trace),
		cmocka_unit_test(pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
