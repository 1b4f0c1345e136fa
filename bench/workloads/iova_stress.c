/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One 4K page in every 2 MiB of a large IOVA space, a few at a time: after
 * Pasha Tatashin's iova_stress (2023), which showed that tables left empty by
 * small unmaps stay allocated. Each page needs a leaf table of its own and no
 * unmap covers one whole.
 */
#include "workloads/layout.h"

#include <errno.h>

/* Pages mapped at once before they are unmapped again. */
enum { BATCH = 64 };

static int mapper_stream(const struct layout *l, const struct params *p,
			 struct work *w, unsigned mapper, struct err *e)
{
	uint64_t places = l->mapper_bytes >> LAYOUT_SPAN_LG2;
	uint64_t *ops =
		layout_stream(w, p->walkers + mapper, (size_t)places * 2, e);
	uint64_t base = layout_mapper(l, mapper);
	size_t n = 0;

	if (!ops)
		return -ENOMEM;
	for (uint64_t i = 0; i < places; i += BATCH) {
		uint64_t end = i + BATCH < places ? i + BATCH : places;

		for (uint64_t k = i; k < end; k++)
			ops[n++] = engine_op(OP_MAP,
					     base + (k << LAYOUT_SPAN_LG2), 1,
					     (unsigned)k & 3);
		for (uint64_t k = i; k < end; k++)
			ops[n++] = engine_op(
				OP_UNMAP, base + (k << LAYOUT_SPAN_LG2), 1, 0);
	}
	return 0;
}

static int prepare(const struct params *p, struct work *w, struct err *e)
{
	unsigned mappers = p->mappers ? p->mappers : 1;
	struct layout l;
	int ret = layout_init(&l, p, 0, p->work.footprint_bytes / mappers, e);

	if (ret)
		return ret;
	ret = layout_work(&l, p, w, e);
	if (ret)
		return ret;
	/* Reclaimed, the tables of a batch are all there is at a time. */
	if (p->engine.reclaim == RECLAIM_EMPTY) {
		w->tables_max = 2 * BATCH * mappers + 64;
		w->tables_freed = p->work.footprint_bytes >> LAYOUT_SPAN_LG2;
	}
	for (unsigned i = 0; i < p->mappers && !ret; i++)
		ret = mapper_stream(&l, p, w, i, e);
	if (ret)
		work_release(w);
	return ret;
}

const struct workload workload_iova_stress = {
	.name = "iova_stress",
	.help = "mappers map and unmap one 4K page per 2 MiB all over the "
		"footprint: do empty tables pile up?",
	.roles = 1 << ROLE_MAPPER | 1 << ROLE_DUMPER,
	.uses = "footprint",
	.prepare = prepare,
};
