/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One check by rocker: markers, commands, fault record, verdict. */
#include "rocker.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DMA_ADDRESS 0x28
#define DMA_COMMAND 0x34
#define FILLED	    UINT64_C(0x9696969696969696)

enum { DMA_FILL = 2, DMA_INVERT = 4 };

bool probe_at(struct world *w, struct space *s, uint64_t iova, const char *what,
	      struct probe *p)
{
	memset(p, 0, sizeof(*p));
	p->space = s;
	p->device = &w->m->rocker[s - w->space];
	p->iova = iova;
	p->what = what;
	p->reads = rng_below(&w->rng, 3);
	return verdict_of(w, s, p->device->source_id, iova, &p->want);
}

/* Queues reads of the entries that a walk for @p goes through. */
static void read_entries(struct world *w, const struct probe *p,
			 size_t reads[VTD_LEVELS_MAX])
{
	for (unsigned i = 0; i < p->want.entries; i++)
		reads[i] = qtest_readq(&w->m->q, p->want.entry_pa[i]);
}

void probe_queue(struct world *w, struct probe *p)
{
	struct qtest *q = &w->m->q;
	bool ram = p->want.has_pa && machine_ram(w->m, p->want.pa);

	/* QEMU caches the read and then refuses the write without a word. */
	if (!p->want.read_reason && p->want.write_reason && !p->keep_tlb)
		p->reads = false;
	p->marker = rng_u64(&w->rng);
	p->looks_at_entries = w->m->mode->format == VTD_FS && !p->keep_tlb &&
			      !p->want.write_reason && p->want.entries;
	if (p->looks_at_entries)
		read_entries(w, p, p->before);
	fault_clear(w->m);
	if (!p->keep_tlb)
		machine_flush_iotlb(w->m);
	if (p->guard_pa)
		qtest_writeq(q, p->guard_pa, p->marker);
	if (ram)
		qtest_writeq(q, p->want.pa, p->marker);
	qtest_writeq(q, p->device->bar + DMA_ADDRESS, p->iova);
	qtest_writel(q, p->device->bar + DMA_COMMAND,
		     p->reads ? DMA_INVERT : DMA_FILL);
	fault_read(w->m, &p->fault);
	if (p->looks_at_entries)
		read_entries(w, p, p->after);
	if (ram)
		p->memory_read = qtest_readq(q, p->want.pa);
	if (p->guard_pa)
		p->guard_read = qtest_readq(q, p->guard_pa);
}

/* What is read first is in the IOTLB, which refuses the write in silence. */
static bool refused_by_iotlb(const struct probe *p)
{
	return p->keep_tlb && p->reads && !p->want.read_reason;
}

static const char *fault_wrong(const struct world *w, const struct probe *p,
			       char text[256])
{
	const struct fault *f = &p->fault;
	bool is_read = p->reads && p->want.read_reason;
	unsigned want = is_read ? p->want.read_reason : p->want.write_reason;

	if (p->want.silent || refused_by_iotlb(p))
		want = VTD_OK;
	if (!want && !f->recorded)
		return NULL;
	if (!want || !f->recorded)
		snprintf(text, 256, "fault 0x%x expected, QEMU says 0x%x%s",
			 want, f->recorded ? f->reason : 0,
			 f->is_read ? " (read)" : "");
	else if (!reason_matches(w, &p->want, is_read, f->reason))
		snprintf(text, 256, "fault 0x%x expected, QEMU says 0x%x", want,
			 f->reason);
	else if (f->is_read != is_read)
		snprintf(text, 256, "fault 0x%x of a %s expected", want,
			 is_read ? "read" : "write");
	else if (f->page != (p->iova & ~UINT64_C(0xfff)))
		snprintf(text, 256, "fault 0x%x at 0x%" PRIx64, f->reason,
			 f->page);
	else if (f->source_id != p->device->source_id)
		snprintf(text, 256, "fault 0x%x by source-id 0x%x, not 0x%x",
			 f->reason, f->source_id, p->device->source_id);
	else
		return NULL;
	return text;
}

/* What RAM at the expected PA holds now; only if there is RAM. */
static const char *memory_wrong(const struct world *w, const struct probe *p,
				char text[256])
{
	uint64_t now = w->m->q.value[p->memory_read], want = p->marker;

	if (!p->want.write_reason && p->reads && p->want.read_reason)
		return NULL; /* rocker wrote back what it failed to read */
	if (!p->want.write_reason)
		want = p->reads ? ~p->marker : FILLED;
	if (now == want)
		return NULL;
	snprintf(text, 256,
		 "pa 0x%" PRIx64 " expected (%s); it holds 0x%" PRIx64
		 ", not 0x%" PRIx64,
		 p->want.pa, p->reads ? "read and written" : "written", now,
		 want);
	return text;
}

/* The leaf after a DMA. A write makes QEMU 10 set A and D if it finds neither,
 * and else nothing; where rocker reads first, its IOTLB serves the write, and D
 * stays as it is. */
static uint64_t leaf_after(const struct probe *p, uint64_t before)
{
	const uint64_t both = VTD_FS_A | VTD_FS_D;

	if (p->reads)
		return before | VTD_FS_A;
	return before & both ? before : before | both;
}

/*
 * The first stage's A and D, which QEMU sets: A in every entry of the walk, D
 * in the leaf, and nothing else. An entry that lacked A is one of which our
 * walker said so (not the reverse: a DMA of the same packet may have set it).
 */
static const char *entries_wrong(const struct world *w, const struct probe *p,
				 char text[256])
{
	for (unsigned i = 0; i < p->want.entries; i++) {
		uint64_t before = w->m->q.value[p->before[i]];
		uint64_t after = w->m->q.value[p->after[i]];
		bool foretold = p->want.need_a >> i & 1;
		uint64_t want = i + 1 < p->want.entries ? before | VTD_FS_A
							: leaf_after(p, before);

		if (after == want && (before & VTD_FS_A || foretold))
			continue;
		snprintf(text, 256,
			 "entry %u of the walk was 0x%" PRIx64
			 "%s, is 0x%" PRIx64 " after a %s",
			 i, before, foretold ? " (A to be set)" : "", after,
			 p->reads ? "read" : "write");
		return text;
	}
	return NULL;
}

const char *probe_wrong(const struct world *w, struct probe *p, char text[256])
{
	const char *wrong;

	fault_take(w->m, &p->fault);
	wrong = fault_wrong(w, p, text);
	if (!wrong && p->want.has_pa && machine_ram(w->m, p->want.pa))
		wrong = memory_wrong(w, p, text);
	if (!wrong && p->looks_at_entries)
		wrong = entries_wrong(w, p, text);
	if (!wrong && p->guard_pa &&
	    w->m->q.value[p->guard_read] != p->marker) {
		snprintf(text, 256, "pa 0x%" PRIx64 " was written",
			 p->guard_pa);
		wrong = text;
	}
	return wrong;
}

void probe_judge(struct world *w, struct probe *p)
{
	struct tally *t = p->space->tally;
	char text[256];
	const char *wrong = probe_wrong(w, p, text);

	t->checks++;
	if (wrong)
		space_fail(p->space, "%s at iova 0x%" PRIx64 ": %s", p->what,
			   p->iova, wrong);
	if (p->fault.recorded) {
		t->reason[p->fault.reason]++;
	} else {
		t->translated++;
		if (p->want.level <= VTD_LEAF_LEVEL_MAX)
			t->leaf[p->want.level]++;
	}
}
