/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: an operation list, applied through a design chosen by the
 * first byte; whatever it says, every table comes back. And the same text as
 * a list of IOVAs.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "trace/iova_list.h"
#include "trace/op_list.h"
#include "../kernels/engine.h"
#include "fuzz.h"

enum { PAGES = 4096 };

static void apply(const struct design *design, const struct op_list *l)
{
	static void *mem;
	struct engine_config cfg = {
		.format = VTD_SS,
		.levels = 4,
		.max_leaf_level = 3,
		.reclaim = RECLAIM_WHOLE,
		.domain_id = 1,
	};
	struct engine_thread t;
	struct pool pool;
	struct domain *d;

	if (!mem)
		mem = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(mem, PAGES * 4096, MADV_DONTNEED); /* zero again */
	if (mem == MAP_FAILED || pool_init(&pool, mem, PAGES * 4096, 0x1000))
		abort();
	cfg.pool = &pool;
	d = design->domain_new(&cfg);
	if (!d)
		abort();
	design->thread_enter(&t, &pool);
	for (size_t i = 0; i < l->n; i++) {
		const struct op *op = &l->ops[i];
		uint64_t unmapped;

		/* gigabytes of 4K leaves are legal and slow */
		if (op->bytes > UINT64_C(64) << 30)
			continue;
		if (op->map)
			design->map(d, &t, op->iova, op->pa, op->bytes,
				    op->prot);
		else
			design->unmap(d, &t, op->iova, op->bytes, &unmapped);
		design->thread_quiesce(&t);
	}
	design->thread_leave(&t);
	design->domain_free(d);
	if (pool_tables_held(&pool, NULL, 0))
		abort();
	pool_fini(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct op_list ops;
	struct iova_list iovas;
	struct err e = {0};
	size_t n = 0;

	if (!size)
		return 0;
	while (designs[n])
		n++;
	if (!op_list_from_memory(&ops, "fuzz", (const char *)data + 1, size - 1,
				 &e)) {
		apply(designs[data[0] % n], &ops);
		op_list_release(&ops);
	} else if (!e.what[0]) {
		abort();
	}
	if (!iova_list_from_memory(&iovas, "fuzz", (const char *)data + 1,
				   size - 1, &e))
		iova_list_release(&iovas);
	return 0;
}
