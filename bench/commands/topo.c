/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench topo`: the machine, and where threads and memory would go. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/topo.h"
#include "commands/registry.h"
#include "base/err.h"
#include "base/must.h"
#include "base/number.h"

struct options {
	const char *topology, *placement, *cpus, *memory, *core_kind;
	unsigned threads; /* 0: 1, 2, 4 … and all */
	bool json;
};

static void usage(FILE *out)
{
	fputs("usage: vtdbench topo [OPTION...]\n"
	      "\n"
	      "Shows packages, NUMA nodes, cores, CPUs, caches and distances, "
	      "which placements\n"
	      "are possible here, which CPUs their threads would take in "
	      "order, where memory\n"
	      "would lie, and why other placements are not possible. Nothing "
	      "is pinned.\n"
	      "\n"
	      "  --topology SPEC  live (default), file.xml of hwloc, or "
	      "synthetic:DESCRIPTION;\n"
	      "                   the last two plan, they never measure "
	      "(VTDBENCH_TOPOLOGY)\n"
	      "  --placement P    this placement only; exit 4 if it is not "
	      "possible\n"
	      "  --cpus LIST      CPUs of placement list, such as 0,2-3\n"
	      "  --threads N      for N threads only (default: 1, 2, 4 ... and "
	      "all)\n"
	      "  --memory M       memory policy (default local)\n"
	      "  --core-kind K    one (default: the fastest kind, where cores "
	      "differ), any, or\n"
	      "                   the number of one\n"
	      "  --json           one JSON object\n"
	      "\n"
	      "Placements:\n",
	      out);
	for (const struct placement *p = placements; p->name; p++)
		fprintf(out, "  %-13s %s\n", p->name, p->help);
	fputs("\nMemory policies:\n", out);
	for (const struct memory_policy *m = memory_policies; m->name; m++)
		fprintf(out, "  %-13s %s\n", m->name, m->help);
	fputs("\nExit status: 0 shown; 2 command line or topology; 4 not "
	      "possible there.\n",
	      out);
}

static int give_up(int code, const char *why, const char *remedy)
{
	struct err e = {0};

	err_set(&e, code, "topo: %s", why);
	err_remedy(&e, "%s", remedy);
	err_print(&e);
	return code == -ENOTSUP			 ? EXIT_UNSUPPORTED
	       : code == -ENOMEM || code == -EIO ? EXIT_RUN_FAILED
						 : EXIT_USAGE;
}

/* 0, or the exit status; *@done: nothing is left to do. */
static int parse(int argc, char **argv, struct options *o, bool *done)
{
	static const struct option known[] = {
		{"topology", required_argument, NULL, 't'},
		{"placement", required_argument, NULL, 'p'},
		{"cpus", required_argument, NULL, 'c'},
		{"threads", required_argument, NULL, 'n'},
		{"memory", required_argument, NULL, 'm'},
		{"core-kind", required_argument, NULL, 'k'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	const char *twin = getenv("VTDBENCH_TOPOLOGY");
	char why[200];
	uint64_t n;
	int c;

	*o = (struct options){.topology = twin && *twin ? twin : "live",
			      .memory = "local"};
	while ((c = getopt_long(argc, argv, "h", known, NULL)) != -1)
		switch (c) {
		case 't':
			o->topology = optarg;
			break;
		case 'p':
			o->placement = optarg;
			break;
		case 'c':
			o->cpus = optarg;
			break;
		case 'm':
			o->memory = optarg;
			break;
		case 'k':
			o->core_kind = optarg;
			break;
		case 'j':
			o->json = true;
			break;
		case 'n':
			if (number_parse_string(optarg, &n) && n >= 1 &&
			    n <= TOPO_CPUS_MAX) {
				o->threads = (unsigned)n;
				break;
			}
			snprintf(why, sizeof(why),
				 "--threads '%.64s': not a number from 1 to %d",
				 optarg, TOPO_CPUS_MAX);
			return give_up(-EINVAL, why,
				       "see vtdbench topo --help");
		case 'h':
			usage(stdout);
			*done = true;
			return EXIT_OK;
		default:
			/* getopt_long() has named the option. */
			usage(stderr);
			return EXIT_USAGE;
		}
	if (optind == argc)
		return EXIT_OK;
	snprintf(why, sizeof(why), "unexpected argument '%.64s'", argv[optind]);
	return give_up(-EINVAL, why, "see vtdbench topo --help");
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

int cmd_topo(int argc, char **argv)
{
	struct topo_report r = {0};
	struct topo *topo = NULL;
	bool done = false;
	struct options o;
	char why[512];
	int status = parse(argc, argv, &o, &done);

	if (status || done)
		return status;
	if (o.placement && !placement_find(o.placement)) {
		snprintf(why, sizeof(why), "placement '%.64s': unknown",
			 o.placement);
		return give_up(-EINVAL, why,
			       "vtdbench topo --help lists the placements");
	}
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
