/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reference for a replay: live mappings as ranges of map events. */
#include "trace/live.h"

#include <errno.h>
#include <string.h>

#include "../kernels/vtd.h"

void live_init(struct live *l, const struct trace_event *events,
	       unsigned max_leaf_level)
{
	memset(l, 0, sizeof(*l));
	l->events = events;
	l->max_leaf_level = max_leaf_level;
	ranges_init(&l->ranges);
}

void live_release(struct live *l)
{
	ranges_release(&l->ranges);
}

/*
 * The leaf that map event @ev has at @iova: the largest aligned block around
 * it that lies within the map and whose PA is aligned alike.
 */
static struct live_leaf leaf_at(const struct live *l,
				const struct trace_event *ev, uint64_t iova)
{
	unsigned level = l->max_leaf_level;
	uint64_t span, start;

	for (;; level--) {
		span = vtd_span(level);
		start = iova & ~(span - 1);
		if (level == 1)
			break;
		if (start >= ev->iova && start - ev->iova + span <= ev->bytes &&
		    !((ev->pa + (start - ev->iova)) & (span - 1)))
			break;
	}
	return (struct live_leaf){start, ev->pa + (start - ev->iova), span,
				  ev->prot};
}

int live_map(struct live *l, size_t event)
{
	const struct trace_event *ev = &l->events[event];
	uint64_t last = ev->iova + (ev->bytes - 1);
	struct range r;
	int rc;

	if (ranges_next(&l->ranges, ev->iova, &r) && r.start <= last)
		return -EEXIST;
	rc = ranges_set(&l->ranges, ev->iova, last, event);
	if (!rc)
		l->bytes += ev->bytes;
	return rc;
}

/* Widens *u to whole leaves of @r at its two ends. */
static void widen(const struct live *l, const struct range *r,
		  struct live_unmap *u)
{
	const struct trace_event *ev = &l->events[r->value];
	struct live_leaf leaf;

	if (r->start < u->start) {
		leaf = leaf_at(l, ev, u->start);
		u->start = leaf.iova;
		u->partial = true;
	}
	if (r->last > u->last) {
		leaf = leaf_at(l, ev, u->last);
		u->last = leaf.iova + (leaf.bytes - 1);
		u->partial = u->partial || r->last > u->last;
	}
}

int live_unmap(struct live *l, size_t event, struct live_unmap *u)
{
	const struct trace_event *ev = &l->events[event];
	uint64_t start = ev->iova, last = start + (ev->bytes - 1), at = start;
	uint64_t gone = 0;
	struct range r;
	int rc;

	*u = (struct live_unmap){.start = start, .last = last};
	while (ranges_next(&l->ranges, at, &r) && r.start <= last) {
		uint64_t from = r.start > start ? r.start : start;

		u->maps++;
		widen(l, &r, u);
		gone += (r.last < u->last ? r.last : u->last) - from + 1;
		if (r.last >= last)
			break;
		at = r.last + 1;
	}
	if (u->start < start)
		return -EINVAL;
	if (!u->maps)
		return 0;
	rc = ranges_clear(&l->ranges, u->start, u->last);
	if (!rc)
		l->bytes -= gone;
	return rc;
}

bool live_next(const struct live *l, uint64_t from, struct live_leaf *leaf)
{
	struct range r;

	if (!ranges_next(&l->ranges, from, &r))
		return false;
	*leaf = leaf_at(l, &l->events[r.value],
			r.start > from ? r.start : from);
	return true;
}
