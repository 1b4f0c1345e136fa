/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening a side's tree in memory that is alike on all sides. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "measure/pair_tree.h"
#include "../kernels/vtd.h"

enum {
	TABLES = 256, /* beside those that retired ones fill */
	HEAP_BYTES =
		1 << 20, /* of the engine's own data, ahead of the tables */
	HUGE_BYTES = 2 << 20,
};

unsigned pair_tree_retires(const struct pair_case *c)
{
	return c->exec == SIDE_UPDATE && c->bytes >= vtd_span(c->leaf_level + 1)
		       ? c->ops * c->threads
		       : 0;
}

/* Zero-filled, in huge pages where they can be had; all of it there. */
static void *zeroed(size_t bytes)
{
	char *mem = mmap(NULL, bytes + HUGE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t at = ((uintptr_t)mem + HUGE_BYTES - 1) &
		       ~(uintptr_t)(HUGE_BYTES - 1);

	if (mem == MAP_FAILED)
		return NULL;
	if (at > (uintptr_t)mem)
		munmap(mem, at - (uintptr_t)mem);
	munmap((char *)at + bytes, (uintptr_t)mem + HUGE_BYTES - at);
	madvise((void *)at, bytes, MADV_HUGEPAGE);
	for (size_t i = 0; i < bytes; i += 4096)
		((volatile char *)at)[i] = 0;
	return (void *)at;
}

static int map_walked(struct pair_tree *t, const struct pair_case *c)
{
	int rc = 0;

	t->side->enter(t->tree, 0);
	if (c->exec != SIDE_UPDATE)
		rc = t->side->map(t->tree, 0, UINT64_C(1) << 40, c->bytes);
	t->side->leave(t->tree, 0);
	return rc;
}

int pair_tree_open(struct pair_tree *t, const struct side *side,
		   const struct pair_case *c, const char *design, size_t offset,
		   struct err *e)
{
	bool translates = c->exec == SIDE_TRANSLATE_DEP ||
			  c->exec == SIDE_TRANSLATE_THR;
	size_t tables = TABLES + (pair_tree_retires(c) ? PAIR_RETIRED_MAX : 0);
	struct side_config cfg = {.design = design,
				  .bytes = tables * VTD_PAGE_BYTES,
				  .heap_bytes = HEAP_BYTES - offset,
				  .levels = 4,
				  .max_leaf_level = c->leaf_level,
				  .iotlb_sets = translates ? 64 : 0,
				  .iotlb_ways = 8};
	int rc;

	t->side = side;
	t->bytes = HEAP_BYTES + cfg.bytes;
	t->mem = zeroed(t->bytes);
	if (!t->mem)
		return err_set(e, -ENOMEM, "no memory for %zu bytes of tables",
			       t->bytes);
	cfg.heap = (char *)t->mem + offset;
	cfg.mem = (char *)t->mem + HEAP_BYTES;
	rc = side->open(&cfg, &t->tree);
	if (!rc)
		rc = map_walked(t, c);
	if (rc)
		err_set(e, rc, "%s, %s: cannot open: %s", c->name, design,
			strerror(-rc));
	return rc;
}

void pair_tree_close(struct pair_tree *t)
{
	if (t->tree)
		t->side->close(t->tree);
	if (t->mem)
		munmap(t->mem, t->bytes);
	*t = (struct pair_tree){0};
}
