/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maps of what was unmapped shortly before, in streams that mappers repeat. */
#include "workloads/registry.h"

struct unmapped {
	uint64_t iova, last;
};

/* Whether [iova, last] is of the last FLUSH_SLOTS - 1 of @n unmaps. */
static bool pending(const struct unmapped *u, size_t n, uint64_t iova,
		    uint64_t last)
{
	for (size_t i = n < FLUSH_SLOTS ? 0 : n - (FLUSH_SLOTS - 1); i < n; i++)
		if (u[i % FLUSH_SLOTS].iova <= last &&
		    u[i % FLUSH_SLOTS].last >= iova)
			return true;
	return false;
}

static void mark(uint64_t *ops, size_t n)
{
	struct unmapped u[FLUSH_SLOTS];
	size_t unmaps = 0;

	/* Twice: the stream follows itself. */
	for (size_t k = 0; k < 2 * n; k++) {
		uint64_t *op = &ops[k % n];
		uint64_t iova = *op & ~(uint64_t)(VTD_PAGE_BYTES - 1);
		uint64_t last = iova + engine_op_bytes(*op) - 1;

		if ((*op & 3) == OP_UNMAP)
			u[unmaps++ % FLUSH_SLOTS] =
				(struct unmapped){iova, last};
		else if ((*op & 3) == OP_MAP && pending(u, unmaps, iova, last))
			*op |= OP_REMAP;
	}
}

void work_mark_reuse(struct work *w)
{
	for (size_t i = 0; i < w->nthreads; i++)
		mark(w->streams[i], w->nops[i]);
}
