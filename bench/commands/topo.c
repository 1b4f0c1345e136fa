/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench topo`: the machine, and where threads and memory would go. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views/topo.h"
#include "cli/args.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "base/err.h"
#include "base/folder.h"
#include "base/must.h"
#include "machine/alone.h"
#include "machine/clock.h"
#include "machine/envinfo.h"
#include "machine/latency.h"
#include "outputs/file.h"

struct options {
	const char *topology, *placement, *cpus, *memory, *core_kind, *results;
	unsigned threads; /* 0: 1, 2, 4 … and all */
	bool json, measure, wait;
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

static int write_latency(const json_t *latency, FILE *out)
{
	return json_dumpf(latency, out, JSON_INDENT(2) | JSON_SORT_KEYS) ||
			       fputc('\n', out) == EOF || fflush(out)
		       ? -EIO
		       : 0;
}

/* Where reports and plots of this machine's runs look for it. */
static int keep(const json_t *latency, const char *results, struct err *e)
{
	const char *fingerprint =
		json_string_value(json_object_get(latency, "fingerprint"));
	char path[LATENCY_PATH];
	struct whole_file f;
	int rc;

	if (!latency_path(results, fingerprint, path))
		return err_set(e, -ENAMETOOLONG, "%s: too long", results);
	rc = folder_make_above(path, e);
	if (!rc)
		rc = whole_file_open(&f, path, e);
	if (!rc) {
		write_latency(latency, f.out); /* errors: on closing */
		rc = whole_file_close(&f, 0, e);
	}
	if (!rc)
		err_note("kept in %s", path);
	return rc;
}

static int measure(const struct topo *topo, const struct options *o)
{
	json_t *env = NULL, *latency = NULL;
	struct err e = {0};
	int rc =
		topo->measurable
			? alone_machine(o->wait ? ALONE_WAIT : ALONE_REFUSE, &e)
			: err_set(&e, -ENOTSUP, "topo: not measured: %s",
				  topo->why_not);

	if (!rc)
		rc = clock_init(true, &e);
	if (!rc) {
		env = envinfo_json();
		latency = latency_measure(topo, env, &e);
		rc = latency ? 0 : e.code;
	}
	if (!rc)
		rc = keep(latency, cmd_results_path(o->results), &e);
	if (!rc && (o->json ? write_latency(latency, stdout)
			    : topo_print_latency(topo, latency)))
		rc = err_set(&e, -EIO, "topo: cannot write the output");
	if (rc)
		err_print(&e);
	json_decref(latency);
	json_decref(env);
	return err_status(rc);
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
	if (o.measure && (o.placement || o.cpus || o.threads || o.core_kind))
		return args_error(&cmd_topo,
				  "--measure places no threads: it goes with "
				  "--topology, --results, --wait and --json");
	status = topo_load(&topo, o.topology, why, sizeof(why));
	if (status)
		return give_up(status, why, "see vtdbench topo --help");
	r.spec = o.topology;
	r.memory = o.memory;
	r.topo = topo;
	status = o.measure ? measure(topo, &o) : report(&r, &o);
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
	ROW_BOOL(O, measure, "measure",
		 "measure what a load, a line from another CPU, atomics and "
		 "locks take here"),
	ROW_TEXT(O, results, "results", "FILE",
		 "results file beside which --measure keeps it",
		 .flags = OPTION_TWIN),
	ROW_WAIT(O, wait),
	ROW_BOOL(O, json, "json", "one JSON object"),
	{0}};

const struct command cmd_topo = {
	.name = "topo",
	.help = "show the machine and where threads and memory would go",
	.about = "Shows packages, NUMA nodes, cores, CPUs, caches and "
		 "distances, which placements are possible here, which CPUs "
		 "their threads would take in order, where memory would lie, "
		 "and why other placements are not possible. Nothing is "
		 "pinned.\n\n"
		 "With --measure instead the latencies of this machine: a load "
		 "that waits for the one before, by cache level and memory; a "
		 "line that goes from CPU to CPU; atomics, a fence and locks "
		 "that are free. They are kept beside the results, where "
		 "report and plot find them.",
	.rows = rows,
	.more = names,
	.after = "Exit status: 0 shown; 2 command line or topology; 4 not "
		 "possible there.",
	.run = run,
};
