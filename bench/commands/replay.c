/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench replay`: a trace through a design, checked; numbers or leaves. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../topology/numamem.h"
#include "machine/alone.h"
#include "machine/clock.h"
#include "cli/args.h"
#include "commands/registry.h"
#include "base/err.h"
#include "base/printable.h"
#include "outputs/page.h"
#include "trace/replay.h"

enum { SAMPLE_EVERY = 16 };
#define PA_BASE UINT64_C(0x100000000)

struct replay_options {
	const char *trace, *domains, *design;
	struct trace_options read;
	struct replay_config cfg;
	bool dump;
};

/* Why @d cannot do what is asked, or NULL. */
static const char *left_out(const struct replay_options *o,
			    const struct design *d)
{
	if (o->cfg.nthreads > 1 && (d->flags & DESIGN_SINGLE_THREAD))
		return "it is for a single thread";
	if (o->cfg.reclaim == RECLAIM_EMPTY &&
	    !(d->flags & DESIGN_RECLAIM_EMPTY))
		return "it cannot free empty tables";
	return NULL;
}

/* What rows cannot say of the options; 0 or EXIT_USAGE. */
static int settle(struct replay_options *o)
{
	const char *why;

	o->cfg.max_leaf_level++; /* was an index */
	o->cfg.sample_every = SAMPLE_EVERY;
	if (!o->design)
		o->design = o->dump ? "rcu" : "all";
	if (!strcmp(o->design, "all"))
		return o->dump ? args_error(&cmd_replay,
					    "--dump shows one design")
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
	       plan->events, t->maps, t->unmaps);
	printf("lost by the tracer   %" PRIu64 "\n", t->lost);
	printf("lost, size unknown   %" PRIu64 "\n", t->losses_unsized);
	printf("domains              %zu\n", t->ndomains);
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

/* Two headings; which is left out first of a narrow page; text or figures. */
static const struct table_column columns[] = {
	{"", "design", 0, true},       {"", "ns/event", 0, false},
	{"map ns", "p50", 0, false},   {"map ns", "p99", 0, false},
	{"unmap ns", "p50", 0, false}, {"unmap ns", "p99", 0, false},
	{"", "waits", 2, false},       {"tables", "live", 3, false},
	{"tables", "held", 0, false},  {"tables", "peak", 1, false},
	{"", "wrong", 0, false},
};
enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

/* A row a design, and what is to be explained under them. */
struct results {
	struct table table;
	unsigned n;
	bool block, none;
};

static void put(struct results *r, unsigned column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void put(struct results *r, unsigned column, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(table_cell(&r->table, r->n, column), TABLE_CELL, fmt, ap);
	va_end(ap);
}

/* A percentile of @s, or "-" where no event was timed. */
static void put_percentile(struct results *r, unsigned column,
			   const struct singles *s, double q)
{
	bool block = false;
	double ns = singles_quantile(s, q, clock_info()->step_ns, &block);

	if (isnan(ns))
		put(r, column, "-");
	else
		put(r, column, block ? "%.1fb" : "%.0f", ns);
	r->block |= block;
	r->none |= isnan(ns);
}

static void put_result(struct results *r, const struct design *d,
		       const struct replay_result *res)
{
	put(r, 0, "%s", d->name);
	put(r, 1, "%.1f", res->event_ns);
	put_percentile(r, 2, &res->map, .5);
	put_percentile(r, 3, &res->map, .99);
	put_percentile(r, 4, &res->unmap, .5);
	put_percentile(r, 5, &res->unmap, .99);
	put(r, 6, "%" PRIu64, res->waits);
	put(r, 7, "%" PRIu64, res->tables_live);
	put(r, 8, "%" PRIu64, res->tables_held_end);
	put(r, 9, "%" PRIu64, res->tables_held_peak);
	put(r, 10, "%" PRIu64, res->wrong_results + res->wrong_leaves);
	r->n++;
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

/* Table pages, touched before the clock runs. */
static int run_design(const struct replay_options *o,
		      const struct replay_plan *plan, const struct design *d,
		      struct replay_result *res, struct err *e)
{
	size_t bytes = (size_t)replay_plan_tables(plan) * VTD_PAGE_BYTES;
	struct replay_config cfg = o->cfg;
	struct pool pool;
	void *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	int rc;

	memset(res, 0, sizeof(*res));
	if (mem == MAP_FAILED)
		return err_set(e, -errno,
			       "replay: no memory for %zu table pages",
			       bytes / VTD_PAGE_BYTES);
	rc = pool_init(&pool, mem, bytes, PA_BASE);
	if (rc) {
		err_set(e, rc, "replay: table pool: %s", strerror(-rc));
	} else {
		cfg.design = d;
		cfg.pool = &pool;
		rc = replay_run_plan(plan, &cfg, res, e);
		pool_fini(&pool);
	}
	munmap(mem, bytes);
	return rc;
}

static int replay_design(const struct replay_options *o,
			 const struct replay_plan *plan, const struct design *d,
			 struct results *results, struct err *e)
{
	struct replay_result res;
	int rc = run_design(o, plan, d, &res, e);

	if (!rc && !o->dump)
		put_result(results, d, &res);
	if (!rc && res.wrong_results + res.wrong_leaves)
		rc = err_set(e, -EBADMSG,
			     "%s: design %s: %" PRIu64 " wrong answers: %s",
			     o->trace, d->name,
			     res.wrong_results + res.wrong_leaves,
			     res.first_wrong);
	replay_result_release(&res);
	return rc;
}

static void print_results(const struct replay_options *o, struct results *r)
{
	unsigned width = page_width(stdout);

	r->table.rows = r->n;
	if (r->n)
		table_print(&r->table, width, stdout);
	if (r->block || r->none)
		putchar('\n');
	if (r->block)
		page_line(stdout, width, 4,
			  "b from means of %d events: one is within five steps "
			  "of the clock (%.3g ns)",
			  SINGLES_BLOCK, clock_info()->step_ns);
	if (r->none)
		page_line(stdout, width, 4,
			  "- no event of this kind was timed alone: one in %u "
			  "is",
			  o->cfg.sample_every);
}

static int replay_all(const struct replay_options *o,
		      const struct replay_plan *plan, struct err *e)
{
	bool all = !strcmp(o->design, "all");
	struct results results = {0};
	unsigned n = 0;
	int rc = 0;

	while (designs[n])
		n++;
	table_init(&results.table, columns, COLUMNS, n);
	for (size_t i = 0; designs[i]; i++) {
		const char *why = left_out(o, designs[i]);
		int one;

		if (!all && strcmp(designs[i]->name, o->design))
			continue;
		if (all && why) {
			err_note("design %s is left out: %s", designs[i]->name,
				 why);
			continue;
		}
		one = replay_design(o, plan, designs[i], &results, e);
		if (one)
			err_print(e);
		rc = rc ? rc : one;
	}
	print_results(o, &results);
	table_release(&results.table);
	return rc;
}

static int replay_trace(struct replay_options *o, struct trace *t,
			struct err *e)
{
	const struct replay_plan_options po = {
		.nthreads = o->cfg.nthreads,
		.levels = o->cfg.levels,
		.max_leaf_level = o->cfg.max_leaf_level,
	};
	struct trace_pairs pairs;
	struct replay_plan *plan;
	int rc = trace_pair(t, t->n, &pairs, e);

	if (!rc && !o->dump)
		rc = alone_machine(ALONE_WARN, e);
	if (!rc)
		rc = clock_init(true, e);
	plan = rc ? NULL : replay_plan_new(t, &po, e);
	if (!plan || check_memory(plan, e)) {
		replay_plan_free(plan);
		err_print(e);
		return err_status(e->code);
	}
	trace_warn(t, &pairs);
	if (o->dump) {
		o->cfg.leaf = print_leaf;
		o->cfg.arg = t;
		puts("domain,iova,size,pa");
	} else {
		print_trace(t, &pairs, plan);
	}
	rc = replay_all(o, plan, e);
	replay_plan_free(plan);
	return err_status(rc);
}

static int run(int argc, char **argv)
{
	struct replay_options o = {0};
	struct trace t;
	struct err e = {0};
	int rc;

	if (args_parse(&cmd_replay, argc, argv, &o) || settle(&o))
		return EXIT_USAGE;
	rc = read_trace(&o, &t, &e);
	if (rc) {
		err_print(&e);
		return err_status(rc);
	}
	if (o.read.max_events > t.n)
		err_warn("%s has only %zu events", t.name, t.n);
	rc = replay_trace(&o, &t, &e);
	trace_release(&t);
	return rc;
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
		 "a design of vtdbench list, or all (default); --dump: one "
		 "design, by default rcu",
		 .choices = option_designs, .flags = OPTION_ALL),
	ROW_INT(O, cfg.levels, "levels", "N", VTD_LEVELS_MIN, VTD_LEVELS_MAX,
		"3, 4 or 5 (default: what the IOVAs need)"),
	ROW_INT(O, cfg.nthreads, "threads", "N", 1, 1024,
		"events go by the CPU that recorded them", .initial = "1"),
	ROW_CHOICE(O, cfg.max_leaf_level, "max-leaf", "S", option_leaf_sizes,
		   "1G", "largest leaf"),
	ROW_CHOICE(O, cfg.reclaim, "reclaim", "R", option_reclaims, "whole",
		   "free tables wholly inside an unmapped range, or also those "
		   "that became empty"),
	ROW_BOOL(O, dump, "dump",
		 "print domain,iova,size,pa of every live leaf as CSV"),
	ROW_BOOL(O, read.keep_going, "keep-going",
		 "a damaged line or gzip ends the trace instead of failing"),
	{0}};

const struct command cmd_replay = {
	.name = "replay",
	.help = "replay a recorded trace under one design or all, and check it",
	.about = "Replays iommu:map and iommu:unmap events (ftrace text, "
		 "plain or gzip; - for standard input), compares the leaves "
		 "with what the events leave behind, and prints statistics, or "
		 "the live mappings.",
	.rows = rows,
	.after = "ns/event is the time of one event on its thread, the median "
		 "over blocks of 256; waiting for other threads is not in it. "
		 "One event in 16 is timed alone, for the percentiles. Exit "
		 "status: 0 done; 1 an answer was wrong; 2 command line or "
		 "trace.",
	.run = run,
};
