/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which unmaps a map may have to wait for. */
#include "trace/reuse.h"

#include <errno.h>
#include <stdlib.h>

#include "../kernels/invalidation/deferred.h"
#include "base/must.h"

int reuse_init(struct reuse *r, const struct trace *t, unsigned nthreads)
{
	*r = (struct reuse){.trace = t, .nthreads = nthreads};
	r->left = calloc(t->ndomains, sizeof(*r->left));
	r->unmaps = calloc(t->ndomains * nthreads, sizeof(*r->unmaps));
	r->ordinal = calloc(t->n + 1, sizeof(*r->ordinal));
	if (!r->left || !r->unmaps || !r->ordinal)
		return -ENOMEM;
	for (size_t d = 0; d < t->ndomains; d++)
		ranges_init(&r->left[d]);
	return 0;
}

void reuse_release(struct reuse *r)
{
	for (size_t d = 0; r->left && r->ordinal && d < r->trace->ndomains; d++)
		ranges_release(&r->left[d]);
	free(r->left);
	free(r->unmaps);
	free(r->ordinal);
}

static uint32_t *unmaps_of(const struct reuse *r, size_t i, unsigned thread)
{
	return &r->unmaps[r->trace->events[i].domain * r->nthreads + thread];
}

int reuse_unmap(struct reuse *r, size_t i, unsigned thread, uint64_t start,
		uint64_t last)
{
	r->ordinal[i] = (*unmaps_of(r, i, thread))++;
	return ranges_set(&r->left[r->trace->events[i].domain], start, last, i);
}

int reuse_map(const struct reuse *r, size_t i, unsigned thread, uint32_t **list,
	      size_t *n)
{
	const struct trace_event *ev = &r->trace->events[i];
	uint64_t at = ev->iova, last = ev->iova + (ev->bytes - 1);
	const uint32_t now = *unmaps_of(r, i, thread);
	struct range found;

	while (ranges_next(&r->left[ev->domain], at, &found) &&
	       found.start <= last) {
		size_t unmap = (size_t)found.value;
		bool ours = r->trace->events[unmap].cpu % r->nthreads == thread;
		int rc;

		if (!ours || now - r->ordinal[unmap] < FLUSH_SLOTS) {
			rc = try_grow(list, *n, sizeof(**list));
			if (rc)
				return rc;
			(*list)[(*n)++] = (uint32_t)unmap;
		}
		if (found.last >= last)
			break;
		at = found.last + 1;
	}
	return 0;
}
