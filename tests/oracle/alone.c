/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One descriptor over leaves that were cached and then cleared. */
#include "alone.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	ALONE = 24, /* leaves */
	TRIES = 40,
};

/* A leaf's entry, to be put back. */
struct cleared {
	uint64_t pa, was;
};

/* What is asked for, beside the descriptor that says it. */
struct asked {
	enum inv_granularity granularity;
	bool by_pasid;
	bool in_device; /* its own TLB, which none of QEMU's devices has */
	uint16_t domain, source;
	uint32_t pasid;
	uint64_t iova;
	unsigned mask;
	bool leaf_only;
};

/* Mostly what one of the two domains has. */
static void choose(struct world *w, uint64_t near, struct asked *a)
{
	struct rng *r = &w->rng;
	uint64_t of = rng_below(r, MACHINE_SPACES), kind = rng_below(r, 8);

	*a = (struct asked){
		.in_device = kind == 2,
		.source = w->m->rocker[of].source_id,
		.granularity = kind == 0   ? INV_GLOBAL
			       : kind == 1 ? INV_DOMAIN
					   : INV_PAGE,
		.domain = rng_below(r, 6) ? w->space[of].domain_id
					  : (uint16_t)rng_u64(r),
		.pasid = rng_below(r, 6) ? w->space[of].pasid
					 : (uint32_t)rng_below(r, 1 << 20),
		.iova = near,
		.mask = (unsigned)rng_below(r, INV_MASK_MAX + 1),
		.leaf_only = rng_below(r, 2),
	};
	if (rng_below(r, 2))
		a->iova += (rng_below(r, 5) - 2) << (VTD_PAGE_LG2 + a->mask);
	a->by_pasid = w->m->mode->format == VTD_FS &&
		      a->granularity != INV_GLOBAL && rng_below(r, 3);
}

static struct inv_descriptor encode(const struct asked *a)
{
	if (a->in_device)
		return inv_encode_device_tlb(a->source, a->pasid, a->iova,
					     a->mask);
	if (a->granularity != INV_PAGE)
		return a->by_pasid
			       ? inv_encode_pasid(a->domain, a->pasid)
			       : inv_encode_iotlb(a->granularity, a->domain);
	return a->by_pasid
		       ? inv_encode_pasid_pages(a->domain, a->pasid, a->iova,
						a->mask, a->leaf_only)
		       : inv_encode_iotlb_pages(a->domain, a->iova, a->mask,
						a->leaf_only);
}

/*
 * QEMU 7.2 keeps the mask of a page-selective descriptor in eight bits, so that
 * it also drops pages of the domain whose number differs only above them.
 */
static bool in_doubt(const struct caching *c, const struct asked *a,
		     const struct probe *p)
{
	uint64_t number = p->iova >>
			  vtd_shift(p->want.level)
				  << (VTD_LEVEL_LG2 * (p->want.level - 1));
	uint64_t differ = number ^ a->iova >> VTD_PAGE_LG2;

	return !c->exact && !a->in_device && a->granularity == INV_PAGE &&
	       a->domain == p->space->domain_id &&
	       !(differ >> a->mask << a->mask & 0xff);
}

/* Whether the leaf goes at which @p's walk ends. */
static bool drops(const struct world *w, const struct asked *a,
		  const struct probe *p)
{
	const struct space *s = p->space;
	uint64_t bytes = (uint64_t)VTD_PAGE_BYTES << a->mask, leaf, first;

	if (a->in_device)
		return false;
	if (a->granularity == INV_GLOBAL)
		return true;
	if (a->domain != s->domain_id || (a->by_pasid && a->pasid != s->pasid))
		return false;
	if (a->granularity == INV_DOMAIN ||
	    (s->flat.format == VTD_FS && !a->by_pasid))
		return true; /* a first stage's pages: by PASID, or all */
	leaf = vtd_span(p->want.level);
	first = a->iova & ~(bytes - 1);
	return (p->iova & ~(leaf - 1)) <= first + (bytes - 1) &&
	       first <= (p->iova | (leaf - 1));
}

void alone_judge(struct caching *c)
{
	struct world *w = c->w;
	struct probe probe[ALONE];
	struct cleared entry[ALONE];
	struct asked asked;
	struct inv_descriptor d;
	char what[64];
	unsigned n = 0, judged = 0;

	if (!caching_room(c, 2 * ALONE))
		return;
	for (unsigned i = 0; i < TRIES && n < ALONE; i++) {
		struct space *s = &w->space[rng_below(&w->rng, MACHINE_SPACES)];

		if (caching_probe(c, s, world_address(w, s), "DMA",
				  &probe[n]) &&
		    probe[n].want.has_pa)
			n++;
	}
	if (!n || !caching_judge(c, probe, n))
		return;
	for (unsigned i = 0; i < n; i++) {
		entry[i].pa = probe[i].want.entry_pa[probe[i].want.entries - 1];
		entry[i].was = *world_word(w, entry[i].pa);
	}
	for (unsigned i = 0; i < n; i++)
		*world_word(w, entry[i].pa) = 0;
	choose(w, probe[0].iova, &asked);
	d = encode(&asked);
	if (!queue_submit(&c->queue, &d, 1))
		return;
	snprintf(what, sizeof(what), "DMA after 0x%" PRIx64 " 0x%" PRIx64,
		 d.qw0, d.qw1);
	probe[0].space->tally->alone++;
	probe[0].space->tally->devices += asked.in_device;
	for (unsigned i = 0; i < n; i++) {
		struct probe *p = &probe[i];

		p->what = what;
		if (drops(w, &asked, p))
			verdict_walk(w, p->device->source_id, p->iova,
				     &p->want);
		else if (in_doubt(c, &asked, p))
			continue;
		probe[judged++] = *p;
	}
	caching_judge(c, probe, judged);
	for (unsigned i = 0; i < n; i++)
		*world_word(w, entry[i].pa) = entry[i].was;
}
