/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which combinations of parameters make no sense, and which are wrong. */
#include "plan/combination.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../topology/place.h"
#include "options/table.h"
#include "plan/product.h"
#include "workloads/registry.h"
#include "workloads/walker_kind.h"

/* Less is mostly the way down from the root. */
enum { CHUNK_MIN = 64 };

static int verdict(struct plan_verdict *v, int code, const char *key,
		   const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static int verdict(struct plan_verdict *v, int code, const char *key,
		   const char *fmt, ...)
{
	va_list ap;

	v->key = key;
	va_start(ap, fmt);
	vsnprintf(v->reason, sizeof(v->reason), fmt, ap);
	va_end(ap);
	return code;
}

static unsigned threads(const struct params *p)
{
	return p->walkers + p->mappers + p->dumpers + p->device_walkers;
}

/* Whether a CPU walks where a mapper frees tables: devices are drained. */
static bool walks_foreign(const struct params *p)
{
	const unsigned count[ROLE_NR] = {[ROLE_WALKER] = p->walkers,
					 [ROLE_MAPPER] = p->mappers,
					 [ROLE_DUMPER] = p->dumpers};

	/* That it is not safe is what is counted then. */
	return !p->race && walker_kinds(workload_find(p->workload), count) &
				   1U << WALKER_FOREIGN;
}

/* What is of another way of freeing has to be as if it were not there. */
static int check_freeing(const struct params *p, const struct design *d,
			 struct plan_verdict *v)
{
	const struct freeing *f = &p->engine.freeing;
	const struct freeing nothing = {0}, plain = freeing_settled(&nothing);
	const bool queues = f->way == FREE_list || f->way == FREE_page;
	const char *way = free_ways[f->way].name;

	if (!(d->flags & DESIGN_DEFERS) &&
	    (f->way != plain.way || f->reclaimer != plain.reclaimer))
		return verdict(v, -ENOTSUP,
			       f->way != plain.way ? "free" : "reclaimer",
			       "design %s does not defer: it frees %s", d->name,
			       design_frees(d));
	if (f->way == FREE_sync && f->reclaimer != plain.reclaimer)
		return verdict(v, -ENOTSUP, "reclaimer",
			       "free: sync leaves nothing to a reclaimer");
	if (f->batch != plain.batch && !(d->flags & DESIGN_DEFERS && queues))
		return verdict(v, -ENOTSUP, "free_batch",
			       "free_batch is of designs that defer with free: "
			       "list or page");
	if (f->bytes != plain.bytes && f->way != FREE_bytes)
		return verdict(v, -ENOTSUP, "free_bytes",
			       "free_bytes is of free: bytes, not %s", way);
	if (f->time_ns != plain.time_ns && f->way != FREE_time)
		return verdict(v, -ENOTSUP, "free_time",
			       "free_time is of free: time, not %s", way);
	if (f->way == FREE_bytes &&
	    f->bytes >> VTD_PAGE_LG2 > p->engine.defer_max)
		return verdict(v, -ENOTSUP, "free_bytes",
			       "free_bytes of %" PRIu64 " tables, more than "
			       "defer_max lets wait",
			       f->bytes >> VTD_PAGE_LG2);
	return 0;
}

static int check_design(const struct params *p, struct plan_verdict *v)
{
	const struct design *d = design_find(p->design);

	if (!d)
		return verdict(v, -EINVAL, "design", "no design '%s'",
			       p->design);
	if ((d->flags & DESIGN_SINGLE_THREAD) && threads(p) > 1)
		return verdict(v, -ENOTSUP, "design",
			       "design %s is for a single thread", d->name);
	if (!(d->flags & (DESIGN_SINGLE_THREAD | DESIGN_FOREIGN)) &&
	    walks_foreign(p))
		return verdict(v, -ENOTSUP, "design",
			       "design %s is safe for walkers of their own "
			       "ranges only, as Linux's driver",
			       d->name);
	if (d->flags & DESIGN_ONE_SHAPE &&
	    (p->engine.levels != 4 || p->engine.format != VTD_SS))
		return verdict(v, -ENOTSUP, "design",
			       "design %s is compiled for four levels of the "
			       "second stage only",
			       d->name);
	if (p->engine.reclaim == RECLAIM_EMPTY &&
	    !(d->flags & DESIGN_RECLAIM_EMPTY))
		return verdict(v, -ENOTSUP, "reclaim",
			       "design %s cannot reclaim empty tables",
			       d->name);
	return check_freeing(p, d, v);
}

static int check_roles(const struct params *p, const struct workload *w,
		       struct plan_verdict *v)
{
	const unsigned asked[ROLE_NR] = {[ROLE_WALKER] = p->walkers,
					 [ROLE_MAPPER] = p->mappers,
					 [ROLE_DUMPER] = p->dumpers,
					 [ROLE_DEVICE] = p->device_walkers};
	static const char *const keys[ROLE_NR] = {[ROLE_WALKER] = "walkers",
						  [ROLE_MAPPER] = "mappers",
						  [ROLE_DUMPER] = "dumpers",
						  [ROLE_DEVICE] =
							  "device_walkers"};
	const unsigned others = WORKLOAD_MAP_SIZES | WORKLOAD_NESTED;
	unsigned roles = w->roles;

	if (roles & 1U << ROLE_WALKER && !(w->flags & others))
		roles |= 1U << ROLE_DEVICE;
	for (unsigned r = 0; r < ROLE_NR; r++)
		if (asked[r] && !(roles & 1U << r))
			return verdict(v, -ENOTSUP, keys[r],
				       "workload %s has no %s", w->name,
				       keys[r]);
	if (!threads(p))
		return verdict(v, -ENOTSUP, "walkers",
			       "workload %s with no thread at all", w->name);
	if (w->flags & WORKLOAD_TRACE && !p->mappers)
		return verdict(v, -ENOTSUP, "mappers",
			       "workload %s without mappers, who replay it",
			       w->name);
	if (w->flags & WORKLOAD_TRACE && p->time.rate_ops_per_s)
		return verdict(v, -ENOTSUP, "rate",
			       "workload %s has no rate of its walks: these "
			       "follow its events, which mapper_rate paces",
			       w->name);
	if (p->race && (p->walkers || !p->mappers || !p->dumpers))
		return verdict(v, -ENOTSUP, "race",
			       "race counts what dumpers read beside mappers: "
			       "it takes both and no walkers");
	if (p->time.dump_rate && !p->dumpers)
		return verdict(v, -ENOTSUP, "dump_rate",
			       "dump_rate without dumpers");
	if (!p->dumpers && (p->time.dump_chunk || p->time.dump))
		return verdict(v, -ENOTSUP,
			       p->time.dump ? "dump" : "dump_chunk",
			       "%s without dumpers",
			       p->time.dump ? "dump" : "dump_chunk");
	if (p->time.dump_chunk && p->time.dump_chunk < CHUNK_MIN)
		return verdict(v, -ENOTSUP, "dump_chunk",
			       "dump_chunk of %u entries: 0, or %d to 4096",
			       p->time.dump_chunk, CHUNK_MIN);
	if (p->time.dump == DUMP_DIRTY && (!p->engine.ad_bits || p->race))
		return verdict(v, -ENOTSUP, "dump",
			       "dump: dirty takes ad_bits: true and no race");
	if (p->engine.ad_bits && w->flags & WORKLOAD_NESTED)
		return verdict(v, -ENOTSUP, "ad_bits",
			       "workload %s has no accessed and dirty bits",
			       w->name);
	if (p->time.mapper_rate && !p->mappers)
		return verdict(v, -ENOTSUP, "mapper_rate",
			       "mapper_rate without mappers");
	if (p->device_walkers && !p->iotlb.sets)
		return verdict(v, -ENOTSUP, "iotlb.sets",
			       "device_walkers without an IOTLB: nothing would "
			       "drain them");
	if (p->psc.sets && !p->iotlb.sets)
		return verdict(v, -ENOTSUP, "psc.sets",
			       "paging-structure caches without an IOTLB");
	if (p->psc_scope == PSC_WALKER && !(p->psc.sets && p->device_walkers))
		return verdict(v, -ENOTSUP, "psc.scope",
			       "psc.scope: walker is of device_walkers and "
			       "takes psc.sets: CPUs share theirs");
	if (p->device_walkers && p->time.rate_ops_per_s)
		return verdict(v, -ENOTSUP, "rate",
			       "an open loop is of walkers and mappers, not of "
			       "device_walkers");
	if (!p->walkers && !p->mappers && !p->device_walkers)
		return verdict(v, -ENOTSUP, "walkers",
			       "workload %s with dumpers only", w->name);
	return 0;
}

static int check_workload(const struct params *p, struct plan_verdict *v)
{
	const struct workload *w = workload_find(p->workload);

	if (!w)
		return verdict(v, -EINVAL, "workload", "no workload '%s'",
			       p->workload);
	if ((w->flags & WORKLOAD_TRACE) && !p->work.trace[0])
		return verdict(v, -EINVAL, "workload",
			       "workload %s needs a trace: FILE", w->name);
	if ((w->flags & WORKLOAD_NESTED) && p->engine.format != VTD_FS)
		return verdict(v, -ENOTSUP, "format",
			       "workload %s needs format: first_stage",
			       w->name);
	return check_roles(p, w, v);
}

static int check_sizes(const struct params *p, struct plan_verdict *v)
{
	uint64_t width = UINT64_C(1) << vtd_width(p->engine.levels);
	char a[32], b[32];

	option_format_size(p->work.footprint_bytes, a, sizeof(a));
	option_format_size(p->work.page_bytes, b, sizeof(b));
	if (p->engine.format == VTD_FS && p->engine.levels < 4)
		return verdict(v, -ENOTSUP, "levels",
			       "the first stage has 4 or 5 levels, not %u",
			       p->engine.levels);
	if (p->work.footprint_bytes < p->work.page_bytes)
		return verdict(v, -ENOTSUP, "footprint",
			       "footprint %s is smaller than page_size %s", a,
			       b);
	if (p->work.footprint_bytes >= width)
		return verdict(v, -ENOTSUP, "footprint",
			       "footprint %s is beyond the %u bits of %u "
			       "levels",
			       a, vtd_width(p->engine.levels),
			       p->engine.levels);
	option_format_size(p->engine.max_leaf_bytes, a, sizeof(a));
	if (p->work.page_bytes > p->engine.max_leaf_bytes)
		return verdict(v, -ENOTSUP, "page_size",
			       "page_size %s is larger than max_leaf %s", b, a);
	return 0;
}

uint64_t plan_tables_bytes(const struct params *p)
{
	uint64_t tables = 0;

	/* A table of level l that is in use spans one entry of level l + 1. */
	for (unsigned l = 1; l <= p->engine.levels; l++)
		if (vtd_span(l + 1) > p->work.page_bytes)
			tables += p->work.footprint_bytes / vtd_span(l + 1) + 1;
	return tables << VTD_PAGE_LG2;
}

/* The memory of a synthetic topology is made up. */
static int check_memory(const struct params *p, const struct topo *t,
			struct plan_verdict *v)
{
	uint64_t have = t->bytes, need = plan_tables_bytes(p);
	char size[32];

	if (t->kind == TOPO_SYNTHETIC || !have || need <= have)
		return 0;
	option_format_size(p->work.footprint_bytes, size, sizeof(size));
	return verdict(v, -EINVAL, "footprint",
		       "footprint %s takes tables of %.1f GiB, but the machine "
		       "has %.1f GiB of memory",
		       size, (double)need / 0x1p30, (double)have / 0x1p30);
}

static int place(const struct params *p, const char *memory,
		 const char *core_kind, const struct topo *t, char *why,
		 size_t n)
{
	const struct place_request request = {.placement = p->place.placement,
					      .cpus = p->place.cpus,
					      .memory = memory,
					      .nthreads = threads(p),
					      .core_kind = core_kind};
	struct place place;
	int ret = place_threads(t, &request, &place, why, n);

	if (!ret)
		place_release(&place);
	return ret;
}

static int check_place(const struct params *p, const struct topo *t,
		       struct plan_verdict *v)
{
	char why[sizeof(v->reason)], dummy[sizeof(v->reason)];
	const char *key = "placement";
	const char *kind = p->place.core_kind;
	int ret = place(p, p->place.memory, kind, t, why, sizeof(why));

	if (!ret || ret == -ENOMEM)
		return ret;
	if (threads(p) > t->ncpus)
		key = "walkers";
	else if (!place(p, "local", kind, t, dummy, sizeof(dummy)))
		key = "memory";
	else if (!place(p, p->place.memory, "any", t, dummy, sizeof(dummy)))
		key = strcmp(kind, "one") ? "core_kind" : "walkers";
	else if (!strcmp(p->place.placement, "list"))
		key = "cpus";
	return verdict(v, ret, key, "%s", why);
}

int plan_check(const struct params *p, const struct topo *t,
	       struct plan_verdict *v)
{
	int ret = check_workload(p, v);

	if (!ret)
		ret = check_design(p, v);
	if (!ret)
		ret = check_sizes(p, v);
	if (!ret)
		ret = check_place(p, t, v);
	if (!ret)
		ret = check_memory(p, t, v);
	return ret;
}
