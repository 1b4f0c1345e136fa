/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a trace ready for replay. */
#include "base/must.h"
#include "trace/replay_plan.h"
#include "trace/reuse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/vtd.h"

enum {
	THREADS_MAX = 1024,
	CACHE_PAGES = 512, /* a thread's cache keeps fewer */
};
#define HELD_MAX (UINT64_C(1) << 18)

/* What is needed while a plan is made. */
struct planner {
	struct replay_plan *plan;
	const struct trace *t;
	struct ranges *last;   /* per domain: index of the last event there */
	struct ranges *tables; /* per domain and level: tables ever needed */
	uint32_t *seq;	       /* per event: its place in its thread */
	unsigned awaited;      /* threads, and lists of devices */
	uint32_t *need;	       /* of each of these, of one event */
	uint32_t *known;       /* [thread * awaited + other]: waited for */
	uint64_t held;	       /* tables that may be unlinked and held */
	struct reuse reuse;    /* .trace NULL: invalidations are strict */
	struct walks_maker devices, walkers;
};

static unsigned thread_of(const struct planner *p, size_t i)
{
	return p->t->events[i].cpu % p->plan->nthreads;
}

/* Counts the tables of @level that map @ev can need. */
static int note_tables(struct planner *p, const struct trace_event *ev,
		       unsigned level)
{
	struct ranges *r = &p->tables[ev->domain * VTD_LEVELS_MAX + level];
	const uint64_t span = vtd_span(level + 1);
	uint64_t first = ev->iova / span;
	uint64_t last = (ev->iova + (ev->bytes - 1)) / span;
	struct range found;
	int rc;

	/* Where larger leaves fit, smaller tables are at the ends only. */
	if (level < p->plan->max_leaf_level && last - first > 1 &&
	    !((ev->iova ^ ev->pa) & (span - 1))) {
		p->held += last - first;
		rc = ranges_set(r, first, first, 0);
		return rc ? rc : ranges_set(r, last, last, 0);
	}
	if (ranges_next(r, first, &found) && found.start <= first &&
	    found.last >= last)
		return 0;
	return ranges_set(r, first, last, 0);
}

/* Tables that @domain ever needed so far, without its root. */
static uint64_t tables_of(const struct planner *p, size_t domain)
{
	uint64_t n = 0;

	for (unsigned l = 0; l < VTD_LEVELS_MAX; l++) {
		const struct ranges *tables =
			&p->tables[domain * VTD_LEVELS_MAX + l];
		uint64_t from = 0;
		struct range r;

		while (ranges_next(tables, from, &r)) {
			n += r.last - r.start + 1;
			from = r.last + 1;
		}
	}
	return n;
}

static int count_tables(struct planner *p, const struct trace_event *ev)
{
	int rc = 0;

	if (ev->kind == TRACE_UNMAP) {
		/* Tables wholly inside go; others may be made later. */
		uint64_t n = ev->bytes / vtd_span(2) + ev->bytes / vtd_span(3);

		if (ev->bytes >= vtd_span(4)) /* mostly of nothing */
			n = tables_of(p, ev->domain);
		p->held += n;
		return 0;
	}
	if (p->plan->max_leaf_level > 1 && ev->bytes >= vtd_span(2))
		p->held += ev->bytes / vtd_span(2);
	for (unsigned l = 1; l < p->plan->levels && !rc; l++)
		rc = note_tables(p, ev, l);
	return rc;
}

static uint64_t tables_counted(const struct planner *p)
{
	uint64_t n = p->t->ndomains; /* roots */

	for (size_t d = 0; d < p->t->ndomains; d++)
		n += tables_of(p, d);
	return n;
}

static int add_dep(struct planner *p, unsigned thread, struct replay_dep dep)
{
	struct replay_thread *t = &p->plan->threads[thread];
	int rc = try_grow(&t->deps, t->ndeps, sizeof(*t->deps));

	if (!rc)
		t->deps[t->ndeps++] = dep;
	return rc;
}

/* What event @i, which touches [start, last], has to wait for. */
static int find_deps(struct planner *p, size_t i, uint64_t start, uint64_t last,
		     struct replay_op *op)
{
	const unsigned n = p->awaited, me = thread_of(p, i);
	struct ranges *r = &p->last[p->t->events[i].domain];
	uint32_t *known = &p->known[(size_t)me * n];
	uint64_t at = start;
	struct range found;

	while (ranges_next(r, at, &found) && found.start <= last) {
		unsigned other = thread_of(p, (size_t)found.value);
		uint32_t count = p->seq[found.value] + 1;

		if (other != me && count > p->need[other])
			p->need[other] = count;
		if (found.last >= last)
			break;
		at = found.last + 1;
	}
	op->dep = (uint32_t)p->plan->threads[me].ndeps;
	for (unsigned u = 0; u < n; u++) {
		if (p->need[u] > known[u]) {
			int rc = add_dep(p, me,
					 (struct replay_dep){u, p->need[u]});

			if (rc)
				return rc;
			op->ndeps++;
			known[u] = p->need[u];
		}
		p->need[u] = 0;
	}
	return ranges_set(r, start, last, i);
}

/* @op is event @i; an unmap took [start, last] away. */
static int find_reuse(struct planner *p, size_t i, uint64_t start,
		      uint64_t last, struct replay_op *op)
{
	struct replay_thread *t = &p->plan->threads[thread_of(p, i)];
	int rc;

	if (!p->reuse.trace || op->expect)
		return 0;
	if (op->kind == TRACE_UNMAP)
		return reuse_unmap(&p->reuse, i, thread_of(p, i), start, last);
	op->reuse = (uint32_t)t->nreuse;
	rc = reuse_map(&p->reuse, i, thread_of(p, i), &t->reuse, &t->nreuse);
	op->nreuse = (uint16_t)(t->nreuse - op->reuse);
	return rc;
}

static int plan_event(struct planner *p, size_t i)
{
	const struct trace_event *ev = &p->t->events[i];
	struct replay_thread *t = &p->plan->threads[thread_of(p, i)];
	struct live *live = &p->plan->live[ev->domain];
	struct live_unmap u = {.start = ev->iova,
			       .last = ev->iova + (ev->bytes - 1)};
	struct replay_op *op = &t->ops[t->n];
	struct replay_dep at = {.thread = thread_of(p, i)};
	int rc = ev->kind == TRACE_MAP ? live_map(live, i)
				       : live_unmap(live, i, &u);

	if (rc == -ENOMEM)
		return rc;
	*op = (struct replay_op){
		.event = (uint32_t)i,
		.iova = ev->iova,
		.bytes = ev->bytes,
		.pa = ev->kind == TRACE_MAP ? ev->pa : u.last - ev->iova + 1,
		.domain = ev->domain,
		.kind = ev->kind,
		.prot = ev->prot,
		.expect = (uint8_t)-rc,
	};
	p->seq[i] = (uint32_t)t->n++;
	at.count = p->seq[i] + 1;
	rc = rc ? 0
		: walks_event(&p->devices, live, i, at, &u,
			      p->need + p->plan->nthreads);
	if (!rc && !op->expect)
		rc = walks_event(&p->walkers, live, i, at, &u, NULL);
	if (!rc)
		rc = count_tables(p, ev);
	if (!rc && p->awaited > 1)
		rc = find_deps(p, i, u.start, u.last, op);
	return rc ? rc : find_reuse(p, i, u.start, u.last, op);
}

static void levels_remedy(struct err *e, unsigned levels, size_t before)
{
	if (levels < VTD_LEVELS_MAX)
		err_remedy(e, "use more levels");
	else if (before)
		err_remedy(e,
			   "replay the %zu events before it: --until-event "
			   "%zu, or the key trace_events",
			   before, before);
	else
		err_remedy(e, "VT-d reaches 57 bits: is the trace of another "
			      "kind of IOMMU?");
}

/* Levels for the highest IOVA; 0: said in @e. */
static unsigned choose_levels(const struct trace *t, size_t n, unsigned asked,
			      struct err *e)
{
	unsigned levels = asked ? asked : VTD_LEVELS_MIN;

	for (size_t i = 0; i < n; i++) {
		const struct trace_event *ev = &t->events[i];
		uint64_t last = ev->iova + (ev->bytes - 1);

		if (!ev->bytes)
			continue;
		while (!asked && levels < VTD_LEVELS_MAX &&
		       !vtd_iova_ok(VTD_SS, levels, last))
			levels++;
		if (!vtd_iova_ok(VTD_SS, levels, last)) {
			err_set(e, -EINVAL,
				"%s:%u: IOVA 0x%" PRIx64
				" is beyond what %u levels translate",
				t->name, ev->line, last, levels);
			levels_remedy(e, levels, i);
			return 0;
		}
	}
	return levels;
}

static int allocate(struct planner *p, size_t events,
		    const struct replay_plan_options *o)
{
	struct replay_plan *plan = p->plan;
	size_t ndomains = p->t->ndomains;
	unsigned nthreads = o->nthreads;

	plan->nthreads = nthreads;
	p->awaited = nthreads * (1 + o->devices);
	if (walks_begin(&p->devices, &plan->devices, o->devices, nthreads,
			ndomains) ||
	    walks_begin(&p->walkers, &plan->walkers, o->walkers, nthreads,
			ndomains))
		return -ENOMEM;
	p->last = calloc(ndomains, sizeof(*p->last));
	p->tables = calloc(ndomains * VTD_LEVELS_MAX, sizeof(*p->tables));
	p->seq = calloc(events + 1, sizeof(*p->seq));
	p->need = calloc(p->awaited, sizeof(*p->need));
	p->known = calloc((size_t)nthreads * p->awaited, sizeof(*p->known));
	plan->threads = calloc(nthreads, sizeof(*plan->threads));
	plan->live = calloc(ndomains, sizeof(*plan->live));
	if (!p->last || !p->tables || !p->seq || !p->need || !p->known ||
	    !plan->threads || !plan->live)
		return -ENOMEM;
	for (size_t d = 0; d < ndomains; d++) {
		live_init(&plan->live[d], p->t->events, plan->max_leaf_level);
		ranges_init(&p->last[d]);
	}
	for (size_t i = 0; i < ndomains * VTD_LEVELS_MAX; i++)
		ranges_init(&p->tables[i]);
	for (size_t i = 0; i < events; i++)
		plan->threads[thread_of(p, i)].n++;
	for (unsigned i = 0; i < nthreads; i++) {
		struct replay_thread *t = &plan->threads[i];

		t->ops = calloc(t->n + 1, sizeof(*t->ops));
		if (!t->ops)
			return -ENOMEM;
		t->n = 0;
	}
	return 0;
}

static void release(struct planner *p)
{
	for (size_t d = 0; p->last && d < p->t->ndomains; d++)
		ranges_release(&p->last[d]);
	for (size_t i = 0; p->tables && i < p->t->ndomains * VTD_LEVELS_MAX;
	     i++)
		ranges_release(&p->tables[i]);
	free(p->last);
	free(p->tables);
	free(p->seq);
	free(p->need);
	free(p->known);
	walks_end(&p->devices, p->t->ndomains);
	walks_end(&p->walkers, p->t->ndomains);
	if (p->reuse.trace)
		reuse_release(&p->reuse);
}

static int make(struct planner *p, const struct replay_plan_options *o,
		struct err *e)
{
	struct replay_plan *plan = p->plan;
	int rc;

	plan->events = p->t->n;
	if (o->max_events && o->max_events < plan->events)
		plan->events = (size_t)o->max_events;
	plan->max_leaf_level = o->max_leaf_level;
	plan->levels = choose_levels(p->t, plan->events, o->levels, e);
	if (!plan->levels)
		return -EINVAL;
	rc = allocate(p, plan->events, o);
	if (!rc && o->deferred)
		rc = reuse_init(&p->reuse, p->t, o->nthreads);
	for (size_t i = 0; i < plan->events && !rc; i++)
		if (p->t->events[i].bytes) /* else an unmap of nothing */
			rc = plan_event(p, i);
	if (rc)
		return err_set(e, rc, "%s: out of memory", p->t->name);
	plan->tables = tables_counted(p) +
		       (p->held < HELD_MAX ? p->held : HELD_MAX) +
		       (uint64_t)(o->nthreads + 1) * CACHE_PAGES + 4096;
	return 0;
}

struct replay_plan *replay_plan_new(const struct trace *t,
				    const struct replay_plan_options *o,
				    struct err *e)
{
	struct planner p = {.t = t};
	int rc;

	if (!o->nthreads || o->nthreads > THREADS_MAX || !o->max_leaf_level ||
	    o->max_leaf_level > VTD_LEAF_LEVEL_MAX ||
	    (o->levels &&
	     (o->levels < VTD_LEVELS_MIN || o->levels > VTD_LEVELS_MAX))) {
		err_set(e, -EINVAL,
			"replay: %u threads, %u levels, leaf level "
			"%u: out of range",
			o->nthreads, o->levels, o->max_leaf_level);
		return NULL;
	}
	p.plan = calloc(1, sizeof(*p.plan));
	if (!p.plan) {
		err_set(e, -ENOMEM, "%s: out of memory", t->name);
		return NULL;
	}
	p.plan->trace = t;
	rc = make(&p, o, e);
	release(&p);
	if (rc) {
		replay_plan_free(p.plan);
		return NULL;
	}
	return p.plan;
}

void replay_plan_free(struct replay_plan *plan)
{
	if (!plan)
		return;
	for (unsigned i = 0; plan->threads && i < plan->nthreads; i++) {
		free(plan->threads[i].ops);
		free(plan->threads[i].deps);
		free(plan->threads[i].reuse);
	}
	for (size_t d = 0; plan->live && d < plan->trace->ndomains; d++)
		live_release(&plan->live[d]);
	walks_release(&plan->devices, plan->nthreads);
	walks_release(&plan->walkers, plan->nthreads);
	free(plan->threads);
	free(plan->live);
	free(plan);
}

uint64_t replay_plan_tables(const struct replay_plan *plan)
{
	return plan->tables;
}
