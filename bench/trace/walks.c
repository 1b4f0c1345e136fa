/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of walks from maps and unmaps. */
#include "trace/walks.h"

#include <errno.h>
#include <stdlib.h>

#include "base/must.h"

enum {
	/* Of a value in m->mapped: the list, and the walk's place in it. */
	PLACE_BITS = 32,
	/* 2.5 GiB of a list: the size of a damaged line, not a trace's. */
	WALKS_MAX = 1 << 26,
};

int walks_begin(struct walks_maker *m, struct walk_kind *kind, unsigned n,
		unsigned nthreads, size_t ndomains)
{
	*m = (struct walks_maker){.kind = kind, .nthreads = nthreads};
	kind->n = n;
	if (!n)
		return 0;
	kind->lists = calloc((size_t)n * nthreads, sizeof(*kind->lists));
	m->mapped = calloc(ndomains, sizeof(*m->mapped));
	if (!kind->lists || !m->mapped)
		return -ENOMEM;
	for (size_t d = 0; d < ndomains; d++)
		ranges_init(&m->mapped[d]);
	return 0;
}

void walks_end(struct walks_maker *m, size_t ndomains)
{
	for (size_t d = 0; m->mapped && d < ndomains; d++)
		ranges_release(&m->mapped[d]);
	free(m->mapped);
}

void walks_release(struct walk_kind *kind, unsigned nthreads)
{
	for (size_t i = 0; kind->lists && i < (size_t)kind->n * nthreads; i++)
		free(kind->lists[i].walk);
	free(kind->lists);
}

static int add(struct walk_list *l, const struct replay_walk *walk)
{
	int rc = l->n < WALKS_MAX ? try_grow(&l->walk, l->n, sizeof(*l->walk))
				  : -ENOMEM;

	if (!rc)
		l->walk[l->n++] = *walk;
	return rc;
}

static int map(struct walks_maker *m, const struct live *live, size_t event,
	       struct replay_dep at)
{
	const struct trace_event *ev = &live->events[event];
	const uint64_t end = ev->iova + ev->bytes;
	uint64_t list = m->maps++ % m->kind->n * m->nthreads + at.thread;
	struct walk_list *l = &m->kind->lists[list];
	struct live_leaf leaf = {.iova = ev->iova};
	int rc = 0;

	while (!rc && leaf.iova != end && live_next(live, leaf.iova, &leaf)) {
		const struct replay_walk walk = {.iova = leaf.iova,
						 .pa = leaf.pa,
						 .from = at.count,
						 .event = (uint32_t)event,
						 .domain = ev->domain,
						 .prot = (uint8_t)leaf.prot};

		rc = ranges_set(&m->mapped[ev->domain], leaf.iova,
				leaf.iova + (leaf.bytes - 1),
				list << PLACE_BITS | l->n);
		if (!rc)
			rc = add(l, &walk);
		leaf.iova += leaf.bytes;
	}
	return rc;
}

static int unmap(struct walks_maker *m, struct ranges *mapped,
		 const struct live_unmap *u, struct replay_dep at,
		 uint32_t *need)
{
	uint64_t from = u->start;
	struct range r;

	while (ranges_next(mapped, from, &r) && r.start <= u->last) {
		uint64_t list = r.value >> PLACE_BITS;
		uint32_t place = (uint32_t)r.value;

		m->kind->lists[list].walk[place].until = at;
		if (need && need[list] < place + 1)
			need[list] = place + 1;
		if (r.last >= u->last)
			break;
		from = r.last + 1;
	}
	return ranges_clear(mapped, u->start, u->last);
}

int walks_event(struct walks_maker *m, const struct live *live, size_t event,
		struct replay_dep at, const struct live_unmap *u,
		uint32_t *need)
{
	const struct trace_event *ev = &live->events[event];

	if (!m->kind->n)
		return 0;
	return ev->kind == TRACE_MAP
		       ? map(m, live, event, at)
		       : unmap(m, &m->mapped[ev->domain], u, at, need);
}
