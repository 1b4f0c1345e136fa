/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine and its placements as text for people. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "views/topo.h"
#include "base/printable.h"
#include "document/page.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* "CPUs 0-11, IntelCore, up to 5000 MHz" */
static void kind_line(const struct topo *t, unsigned kind, char *text,
		      size_t len)
{
	char cpus[128], what[80];

	topo_kind_cpus_text(t, kind, cpus, sizeof(cpus));
	topo_kind_text(&t->core_kinds[kind], what, sizeof(what));
	snprintf(text, len, "CPUs %s%s%s", cpus, *what ? ", " : "", what);
}

static void print_kinds(const struct topo *t)
{
	char line[256];

	for (unsigned k = 0; k < t->ncore_kinds; k++) {
		if (!t->core_kinds[k].ncpus)
			continue;
		kind_line(t, k, line, sizeof(line));
		printf("%s %u: %u core%s, %s%s\n",
		       k ? "          core kind" : "Kinds     core kind", k,
		       t->core_kinds[k].ncores, plural(t->core_kinds[k].ncores),
		       line,
		       k == t->core_kind_used ? " (threads go here)" : "");
	}
}

static void print_head(const struct topo_report *r)
{
	const struct topo *t = r->topo;
	char homes[400], spec[2048];

	page_line(stdout, page_width(stdout), 10,
		  "Topology  %s: %u package%s, %zu NUMA node%s, %u core%s, %zu "
		  "allowed CPU%s",
		  printable_copy(spec, sizeof(spec), r->spec), t->npackages,
		  plural(t->npackages), t->nnodes, plural(t->nnodes), t->ncores,
		  plural(t->ncores), t->ncpus, plural(t->ncpus));
	if (topo_hybrid(t))
		print_kinds(t);
	if (t->kind == TOPO_LIVE)
		printf("Memory    %" PRIu64 " MiB in all\n", t->bytes >> 20);
	topo_homes_text(t, homes, sizeof(homes));
	if (*homes)
		page_line(stdout, page_width(stdout), 10,
			  "Local     %s, the nearest with memory that may be "
			  "used",
			  homes);
	if (t->measurable)
		puts("Measures  yes: threads can be pinned and memory bound");
	else
		page_line(stdout, page_width(stdout), 10, "Measures  no: %s",
			  t->why_not);
}

static void print_node(const struct topo_node *n)
{
	printf("\n  node %u, ", n->os_index);
	if (n->bytes)
		printf("%" PRIu64 " MiB", n->bytes >> 20);
	else
		printf(n->memory ? "memory of unknown size" : "no memory");
}

/* Packages and nodes nest either way round; the node goes on the line where
 * it changes. */
static void print_tree(const struct topo *t)
{
	for (size_t i = 0; i < t->ncpus; i++) {
		const struct topo_cpu *c = &t->cpus[i];
		bool new_package = !i || c[-1].package != c->package;
		bool new_node = new_package || c[-1].node != c->node;

		if (new_package)
			printf("\npackage %u", c->package);
		if (new_node && c->node >= 0)
			print_node(&t->nodes[c->node]);
		else if (new_node)
			printf("\n  no node that may be used");
		if (new_node || c[-1].core != c->core)
			printf("\n    core %-4u CPU", c->core);
		printf(" %u", c->os_index);
	}
	putchar('\n');
	for (size_t i = 0; i < t->nnodes; i++) {
		const struct topo_node *n = &t->nodes[i];

		if (!n->ncpus && n->memory)
			printf("node %u, %" PRIu64
			       " MiB, memory only (no allowed CPU)\n",
			       n->os_index, n->bytes >> 20);
		else if (!n->ncpus)
			printf("node %u, no memory, no allowed CPU\n",
			       n->os_index);
	}
}

static void print_cache(const struct topo_cache *c)
{
	char ways[16] = "?";

	if (c->ways)
		snprintf(ways, sizeof(ways), "%u", c->ways);
	printf("L%u%c  %7" PRIu64 " KiB  %5s  %3u B  %u\n", c->level,
	       c->level == 1 ? 'd' : ' ', c->bytes >> 10, ways, c->line_bytes,
	       c->shared_by);
}

/* What @kind has at one place of the hierarchy, each form once. */
static bool print_level(const struct topo *t, unsigned kind, size_t level)
{
	const struct topo_cache *seen[16];
	size_t nseen = 0;

	for (size_t i = 0; i < t->ncpus; i++) {
		const struct topo_cpu *cpu = &t->cpus[i];
		const struct topo_cache *c = &cpu->caches[level];
		size_t k = 0;

		if (cpu->core_kind != kind || level >= cpu->ncaches)
			continue;
		while (k < nseen && memcmp(seen[k], c, sizeof(*c)))
			k++;
		if (k < nseen || nseen == sizeof(seen) / sizeof(*seen))
			continue;
		seen[nseen++] = c;
		print_cache(c);
	}
	return nseen;
}

static void print_caches(const struct topo *t)
{
	for (unsigned k = 0; k < t->ncore_kinds; k++) {
		char of[32] = "";
		bool any = false;

		if (!t->core_kinds[k].ncpus)
			continue;
		if (topo_hybrid(t))
			snprintf(of, sizeof(of), ", core kind %u", k);
		printf("\ncache       size   ways   line  CPUs sharing one%s\n",
		       of);
		for (size_t level = 0; level < TOPO_CACHES_MAX; level++)
			any |= print_level(t, k, level);
		if (!any)
			puts("(the topology tells of none)");
	}
}

/* Columns from @from to @end, which fit the page. */
static void distances(const struct topo *t, size_t from, size_t end)
{
	printf("%snode ", from ? "\n" : "");
	for (size_t j = from; j < end; j++)
		printf(" %4u", t->nodes[j].os_index);
	putchar('\n');
	for (size_t i = 0; i < t->nnodes; i++) {
		printf("%4u ", t->nodes[i].os_index);
		for (size_t j = from; j < end; j++) {
			unsigned d = t->distances[i * t->nnodes + j];

			if (d)
				printf(" %4u", d);
			else
				printf("    ?");
		}
		putchar('\n');
	}
}

static void print_distances(const struct topo *t)
{
	size_t fit = (page_width(stdout) - 5) / 5;

	if (t->nnodes < 2)
		return;
	page_line(stdout, page_width(stdout), 4,
		  "\nNUMA distance from the CPUs of a row to the memory of a "
		  "column (10 = local)");
	for (size_t from = 0; from < t->nnodes; from += fit) {
		size_t end = t->nnodes - from < fit ? t->nnodes : from + fit;

		distances(t, from, end);
	}
}

/* Without the name of the placement, which begins the line. */
static const char *reason(const struct topo_row *row)
{
	char prefix[64];
	int n = snprintf(prefix, sizeof(prefix),
			 "placement %s: ", row->placement->name);

	return strncmp(row->why, prefix, (size_t)n) ? row->why : row->why + n;
}

static void print_rows(const struct topo_report *r)
{
	const struct placement *last = NULL;
	unsigned width = page_width(stdout);
	bool said_no = false; /* for more threads it is hardly better */

	page_line(stdout, width, 24, "\n%-13s threads  %-24s memory (%s)",
		  "placement", "CPUs, thread by thread", r->memory);
	for (size_t i = 0; i < r->nrows; i++) {
		const struct topo_row *row = &r->rows[i];
		char cpus[200], memory[128], line[400];
		const char *name = row->placement->name;

		if (row->placement != last)
			said_no = false;
		else if (row->ret && said_no)
			continue;
		else
			name = "";
		last = row->placement;
		said_no = row->ret;
		printf("%-13s %7u  ", name, row->threads);
		if (row->ret) {
			snprintf(line, sizeof(line), "not possible: %s",
				 reason(row));
			page_rest(stdout, width, 23, 25, line);
			continue;
		}
		topo_list_text(row->place.cpus, row->place.nthreads, cpus,
			       sizeof(cpus));
		numa_policy_text(&row->place.mem, memory, sizeof(memory));
		snprintf(line, sizeof(line), "%-24s %s", cpus, memory);
		page_rest(stdout, width, 23, 25, line);
	}
}

int topo_print_text(const struct topo_report *r)
{
	print_head(r);
	print_tree(r->topo);
	print_caches(r->topo);
	print_distances(r->topo);
	print_rows(r);
	return fflush(stdout) || ferror(stdout) ? -EIO : 0;
}
