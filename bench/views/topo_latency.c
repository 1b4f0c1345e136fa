/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What memory, lines and locks cost here, as text for people. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "document/page.h"
#include "views/topo.h"

enum { FIGURE = 80 };

/* "1.23 [1.22 1.25]" */
static const char *figure(const json_t *f, char text[FIGURE])
{
	char ns[24], low[24], high[24];

	if (!json_object_get(f, "ns"))
		return "-";
	format_ns(json_number_value(json_object_get(f, "ns")), ns, sizeof(ns));
	format_ns(json_number_value(json_object_get(f, "low")), low,
		  sizeof(low));
	format_ns(json_number_value(json_object_get(f, "high")), high,
		  sizeof(high));
	snprintf(text, FIGURE, "%s [%s %s]", ns, low, high);
	return text;
}

/* Adds the batches of @f that counted, and those that were lost. */
static void batches(const json_t *f, json_int_t *kept, json_int_t *lost)
{
	*kept += json_integer_value(json_object_get(f, "batches"));
	*lost += json_integer_value(json_object_get(f, "lost"));
}

static void print_load(const json_t *o, const char *name)
{
	char large[FIGURE], small[FIGURE], bytes[24] = "-";

	if (json_object_get(o, "bytes"))
		format_bytes(json_number_value(json_object_get(o, "bytes")),
			     bytes, sizeof(bytes));
	printf("%-8s %6s  %-22s %s\n", name, bytes,
	       figure(json_object_get(o, "large"), large),
	       figure(json_object_get(o, "small"), small));
}

static void print_loads(const json_t *l)
{
	const json_t *pages = json_object_get(l, "pages"), *o;
	const char *note = json_string_value(json_object_get(pages, "note"));
	size_t i;

	puts("\nload to use, ns, one load waiting for the one before, over so "
	     "much memory");
	puts("level     bytes  large pages            pages of 4 KiB");
	json_array_foreach(json_object_get(l, "levels"), i, o)
		print_load(o, json_string_value(json_object_get(o, "level")));
	puts("");
	json_array_foreach(json_object_get(l, "load"), i, o) print_load(o, "");
	if (note && *note)
		page_line(stdout, page_width(stdout), 4, "large pages: %s",
			  note);
}

static void print_costs(const json_t *l)
{
	char text[FIGURE];
	const json_t *o;
	size_t i;

	puts("\nsynchronisation that nobody else wants, ns");
	json_array_foreach(json_object_get(l, "costs"), i, o)
		printf("%-40s %s\n",
		       json_string_value(json_object_get(o, "help")),
		       figure(json_object_get(o, "each"), text));
}

/* A number of list @all's pairs, either way round; NULL: there is none. */
static const json_t *pair(const json_t *all, json_int_t a, json_int_t b)
{
	const json_t *o;
	size_t i;

	json_array_foreach(all, i, o)
	{
		json_int_t from =
			json_integer_value(json_object_get(o, "from"));
		json_int_t to = json_integer_value(json_object_get(o, "to"));

		if ((from == a && to == b) || (from == b && to == a))
			return json_object_get(o, "one_way");
	}
	return NULL;
}

/* CPUs of the columns that fit the page, by their place in the machine. */
static void print_matrix(const struct topo *t, const json_t *all, size_t from,
			 size_t end)
{
	char text[24];

	printf("%sCPU ", from ? "\n" : "");
	for (size_t k = from; k < end; k++)
		printf(" %5u", t->cpus[k].os_index);
	putchar('\n');
	for (size_t i = 0; i < t->ncpus; i++) {
		printf("%4u", t->cpus[i].os_index);
		for (size_t k = from; k < end; k++) {
			const json_t *f = pair(all, t->cpus[i].os_index,
					       t->cpus[k].os_index);
			const json_t *ns = json_object_get(f, "ns");

			strcpy(text, i == k ? "." : "-");
			if (ns)
				format_ns(json_number_value(ns), text,
					  sizeof(text));
			printf(" %5s", text);
		}
		putchar('\n');
	}
}

static void print_transfers(const struct topo *t, const json_t *l)
{
	size_t fit = (page_width(stdout) - 4) / 6;
	const json_t *all = json_object_get(l, "transfer");

	if (!json_array_size(all)) {
		puts("\nline from CPU to CPU: there is one CPU");
		return;
	}
	puts("\nline from CPU to CPU, written by one and then by the other, "
	     "one way, ns");
	for (size_t from = 0; from < t->ncpus; from += fit)
		print_matrix(t, all, from,
			     t->ncpus - from < fit ? t->ncpus : from + fit);
}

static void print_batches(const json_t *l)
{
	json_int_t kept = 0, lost = 0;
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(l, "load"), i, o)
	{
		batches(json_object_get(o, "large"), &kept, &lost);
		batches(json_object_get(o, "small"), &kept, &lost);
	}
	json_array_foreach(json_object_get(l, "costs"), i, o)
		batches(json_object_get(o, "each"), &kept, &lost);
	json_array_foreach(json_object_get(l, "transfer"), i, o)
		batches(json_object_get(o, "one_way"), &kept, &lost);
	page_line(stdout, page_width(stdout), 0,
		  "\nMedians of batches of half a millisecond, in brackets the "
		  "interval of 95 %% of the median; %lld batches counted, %lld "
		  "in which a thread lost its CPU did not.",
		  (long long)kept, (long long)lost);
}

int topo_print_latency(const struct topo *t, const json_t *latency)
{
	printf("Measured  on CPU %lld, %s\n",
	       (long long)json_integer_value(json_object_get(latency, "cpu")),
	       json_string_value(json_object_get(latency, "cpu_model")));
	print_loads(latency);
	print_costs(latency);
	print_transfers(t, latency);
	print_batches(latency);
	return fflush(stdout) || ferror(stdout) ? -EIO : 0;
}
