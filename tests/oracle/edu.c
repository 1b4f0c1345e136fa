/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads through edu: start all devices, wait, judge; drain when full. */
#include "edu.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define SOURCE	    0x80
#define DESTINATION 0x88
#define COUNT	    0x90
#define COMMAND	    0x98
#define BUFFER	    UINT64_C(0x40000)

enum {
	TO_DEVICE = 1,
	FROM_DEVICE = 3,
	RUNNING = 1,
	POLLS = 20000,
	TRIES = 20, /* to find an address that can be read */
};

static void transfer(struct world *w, const struct device *d, uint64_t source,
		     uint64_t destination, uint64_t count, unsigned command)
{
	struct qtest *q = &w->m->q;

	qtest_writeq(q, d->bar + SOURCE, source);
	qtest_writeq(q, d->bar + DESTINATION, destination);
	qtest_writeq(q, d->bar + COUNT, count);
	qtest_writeq(q, d->bar + COMMAND, command);
}

/* Runs the queue; then until no device is at work. */
static bool wait_all(struct world *w)
{
	struct qtest *q = &w->m->q;

	for (unsigned i = 0; i < POLLS; i++) {
		size_t n[MACHINE_SPACES * MACHINE_EDUS], devices = 0;
		uint64_t running = 0;

		for (unsigned s = 0; s < MACHINE_SPACES; s++)
			for (unsigned e = 0; e < MACHINE_EDUS; e++)
				n[devices++] = qtest_readq(
					q, w->m->edu[s][e].bar + COMMAND);
		if (!qtest_run(q))
			return false;
		while (devices)
			running |= q->value[n[--devices]] & RUNNING;
		if (!running)
			return true;
		if (i > 100)
			usleep(1000);
	}
	q->broken = true;
	snprintf(q->why, sizeof(q->why), "edu does not finish a transfer");
	return false;
}

/* Read-only pages first: only this device can show where they lead. */
static bool find_readable(struct world *w, struct space *s,
			  const struct device *d, struct edu_read *r)
{
	struct verdict v, best = {0};

	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t iova = world_address(w, s);

		if (!verdict_of(w, s, d->source_id, iova, &v) ||
		    v.read_reason || !world_harmless(w, v.pa) ||
		    (best.has_pa && !v.write_reason))
			continue;
		best = v;
		*r = (struct edu_read){iova, v.pa, 0};
		if (v.write_reason)
			break;
	}
	return best.has_pa;
}

/* Two reads of one round may meet in one place: they see one marker. */
static uint64_t marker_at(const struct edu *e, unsigned slot, unsigned upto,
			  uint64_t pa, uint64_t fresh)
{
	for (unsigned i = 0; i < upto; i++) {
		const struct edu_read *r =
			&e->pending[i / MACHINE_EDUS][i % MACHINE_EDUS][slot];

		if (r->pa == pa)
			return r->marker;
	}
	return fresh;
}

void edu_check(struct world *w, struct edu *e)
{
	struct qtest *q = &w->m->q;
	unsigned slot = e->pendings++, devices = MACHINE_SPACES * MACHINE_EDUS;
	struct fault fault;

	fault_clear(w->m);
	machine_flush_iotlb(w->m);
	for (unsigned i = 0; i < devices; i++) {
		struct space *s = &w->space[i / MACHINE_EDUS];
		const struct device *d =
			&w->m->edu[i / MACHINE_EDUS][i % MACHINE_EDUS];
		struct edu_read *r =
			&e->pending[i / MACHINE_EDUS][i % MACHINE_EDUS][slot];

		*r = (struct edu_read){0};
		if (!find_readable(w, s, d, r))
			continue;
		r->marker = marker_at(e, slot, i, r->pa, rng_u64(&w->rng) | 1);
		qtest_writeq(q, r->pa, r->marker);
		transfer(w, d, r->iova, BUFFER + 8 * slot, 8, TO_DEVICE);
	}
	if (!wait_all(w))
		return;
	fault_read(w->m, &fault);
	if (!qtest_run(q))
		return;
	fault_take(w->m, &fault);
	if (fault.recorded)
		space_fail(&w->space[0],
			   "edu: fault 0x%x at 0x%" PRIx64
			   " by source-id 0x%x, none expected",
			   fault.reason, fault.page, fault.source_id);
	if (e->pendings == EDU_SLOTS)
		edu_drain(w, e);
}

bool edu_try(struct world *w, const struct device *d, uint64_t iova,
	     struct fault *f)
{
	fault_clear(w->m);
	transfer(w, d, iova, BUFFER, 8, TO_DEVICE);
	if (!wait_all(w))
		return false;
	fault_read(w->m, f);
	if (!qtest_run(&w->m->q))
		return false;
	fault_take(w->m, f);
	return true;
}

static void judge_slot(struct world *w, unsigned space,
		       const struct edu_read *r, uint64_t got)
{
	struct space *s = &w->space[space];

	if (!r->marker)
		return;
	s->tally->checks++;
	s->tally->translated++;
	s->tally->reads++;
	if (got != r->marker)
		space_fail(s,
			   "edu read of iova 0x%" PRIx64 ": pa 0x%" PRIx64
			   " expected; got 0x%" PRIx64 ", not 0x%" PRIx64,
			   r->iova, r->pa, got, r->marker);
}

void edu_drain(struct world *w, struct edu *e)
{
	const uint64_t *bounce = machine_ram(w->m, w->tables.bounce);

	if (!e->pendings || !machine_stop_translating(w->m))
		return;
	for (unsigned s = 0; s < MACHINE_SPACES; s++)
		for (unsigned d = 0; d < MACHINE_EDUS; d++) {
			transfer(w, &w->m->edu[s][d], BUFFER, w->tables.bounce,
				 8 * e->pendings, FROM_DEVICE);
			if (!wait_all(w))
				return;
			for (unsigned i = 0; i < e->pendings; i++)
				judge_slot(w, s, &e->pending[s][d][i],
					   bounce[i]);
		}
	e->pendings = 0;
	machine_translate(w->m, w->tables.rtaddr);
}
