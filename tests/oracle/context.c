/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Context-cache invalidations: held back, of others, in time. */
#include "context.h"

#include <string.h>

enum { DMAS = 8, TRIES = 40 };

/* Of bits 2:0, the function number, a descriptor's function mask leaves these
 * out of the comparison: the upper ones first. */
static const unsigned ignored[] = {0, 4, 6, 7};

static uint64_t *entry_of(const struct world *w, const struct device *d)
{
	bool scalable = w->m->mode->scalable;
	unsigned devfn = d->source_id & 0xff;
	uint64_t root = w->tables.rtaddr & ~(uint64_t)(VTD_PAGE_BYTES - 1);
	uint64_t half = *world_word(w, root + (scalable && devfn >> 7 ? 8 : 0));

	return world_word(w, (half & ~(uint64_t)(VTD_PAGE_BYTES - 1)) +
				     (scalable ? (devfn & 0x7f) * 32
					       : devfn * 16));
}

/* One that names @d or everything, or, not @covers, something beside it. */
static struct inv_descriptor choose(struct world *w, const struct space *s,
				    const struct device *d, bool covers)
{
	struct rng *r = &w->rng;
	unsigned mask = (unsigned)rng_below(r, 4);
	unsigned source = d->source_id;

	if (covers && !rng_below(r, 4))
		return inv_encode_context(INV_GLOBAL, 0, 0, 0);
	if (covers && !rng_below(r, 3))
		return inv_encode_context(INV_DOMAIN, s->domain_id, 0, 0);
	if (covers)
		source ^= (unsigned)rng_u64(r) & ignored[mask];
	else if (mask < 3 && rng_below(r, 2))
		source ^= 1; /* a bit that is compared up to the last mask */
	else
		source ^= 8u << rng_below(r, 5);
	return inv_encode_context(INV_PAGE, s->domain_id, (uint16_t)source,
				  mask);
}

/* What is cached of pages is gone, of context entries only what @d says. */
static bool submit(struct caching *c, const struct inv_descriptor *d)
{
	return queue_submit(&c->queue, d, 1) && caching_flush_all(c);
}

static unsigned choose_probes(struct caching *c, struct space *s,
			      struct probe probe[DMAS])
{
	unsigned n = 0;

	for (unsigned i = 0; i < TRIES && n < DMAS; i++)
		if (caching_probe(c, s, world_address(c->w, s), "DMA",
				  &probe[n]) &&
		    probe[n].want.has_pa)
			n++;
	return n;
}

static bool judge_as(struct caching *c, struct probe *probe, unsigned n,
		     const char *what)
{
	for (unsigned i = 0; i < n; i++)
		probe[i].what = what;
	return caching_judge(c, probe, n);
}

/* By the tables as they are now. */
static bool judge_anew(struct caching *c, struct space *s, struct probe *probe,
		       unsigned n)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < n; i++) {
		struct probe p = probe[i];

		verdict_walk(c->w, p.device->source_id, p.iova, &p.want);
		s->tally->context_moved += !p.want.has_pa ||
					   p.want.pa != probe[i].want.pa;
		if (caching_aim(c->w, &p))
			probe[kept++] = p;
	}
	return judge_as(c, probe, kept, "DMA after a context invalidation");
}

void context_judge(struct caching *c)
{
	const struct inv_descriptor all =
		inv_encode_context(INV_GLOBAL, 0, 0, 0);
	struct world *w = c->w;
	unsigned nth = (unsigned)rng_below(&w->rng, MACHINE_SPACES);
	struct space *s = &w->space[nth];
	const struct device *d = &w->m->rocker[nth];
	const struct device *other = &w->m->rocker[(nth + 1) % MACHINE_SPACES];
	uint64_t *entry = entry_of(w, d), was[2], wrong = s->tally->failures;
	struct inv_descriptor beside = choose(w, s, d, false);
	struct inv_descriptor covers = choose(w, s, d, true);
	struct probe probe[DMAS];
	unsigned n;

	if (!caching_room(c, 4 * DMAS))
		return;
	n = choose_probes(c, s, probe);
	if (!n || !caching_judge(c, probe, n))
		return;
	memcpy(was, entry, sizeof(was));
	memcpy(entry, entry_of(w, other), sizeof(was));
	if (caching_flush_all(c) &&
	    judge_as(c, probe, n, "DMA before a context invalidation") &&
	    submit(c, &beside) &&
	    judge_as(c, probe, n, "DMA after another's context invalidation")) {
		s->tally->contexts++;
		s->tally->context_stale += s->tally->failures == wrong;
		if (submit(c, &covers))
			judge_anew(c, s, probe, n);
	}
	memcpy(entry, was, sizeof(was));
	submit(c, &all);
}
