/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "levels": load-to-use latency by size, of the run's machine. */
#include <math.h>
#include <string.h>

#include "base/format.h"
#include "base/text.h"
#include "figures/data.h"
#include "machine/latency.h"

enum { CACHES_MAX = 8 };

static const char *const columns[] = {
	"memory that is loaded from [B]",
	"load to use [ns], median of batches (source clock)",
	"low end of the 95 % interval",
	"high end of the 95 % interval",
	NULL,
};

/* Of one kind of pages; whether there is any. */
static bool points(FILE *out, const json_t *latency, const char *pages,
		   struct plot_range *range)
{
	const json_t *all = json_object_get(latency, "load"), *o, *f;
	bool any = false;

	for (size_t i = 0; (o = json_array_get(all, i)); i++) {
		f = json_object_get(o, pages);
		if (!json_object_get(f, "ns"))
			continue;
		if (!any && out)
			plot_block(out, "%s", pages);
		any = true;
		plot_range_add(range,
			       json_number_value(json_object_get(f, "low")));
		plot_range_add(range,
			       json_number_value(json_object_get(f, "high")));
		if (out)
			fprintf(out, "%.0f\t%.6g\t%.6g\t%.6g\n",
				json_number_value(json_object_get(o, "bytes")),
				json_number_value(json_object_get(f, "ns")),
				json_number_value(json_object_get(f, "low")),
				json_number_value(json_object_get(f, "high")));
	}
	return any;
}

/* Sizes of the caches, and what a load from each takes. */
static void meta_caches(FILE *out, const json_t *latency, bool large)
{
	const json_t *all = json_object_get(latency, "levels"), *o;
	size_t n = 0;

	for (size_t i = 0; n < CACHES_MAX && (o = json_array_get(all, i));
	     i++) {
		const char *name =
			json_string_value(json_object_get(o, "level"));
		double bytes =
			json_number_value(json_object_get(o, "cache_bytes"));
		char ns[24];

		if (!name || !(bytes > 0))
			continue;
		plot_meta_at(out, "cache", n, "%.0f", bytes);
		format_ns(latency_level_ns(latency, name, large), ns,
			  sizeof(ns));
		plot_meta_at(out, "cachename", n++, "%s, %s ns", name, ns);
	}
	plot_meta(out, "caches", "%zu", n);
}

/* "memory 163 ns; CPU to CPU 43 ns; a spinlock 5.4 ns" */
static void others(const json_t *latency, bool large, char text[PLOT_TEXT])
{
	const struct {
		const char *what;
		double ns;
	} row[] = {
		{"memory", latency_level_ns(latency, "memory", large)},
		{"a line from CPU to CPU", latency_transfer_ns(latency)},
		{"a locked add", latency_cost_ns(latency, "atomic_add")},
		{"a free spinlock", latency_cost_ns(latency, "spinlock")},
		{"a free rwlock", latency_cost_ns(latency, "rwlock_read")},
	};
	char ns[24];

	*text = '\0';
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (isnan(row[i].ns))
			continue;
		format_ns(row[i].ns, ns, sizeof(ns));
		text_join(text, PLOT_TEXT, "; ", "%s %s ns", row[i].what, ns);
	}
}

int plotdata_levels(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	const struct plot_groups none = {.exact = true};
	struct plot_range range = {0};
	bool large = points(NULL, d->latency, "large", &range);
	bool small = points(NULL, d->latency, "small", &range);
	char text[PLOT_TEXT];

	if (!large && !small) {
		snprintf(why, PLOT_TEXT,
			 "latencies of that machine are not known: vtdbench "
			 "topo --measure there");
		return 0;
	}
	plot_range_round(&range);
	plot_head(out, d, "levels", columns);
	others(d->latency, large, text);
	plot_meta_begin(out, d, &none,
			"How long does a load take that waits for the one "
			"before?",
			text);
	plot_meta(out, "panels", "1");
	plot_meta(out, "panel0",
		  "Over so much memory, in random order; medians with their "
		  "95 %% interval");
	plot_meta(out, "ymin", "%.15g", range.lo);
	plot_meta(out, "ymax", "%.15g", range.hi);
	plot_meta(out, "pages", "%s%s", large ? "large " : "",
		  small ? "small" : "");
	meta_caches(out, d->latency, large);
	points(out, d->latency, "large", &range);
	points(out, d->latency, "small", &range);
	return 1;
}
