/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What maps and unmaps of a trace have to do with each other. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace/live.h"
#include "trace/ftrace.h"

struct pairing {
	struct live *domains;
	struct trace_pairs *p;
	uint64_t maps, bytes; /* live in all domains */
};

static int pair_event(struct pairing *s, const struct trace *t, size_t i)
{
	const struct trace_event *ev = &t->events[i];
	struct live *l = &s->domains[ev->domain];
	uint64_t maps = l->ranges.n, bytes = l->bytes;
	struct live_unmap u = {0};
	int rc;

	if (!ev->bytes) {
		s->p->unmaps_empty++;
		s->p->unmaps_of_nothing++;
		return 0;
	}
	if (ev->kind == TRACE_MAP) {
		rc = live_map(l, i);
		s->p->maps_overlapping += rc == -EEXIST;
	} else {
		rc = live_unmap(l, i, &u);
		s->p->unmaps_of_nothing += u.maps == 0;
		s->p->unmaps_of_several += u.maps > 1;
		s->p->unmaps_partial += u.partial;
	}
	s->maps += l->ranges.n - maps;
	s->bytes += l->bytes - bytes;
	if (s->maps > s->p->live_maps_peak)
		s->p->live_maps_peak = s->maps;
	if (s->bytes > s->p->live_bytes_peak)
		s->p->live_bytes_peak = s->bytes;
	return rc == -ENOMEM ? rc : 0;
}

int trace_pair(const struct trace *t, size_t n, struct trace_pairs *p,
	       struct err *e)
{
	struct pairing s = {.p = p};
	int rc = 0;

	memset(p, 0, sizeof(*p));
	s.domains = calloc(t->ndomains, sizeof(*s.domains));
	if (!s.domains)
		return err_set(e, -ENOMEM, "%s: out of memory", t->name);
	/* 4 KiB leaves: an unmap may then begin and end anywhere. */
	for (size_t d = 0; d < t->ndomains; d++)
		live_init(&s.domains[d], t->events, 1);
	for (size_t i = 0; i < n && !rc; i++)
		rc = pair_event(&s, t, i);
	for (size_t d = 0; d < t->ndomains; d++) {
		p->live_bytes_end += s.domains[d].bytes;
		live_release(&s.domains[d]);
	}
	free(s.domains);
	return rc ? err_set(e, rc, "%s: out of memory", t->name) : 0;
}

/* Things that the numbers would hide. */
void trace_warn(const struct trace *t, const struct trace_pairs *p)
{
	if (t->lost)
		err_warn("%s: the tracer lost %" PRIu64
			 " events; what was lost is not replayed",
			 t->name, t->lost);
	if (t->losses_unsized)
		err_warn("%s: the tracer lost events %" PRIu64
			 " times, and does not say how many; what was lost "
			 "is not replayed",
			 t->name, t->losses_unsized);
	if (t->times_back)
		err_warn("%s: %" PRIu64 " lines are earlier than the line "
			 "before; events are replayed in the order of lines",
			 t->name, t->times_back);
	if (p->unmaps_of_nothing > p->unmaps_empty)
		err_warn("%s: %" PRIu64 " unmaps of nothing that is mapped",
			 t->name, p->unmaps_of_nothing - p->unmaps_empty);
	if (p->maps_overlapping)
		err_warn("%s: %" PRIu64 " maps where something is mapped; "
			 "are these several domains without labels?",
			 t->name, p->maps_overlapping);
	if (t->unmapped_differs)
		err_warn("%s: %" PRIu64 " unmaps of which unmapped_size is "
			 "not size; size is what is replayed",
			 t->name, t->unmapped_differs);
}
