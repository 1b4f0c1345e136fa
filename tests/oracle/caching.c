/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engine's invalidations, in time and late. */
#include "caching.h"

#include <inttypes.h>
#include <stdlib.h>

#include "edu.h"

enum {
	OPERATIONS_MAX = 6,
	AROUND = 12, /* DMAs after an operation, of each kind */
	HELD = 8,    /* DMAs in one unmap that is held back */
	TRIES = 40,
	/* QEMU's IOTLB holds 1024 and then drops all of them */
	FILLS_MAX = 900,
};

/* The engine has submitted @d. */
static void listen(void *arg, const struct inv_descriptor *d)
{
	struct caching *c = arg;
	struct space *s = &c->w->space[0];
	bool device = inv_type(d) == INV_DEVICE_TLB;

	/* the engine's device of a domain has its number */
	if ((device ? inv_source(d) : inv_domain(d)) != s->domain_id)
		s = &c->w->space[1];
	if (c->pendings == CACHING_PENDING)
		space_fail(s, "more descriptors than fit");
	else
		c->pending[c->pendings++] = *d;
	s->tally->flushes++;
	s->tally->devices += device;
	if (device)
		return;
	s->tally->domainwide += inv_granularity(d) == INV_DOMAIN;
	s->tally->masked += inv_granularity(d) == INV_PAGE && inv_mask(d);
}

/* What the engine has asked for reaches QEMU. */
static bool submit(struct caching *c)
{
	unsigned n = c->pendings, at = 0;

	for (c->pendings = 0; at < n; at += QUEUE_SUBMIT_MAX)
		if (!queue_submit(&c->queue, &c->pending[at],
				  n - at < QUEUE_SUBMIT_MAX ? n - at
							    : QUEUE_SUBMIT_MAX))
			return false;
	return true;
}

/* Nothing of @s is deferred any more, and QEMU knows. */
static bool flush(struct caching *c, struct space *s)
{
	c->w->design->flush(s->domain, &c->w->thread);
	return submit(c);
}

bool caching_flush_all(struct caching *c)
{
	const struct inv_descriptor all = inv_encode_iotlb(INV_GLOBAL, 0);

	c->fills = 0;
	return queue_submit(&c->queue, &all, 1);
}

bool caching_room(struct caching *c, unsigned n)
{
	return c->fills + n <= FILLS_MAX || caching_flush_all(c);
}

bool caching_aim(const struct world *w, struct probe *p)
{
	if (p->want.has_pa && !world_harmless(w, p->want.pa))
		return false;
	p->keep_tlb = true;
	if (p->want.has_pa && p->want.read_reason)
		p->reads = false;
	else if (p->want.has_pa && p->want.write_reason)
		p->reads = true;
	return true;
}

bool caching_probe(struct caching *c, struct space *s, uint64_t iova,
		   const char *what, struct probe *p)
{
	return probe_at(c->w, s, iova, what, p) && caching_aim(c->w, p);
}

static void remember(struct caching *c, struct space *s, uint64_t iova)
{
	c->place[c->places++ % CACHING_PLACES] =
		(struct caching_place){s, iova};
}

bool caching_judge(struct caching *c, struct probe *probe, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		probe_queue(c->w, &probe[i]);
	c->fills += n;
	if (!qtest_run(&c->w->m->q))
		return false;
	for (unsigned i = 0; i < n; i++)
		probe_judge(c->w, &probe[i]);
	return true;
}

/* DMAs where something may be cached: first what the last operation on @s
 * touched, then others. */
static unsigned choose_known(struct caching *c, struct space *s,
			     struct probe *probe, unsigned max)
{
	unsigned known = c->places < CACHING_PLACES ? c->places
						    : CACHING_PLACES;
	unsigned n = 0;

	for (unsigned i = 0; i < known && n < max; i++) {
		const struct caching_place *at = &c->place[i];

		if (at->space == s && at->iova - s->last_iova < s->last_size &&
		    caching_probe(c, s, at->iova, "DMA where it was unmapped",
				  &probe[n]))
			n++;
	}
	for (unsigned i = 0; known && i < max / 2 && n < max; i++) {
		const struct caching_place *at =
			&c->place[rng_below(&c->w->rng, known)];

		if (caching_probe(c, at->space, at->iova, "DMA as before",
				  &probe[n]))
			n++;
	}
	return n;
}

static void look(struct caching *c, struct space *s)
{
	struct probe probe[2 * AROUND];
	unsigned n;

	if (!caching_room(c, 2 * AROUND))
		return;
	n = choose_known(c, s, probe, AROUND);
	for (unsigned i = 0; i < AROUND; i++) {
		struct space *of =
			&c->w->space[rng_below(&c->w->rng, MACHINE_SPACES)];
		uint64_t iova = world_address(c->w, of);

		if (!caching_probe(c, of, iova, "DMA", &probe[n]))
			continue;
		if (probe[n++].want.has_pa)
			remember(c, of, iova);
	}
	caching_judge(c, probe, n);
}

void caching_operate(struct caching *c, struct space *s)
{
	uint64_t n = 1 + rng_below(&c->w->rng, OPERATIONS_MAX);

	while (n-- && !c->w->m->q.broken) {
		world_operate(c->w, s);
		if (flush(c, s))
			look(c, s);
	}
}

/* A range around a leaf: it, some behind it, its table, more than a mask. */
static void choose_range(struct rng *r, const struct flat_leaf *leaf,
			 uint64_t *iova, uint64_t *size)
{
	*iova = leaf->iova;
	*size = leaf->bytes;
	switch (rng_below(r, 8)) {
	case 0:
		*size *= 1 + rng_below(r, 40);
		break;
	case 1:
		*size <<= VTD_LEVEL_LG2;
		*iova &= ~(*size - 1);
		break;
	case 2:
		*size = GIB * (1 + rng_below(r, 3));
		*iova &= ~(GIB - 1);
		break;
	case 3: /* a smaller mask would do but for the last */
	case 4:
		*size *= 1 + (UINT64_C(1) << rng_below(r, 6));
		break;
	default:
		break;
	}
}

/* DMAs that go somewhere in [@iova, @iova + @size), the first in @leaf. */
static unsigned choose_mapped(struct caching *c, struct space *s,
			      const struct flat_leaf *leaf, uint64_t iova,
			      uint64_t size, struct probe *probe)
{
	struct rng *r = &c->w->rng;
	unsigned n = 0;

	for (unsigned i = 0; i < TRIES && n < HELD; i++) {
		uint64_t at = iova + 8 * rng_below(r, size / 8);

		if (!n || !rng_below(r, 3))
			at = leaf->iova + 8 * rng_below(r, leaf->bytes / 8);
		else if (rng_below(r, 2))
			at = iova + size - 8 * (1 + rng_below(r, 512));
		/* interrupts are not translated */
		if ((at < 0xfee00000 || at > 0xfeefffff) && at - iova < size &&
		    caching_probe(c, s, at, "DMA before an unmap", &probe[n]) &&
		    probe[n].want.has_pa)
			n++;
	}
	return n;
}

/* Another device of the domain: its reads are cached apart. */
static bool edu_judge(struct caching *c, struct space *s,
		      const struct device *edu, uint64_t iova,
		      const struct verdict *want, const char *what)
{
	struct fault f;

	c->fills++;
	if (!edu_try(c->w, edu, iova, &f))
		return false;
	s->tally->checks++;
	if (f.recorded ? !reason_matches(c->w, want, true, f.reason) ||
				 f.source_id != edu->source_id
		       : want->read_reason != VTD_OK)
		space_fail(s,
			   "%s by edu at iova 0x%" PRIx64
			   ": fault 0x%x expected, QEMU says 0x%x",
			   what, iova, want->read_reason,
			   f.recorded ? f.reason : 0);
	return true;
}

void caching_hold_back(struct caching *c, struct space *s)
{
	struct world *w = c->w;
	struct probe before[HELD], after[HELD];
	struct flat_leaf leaf;
	const struct device *edu = NULL;
	struct verdict by_edu;
	uint64_t iova, size, wrong = s->tally->failures;
	unsigned n, now = 0;

	if (!s->flat.n || !caching_room(c, 3 * (HELD + 1)))
		return;
	leaf = space_leaf(w, s);
	choose_range(&w->rng, &leaf, &iova, &size);
	n = choose_mapped(c, s, &leaf, iova, size, before);
	if (!n || !caching_judge(c, before, n))
		return;
	if (!before[0].want.read_reason && !rng_below(&w->rng, 4))
		edu = &w->m->edu[s - w->space][rng_below(&w->rng, MACHINE_EDUS)];
	if (edu && !edu_judge(c, s, edu, before[0].iova, &before[0].want,
			      "DMA before an unmap"))
		return;
	if (s->tally->failures != wrong)
		return;
	world_unmap(w, s, iova, size);
	if (rng_below(&w->rng, 2))
		world_map(w, s, leaf.iova, world_pa(w, leaf.iova, leaf.bytes),
			  leaf.bytes, leaf.perm);
	for (unsigned i = 0; i < n; i++)
		before[i].what = "DMA before the invalidation";
	if (!caching_judge(c, before, n) ||
	    (edu && !edu_judge(c, s, edu, before[0].iova, &before[0].want,
			       "DMA before the invalidation")))
		return;
	s->tally->held_back++;
	s->tally->stale += s->tally->failures == wrong;
	if (!flush(c, s))
		return;
	for (unsigned i = 0; i < n; i++)
		if (caching_probe(c, s, before[i].iova,
				  "DMA after the invalidation", &after[now]))
			now++;
	if (!caching_judge(c, after, now) || !edu)
		return;
	verdict_of(w, s, edu->source_id, before[0].iova, &by_edu);
	edu_judge(c, s, edu, before[0].iova, &by_edu,
		  "DMA after the invalidation");
}

bool caching_open(struct caching *c, struct world *w,
		  const struct design *design, struct machine *m,
		  struct tally *const tally[MACHINE_SPACES], bool exact)
{
	const struct iotlb_geometry small = {.sets = 16, .ways = 2};
	/* those of PASIDs are of 256 bits */
	bool wide = m->mode->format == VTD_FS ||
		    (m->mode->scalable && rng_below(&w->rng, 2));

	c->w = w;
	c->exact = exact;
	c->places = c->fills = c->pendings = 0;
	c->inv = NULL;
	c->iotlb = w->iotlb = iotlb_new(&small);
	if (c->iotlb)
		c->inv = w->inv = inv_queue_new(&(struct inv_config){
			.iotlb = c->iotlb,
			.hint = rng_below(&w->rng, 2),
			.device_tlb = rng_below(&w->rng, 2),
			.observe = listen,
			.arg = c,
		});
	if (!c->inv)
		abort();
	w->deferred = rng_below(&w->rng, 2);
	return world_open(w, design, m, tally) &&
	       queue_open(&c->queue, m, w->tables.next, wide);
}

void caching_close(struct caching *c)
{
	queue_close(&c->queue);
	world_close(c->w);
	inv_queue_free(c->inv);
	iotlb_free(c->iotlb);
	c->w->inv = NULL;
	c->w->iotlb = NULL;
	c->w->deferred = false;
}
