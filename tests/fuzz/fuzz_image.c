/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: a table image. The first bytes choose format, levels and
 * capabilities; what follows is a VTDPAGE1 file, or else raw pages (padded to
 * whole ones) at address 0, so that random entries name pages that exist.
 */
#include <stdlib.h>
#include <string.h>

#include "trace/snapshot.h"
#include "../kernels/image.h"
#include "fuzz.h"

static int count_leaf(void *arg, const struct image_leaf *leaf)
{
	uint64_t *last = arg;

	/* ascending, each once */
	if (!leaf->reason && *last && leaf->iova <= *last - 1)
		abort();
	if (!leaf->reason)
		*last = leaf->iova + 1;
	return 0;
}

static int each_device(void *arg, const struct image_device *device)
{
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { HEADER = 3, PAGES = 16 };
	/* aligned, as what is mapped from a file is */
	static uint64_t raw[PAGES * 512 + 8192];
	struct image img = {.max_tables = 4096};
	struct image_tree tree;
	struct image_result r;
	struct snapshot s;
	struct err e = {0};
	uint64_t last = 0;

	if (size < HEADER)
		return 0;
	memset(raw, 0, sizeof(raw));
	if (size - HEADER >= 8 && !memcmp(data + HEADER, "VTDPAGE1", 8)) {
		if (size - HEADER > sizeof(raw))
			return 0;
		memcpy(raw, data + HEADER, size - HEADER);
		if (snapshot_from_memory(&s, raw, size - HEADER, "fuzz", 0, &e))
			return 0;
	} else {
		size_t n = size - HEADER;

		memcpy(raw, data + HEADER, n < PAGES * 4096 ? n : PAGES * 4096);
		if (snapshot_from_memory(&s, raw, PAGES * 4096, "fuzz", 0, &e))
			abort();
	}
	img.page = snapshot_page;
	img.arg = &s;
	img.host_width = data[0] & 1 ? 39 : 52;
	img.scalable = data[0] & 2;
	img.snoop = data[0] & 4;
	img.interrupts = data[0] & 8;
	tree.format = data[1] & 1 ? VTD_FS : VTD_SS;
	tree.levels = (data[1] & 1 ? 4 : 3) + (data[1] >> 1) % 2;
	tree.table = (uint64_t)(data[2] % PAGES) << 12;
	image_leaves(&img, &tree, count_leaf, &last);
	for (unsigned i = 0; i < 64; i++)
		image_walk(&img, &tree, (uint64_t)i * 0x40201000, 1 + i % 3,
			   &r);
	image_devices(&img,
		      tree.table | (img.scalable ? VTD_RTADDR_SCALABLE : 0),
		      each_device, NULL);
	snapshot_close(&s);
	return 0;
}
