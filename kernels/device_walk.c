/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a walker of kind device does: the IOTLB, on a miss the paging-structure
 * caches and the tables, and fills. Compiled once: it asks no design anything.
 *
 * Why it never meets a table that is used again. Tables are unlinked and
 * flushed, without the leaf-only hint, before they are retired, under every
 * design; the flush removes what leads to them from the caches, and then waits
 * for the flights of the domain that were under way (device.h). A flight that
 * begins later finds no way to them.
 */
#include <errno.h>
#include <string.h>

#include "account.h"
#include "device.h"
#include "device_walk.h"
#include "psc_walk.h"

int device_enter(struct engine_thread *t, struct iotlb *iotlb)
{
	memset(t, 0, sizeof(*t));
	t->device = iotlb_device_get(iotlb);
	return t->device ? 0 : -ENOMEM;
}

void device_leave(struct engine_thread *t, struct iotlb *iotlb)
{
	iotlb_device_put(iotlb, t->device);
	t->device = NULL;
}

/* Nothing is asked: what is read is in place while the flight lasts. */
static bool device_seen(const void *of, uint64_t entry)
{
	check(entry != CHECK_POISON, "a device read a reclaimed table");
	check_preempt();
	return true;
}

/* A and D, before anybody knows the PA, as translate() does; the flight keeps
 * the table. False: the leaf has changed meanwhile. */
VTD_INLINE bool touched(const struct domain *d, const struct psc_walk *w,
			uint64_t pa)
{
	return !d->ad_bits || pa == ENGINE_FAULT ||
	       entry_touch(w->at, w->found,
			   vtd_touch((enum vtd_format)d->format, w->perm));
}

VTD_INLINE uint64_t flight(struct domain *d, struct engine_thread *t,
			   uint64_t iova, unsigned *perm, uint64_t *found)
{
	uint64_t generation, pa;
	struct psc_walk w;

	if (!vtd_iova_ok((enum vtd_format)d->format, d->levels, iova))
		return ENGINE_FAULT;
	device_begin(t->device, d->id, iova);
	if (iotlb_lookup(d->iotlb, d->id, iova, &pa, perm, &t->iotlb)) {
		*found = pa;
	} else {
		generation = iotlb_generation(d->iotlb);
		do {
			pa = psc_walk(d, t, iova, &w, device_seen, NULL);
		} while (pa == ENGINE_AGAIN || !touched(d, &w, pa));
		check_preempt();
		psc_walk_fill(d, t, generation, iova, pa, &w);
		*found = w.found;
		*perm = w.perm;
	}
	device_end(t->device);
	return pa;
}

uint64_t device_translate(struct domain *d, struct engine_thread *t,
			  uint64_t iova, unsigned *perm)
{
	uint64_t found;

	return flight(d, t, iova, perm, &found);
}

VTD_INLINE void flights(struct domain *d, struct engine_thread *t,
			const uint64_t *ops, size_t n, struct engine_block *out,
			enum pace pace)
{
	const uint64_t zero = opaque_zero();
	struct engine_block b = *out;

	for (size_t i = 0; i < n; i++) {
		uint64_t iova = ops[i], pa, found;
		unsigned perm;

		if (pace == PACE_DEP)
			iova += b.chain & zero;
		found = iova;
		pa = flight(d, t, iova, &perm, &found);
		if (pace == PACE_DEP)
			b.chain = chained(found, pa);
		account(&b, iova, pa, pace);
	}
	*out = b;
}

#define FLIGHTS(name, pace)                                              \
	void name(struct domain *d, struct engine_thread *t,             \
		  const uint64_t *ops, size_t n, struct engine_block *b) \
	{                                                                \
		flights(d, t, ops, n, b, pace);                          \
	}

FLIGHTS(device_exec_dep, PACE_DEP)
FLIGHTS(device_exec_thr, PACE_THR)
FLIGHTS(device_exec_check, PACE_CHECK)
