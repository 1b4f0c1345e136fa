/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench topo`: the machine, and where threads and memory would go. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/topo.h"
#include "cli/args.h"
#include "commands/registry.h"
#include "base/err.h"
#include "base/must.h"

struct options {
	const char *topology, *placement, *cpus, *memory, *core_kind;
	unsigned threads; /* 0: 1, 2, 4 … and all */
	bool json;
};

static int give_up(int code, const char *why, const char *remedy)
{
	struct err e = {0};

	err_set(&e, code, "topo: %s", why);
	err_remedy(&e, "%s", remedy);
	err_print(&e);
	return err_status(code);
}

/* 1, 2, 4 … and all @ncpus; 0 after the last. */
static unsigned next_count(size_t ncpus, unsigned n)
{
	if (n >= ncpus)
		return 0;
	return n * 2 < ncpus ? n * 2 : (unsigned)ncpus;
}

static void add_row(struct topo_report *r, const struct placement *p,
		    const struct options *o, unsigned threads)
{
	struct place_request request = {p->name, o->cpus, o->memory, threads,
					o->core_kind};
	struct topo_row *row = &r->rows[r->nrows++];

	row->placement = p;
	row->threads = threads;
	row->ret = place_threads(r->topo, &request, &row->place, row->why,
				 sizeof(row->why));
	if (row->ret == -ENOMEM)
		must_fail();
}

static int fill(struct topo_report *r, const struct options *o)
{
	size_t room = place_room(r->topo, o->core_kind), counts = 0, all = 0;

	for (unsigned n = 1; n; n = next_count(room, n))
		counts++;
	for (const struct placement *p = placements; p->name; p++)
		all += counts;
	r->rows = calloc(all, sizeof(*r->rows));
	if (!r->rows)
		return -ENOMEM;
	for (const struct placement *p = placements; p->name; p++) {
		if (o->placement && strcmp(o->placement, p->name))
			continue;
		if (o->threads) {
			add_row(r, p, o, o->threads);
			continue;
		}
		for (unsigned n = 1; n; n = next_count(room, n))
			add_row(r, p, o, n);
	}
	return 0;
}

/*
 * What was asked for by name must be possible for some number of threads, and
 * the memory policy must exist; the rest is only shown.
 */
static int judge(const struct topo_report *r, const struct options *o)
{
	const struct topo_row *malformed = NULL;
	bool possible = false;

	for (size_t i = 0; i < r->nrows; i++) {
		const struct topo_row *row = &r->rows[i];
		/* list without a list, when all placements are shown */
		bool expected = !o->placement && !o->cpus &&
				row->placement->place == place_list;

		possible |= !row->ret;
		if (row->ret == -EINVAL && !expected && !malformed)
			malformed = row;
	}
	if (malformed)
		return give_up(-EINVAL, malformed->why,
			       "see vtdbench topo --help");
	if (!possible)
		return give_up(
			-ENOTSUP, r->rows[0].why,
			o->placement ? "without --placement, the same command "
				       "shows what is possible"
				     : "the table says of each placement why "
				       "it is not possible");
	return EXIT_OK;
}

static int report(struct topo_report *r, const struct options *o)
{
	int status, ret = fill(r, o);

	if (ret)
		return give_up(ret, "out of memory", "");
	status = judge(r, o);
	if (status == EXIT_USAGE || (status && o->placement))
		return status;
	ret = o->json ? topo_print_json(r) : topo_print_text(r);
	if (ret)
		return give_up(ret, "cannot write the output", "");
	return status;
}

static int run(int argc, char **argv)
{
	struct topo_report r = {0};
	struct topo *topo = NULL;
	struct options o = {0};
	char why[512];
	int status;

	if (args_parse(&cmd_topo, argc, argv, &o))
		return EXIT_USAGE;
	status = topo_load(&topo, o.topology, why, sizeof(why));
	if (status)
		return give_up(status, why, "see vtdbench topo --help");
	r.spec = o.topology;
	r.memory = o.memory;
	r.topo = topo;
	status = report(&r, &o);
	for (size_t i = 0; i < r.nrows; i++)
		place_release(&r.rows[i].place);
	free(r.rows);
	topo_free(topo);
	return status;
}

static void names(FILE *out)
{
	fputs("\nPlacements:\n", out);
	for (const struct placement *p = placements; p->name; p++)
		command_help_item(out, 13, p->name, p->help);
	fputs("\nMemory policies:\n", out);
	for (const struct memory_policy *m = memory_policies; m->name; m++)
		command_help_item(out, 13, m->name, m->help);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_TEXT(O, topology, "topology", "SPEC",
		 "live, file.xml of hwloc, or synthetic:DESCRIPTION; the last "
		 "two plan, they never measure",
		 .initial = "live", .flags = OPTION_TWIN),
	ROW_TEXT(O, placement, "placement", "P",
		 "this placement only; exit 4 if it is not possible",
		 .choices = option_placements),
	ROW_TEXT(O, cpus, "cpus", "LIST",
		 "CPUs of placement list, such as 0,2-3"),
	ROW_INT(O, threads, "threads", "N", 1, TOPO_CPUS_MAX,
		"for N threads only (default: 1, 2, 4 ... and all)"),
	ROW_TEXT(O, memory, "memory", "M", "memory policy", .initial = "local"),
	ROW_TEXT(O, core_kind, "core-kind", "K",
		 "one (default: the fastest kind, where cores differ), any, "
		 "or the number of one"),
	ROW_BOOL(O, json, "json", "one JSON object"),
	{0}};

const struct command cmd_topo = {
	.name = "topo",
	.help = "show the machine and where threads and memory would go",
	.about = "Shows packages, NUMA nodes, cores, CPUs, caches and "
		 "distances, which placements are possible here, which CPUs "
		 "their threads would take in order, where memory would lie, "
		 "and why other placements are not possible. Nothing is "
		 "pinned.",
	.rows = rows,
	.more = names,
	.after = "Exit status: 0 shown; 2 command line or topology; 4 not "
		 "possible there.",
	.run = run,
};
