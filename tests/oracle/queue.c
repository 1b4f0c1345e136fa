/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queued invalidation: registers, ring, wait descriptor. */
#include "queue.h"

#include <inttypes.h>
#include <stdio.h>

#define FSTS (MACHINE_IOMMU + 0x34)
#define IQH  (MACHINE_IOMMU + 0x80)
#define IQT  (MACHINE_IOMMU + 0x88)
#define IQA  (MACHINE_IOMMU + 0x90)

#define FSTS_IQE (UINT64_C(1) << 4)
#define IQA_WIDE (UINT64_C(1) << 11) /* DW; bits 2:0, the size, are 0 */

enum { POLLS = 1000 };

static uint64_t descriptor_bytes(const struct queue *q)
{
	return q->wide ? 32 : 16;
}

static bool fail(struct queue *q, const char *what, uint64_t value)
{
	struct qtest *t = &q->m->q;

	if (!t->broken)
		snprintf(t->why, sizeof(t->why), "%s 0x%" PRIx64, what, value);
	t->broken = true;
	return false;
}

static void put(struct queue *q, const struct inv_descriptor *d)
{
	uint64_t at = q->ring + q->tail * descriptor_bytes(q);

	qtest_writeq(&q->m->q, at, d->qw0);
	qtest_writeq(&q->m->q, at + 8, d->qw1);
	if (q->wide) {
		qtest_writeq(&q->m->q, at + 16, 0);
		qtest_writeq(&q->m->q, at + 24, 0);
	}
	q->tail = (q->tail + 1) % q->entries;
}

/* Until the status word says so. The queue's head must then be its tail. */
static bool await(struct queue *q)
{
	struct qtest *t = &q->m->q;

	for (unsigned i = 0; i < POLLS; i++) {
		size_t status = qtest_readl(t, q->status);
		size_t errors = qtest_readl(t, FSTS);
		size_t head = qtest_readq(t, IQH);

		if (!qtest_run(t))
			return false;
		if (t->value[errors] & FSTS_IQE)
			return fail(q, "descriptor refused, head",
				    t->value[head]);
		if (t->value[status] != q->awaited)
			continue;
		if (t->value[head] == q->tail * descriptor_bytes(q))
			return true;
		return fail(q, "invalidations done, yet the head is",
			    t->value[head]);
	}
	return fail(q, "no status written, waiting for", q->awaited);
}

bool queue_submit(struct queue *q, const struct inv_descriptor *d, unsigned n)
{
	struct inv_descriptor wait = inv_encode_wait(q->status, ++q->awaited);

	for (unsigned i = 0; i < n; i++)
		put(q, &d[i]);
	put(q, &wait);
	q->descriptors += n;
	qtest_writeq(&q->m->q, IQT, q->tail * descriptor_bytes(q));
	return await(q);
}

bool queue_open(struct queue *q, struct machine *m, uint64_t pa, bool wide)
{
	const struct inv_descriptor all = inv_encode_iotlb(INV_GLOBAL, 0);

	*q = (struct queue){
		.m = m,
		.ring = pa,
		.status = pa + VTD_PAGE_BYTES,
		.wide = wide,
		.entries = VTD_PAGE_BYTES / (wide ? 32u : 16u),
	};
	qtest_writeq(&m->q, IQT, 0);
	qtest_writeq(&m->q, IQA, pa | (wide ? IQA_WIDE : 0));
	/* QEMU turns a queue off only after a wait descriptor: one comes now */
	return machine_command(m, GCMD_TE | GCMD_QIE, GCMD_QIE, true) &&
	       queue_submit(q, &all, 1);
}

bool queue_close(struct queue *q)
{
	return machine_command(q->m, GCMD_TE, GCMD_QIE, false);
}
