/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "footprint": latency of a dependent walk by mapped bytes. */
#include <math.h>
#include <stdlib.h>

#include "figures/data.h"

enum { ENTRY_BYTES = 8 };

static const char *const columns[] = {PLOT_LINES_COLUMNS(
	"footprint [B]",
	"walk_lat_ns, of floor: floor_dep_ns [ns] (source clock)")};

static bool wanted(const struct store_trial *t)
{
	return t->walkers && record_get(&t->record, METRIC_walk_lat_ns) &&
	       !isnan(plot_x_footprint(t));
}

static unsigned sizes(const struct plot_group *g)
{
	size_t n;

	free(plot_xs(g, plot_x_footprint, &n));
	return (unsigned)n;
}

static bool varies(const struct plot_groups *all, const struct plot_group *g)
{
	return sizes(g) > 1;
}

static const struct cache {
	const char *name, *machine;
	enum metric_id metric;
} caches[] = {
	{"L1d", "l1d_bytes", METRIC_sim_l1d_bytes},
	{"L2", "l2_bytes", METRIC_sim_l2_bytes},
	{"LLC", "llc_bytes", METRIC_sim_llc_bytes},
};
enum { CACHES = sizeof(caches) / sizeof(*caches) };

/* The machine's cache; if it is not known, the cache model's. */
static double cache_bytes(const struct plotdata *d,
			  const struct plot_groups *panels, size_t i)
{
	double bytes = plot_machine(d, caches[i].machine);
	struct plot_stat s;

	for (size_t p = 0; isnan(bytes) && p < panels->n; p++)
		if (plot_stat(&panels->group[p], NULL, NULL, 0,
			      caches[i].metric, &s))
			bytes = s.median;
	return bytes > 0 ? bytes : NAN;
}

/* Where the leaf entries of the mapped space are as many as a cache holds. */
static void meta_caches(FILE *out, const struct plotdata *d,
			const struct plot_groups *panels)
{
	plot_meta(out, "caches", "%d", CACHES);
	for (size_t i = 0; i < CACHES; i++) {
		double bytes = cache_bytes(d, panels, i);

		plot_meta_at(out, "cachename", i, "%s", caches[i].name);
		plot_meta_at(out, "cachebytes", i, "%.15g",
			     isnan(bytes) ? 0 : bytes);
		for (size_t p = 0; p < panels->n; p++) {
			double page = plot_param(panels->group[p].trial[0],
						 "page_size");
			double at = bytes / ENTRY_BYTES *
				    (isnan(page) ? 4096 : page);

			fprintf(out, "cache%zu_%zu\t%.15g\n", p, i,
				isnan(at) ? 0 : at);
		}
	}
}

static void floor_blocks(FILE *out, const struct plot_groups *panels)
{
	struct plot_stat s;

	for (size_t p = 0; p < panels->n; p++) {
		const struct plot_group *g = &panels->group[p];
		size_t n;
		double *xs = plot_xs(g, plot_x_footprint, &n);

		plot_block(out, "floor in panel %zu", p);
		for (size_t k = 0; k < n; k++)
			if (plot_stat(g, NULL, plot_x_footprint, xs[k],
				      METRIC_floor_dep_ns, &s))
				fprintf(out,
					"floor\t%.15g\t%.6g\t%.6g\t%.6g\t%zu"
					"\t%zu\n",
					xs[k], s.median, s.lo, s.hi, s.n,
					s.disturbed);
			else
				fprintf(out, "floor\t%.15g\t-\t-\t-\t0\t0\n",
					xs[k]);
		free(xs);
	}
}

int plotdata_footprint(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct plot_groups panels;
	struct plot_range x = {0}, y = {0}, floor = {0};
	int rc = plot_groups_all(&panels, d, wanted, PLOT_PANEL | PLOT_WALKERS,
				 "footprint");

	if (rc)
		return rc;
	plot_groups_filter(&panels, varies);
	plot_groups_keep(&panels, 4, sizes);
	if (panels.n) {
		plot_head(out, d, "footprint", columns);
		plot_meta_begin(
			out, d, &panels,
			"What does a walk cost as the mapped space grows?",
			"Walkers are CPU threads. Medians; bars: 95 % "
			"interval. Floor: bare loads. Dotted: the leaf "
			"entries alone would fill that cache.");
		plot_meta_series(out, d, &panels);
		meta_caches(out, d, &panels);
		plot_lines_range(d, &panels, plot_x_footprint,
				 METRIC_walk_lat_ns, &x, &y);
		plot_lines_range(d, &panels, plot_x_footprint,
				 METRIC_floor_dep_ns, &x, &floor);
		plot_range_add(&y, floor.lo);
		plot_range_round(&y);
		plot_meta(out, "xmin", "%.15g", x.lo);
		plot_meta(out, "xmax", "%.15g", x.hi);
		plot_meta(out, "ymin", "%.15g", y.lo);
		plot_meta(out, "ymax", "%.15g", y.hi);
		floor_blocks(out, &panels);
		plot_lines(out, d, &panels, plot_x_footprint,
			   METRIC_walk_lat_ns);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT,
			 "no walk_lat_ns at two or more footprints");
	}
	plot_groups_release(&panels);
	return rc;
}
