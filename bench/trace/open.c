/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Knows the files that are no text. */
#include "trace/open.h"

#include <errno.h>
#include <string.h>

struct foreign {
	const char *magic;
	size_t n;
	const char *what;
	const char *reader; /* what makes text of it; the file comes next */
};

#define MAGIC(bytes) bytes, sizeof(bytes) - 1
static const struct foreign foreign[] = {
	{MAGIC("\x17\x08\x44tracing"), "a trace.dat file", "trace-cmd report"},
	{MAGIC("PERFILE2"), "a perf.data file", "perf script -i"},
	{MAGIC("\xfd"
	       "7zXZ"),
	 "packed with xz", "xz -dc"},
	{MAGIC("\x28\xb5\x2f\xfd"), "packed with zstd", "zstd -dc"},
	{MAGIC("\x04\x22\x4d\x18"), "packed with lz4", "lz4 -dc"},
	{MAGIC("BZh"), "packed with bzip2", "bzip2 -dc"},
	{MAGIC("PK\x03\x04"), "packed with zip", "unzip -p"},
	{MAGIC("\xff\xfe"), "UTF-16 text", "iconv -f UTF-16 -t UTF-8"},
	{MAGIC("\xfe\xff"), "UTF-16 text", "iconv -f UTF-16 -t UTF-8"},
};

/* Can be typed into a shell as it is, and leaves room for the rest. */
static bool is_plain(const char *name)
{
	return strlen(name) < 120 && name[0] != '-' &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_-+.,:/@%")];
}

int trace_foreign(const char *name, const char *head, size_t n, bool unpacked,
		  struct err *e)
{
	const struct foreign *f = foreign;
	const char *file = is_plain(name) && !unpacked ? name : "FILE";
	const size_t count = sizeof(foreign) / sizeof(*foreign);

	while (f < foreign + count &&
	       (n < f->n || memcmp(head, f->magic, f->n)))
		f++;
	if (f == foreign + count)
		return 0;
	err_set(e, -EINVAL, "%s: this is %s%s, which is not read as it is",
		name, f->what, unpacked ? " within a gzip" : "");
	return err_remedy(e, "%s%s %s | vtdbench replay -",
			  unpacked ? "unpack it with gunzip first, then " : "",
			  f->reader, file);
}
