/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raw images and VTDPAGE1 snapshots. */
#include "trace/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/vtd.h"
#include "base/slurp.h"

enum {
	MAGIC_BYTES = 8,
	HEADER_BYTES = 16,		   /* magic, page count */
	RECORD_BYTES = 8 + VTD_PAGE_BYTES, /* address, page */
};

static const char magic[] = "VTDPAGE1";

static uint64_t read_u64(const char *at)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 8; i++)
		v |= (uint64_t)(unsigned char)at[i] << (8 * i);
	return v;
}

static const char *record(const struct snapshot *s, size_t i)
{
	return s->data + i * s->stride;
}

/* Addresses are aligned and ascend, so that a page can be searched for. */
static int check_order(const struct snapshot *s, const char *name,
		       struct err *e)
{
	for (size_t i = 0; i < s->npages; i++) {
		uint64_t pa = read_u64(record(s, i));

		if (pa & (VTD_PAGE_BYTES - 1))
			return err_set(e, -EINVAL,
				       "%s: page %zu of %zu: address 0x%llx is "
				       "not 4 KiB aligned",
				       name, i + 1, s->npages,
				       (unsigned long long)pa);
		if (i && pa <= read_u64(record(s, i - 1)))
			return err_set(e, -EINVAL,
				       "%s: page %zu of %zu: address 0x%llx is "
				       "not above the one before",
				       name, i + 1, s->npages,
				       (unsigned long long)pa);
	}
	return 0;
}

static int take_vtdpage(struct snapshot *s, const char *data, size_t bytes,
			const char *name, struct err *e)
{
	uint64_t count = bytes < HEADER_BYTES ? 0
					      : read_u64(data + MAGIC_BYTES);
	uint64_t there = bytes < HEADER_BYTES
				 ? 0
				 : (bytes - HEADER_BYTES) / RECORD_BYTES;

	if (bytes < HEADER_BYTES || there < count) {
		err_set(e, -EINVAL,
			"%s: VTDPAGE1 file is truncated: %llu of %llu pages",
			name, (unsigned long long)there,
			(unsigned long long)count);
		return err_remedy(e, "copy it again");
	}
	if (bytes != HEADER_BYTES + count * RECORD_BYTES)
		return err_set(
			e, -EINVAL,
			"%s: VTDPAGE1 file goes on behind its %llu pages", name,
			(unsigned long long)count);
	s->data = data + HEADER_BYTES;
	s->npages = (size_t)count;
	s->stride = RECORD_BYTES;
	return check_order(s, name, e);
}

static int take_raw(struct snapshot *s, const char *data, size_t bytes,
		    const char *name, uint64_t base, struct err *e)
{
	if (!bytes || bytes % VTD_PAGE_BYTES) {
		err_set(e, -EINVAL,
			"%s: %zu bytes are no raw image: not a whole number "
			"of 4 KiB pages",
			name, bytes);
		return err_remedy(e, "give a raw image of table pages or a "
				     "VTDPAGE1 snapshot");
	}
	if (base % VTD_PAGE_BYTES || base + bytes < base)
		return err_set(e, -EINVAL,
			       "%s: base 0x%llx: not 4 KiB aligned, or the "
			       "image does not fit above it",
			       name, (unsigned long long)base);
	s->data = data;
	s->npages = bytes / VTD_PAGE_BYTES;
	s->stride = VTD_PAGE_BYTES;
	s->base = base;
	s->raw = true;
	return 0;
}

int snapshot_from_memory(struct snapshot *s, const void *data, size_t bytes,
			 const char *name, uint64_t base, struct err *e)
{
	memset(s, 0, sizeof(*s));
	if (bytes < MAGIC_BYTES || memcmp(data, magic, MAGIC_BYTES))
		return take_raw(s, data, bytes, name, base, e);
	if (base)
		return err_set(e, -EINVAL,
			       "%s: a VTDPAGE1 snapshot has its own addresses, "
			       "a base makes no sense",
			       name);
	return take_vtdpage(s, data, bytes, name, e);
}

int snapshot_open(struct snapshot *s, const char *path, uint64_t base,
		  struct err *e)
{
	struct slurp file;
	int rc = slurp_file(&file, path, e);

	memset(s, 0, sizeof(*s));
	if (rc)
		return rc;
	rc = snapshot_from_memory(s, file.data, file.bytes, path, base, e);
	if (rc)
		slurp_release(&file);
	else
		s->mem = file.data;
	return rc;
}

void snapshot_close(struct snapshot *s)
{
	free(s->mem);
	memset(s, 0, sizeof(*s));
}

/* A record's page; records are 8-byte aligned within malloc'd memory. */
static const uint64_t *page_of(const struct snapshot *s, size_t i)
{
	return (const uint64_t *)(const void *)(record(s, i) +
						(s->raw ? 0 : 8));
}

const uint64_t *snapshot_page(void *arg, uint64_t pa)
{
	const struct snapshot *s = arg;
	size_t low = 0, high = s->npages;

	if (s->raw) {
		uint64_t i = (pa - s->base) / VTD_PAGE_BYTES;

		return pa >= s->base && i < s->npages ? page_of(s, (size_t)i)
						      : NULL;
	}
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (read_u64(record(s, mid)) < pa)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->npages && read_u64(record(s, low)) == pa
		       ? page_of(s, low)
		       : NULL;
}
