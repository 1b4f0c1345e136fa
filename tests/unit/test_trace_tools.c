/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trace reader: what the tools write around the events, and cut files. */
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

#define HEAD	   "  kworker/0:1-17    [003] d..1.    12.345678: "
#define MAP_TEXT   "map: IOMMU: iova=0x1000 - 0x2000 paddr=0x5000 size=4096"
#define UNMAP_TEXT "unmap: IOMMU: iova=0x1000 - 0x2000 size=4096"
#define MAP	   HEAD MAP_TEXT "\n"
#define UNMAP	   HEAD UNMAP_TEXT " unmapped_size=4096\n"

static int read_text(struct trace *t, const char *text, struct err *e)
{
	static const struct trace_options strict;

	memset(e, 0, sizeof(*e));
	return trace_from_memory(t, "T", text, strlen(text), &strict, e);
}

static void must_read(struct trace *t, const char *text)
{
	struct err e;

	if (read_text(t, text, &e))
		fail_msg("%s", e.what);
}

/* Heads of one map; the CPU must come out. */
static void heads(void **state)
{
	static const char *const head[] = {
		"           <...>-11  [003]   217.975284: ", /* trace-cmd */
		"  qemu-kvm-4575    [003] .......   438.308478: ",
		"  task-11 [003] ..... 1234567890123: ", /* x86-tsc */
		"  task-11 [003] 18446744073709551616: ",
		"  task-11 [003] 99999999999999999999.999999999999: ",
		"  task-11 (     11) [003] d..1. 12.345678: ", /* record-tgid */
		"task  11/11 [003]    4.878076:          1 iommu:",
		"[003]    4.878076: iommu:", /* perf script -F cpu,… */
		"w [3] 12: x-17 [003] d..1. 12.345678: ",
		"w[3] q 1: x-17 [003] d..1. 12.345678: ",
		": [1] -2 [003] 12.345678: ",
		"map: IOMMU:-17 [003] 12.345678: ",
		"\xef\xbb\xbf  task-11 [003] ..... 12.345678: ",
	};

	for (size_t i = 0; i < sizeof(head) / sizeof(*head); i++) {
		char text[200];
		struct trace t;

		snprintf(text, sizeof(text), "%s" MAP_TEXT "\n", head[i]);
		must_read(&t, text);
		assert_int_equal(t.n, 1);
		if (t.events[0].cpu != 3)
			fail_msg("CPU %u in '%s'", t.events[0].cpu, text);
		trace_release(&t);
	}
}

static void banners(void **state)
{
	struct trace t;
	struct err e;

	must_read(&t, "version = 6\nCPU 1 is empty\ncpus=8\r\n" MAP);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.comments, 3);
	trace_release(&t);
	must_read(&t, "Attaching 2 probes...\n" MAP);
	trace_release(&t);
	assert_int_equal(read_text(&t, "cpus=8x\n" MAP, &e), -EINVAL);
}

static void losses(void **state)
{
	static const struct {
		const char *text;
		uint64_t lost, unsized;
	} rows[] = {
		{"CPU:3 [LOST 17 EVENTS]\n", 17, 0},
		{"CPU:3 [LOST EVENTS]\n", 0, 1},
		{"CPU:7 [204600 EVENTS DROPPED]\n", 204600, 0},
		{"CPU:7 [EVENTS DROPPED]\r\n", 0, 1},
		{"Lost 12 events\n", 12, 0}, /* bpftrace */
		{"LOST 12 events!\n", 12, 0},
		{"swapper 0 [000] 4.8: PERF_RECORD_LOST lost 9\n", 9, 0},
		{"x 1 [000] 4.8: PERF_RECORD_LOST_SAMPLES lost samples 9\n", 9,
		 0},
		{"x 1 [000] 4.8: PERF_RECORD_LOST ?\n", 0, 1},
		{"CPU:3 [LOST 18446744073709551615 EVENTS]\n"
		 "CPU:3 [LOST 2 EVENTS]\n",
		 UINT64_MAX, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[400];
		struct trace t;

		snprintf(text, sizeof(text), MAP "%s" UNMAP, rows[i].text);
		must_read(&t, text);
		assert_int_equal(t.n, 2);
		if (t.lost != rows[i].lost ||
		    t.losses_unsized != rows[i].unsized)
			fail_msg("%s: %llu and %llu", rows[i].text,
				 (unsigned long long)t.lost,
				 (unsigned long long)t.losses_unsized);
		trace_release(&t);
	}
}

static void call_chains(void **state)
{
	static const char *const text[] = {
		MAP HEAD "<stack trace>\n => iommu_map\n => dma_map\n" UNMAP,
		/* trace-cmd report */
		MAP HEAD "kernel_stack:         <stack trace >\n"
			 "=> iommu_map (ffffffff8168d0d5)\n"
			 "=> dma_map (ffffffff8168d0d5)\n" UNMAP,
		/* perf script -g */
		MAP "\tffffffff8168d0d5 iommu_map+0x85 ([kernel.kallsyms])\n"
		    "\t               0 [unknown] (/usr/lib/x.so)\n\n" UNMAP,
	};

	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++) {
		struct trace t;

		must_read(&t, text[i]);
		assert_int_equal(t.n, 2);
		assert_int_equal(t.stacks, 2);
		trace_release(&t);
	}
}

static void texts_of_several_lines(void **state)
{
	struct trace t;
	struct err e;

	must_read(&t, MAP HEAD
		  "print:                tracing_mark_write: a\nb\n\n"
		  "  add it\nd\n" HEAD "my_function: a\nsecond line\n" UNMAP);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.others + t.comments + t.stacks, 7);
	trace_release(&t);
	/* Not the text of another event: a map without its head. */
	assert_int_equal(
		read_text(&t, HEAD "other: x\n .3: " MAP_TEXT "\n" UNMAP, &e),
		-EINVAL);
	assert_non_null(strstr(e.what, "T:2: no COMM-PID"));
	assert_int_equal(read_text(&t, UNMAP "second\n", &e), -EINVAL);
}

static void unmap_of_size_0(void **state)
{
	struct trace_pairs p;
	struct trace t;
	struct err e = {0};

	must_read(&t, MAP HEAD "unmap: IOMMU: iova=0x1000 - 0x1000 size=0 "
			       "unmapped_size=0\n" HEAD
			       "unmap: IOMMU: iova=0x0000 size=0x0\n" UNMAP);
	assert_int_equal(t.n, 4); /* --until-event and labels count it */
	assert_int_equal(t.unmaps, 3);
	assert_int_equal(trace_pair(&t, t.n, &p, &e), 0);
	assert_int_equal(p.unmaps_empty, 2);
	assert_int_equal(p.unmaps_of_nothing, 2);
	assert_int_equal(p.live_bytes_end, 0);
	assert_int_equal(t.times_back, 0);
	trace_release(&t);
}

static void devices(void **state)
{
	static const char text[] = HEAD
		"map: IOMMU: dev=a.ufshc iova=0x1000 paddr=0x5000 "
		"size=4096\n" HEAD
		"map: IOMMU: dev=0000:00:1f.2 iova=0x1000 paddr=0x6000 "
		"size=4096\n" HEAD
		"unmap: IOMMU: dev=a.ufshc iova=0x1000 size=4096 "
		"unmapped_size=4096\n";
	struct trace_pairs p;
	struct trace t;
	struct err e = {0};

	must_read(&t, text);
	assert_int_equal(t.ndomains, 2);
	assert_string_equal(t.domains[0], "a.ufshc");
	assert_string_equal(t.domains[1], "0000:00:1f.2");
	assert_int_equal(t.events[1].domain, 1);
	assert_int_equal(t.events[2].domain, 0);
	assert_int_equal(trace_pair(&t, t.n, &p, &e), 0);
	assert_int_equal(p.maps_overlapping + p.unmaps_of_nothing, 0);
	assert_int_equal(trace_one_domain(&t, &e), 0);
	assert_int_equal(t.ndomains, 1);
	assert_int_equal(t.events[1].domain, 0);
	trace_release(&t);
	for (const char *c = "\x1b,\"\x7f"; *c; c++) {
		char bad[300];

		snprintf(bad, sizeof(bad),
			 MAP HEAD
			 "map: IOMMU: dev=a%cb iova=0x9000 paddr=0x5000 "
			 "size=4096\n",
			 *c);
		assert_int_equal(read_text(&t, bad, &e), -EINVAL);
		assert_non_null(strstr(e.what, "T:2:"));
	}
}

/* As many as there can be, found without a search through all of them. */
static void many_devices(void **state)
{
	enum { N = 65535 };
	char *text = malloc((N + 1) * 140), *at = text, *last = text;
	struct trace t;
	struct err e = {0};

	assert_non_null(text);
	for (unsigned i = 0; i <= N; i++) {
		last = at;
		at += sprintf(at,
			      HEAD "map: IOMMU: dev=d%u iova=0x1000 "
				   "paddr=0x5000 size=4096\n",
			      i);
	}
	assert_int_equal(read_text(&t, text, &e), -EINVAL);
	assert_non_null(strstr(e.what, "T:65536: more than 65535 domains"));
	sprintf(last, HEAD "map: IOMMU: dev=d9 iova=0x2000 paddr=0x5000 "
			   "size=4096\n");
	must_read(&t, text);
	assert_int_equal(t.ndomains, N);
	assert_string_equal(t.domains[N - 1], "d65534");
	assert_int_equal(t.events[N - 1].domain, N - 1);
	assert_int_equal(t.events[N].domain, 9);
	trace_release(&t);
	free(text);
}

/* A line cut where what is left of it reads like a line. */
static void cut(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{HEAD UNMAP_TEXT "\n" MAP, "T:1: cut before unmapped_size"},
		{HEAD "unmap: IOMMU: iova=0x1000 size=4096\n" MAP,
		 "T:1: cut before unmapped_size"},
		{MAP HEAD UNMAP_TEXT, "T:2: the line is cut in half"},
		/* of 0x20000, 40960, and unmapped_size=40960 */
		{MAP HEAD "map: IOMMU: iova=0x9000 paddr=0x0 size=0x2000",
		 "T:2: no newline"},
		{MAP HEAD "map: IOMMU: iova=0x9000 paddr=0x0 size=4096",
		 "T:2: no newline"},
		{MAP HEAD "unmap: IOMMU: iova=0x9000 size=40960 "
			  "unmapped_size=4096",
		 "T:2: no newline"},
	};
	struct trace t;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(read_text(&t, bad[i].text, &e), -EINVAL);
		if (!strstr(e.what, bad[i].why))
			fail_msg("%zu: '%s' lacks '%s'", i, e.what, bad[i].why);
		assert_true(e.remedy[0]);
	}
	/* Nothing can be missing of these. */
	must_read(&t, UNMAP HEAD MAP_TEXT);
	trace_release(&t);
	must_read(&t, MAP HEAD UNMAP_TEXT " unmapped_size=4096");
	trace_release(&t);
}

static void out_of_order(void **state)
{
	struct trace t;

	must_read(&t, "x-1 [000] 9.9: " MAP_TEXT "\n"
		      "x-1 [000] 10.000001: other: x\n"
		      "x-1 [000] 10.0000005: " MAP_TEXT "\n"
		      "x-1 [000] 8.1: " MAP_TEXT "\n");
	assert_int_equal(t.times_back, 2);
	trace_release(&t);
}

/* Longer than a line can be, wherever the pieces that are read end. */
static void long_lines(void **state)
{
	const size_t size = 1 << 20;
	char *text = malloc(size + sizeof(MAP) + 1), *tail;
	struct trace t;
	struct err e;

	assert_non_null(text);
	strcpy(text, MAP);
	tail = text + strlen(text);
	memset(tail, 'x', size);
	strcpy(tail + size, "\n");
	for (int newline = 1; newline >= 0; newline--) {
		tail[size + (size_t)newline - 1] = newline ? '\n' : '\0';
		assert_int_equal(read_text(&t, text, &e), -EINVAL);
		assert_non_null(strstr(e.what, "T:2: longer than"));
	}
	free(text);
}

/* Files that are no text: what they are, and the command that reads them. */
static void foreign(void **state)
{
	static const struct {
		const char *bytes, *what, *command;
	} rows[] = {
		{"\x17\x08\x44tracing6", "trace.dat", "trace-cmd report"},
		{"PERFILE2xyz", "perf.data", "perf script -i"},
		{"\xfd"
		 "7zXZ",
		 "xz", "xz -dc"},
		{"\x28\xb5\x2f\xfd\x04", "zstd", "zstd -dc"},
		{"BZh91AY", "bzip2", "bzip2 -dc"},
		{"\xff\xfe#", "UTF-16", "iconv -f UTF-16 -t UTF-8"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char path[] = "/tmp/test_trace_tools.XXXXXX", command[80];
		FILE *f = fdopen(mkstemp(path), "w");
		struct trace t;
		struct err e = {0};
		gzFile gz;

		assert_non_null(f);
		fputs(rows[i].bytes, f);
		fclose(f);
		assert_int_equal(trace_read(&t, path, NULL, &e), -EINVAL);
		snprintf(command, sizeof(command), "%s %s | vtdbench replay -",
			 rows[i].command, path);
		assert_non_null(strstr(e.what, rows[i].what));
		assert_string_equal(e.remedy, command);

		gz = gzopen(path, "wb"); /* the same, within a gzip */
		gzputs(gz, rows[i].bytes);
		gzclose(gz);
		assert_int_equal(trace_read(&t, path, NULL, &e), -EINVAL);
		assert_non_null(strstr(e.what, rows[i].what));
		assert_non_null(strstr(e.remedy, "gunzip"));
		unlink(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),
		cmocka_unit_test(banners),
		cmocka_unit_test(losses),
		cmocka_unit_test(call_chains),
		cmocka_unit_test(texts_of_several_lines),
		cmocka_unit_test(unmap_of_size_0),
		cmocka_unit_test(devices),
		cmocka_unit_test(many_devices),
		cmocka_unit_test(cut),
		cmocka_unit_test(out_of_order),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
