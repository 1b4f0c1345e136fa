/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks by rocker. Everything that changes tables does so in the queue, and
 * puts them back. */
#include "judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	PLACES_MAX = 64,
	TRIES = 20, /* to find a place that suits */
};

void judge_places(struct world *w, struct space *s, unsigned n)
{
	static struct probe probe[PLACES_MAX];
	unsigned queued = 0;

	while (n--) {
		struct probe *p = &probe[queued];

		if (probe_at(w, s, world_address(w, s), "DMA", p) &&
		    (!p->want.has_pa || world_harmless(w, p->want.pa))) {
			probe_queue(w, p);
			queued++;
		}
		if (queued != PLACES_MAX && n)
			continue;
		if (!qtest_run(&w->m->q))
			return;
		for (unsigned i = 0; i < queued; i++)
			probe_judge(w, &probe[i]);
		queued = 0;
	}
}

/* A leaf that can be written; probes of sizes must not need reads. */
static bool find_writable(struct world *w, struct space *s,
			  struct flat_leaf *leaf, struct probe *p)
{
	for (unsigned i = 0; i < TRIES && s->flat.n; i++) {
		uint64_t off;

		*leaf = space_leaf(w, s);
		off = 8 * rng_below(&w->rng, leaf->bytes / 8);
		if ((leaf->perm & VTD_W) &&
		    (leaf->iova < 0xc0000000 || leaf->iova >= 0x100000000) &&
		    world_harmless(w, leaf->pa) &&
		    probe_at(w, s, leaf->iova + off, "DMA", p))
			return true;
	}
	return false;
}

/* Queues the end of the entry that translates the neighbour of a leaf. */
static uint64_t clear_neighbour(struct world *w, const struct verdict *v)
{
	uint64_t pa = v->entries ? v->entry_pa[v->entries - 1] : 0;

	if (!v->has_pa)
		return 0;
	qtest_writeq(&w->m->q, pa, 0);
	return pa;
}

void judge_size(struct world *w, struct space *s)
{
	struct qtest *q = &w->m->q;
	struct flat_leaf leaf;
	struct probe first, inside, outside;
	uint64_t entry_pa, neighbour_pa = 0, at[3];
	bool has_outside;

	if (!find_writable(w, s, &leaf, &first))
		return;
	at[0] = leaf.iova;
	at[1] = leaf.iova + leaf.bytes - 8;
	at[2] = leaf.iova + 8 * rng_below(&w->rng, leaf.bytes / 8);
	if (!probe_at(w, s, at[rng_below(&w->rng, 3)], "rest of the page",
		      &inside))
		return;
	has_outside = probe_at(w, s,
			       rng_below(&w->rng, 2) ? leaf.iova - 8
						     : leaf.iova + leaf.bytes,
			       "beside the page", &outside);
	if (outside.want.has_pa && !world_harmless(w, outside.want.pa))
		has_outside = false;
	first.reads = inside.reads = outside.reads = false;
	inside.keep_tlb = outside.keep_tlb = true;
	entry_pa = first.want.entry_pa[first.want.entries - 1];

	probe_queue(w, &first);
	qtest_writeq(q, entry_pa, 0);
	probe_queue(w, &inside);
	if (has_outside) {
		neighbour_pa = clear_neighbour(w, &outside.want);
		if (neighbour_pa)
			outside.want.write_reason =
				nothing_mapped(w, VTD_NO_WRITE);
		probe_queue(w, &outside);
	}
	if (neighbour_pa)
		qtest_writeq(q, neighbour_pa, *world_word(w, neighbour_pa));
	qtest_writeq(q, entry_pa, *world_word(w, entry_pa));
	if (!qtest_run(q))
		return;
	probe_judge(w, &first);
	probe_judge(w, &inside);
	if (has_outside)
		probe_judge(w, &outside);
	s->tally->sizes++;
}

/* Whether the walk through a wrong entry can be tried: it reads RAM that the
 * check itself does not write, and leads to data or nowhere. */
static bool can_try(const struct world *w, const struct verdict *v,
		    uint64_t marked_pa)
{
	for (unsigned i = 0; i < v->entries; i++)
		if (!machine_ram(w->m, v->entry_pa[i]) ||
		    v->entry_pa[i] == marked_pa ||
		    (v->has_pa && v->entry_pa[i] == v->pa))
			return false;
	return !v->has_pa || world_harmless(w, v->pa);
}

/* Queues a DMA while the word at @pa is @value, and judges it. */
static bool judge_word(struct world *w, struct probe *p, uint64_t pa,
		       uint64_t value, bool context)
{
	uint64_t *word = world_word(w, pa), old = *word;
	const struct verdict was = p->want;
	struct qtest *q = &w->m->q;

	*word = value;
	verdict_walk(w, p->device->source_id, p->iova, &p->want);
	*word = old;
	if (!can_try(w, &p->want, was.has_pa ? was.pa : UINT64_MAX))
		return false;
	if (was.has_pa && machine_ram(w->m, was.pa) &&
	    !(p->want.has_pa && p->want.pa == was.pa))
		p->guard_pa = was.pa;
	qtest_writeq(q, pa, value);
	if (context)
		machine_flush_context(w->m);
	probe_queue(w, p);
	qtest_writeq(q, pa, old);
	if (context)
		machine_flush_context(w->m);
	if (!qtest_run(q))
		return false;
	probe_judge(w, p);
	return true;
}

static bool same_verdict(const struct verdict *a, const struct verdict *b)
{
	return a->read_reason == b->read_reason &&
	       a->write_reason == b->write_reason &&
	       (!a->has_pa || a->pa == b->pa);
}

static bool find_mapped(struct world *w, struct space *s, struct probe *p)
{
	for (unsigned i = 0; i < TRIES; i++)
		if (probe_at(w, s, world_address(w, s), "DMA", p) &&
		    p->want.has_pa && world_harmless(w, p->want.pa))
			return true;
	return false;
}

void judge_corruption(struct world *w, struct space *s)
{
	struct verdict was;
	struct probe p;
	char what[96];
	unsigned level, bit = (unsigned)rng_below(&w->rng, 64);
	uint64_t pa, value;

	if (!find_mapped(w, s, &p))
		return;
	was = p.want;
	level = (unsigned)rng_below(&w->rng, was.entries);
	pa = was.entry_pa[level];
	value = *world_word(w, pa) ^ UINT64_C(1) << bit;
	snprintf(what, sizeof(what),
		 "bit %u wrong, level-%u entry now 0x%" PRIx64, bit,
		 s->levels - level, value);
	p.what = what;
	if (!judge_word(w, &p, pa, value, false))
		return;
	s->tally->corruptions++;
	s->tally->noticed += !same_verdict(&was, &p.want);
}

/*
 * Where QEMU does not say what the specification does: it looks for reserved
 * bits in both halves of a scalable-mode root entry, also in the one that the
 * device does not use; not in the low bits of PASID directory and PASID
 * entries; it knows no size of the directory; 7.2 walks a first or nested stage
 * as if it were a second one; and 10 takes AW for the width of the first.
 */
static bool qemu_decides(const struct world *w, const struct tables_word *word,
			 unsigned bit, uint16_t source_id)
{
	bool high = source_id & 0x80;

	if (!w->m->mode->scalable)
		return true;
	switch (word->kind) {
	case TABLES_ROOT_LOW:
		return !high;
	case TABLES_ROOT_HIGH:
		return high;
	case TABLES_CONTEXT:
		return word->index || bit < 9 || bit > 11;
	case TABLES_DIRECTORY:
		return bit < 2 || bit > 11;
	case TABLES_PASID:
		if (w->m->mode->format == VTD_FS && bit >= 2 && bit <= 4)
			return word->index;
		return word->index || (bit != 6 && bit != 10 && bit != 11);
	}
	return false;
}

void judge_structure(struct world *w, struct space *s)
{
	static const char *const names[] = {
		[TABLES_ROOT_LOW] = "root",
		[TABLES_ROOT_HIGH] = "root",
		[TABLES_CONTEXT] = "context",
		[TABLES_DIRECTORY] = "PASID directory",
		[TABLES_PASID] = "PASID",
	};
	const struct tables *t = &w->tables;
	const struct tables_word *word = &t->word[rng_below(&w->rng, t->words)];
	unsigned bit = (unsigned)rng_below(&w->rng, 64);
	uint64_t value = *world_word(w, word->pa) ^ UINT64_C(1) << bit;
	struct probe p;
	char what[96];

	if (!find_mapped(w, s, &p) ||
	    !qemu_decides(w, word, bit, p.device->source_id))
		return;
	snprintf(what, sizeof(what),
		 "bit %u wrong, word %u of the %s entry now 0x%" PRIx64, bit,
		 word->index, names[word->kind], value);
	p.what = what;
	if (judge_word(w, &p, word->pa, value, true))
		s->tally->structures++;
}

/* The same DMA, judged once by what is right and then by what is not. */
unsigned judge_fooled(struct world *w, struct space *s, unsigned *given)
{
	unsigned fooled = 0, wrong = 0;
	struct device other = {.source_id = 0xffff};
	struct probe p;
	char text[256];

	*given = 0;
	for (unsigned i = 0; i < 200 && wrong < 40; i++) {
		struct probe lie;

		if (!probe_at(w, s, world_address(w, s), "DMA", &p) ||
		    (p.want.has_pa && !world_harmless(w, p.want.pa)))
			continue;
		p.reads = false;
		probe_queue(w, &p);
		if (!qtest_run(&w->m->q) || probe_wrong(w, &p, text)) {
			*given = 1;
			return 1; /* nor does it know what is right */
		}
		lie = p;
		if (p.want.write_reason) {
			other.bar = p.device->bar;
			switch (wrong % 4) {
			case 0:
				lie.want.write_reason = VTD_ENTRY_RESERVED;
				break;
			case 1:
				lie.device = &other;
				break;
			case 2:
				lie.iova ^= 4096;
				break;
			default:
				lie.want.write_reason = VTD_OK;
				break;
			}
		} else if (wrong % 2) {
			lie.want.write_reason = VTD_NO_WRITE;
		} else { /* as if the data had not come to this PA */
			lie.memory_read = lie.fault.low_read;
		}
		fooled += !probe_wrong(w, &lie, text);
		wrong++;
	}
	*given = wrong;
	return fooled;
}
