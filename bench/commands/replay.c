/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench replay`: a trace through a design, checked; numbers or leaves. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../topology/numamem.h"
#include "../topology/place.h"
#include "machine/alone.h"
#include "machine/clock.h"
#include "cli/args.h"
#include "commands/registry.h"
#include "commands/replay.h"
#include "base/err.h"
#include "base/printable.h"
#include "options/table.h"
#include "document/page.h"

enum { SAMPLE_EVERY = 16, PHASE_NS = 40000000, IOTLB_SETS = 64 };

/* It is no matter of time. */
static bool looks(const struct replay_options *o)
{
	return o->dump || o->descriptors;
}

/* Why @d cannot do what is asked, or NULL. */
static const char *left_out(const struct replay_options *o,
			    const struct design *d)
{
	if (o->p.mappers > 1 && (d->flags & DESIGN_SINGLE_THREAD))
		return "it is for a single thread";
	if (o->p.engine.reclaim == RECLAIM_EMPTY &&
	    !(d->flags & DESIGN_RECLAIM_EMPTY))
		return "it cannot free empty tables";
	return NULL;
}

/* What rows cannot say of the options; 0 or EXIT_USAGE. */
static int settle(struct replay_options *o)
{
	const char *why;

	o->max_leaf_level++; /* was an index */
	o->p.engine.max_leaf_bytes = vtd_span(o->max_leaf_level);
	if (o->dump && o->descriptors)
		return args_error(&cmd_replay,
				  "--dump and --descriptors: one at a time");
	if (o->descriptors && o->p.mappers > 1)
		return args_error(&cmd_replay,
				  "--descriptors is of one thread");
	if (!o->design)
		o->design = looks(o) ? "rcu" : "all";
	/* A replay that is timed has no IOTLB. */
	o->p.iotlb.sets = o->descriptors ? IOTLB_SETS : 0;
	o->p.inv.submit_ns = o->p.inv.service_ns = 0;
	if (!strcmp(o->design, "all"))
		return looks(o) ? args_error(&cmd_replay,
					     "--%s shows one design",
					     o->dump ? "dump" : "descriptors")
				: 0;
	why = left_out(o, design_find(o->design));
	return why ? args_error(&cmd_replay, "design %s: %s", o->design, why)
		   : 0;
}

static int read_trace(const struct replay_options *o, struct trace *t,
		      struct err *e)
{
	int rc = trace_read(t, o->trace, &o->read, e);

	if (rc)
		return rc;
	if (!o->domains)
		rc = trace_label_beside(t, o->trace, e);
	else if (!strcmp(o->domains, "none"))
		rc = trace_one_domain(t, e);
	else
		rc = trace_label(t, o->domains, e);
	if (rc >= 0 && o->p.work.trace_teardown &&
	    trace_end_domains(t, 0, o->p.engine.levels, e) < 0)
		rc = e->code;
	if (rc < 0)
		trace_release(t);
	else if (rc)
		err_debug("%s: domains from the file beside it", t->name);
	return rc < 0 ? rc : 0;
}

static void print_trace(const struct trace *t, const struct trace_pairs *p,
			const struct replay_plan *plan)
{
	unsigned width = page_width(stdout);
	char name[1024];

	page_line(stdout, width, 21, "trace                %s",
		  printable_copy(name, sizeof(name), t->name));
	page_line(stdout, width, 21,
		  "lines                %" PRIu64 " (%" PRIu64
		  " of other events, %" PRIu64 " comments, %" PRIu64
		  " of call chains)",
		  t->lines, t->others, t->comments, t->stacks);
	printf("events               %zu (%" PRIu64 " maps, %" PRIu64
	       " unmaps)\n",
	       plan->events - t->ends, t->maps, t->unmaps);
	printf("lost by the tracer   %" PRIu64 "\n", t->lost);
	printf("lost, size unknown   %" PRIu64 "\n", t->losses_unsized);
	printf("domains              %zu%s\n", t->ndomains,
	       t->ends ? ", which go at the end" : "");
	printf("levels               %u\n", plan->levels);
	printf("threads              %u\n", plan->nthreads);
	printf("peak live            %" PRIu64 " maps, %" PRIu64 " KiB\n",
	       p->live_maps_peak, p->live_bytes_peak / 1024);
	printf("live at the end      %" PRIu64 " KiB\n",
	       p->live_bytes_end / 1024);
	printf("unmaps of nothing    %" PRIu64 "\n", p->unmaps_of_nothing);
	printf("unmaps of size 0     %" PRIu64 " (not replayed)\n",
	       p->unmaps_empty);
	printf("unmaps of several    %" PRIu64 "\n", p->unmaps_of_several);
	printf("unmaps of a part     %" PRIu64 "\n", p->unmaps_partial);
	printf("maps over live ones  %" PRIu64 " (refused)\n\n",
	       p->maps_overlapping);
}

/* --dump: @arg is the trace. */
static void print_leaf(void *arg, uint16_t domain, uint64_t iova,
		       uint64_t bytes, uint64_t pa)
{
	const struct trace *t = arg;
	char label[1024];

	printf("%s,0x%" PRIx64 ",%" PRIu64 ",0x%" PRIx64 "\n",
	       printable_copy(label, sizeof(label), t->domains[domain]), iova,
	       bytes, pa);
}

/* Page tables of a damaged line can be larger than the machine. */
static int check_memory(const struct replay_plan *plan, struct err *e)
{
	const struct numa_policy machine = {.only_node = true};
	uint64_t need = replay_plan_tables(plan) * VTD_PAGE_BYTES;
	uint64_t have = numamem_available(&machine);

	if (need <= have)
		return 0;
	err_set(e, -E2BIG,
		"%s: the table pages take %.1f GiB; %.1f GiB are free",
		plan->trace->name, (double)need / 0x1p30,
		(double)have / 0x1p30);
	return err_remedy(e, "is the size of an event damaged? --until-event "
			     "stops before it; a larger --max-leaf takes less");
}

/* All that are asked for and can; says which cannot. */
static void choose(struct replay_options *o)
{
	bool all = !strcmp(o->design, "all");

	for (size_t i = 0; designs[i]; i++) {
		const char *why = left_out(o, designs[i]);

		if (!all && strcmp(designs[i]->name, o->design))
			continue;
		if (all && why)
			err_note("design %s is left out: %s", designs[i]->name,
				 why);
		else
			o->chosen[o->n++] = designs[i];
	}
}

/* --descriptors */
static void print_descriptor(void *arg, uint32_t line,
			     const struct inv_descriptor *d)
{
	printf("%" PRIu32 ",0x%" PRIx64 ",0x%" PRIx64 "\n", line, d->qw0,
	       d->qw1);
}

static int look(const struct replay_options *o, struct trace *t,
		struct topo *topo, struct err *e)
{
	const struct contest_options once = {
		.leaf = o->dump ? print_leaf : NULL,
		.submitted = o->descriptors ? print_descriptor : NULL,
		.arg = t};
	const struct trial_env env = {
		.topo = topo, .trace = t, .share_cpus = true};
	struct contestant c = {.p = &o->p, .design = o->chosen[0]};
	int rc;

	record_init(&c.r);
	puts(o->dump ? "domain,iova,size,pa" : "line,qw0,qw1");
	contest_run(&c, 1, &env, &once);
	rc = replay_status(t, c.design->name, &c.r, e);
	record_release(&c.r);
	return rc;
}

static int replay_trace(struct replay_options *o, struct trace *t,
			struct topo *topo, struct err *e)
{
	const struct replay_plan_options po = {
		.nthreads = o->p.mappers,
		.levels = o->p.engine.levels,
		.max_leaf_level = o->max_leaf_level,
	};
	struct trace_pairs pairs;
	struct replay_plan *plan;
	int rc = trace_pair(t, t->n - t->ends, &pairs, e);

	if (!rc && !looks(o))
		rc = alone_machine(ALONE_WARN, e);
	if (!rc)
		rc = clock_init(true, e);
	plan = rc ? NULL : replay_plan_new(t, &po, e);
	if (!plan)
		return e->code;
	choose(o);
	o->shared = o->p.mappers > place_room(topo, o->p.place.core_kind);
	rc = check_memory(plan, e);
	if (!rc) {
		trace_warn(t, &pairs);
		if (!looks(o))
			print_trace(t, &pairs, plan);
	}
	replay_plan_free(plan);
	if (rc)
		return rc;
	return looks(o) ? look(o, t, topo, e) : replay_designs(o, t, e);
}

static int run(int argc, char **argv)
{
	struct replay_options o = {0};
	struct params_run ignored;
	struct topo *topo = NULL;
	struct trace t;
	struct err e = {0};
	char why[256];
	int rc;

	option_defaults(&ignored, &o.p);
	o.p.engine.levels = 0;
	o.p.walkers = 0;
	o.p.time.phase_ns = PHASE_NS;
	o.p.time.sample_every = SAMPLE_EVERY;
	snprintf(o.p.workload, sizeof(o.p.workload), "trace");
	if (args_parse(&cmd_replay, argc, argv, &o) || settle(&o))
		return EXIT_USAGE;
	/* A name for those who look whether there is one. */
	snprintf(o.p.work.trace, sizeof(o.p.work.trace), "-");
	rc = read_trace(&o, &t, &e);
	if (rc) {
		err_print(&e);
		return err_status(rc);
	}
	if (o.read.max_events > t.n - t.ends)
		err_warn("%s has only %zu events", t.name, t.n - t.ends);
	rc = topo_load(&topo, "live", why, sizeof(why));
	if (rc)
		err_set(&e, rc, "%s", why);
	else
		rc = replay_trace(&o, &t, topo, &e);
	topo_free(topo);
	trace_release(&t);
	if (rc)
		err_print(&e);
	return err_status(rc);
}

#define O struct replay_options
static const struct option_row rows[] = {
	ROW_OPERAND(O, trace, "TRACE"),
	ROW_TEXT(O, domains, "domains", "FILE",
		 "domains of the events: X.domains.tsv[.gz]. Without it the "
		 "file of that name beside the trace, if there; \"none\": all "
		 "events are of one domain"),
	ROW_INT(O, read.max_events, "until-event", "N", 1, UINT64_MAX,
		"stop after the Nth map or unmap"),
	ROW_TEXT(O, design, "design", "D",
		 "a design of vtdbench list, or all (default); --dump, "
		 "--descriptors: one design, by default rcu",
		 .choices = option_designs, .renamed = design_renamed,
		 .flags = OPTION_ALL),
	ROW_INT(O, p.engine.levels, "levels", "N", VTD_LEVELS_MIN,
		VTD_LEVELS_MAX, "3, 4 or 5 (default: what the IOVAs need)"),
	ROW_INT(O, p.mappers, "threads", "N", 1, 1024,
		"events go by the CPU that recorded them", .initial = "1"),
	ROW_CHOICE(O, max_leaf_level, "max-leaf", "S", option_leaf_sizes, "1G",
		   "largest leaf"),
	ROW_CHOICE(O, p.engine.reclaim, "reclaim", "R", option_reclaims,
		   "whole",
		   "free tables wholly inside an unmapped range, or also those "
		   "that became empty"),
	ROW_BOOL(
		O, p.work.trace_teardown, "teardown",
		"at the end each domain goes: one event more unmaps all of it, "
		"which frees its tables"),
	ROW_BOOL(O, dump, "dump",
		 "print domain,iova,size,pa of every live leaf as CSV"),
	ROW_BOOL(O, descriptors, "descriptors",
		 "print line,qw0,qw1 of every invalidation descriptor as CSV"),
	ROW_CHOICE(O, p.inv.flush, "flush", "F", option_flushes, "strict",
		   "--descriptors: at each unmap, or deferred as Linux's lazy "
		   "mode does it"),
	ROW_BOOL(O, p.inv.hint, "hint",
		 "--descriptors: say where only leaves changed (IH)"),
	ROW_BOOL(O, read.keep_going, "keep-going",
		 "a damaged line or gzip ends the trace instead of failing"),
	{0}};

const struct command cmd_replay = {
	.name = "replay",
	.help = "replay a recorded trace under one design or all, and check it",
	.about = "Replays iommu:map and iommu:unmap events (ftrace text, "
		 "plain or gzip; - for standard input), compares the leaves "
		 "with what the events leave behind, and prints statistics, "
		 "the live mappings, or the invalidations.",
	.rows = rows,
	.after = "--descriptors: by one thread; the line is the trace's of the "
		 "unmap, of a flush that of the last unmap before it; domains "
		 "are numbered from 1 as they first come. "
		 "All designs replay the trace side by side, replay by replay "
		 "in random order, in six processes one after the other; the "
		 "first table is of time against the reference. ns/event is "
		 "the time of one event on its thread; waiting for other "
		 "threads is not in it. One event in 16 is timed alone, for "
		 "the percentiles. Exit status: 0 done; 1 an answer was wrong; "
		 "2 command line or trace.",
	.run = run,
};
