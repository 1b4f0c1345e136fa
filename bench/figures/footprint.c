/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of plot "footprint": time of a dependent walk by mapped bytes. */
#include <math.h>
#include <stdlib.h>

#include "figures/dots.h"

enum { ENTRY_BYTES = 8, PANELS_MAX = 4 };

static const char *const columns[] = {PLOT_DOTS_COLUMNS(
	"walk_lat_ns, of floor: floor_dep_ns (source clock)")};

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

/* Where @bytes lies among the groups, the first of which is 0; 0: nowhere. */
static double between(const struct plot_group *g, double bytes)
{
	size_t n;
	double *xs = plot_xs(g, plot_x_footprint, &n), at = 0;

	for (size_t k = 0; k + 1 < n; k++)
		if (xs[k] <= bytes && bytes <= xs[k + 1])
			at = (double)k +
			     log(bytes / xs[k]) / log(xs[k + 1] / xs[k]);
	free(xs);
	return at;
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
				isnan(at) ? 0 : between(&panels->group[p], at));
		}
	}
}

/* The floor of the reference's own draws, as if it were a design. */
static void add_floor(struct plot_dots *dots, const struct plotdata *d,
		      const struct plot_group *g, double at, size_t panel,
		      size_t group)
{
	const char *reference = plot_reference(g, METRIC_walk_lat_ns);
	struct plot_dot dot = {
		.panel = panel, .group = group, .design = "floor"};
	struct plot_stat floor, walk;

	if (!reference ||
	    !plot_stat(g, reference, plot_x_footprint, at, METRIC_floor_dep_ns,
		       &floor) ||
	    !plot_stat(g, reference, plot_x_footprint, at, METRIC_walk_lat_ns,
		       &walk))
		return;
	dot.value = floor.median;
	dot.ratio.log.value = log(floor.median / walk.median);
	dot.ratio.margin = ratio_margin(g->trial[0], d->margins);
	plot_dots_add(dots, &dot);
}

static void meta_panel(FILE *out, const struct plot_group *g, size_t panel)
{
	size_t n;
	double *xs = plot_xs(g, plot_x_footprint, &n);

	plot_meta_at(out, "groups", panel, "%zu", n);
	for (size_t k = 0; k < n; k++) {
		/* As the config has it; powers of two are whole. */
		unsigned unit = 0;
		double in = xs[k];

		for (; in >= 1024 && unit < 4; in /= 1024)
			unit++;
		fprintf(out, "group%zu_%zu\t%.4g%.1s\n", panel, k, in,
			&"BKMGT"[unit]);
		plot_meta_reference(out, panel, k, g, plot_x_footprint, xs[k],
				    METRIC_walk_lat_ns);
	}
	free(xs);
}

/* The floor goes after the designs of its group, which give the margin. */
static void add_floors(struct plot_dots *dots, const struct plotdata *d,
		       const struct plot_group *g, size_t panel)
{
	size_t n;
	double *xs = plot_xs(g, plot_x_footprint, &n);

	for (size_t k = 0; k < n; k++)
		add_floor(dots, d, g, xs[k], panel, k);
	free(xs);
}

int plotdata_footprint(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	char none[PANELS_MAX][PLOT_TEXT] = {{0}};
	struct plot_dots dots = {0};
	struct plot_groups panels;
	struct plot_choice choice;
	int rc = plot_groups_all(&panels, d, wanted, PLOT_PANEL | PLOT_WALKERS,
				 "footprint");

	if (rc)
		return rc;
	plot_groups_filter(&panels, varies);
	plot_groups_keep(&panels, PANELS_MAX, sizes);
	d = plot_choose(&choice, d, &panels, PLOT_SERIES);
	for (size_t p = 0; p < panels.n; p++) {
		plot_dots_by(&dots, d, &panels.group[p], plot_x_footprint,
			     METRIC_walk_lat_ns, p, none[p]);
		add_floors(&dots, d, &panels.group[p], p);
	}
	if (dots.n) {
		plot_head(out, d, "footprint", columns);
		plot_meta_begin(out, d, &panels,
				"What does a walk cost as the mapped space "
				"grows?",
				PLOT_DOTS_NOTE "Floor: bare loads. Dotted: "
					       "leaf entries fill that cache.");
		meta_caches(out, d, &panels);
		for (size_t p = 0; p < panels.n; p++)
			meta_panel(out, &panels.group[p], p);
		plot_dots_meta(out, &dots);
		plot_meta_none(out, none, panels.n);
		plot_dots_write(out, &dots, panels.n);
		rc = 1;
	} else {
		snprintf(why, PLOT_TEXT,
			 "no walk_lat_ns at two or more footprints, of two "
			 "designs");
	}
	plot_dots_release(&dots);
	plot_groups_release(&panels);
	return rc;
}
