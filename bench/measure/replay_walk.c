/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walkers of a replay. What each asks for is in lists (trace/walks.h), one for
 * each thread that replays events, and how far such a thread is says how much
 * of its list may be walked: so walks keep their ratio to events, however fast
 * these are. A device's walk comes before the unmap of its page, which waits
 * for it, as a driver waits for DMA; nobody waits for a CPU.
 *
 * No shared line is in the way of who replays events: a walker looks at the
 * thread's position once a piece of walks, and with pauses when it has nothing
 * to do; a device publishes its own once a piece.
 *
 * Each answer is checked. A device's is the PA that is mapped, always. A CPU
 * may also find nothing, or what was mapped there later, if the unmap may have
 * begun before its walk was over; never what was unmapped before it began.
 */
#include <errno.h>
#include <inttypes.h>

#include "../kernels/device_walk.h"
#include "measure/replay_parts.h"

enum {
	PIECE = 16,	/* walks between looks at the position */
	PAUSES = 32,	/* between two looks when there is nothing to do */
	SPINS = 256,	/* such looks, then others get the CPU */
	LEAD_PART = 16, /* of a list, is lead-in */
};

struct walker {
	struct worker *w;
	const struct design *design;
	struct replay *r;
	const struct walk_list *lists; /* [thread] */
	struct replay_part *parts;     /* [thread] of a device; else its own */
	uint64_t *seen; /* [thread] events done, when last seen */
	bool device, singles;
	unsigned left; /* until the next walk that is timed alone */
};

/* Of thread @n: how far it is. */
static void look(const struct walker *t, unsigned n)
{
	t->seen[n] = replay_done(&t->r->parts[n]);
}

/* Event @dep.count may have begun, as far as was seen. */
static bool begun(const struct walker *t, struct replay_dep dep)
{
	return dep.count && t->seen[dep.thread] >= dep.count - 1;
}

static bool gone(const struct walker *t, const struct replay_walk *x)
{
	return x->until.count && t->seen[x->until.thread] >= x->until.count;
}

/* The last event of the trace that may have begun. */
static size_t newest(const struct walker *t)
{
	size_t last = 0;

	for (unsigned i = 0; i < t->r->plan->nthreads; i++) {
		const struct replay_thread *of = &t->r->plan->threads[i];
		size_t at = t->seen[i] < of->n ? (size_t)t->seen[i] : of->n - 1;

		if (of->n && of->ops[at].event > last)
			last = of->ops[at].event;
	}
	return last;
}

/* Whether @pa is what a later map put there. */
static bool later(const struct walker *t, const struct replay_walk *x,
		  uint64_t pa, unsigned perm)
{
	const struct trace_event *events = t->r->plan->trace->events;
	size_t last = newest(t);

	for (size_t i = x->event + 1; i <= last; i++) {
		const struct trace_event *ev = &events[i];

		if (ev->kind == TRACE_MAP && ev->domain == x->domain &&
		    x->iova - ev->iova < ev->bytes &&
		    pa - ev->pa == x->iova - ev->iova && perm == ev->prot)
			return true;
	}
	return false;
}

static void check(const struct walker *t, const struct replay_walk *x,
		  uint64_t pa, unsigned perm)
{
	if (__builtin_expect(pa == x->pa && perm == x->prot, 1) ||
	    MUTANT(replay_walk_unchecked))
		return;
	for (unsigned i = 0; i < t->r->plan->nthreads; i++)
		look(t, i);
	if (!t->device && begun(t, x->until) &&
	    (pa == ENGINE_FAULT || later(t, x, pa, perm)))
		return;
	worker_wrong(t->w, 1,
		     "domain %.60s: IOVA 0x%" PRIx64 " gave %s0x%" PRIx64
		     " with permission %u, not 0x%" PRIx64 " with %u",
		     t->r->plan->trace->domains[x->domain], x->iova,
		     pa == ENGINE_FAULT ? "a fault, " : "", pa, perm, x->pa,
		     x->prot);
}

static void walk(const struct walker *t, const struct replay_walk *x)
{
	struct domain *d = t->r->domains[x->domain];
	struct engine_walk found;
	unsigned perm = 0;
	uint64_t pa;

	if (t->device) {
		pa = device_translate(d, &t->w->t, x->iova, &perm);
	} else {
		pa = t->design->walk(d, &t->w->t, x->iova, &found)
			     ? ENGINE_FAULT
			     : found.pa;
		perm = pa == ENGINE_FAULT ? 0 : found.perm;
	}
	check(t, x, pa, perm);
}

static void walk_alone(struct walker *t, const struct replay_walk *x)
{
	uint64_t from = clock_start();

	walk(t, x);
	singles_add(&t->w->tail[TAIL_WALK],
		    clock_ns(clock_stop() - from) - clock_info()->cost_ns);
	t->left = batch_gap(t->w);
}

/* Walks of list @n from @at on that may be done. Returns where the next is. */
static size_t piece(struct walker *t, unsigned n, size_t at)
{
	const struct walk_list *l = &t->lists[n];
	size_t end = at + PIECE < l->n ? at + PIECE : l->n, first = at;
	uint64_t from, walked = 0;

	look(t, n);
	from = clock_start();
	for (; at < end && t->seen[n] >= l->walk[at].from; at++) {
		if (!t->device && gone(t, &l->walk[at]))
			continue;
		walked++;
		if (t->singles && !t->left--)
			walk_alone(t, &l->walk[at]);
		else
			walk(t, &l->walk[at]);
	}
	if (walked && first >= l->n / LEAD_PART) {
		t->w->walk.ops += (double)walked;
		t->w->walk.ns +=
			clock_ns(clock_stop() - from) - clock_info()->cost_ns;
		t->w->walk.n++;
	}
	t->parts[t->device ? n : 0].walked += walked;
	t->parts[t->device ? n : 0].late += at - first - walked;
	return at;
}

/* A round over all lists; whether anything was done. @left: lists that are
 * not over. */
static bool one_round(struct walker *t, uint64_t *at, unsigned *left)
{
	bool done = false;

	*left = 0;
	for (unsigned n = 0; n < t->r->plan->nthreads; n++) {
		size_t next;

		if (at[n] >= t->lists[n].n)
			continue;
		next = piece(t, n, at[n]);
		done |= next > at[n];
		/* whose events are over will not come to it any more */
		if (next == at[n] && t->seen[n] == REPLAY_OVER)
			next = t->lists[n].n;
		at[n] = next;
		*left += next < t->lists[n].n;
		if (t->device)
			replay_publish(&t->parts[n], next);
		else
			t->design->thread_quiesce(&t->w->t);
	}
	return done;
}

/* Nothing to do for the @spins-th time in a row. */
static void pause_walks(struct walker *t, unsigned spins)
{
	if (spins < SPINS) {
		for (unsigned i = 0; i < PAUSES; i++)
			__builtin_ia32_pause();
		return;
	}
	/* A device is offline anyway. */
	if (!t->device)
		t->design->thread_offline(&t->w->t);
	replay_give_way(t->parts);
	if (!t->device)
		t->design->thread_online(&t->w->t);
}

static void walk_all(struct walker *t)
{
	const unsigned n = t->r->plan->nthreads;
	uint64_t *at = t->seen + n;
	unsigned spins = 0, left = n;

	while (left && !worker_stopped(t->w)) {
		if (one_round(t, at, &left))
			spins = 0;
		else if (left)
			pause_walks(t, spins++);
	}
	for (unsigned i = 0; t->device && i < n; i++)
		replay_publish(&t->parts[i], REPLAY_OVER);
}

/* The device is no thread of the design's; it is known to the IOMMU alone. */
static void walk_as_device(struct walker *t)
{
	struct worker *w = t->w;

	w->t.device = iotlb_device_get(t->r->engine.iotlb);
	if (!w->t.device) {
		worker_failed(w, -ENOMEM, "no memory for a device");
		for (unsigned i = 0; i < t->r->plan->nthreads; i++)
			replay_publish(&t->parts[i], REPLAY_OVER);
		return;
	}
	t->design->thread_offline(&w->t);
	walk_all(t);
	t->design->thread_online(&w->t);
	iotlb_device_put(t->r->engine.iotlb, w->t.device);
}

void replay_walk(struct worker *w, const struct batch *b)
{
	struct replay *r = w->group->replay;
	const struct replay_plan *plan = r->plan;
	bool device = w->role == ROLE_DEVICE;
	size_t first = (size_t)w->index * plan->nthreads;
	struct walker t = {
		.w = w,
		.design = w->group->design,
		.r = r,
		.lists = (device ? plan->devices.lists : plan->walkers.lists) +
			 first,
		.parts = device ? &r->parts[plan->nthreads + first]
				: replay_walker_part(r, w->index),
		.seen = r->seen +
			replay_seen(plan) *
				(w->index + (device ? 0 : plan->devices.n)),
		.device = device,
		.singles = !device && b->which == REPLAY_SINGLES,
	};

	rng_seed(&w->gaps, w->group->params->seed + w->thread, b->nth);
	t.left = batch_gap(w);
	batch_wait(b->start);
	if (device)
		walk_as_device(&t);
	else
		walk_all(&t);
}
