/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What maps and unmaps of a trace have to do with each other. */
#include <errno.h>
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
