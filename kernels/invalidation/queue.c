/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The invalidation queue: ring, lock, polling, and the modelled hardware.
 *
 * Everything of the ring is under the lock. The IOTLB is invalidated by the
 * thread that submits, after it let go of the lock; those of others commute
 * with it, since they only take translations away.
 */
#include "queue.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>

#include "../aligned.h"
#include "../check.h"
#include "../engine.h"
#include "../locks/queued_spin.h"
#include "../mutant.h"

enum slot_status { SLOT_FREE, SLOT_IN_USE, SLOT_DONE };

struct inv_queue {
	struct inv_config cfg; /* read only */

	alignas(64) struct lock lock; /* protects what follows */
	unsigned head;		      /* first free slot */
	unsigned tail;		      /* first slot that is not free */
	unsigned nfree;
	uint32_t tail_register; /* as the driver wrote it: bytes */
	uint64_t busy;		/* hardware: ticks until which it is */
	alignas(64) uint32_t status[INV_RING];
	alignas(64) struct inv_descriptor ring[INV_RING];
#ifdef VTDBENCH_MUTANTS
	struct inv_descriptor late; /* .qw0 0: none */
#endif
};

struct inv_queue *inv_queue_new(const struct inv_config *cfg)
{
	struct inv_queue *q = aligned_zalloc(64, 1, sizeof(*q));

	if (!q)
		return NULL;
	q->cfg = *cfg;
	q->nfree = INV_RING;
	lock_init(&q->lock);
	if (cfg->observe)
		iotlb_ask(cfg->iotlb);
	return q;
}

void inv_queue_observe(struct inv_queue *q, inv_observer *observe, void *arg)
{
	q->cfg.observe = observe;
	q->cfg.arg = arg;
	if (observe)
		iotlb_ask(q->cfg.iotlb);
}

const bool *inv_wanted(const struct inv_queue *q)
{
	static const bool always = true;

	return q->cfg.off && !q->cfg.device_tlb ? iotlb_asked(q->cfg.iotlb)
						: &always;
}

void inv_queue_free(struct inv_queue *q)
{
	if (!q)
		return;
	lock_fini(&q->lock);
	free(q);
}

/* ---- the hardware --------------------------------------------------------- */

static bool takes_time(const struct inv_queue *q)
{
	return q->cfg.clock && (q->cfg.submit_ticks || q->cfg.service_ticks);
}

/* The tail register was written, @n descriptors further: when the last of them
 * will be done. 0: the model takes no time. Context: the lock. */
static uint64_t hardware_accepts(struct inv_queue *q, unsigned n)
{
	uint64_t begin;

	if (!takes_time(q))
		return 0;
	begin = q->cfg.clock() + q->cfg.submit_ticks;
	if (begin < q->busy)
		begin = q->busy;
	q->busy = begin + n * q->cfg.service_ticks;
	return q->busy;
}

static void hardware_executes(struct inv_queue *q, struct iotlb_stats *stats,
			      const struct inv_descriptor *d)
{
	switch (inv_type(d)) {
	case INV_IOTLB:
	case INV_PASID_IOTLB:
		if (inv_granularity(d) == INV_PAGE)
			iotlb_invalidate_pages(q->cfg.iotlb, inv_domain(d),
					       inv_address(d), inv_mask(d),
					       inv_leaf_only(d), stats);
		else if (inv_granularity(d) == INV_DOMAIN)
			iotlb_invalidate_domain(q->cfg.iotlb, inv_domain(d),
						stats);
		else
			iotlb_invalidate_global(q->cfg.iotlb, stats);
		break;
	case INV_DEVICE_TLB: /* takes its time; devices keep nothing here */
	case INV_CONTEXT:
	case INV_WAIT:
		break;
	}
}

/* ---- the driver ----------------------------------------------------------- */

/* The wait descriptor's status: where the device would write it. */
static uint64_t status_pa(const struct inv_queue *q, unsigned slot)
{
	return (uintptr_t)&q->status[slot];
}

static void append(struct inv_queue *q, struct inv_descriptor d)
{
	q->ring[q->head] = d;
	q->status[q->head] = SLOT_IN_USE;
	q->head = (q->head + 1) % INV_RING;
	q->nfree--;
}

/* Slots at the tail that are done become free; others' submits may have ended
 * out of their order. */
static void give_back(struct inv_queue *q)
{
	while (q->status[q->tail] == SLOT_DONE) {
		q->status[q->tail] = SLOT_FREE;
		q->tail = (q->tail + 1) % INV_RING;
		q->nfree++;
	}
}

static void pause_unlocked(struct inv_queue *q, struct engine_thread *t)
{
	write_unlock(&q->lock, t);
	check_spin();
	write_lock(&q->lock, t);
}

/* A fault: what one submit was for takes place at the next. */
static bool returned_early(struct inv_queue *q, struct iotlb_stats *stats,
			   const struct inv_descriptor *d)
{
#ifdef VTDBENCH_MUTANTS
	struct inv_descriptor late = q->late;

	if (!MUTANT(inv_returned_early))
		return false;
	q->late = *d;
	if (late.qw0)
		hardware_executes(q, stats, &late);
	return true;
#else
	return false;
#endif
}

/* @n descriptors and a wait descriptor; returns when they are done. */
static void submit(struct inv_queue *q, struct engine_thread *t,
		   const struct inv_descriptor *d, unsigned n)
{
	const bool timed = q->cfg.clock &&
			   (takes_time(q) || t->inv.submits % INV_TIMED == 0);
	uint64_t begun = timed ? q->cfg.clock() : 0, done;
	unsigned first, wait;

	if (q->cfg.off && !q->cfg.observe) {
		for (unsigned i = 0; i < n; i++)
			hardware_executes(q, &t->iotlb, &d[i]);
		t->inv.descriptors += n;
		return;
	}
	write_lock(&q->lock, t);
	/* one slot stays free, so that a full ring is no empty one */
	while (q->nfree < n + 2)
		pause_unlocked(q, t);
	first = q->head;
	for (unsigned i = 0; i < n; i++) {
		append(q, d[i]);
		if (q->cfg.observe)
			q->cfg.observe(q->cfg.arg, &d[i]);
	}
	wait = q->head;
	append(q, inv_encode_wait(status_pa(q, wait), SLOT_DONE));
	/* release: a register's write, which comes after what the hardware will
	 * read; the modelled one reads in this thread */
	__atomic_store_n(&q->tail_register,
			 q->head * (uint32_t)sizeof(struct inv_descriptor),
			 __ATOMIC_RELEASE);
	done = hardware_accepts(q, n);
	write_unlock(&q->lock, t);

	for (unsigned i = 0; i < n; i++)
		if (!returned_early(q, &t->iotlb, &d[i]))
			hardware_executes(q, &t->iotlb, &d[i]);

	write_lock(&q->lock, t);
	while (done && q->cfg.clock() < done)
		pause_unlocked(q, t);
	for (unsigned i = 0; i <= n; i++)
		q->status[(first + i) % INV_RING] = SLOT_DONE;
	give_back(q);
	write_unlock(&q->lock, t);

	t->inv.submits++;
	t->inv.descriptors += n;
	if (timed) {
		t->inv.ticks += q->cfg.clock() - begun;
		t->inv.timed++;
	}
}

unsigned inv_mask_of(uint64_t iova, uint64_t last)
{
	/* First and last page share all bits above the highest that differs. */
	uint64_t differ = (iova ^ last) >> VTD_PAGE_LG2;

	return differ ? 64 - (unsigned)__builtin_clzll(differ) : 0;
}

uint64_t inv_piece(uint64_t iova, uint64_t bytes, unsigned leaf_levels)
{
	unsigned level = 1;
	uint64_t next, room;

	while (level < leaf_levels && bytes >= vtd_span(level + 1) &&
	       !(iova & (vtd_span(level + 1) - 1)))
		level++;
	if (level < leaf_levels) {
		next = vtd_span(level + 1);
		room = next - (iova & (next - 1));
		/* what is left is shorter than the next larger page: all */
		if (room + next <= bytes)
			bytes = room;
	}
	return bytes & ~(vtd_span(level) - 1);
}

/* The device's own TLB, after the IOTLB, from which it could fill it again. */
static void device_tlb(struct inv_queue *q, struct engine_thread *t,
		       struct inv_target of, uint64_t iova, unsigned mask)
{
	const struct inv_descriptor d =
		inv_encode_device_tlb(of.domain, 0, iova, mask);

	if (q->cfg.device_tlb)
		submit(q, t, &d, 1);
}

static struct inv_descriptor whole(struct inv_target of)
{
	return of.first_stage ? inv_encode_pasid(of.domain, 0)
			      : inv_encode_iotlb(INV_DOMAIN, of.domain);
}

static void piece(struct inv_queue *q, struct engine_thread *t,
		  struct inv_target of, uint64_t iova, uint64_t last,
		  bool leaf_only)
{
	unsigned mask = inv_mask_of(iova, last);
	struct inv_descriptor d;

	leaf_only = leaf_only && q->cfg.hint;
	if (mask > INV_MASK_MAX)
		d = whole(of);
	else if (of.first_stage)
		d = inv_encode_pasid_pages(of.domain, 0, iova, mask, leaf_only);
	else
		d = inv_encode_iotlb_pages(of.domain, iova, mask, leaf_only);
	submit(q, t, &d, 1);
	device_tlb(q, t, of, iova, mask);
}

void inv_range(struct inv_queue *q, struct engine_thread *t,
	       struct inv_target of, uint64_t iova, uint64_t last,
	       bool leaf_only)
{
	if (MUTANT(inv_page_short) && last - iova >= VTD_PAGE_BYTES)
		last -= VTD_PAGE_BYTES;
	for (;;) {
		uint64_t bytes = last - iova + 1;
		uint64_t n = inv_piece(iova, bytes, of.leaf_levels);

		piece(q, t, of, iova, iova + n - 1, leaf_only);
		if (n == bytes)
			return;
		iova += n;
	}
}

void inv_whole(struct inv_queue *q, struct engine_thread *t,
	       struct inv_target of)
{
	const struct inv_descriptor d = whole(of);

	if (MUTANT(inv_flush_skipped))
		return;
	submit(q, t, &d, 1);
	device_tlb(q, t, of, 0, INV_DEVICE_MASK_MAX);
}
