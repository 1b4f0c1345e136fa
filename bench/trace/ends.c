/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of the domains of a trace, which no event tells of. */
#include <errno.h>
#include <stdlib.h>

#include "../kernels/vtd.h"
#include "trace/ftrace.h"

static unsigned levels_of(const struct trace *t)
{
	unsigned levels = VTD_LEVELS_MIN;

	for (size_t i = 0; i < t->n; i++) {
		const struct trace_event *ev = &t->events[i];

		while (ev->bytes && levels < VTD_LEVELS_MAX &&
		       !vtd_iova_ok(VTD_SS, levels, ev->iova + (ev->bytes - 1)))
			levels++;
	}
	return levels;
}

int trace_end_domains(struct trace *t, uint64_t events, unsigned levels,
		      struct err *e)
{
	const size_t n = events && events < t->n ? (size_t)events : t->n;
	struct trace_event *all;
	bool *ended = calloc(t->ndomains, sizeof(*ended));

	all = realloc(t->events, (n + t->ndomains) * sizeof(*all));
	if (!ended || !all) {
		free(ended);
		t->events = all ? all : t->events;
		return err_set(e, -ENOMEM, "%s: out of memory", t->name);
	}
	t->events = all;
	t->n = n;
	levels = levels ? levels : levels_of(t);
	for (size_t i = n; i--;) {
		struct trace_event end = all[i];

		if (ended[end.domain])
			continue;
		ended[end.domain] = true;
		end.kind = TRACE_UNMAP;
		end.iova = end.pa = 0;
		end.bytes = UINT64_C(1) << vtd_width(levels);
		all[t->n++] = end;
		t->ends++;
	}
	free(ended);
	return 0;
}
