/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables of the plots: one to the letter, the rest by what all must keep to:
 * a reason when there is nothing to draw, no empty block (gnuplot would take
 * the next for it), no block name that begins another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "figures/data.h"
#include "workloads/walker_kind.h"

enum { TRIALS_MAX = 200, BLOCKS_MAX = 200 };

static struct store_trial trial[TRIALS_MAX];
static struct store_trials trials = {.trial = trial};
static const struct store_run run = {
	.uuid = "0-0",
	.name = "made \"up\"",
	.host = "here",
	.machine = "{\"cpu\": \"Some CPU\", \"cpus\": 2, \"nodes\": 1,"
		   " \"l1d_bytes\": 32768}",
	.kernel = "6.1.0",
	.compiler = "gcc 12",
	.started_utc = "2026-11-22T12:00:00Z",
	.config_text = "question: {claims: [{who: A, when: now, source: here,"
		       " says: it is so, metric: walk_lat_ns, design: rcu,"
		       " ratio: same}]}\n",
};
static const struct margins margins_none; /* no twin before */
static struct plotdata data = {.run = &run,
			       .trials = &trials,
			       .margins = &margins_default,
			       .shown = &margins_none};

static struct store_trial *add(const char *sweep, const char *design,
			       const char *workload, unsigned walkers,
			       unsigned mappers, unsigned repetition)
{
	struct store_trial *t = &trial[trials.n++];

	assert_true(trials.n < TRIALS_MAX);
	*t = (struct store_trial){.key = "",
				  .cell = "",
				  .axes = "",
				  .sweep = sweep,
				  .design = design,
				  .workload = workload,
				  .params = "{\"footprint\": \"64M\"}",
				  .walkers = walkers,
				  .mappers = mappers,
				  .repetition = repetition};
	record_init(&t->record);
	return t;
}

static void throughput(struct store_trial *t, double per_s)
{
	record_add(&t->record, METRIC_walk_ops_per_s, per_s, false);
	record_add(&t->record, METRIC_control_ops_per_s, 1e9 * t->walkers,
		   false);
}

/* The first @n stay. */
static void keep(size_t n)
{
	while (trials.n > n)
		record_release(&trial[--trials.n].record);
}

static int teardown(void **state)
{
	keep(0);
	return 0;
}

/* The table of @name, to be freed; *@rc is what was returned. */
static char *table(const char *name, int *rc, char why[PLOT_TEXT])
{
	const struct plot *p = plot_find(name);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(p);
	assert_non_null(out);
	*rc = p->write(&data, out, why);
	assert_int_equal(fclose(out), 0);
	if (getenv("SHOW"))
		fputs(text, stderr);
	return text;
}

static void test_nothing(void **state)
{
	for (const struct plot *p = plots; p->name; p++) {
		char why[PLOT_TEXT] = "";
		int rc;
		char *text = table(p->name, &rc, why);

		assert_int_equal(rc, 0);
		assert_string_equal(text, "");
		assert_true(strlen(why) > 0);
		free(text);
	}
}

static const char scaling[] =
	"# vtdbench, table of plot scaling\n"
	"# run: 0-0 (made 'up')\n"
	"# Columns of the blocks after meta, separated by tabs; - is not "
	"measured:\n"
	"# column 1: group (its caption is in meta)\n"
	"# column 2: design\n"
	"# column 3: 1 / walk_ops_per_s (source clock): time / time of the "
	"reference, Hodges-Lehmann over draws; at most 99\n"
	"# column 4: its 95 % interval, low\n"
	"# column 5: its 95 % interval, high\n"
	"# column 6: verdict\n"
	"# column 7: the ratio as it is written\n"
	"# column 8: median of the design itself\n"
	"\n"
	"# meta\n"
	"designs\tnone driver leak spinlock rwlock rcu rcu_qsbr rcu_locked "
	"rwlock_reclaim table_lock fine typesafe broadcast spinlock_ticket "
	"spinlock_mcs spinlock_unfair spinlock_pthread rwlock_phase_fair "
	"rwlock_task_fair rwlock_percpu rwlock_pthread\n"
	"shown\tleak spinlock rwlock rcu rcu_qsbr\n"
	"title\tWhat do walks cost with more walkers, and beside a mapper?\n"
	"subtitle\twalkers: own · Some CPU · 2 CPUs, 1 node · Linux 6.1.0 · "
	"gcc 12 · 2026-11-22\n"
	"note\tFilled: told apart; open: not (margin: grey). Bars: 95 % "
	"interval, by draw. Below: the reference's walks.\n"
	"panels\t1\n"
	"panel0\tuniform, no updaters; 1 is leak\n"
	"groups0\t2\n"
	"group0_0\t1 walker\n"
	"sub0_0\t100M/s\n"
	"margin0_0\t1\n"
	"group0_1\t2 walkers\n"
	"sub0_1\t200M/s, × 2.00 (machine × 2.00)\n"
	"margin0_1\t1\n"
	"margin0_0\t1.01\n"
	"margin0_1\t1.1\n"
	"ymin\t0.599152\n"
	"ymax\t176.498\n"
	"none0\tno draw undisturbed beside the reference: rcu_qsbr\n"
	"\n\n# dots of panel 0\n"
	"0\tspinlock\t2\t2\t2\tslower\t2.00\t5e+07\n"
	"1\tspinlock\t4\t4\t4\tslower\t4.00\t5e+07\n"
	"1\trwlock\t99\t99\t99\tslower\t>99\t0\n"
	"1\trcu\t1.05\t1.05\t1.05\tno interval\t1.05\t1.77778e+08\n";

/* Six draws at @walkers, each of another speed, which falls out. */
static void six(const char *design, unsigned walkers, double per_s)
{
	for (unsigned r = 0; r < 6; r++)
		throughput(add("s", design, "uniform", walkers, 0, r),
			   per_s * (1 + 0.2 * r) / 1.5);
}

/*
 * Against the reference, draw by draw. A wrong draw never counts, a rate of 0
 * does; without six pairs there is no interval, without one it is said so.
 */
static void test_scaling(void **state)
{
	struct store_trial *t;
	char why[PLOT_TEXT] = "";
	char *text;
	int rc;

	six("spinlock", 2, 0.5e8);
	six("leak", 1, 1e8);
	six("spinlock", 1, 0.5e8);
	six("leak", 2, 2e8);
	six("rwlock", 2, 0);
	for (unsigned r = 0; r < 5; r++) /* one too few */
		throughput(add("s", "rcu", "uniform", 2, 0, r),
			   2e8 * (1 + 0.2 * r) / 1.5 / 1.05);
	t = add("s", "rcu", "uniform", 2, 0, 5);
	throughput(t, 9e9);
	t->record.status = TRIAL_WRONG;
	throughput(add("s", "rcu_qsbr", "uniform", 2, 0, 6), 1e8);
	throughput(add("s", "rcu", "zipf", 1, 0, 0), 1e8); /* one count */

	text = table("scaling", &rc, why);
	assert_int_equal(rc, 1);
	assert_string_equal(text, scaling);
	free(text);
}

/* Two maps, then one of them goes: 1 s apart. */
static char trace_path[64];
static char trace_params[256];

static void write_trace(void)
{
	static const char text[] =
		"a-1 [000] d... 10.0: map: IOMMU: iova=0x1000 - 0x2000"
		" paddr=0x1000 size=4096\n"
		"a-1 [000] d... 11.0: map: IOMMU: iova=0x4000 - 0x6000"
		" paddr=0x4000 size=8192\n"
		"a-1 [000] d... 12.0: unmap: IOMMU: iova=0x1000 - 0x2000"
		" size=4096 unmapped_size=4096\n";
	int fd;

	strcpy(trace_path, "/tmp/test_plotdata-XXXXXX");
	fd = mkstemp(trace_path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	snprintf(trace_params, sizeof(trace_params), "{\"trace\": \"%s\"}",
		 trace_path);
}

static void fill_design(const char *design)
{
	static const char *const reclaim[] = {"whole", "empty"};
	static const char *const sizes[] = {"footprint=1M", "footprint=1G"};
	static const double x[] = {0, 1, 2}, y[] = {4096, 8192, 4096};
	struct store_trial *t;

	for (unsigned w = 1; w <= 3; w++) {
		struct hist *h = hist_new();

		t = add("s", design, "uniform", w, 0, 0);
		throughput(t, 1e8 * w);
		hist_add_n(h, 10, 1000);
		hist_add_n(h, 1000, 10);
		record_add_hist(&t->record, "walk_single", h);
		record_add(&t->record, METRIC_translate_ns, 20, false);
		record_add(&t->record, METRIC_iotlb_hit_ratio, 0.5, false);
		record_add(&t->record, METRIC_sim_l1d_misses_per_walk, 2, true);
		record_add(&t->record, METRIC_sim_l2_misses_per_walk, 1, true);
		record_add(&t->record, METRIC_sim_sync_misses_per_walk, 0,
			   true);
		record_add(&t->record, METRIC_sim_moved_c2_per_walk, 1, true);
	}
	for (unsigned i = 0; i < 2; i++) {
		t = add("f", design, "uniform", 1, 0, 0);

		t->axes = sizes[i];
		t->params = i ? "{\"footprint\": \"1G\"}"
			      : "{\"footprint\": \"1M\"}";
		record_add(&t->record, METRIC_walk_lat_ns, 10 + i, false);
		t = add("r", design, "iova_stress", 0, 1, 0);
		t->params = i ? "{\"reclaim\": \"empty\"}"
			      : "{\"reclaim\": \"whole\"}";
		t->axes = i ? "reclaim=empty" : "reclaim=whole";
		assert_true(strstr(t->axes, reclaim[i]) != NULL);
		record_add(&t->record, METRIC_table_bytes_held_end, 4096, true);
		record_add_series(&t->record, "table_bytes_held", 3, x, y);
	}
	t = add("t", design, "trace", 0, 1, 0);
	t->params = trace_params;
	record_add(&t->record, METRIC_event_ns, 50, false);
	record_add(&add("m", design, "map_sizes", 0, 1, 0)->record,
		   METRIC_map_4k_ns, 5, false);
	record_add(&add("race", design, "table_churn", 0, 1, 1)->record,
		   METRIC_race_dumps, 100, false);
	record_add(&add("inv", design, "ring", 0, 1, 1)->record,
		   METRIC_inv_share, 0.5, false);
}

static void fill(void)
{
	fill_design("leak");
	fill_design("rcu");
	/* A design without figures beside them. */
	for (unsigned w = 1; w <= 2; w++)
		record_add_hist(
			&add("s", "spinlock", "uniform", w, 0, 0)->record,
			"walk_single", hist_new());
}

/* Blocks of @text; each has a line and a name that begins no other. */
static void check_blocks(const char *plot, const char *text)
{
	static const char *name[BLOCKS_MAX];
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, "\n\n# "));) {
		const char *first;

		p += 2;
		assert_true(n < BLOCKS_MAX);
		name[n++] = p + 2;
		first = strchr(p, '\n') + 1;
		if (*first == '\n' || *first == '\0' || *first == '#')
			fail_msg("%s: empty block %.30s", plot, p);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (i != j &&
			    !strncmp(name[i], name[j], strcspn(name[i], "\n")))
				fail_msg("%s: block name begins another: %.30s",
					 plot, name[i]);
	assert_true(n >= 1);
}

static void test_all(void **state)
{
	json_t *latency =
		json_loads("{\"load\": [{\"bytes\": 4096, \"large\": {\"ns\": "
			   "1, \"low\": 1,"
			   " \"high\": 2}, \"small\": null}], \"levels\": "
			   "[{\"level\": \"L1d\","
			   " \"cache_bytes\": 32768, \"large\": {\"ns\": 1}}]}",
			   0, NULL);

	assert_non_null(latency);
	write_trace();
	fill();
	data.latency = latency;
	for (const struct plot *p = plots; p->name; p++) {
		char why[PLOT_TEXT] = "";
		int rc;
		char *text = table(p->name, &rc, why);

		if (rc != 1)
			fail_msg("%s: %d, %s", p->name, rc, why);
		check_blocks(p->name, text);
		free(text);
	}
	data.latency = NULL;
	json_decref(latency);
	unlink(trace_path);
}

/* What is live, and when: at most 12 KiB, 4 KiB of it gone at the end. */
static void test_timeline(void **state)
{
	char why[PLOT_TEXT] = "", *text;
	int rc;

	write_trace();
	fill_design("leak");
	text = table("timeline", &rc, why);
	unlink(trace_path);
	assert_int_equal(rc, 1);
	assert_non_null(strstr(text, "\nxmax0\t2\n"));
	assert_non_null(strstr(text, "\nlive0\t2\nbytes0\t12288\n"));
	assert_non_null(strstr(text, "\n0.00625\t1\t0\t1\t4096\n"));
	assert_non_null(strstr(text, "\n1.00625\t1\t0\t2\t12288\n"));
	assert_non_null(strstr(text, "\n1.99375\t0\t1\t2\t12288\n"));
	free(text);

	/* Without the file there is nothing. */
	text = table("timeline", &rc, why);
	assert_int_equal(rc, 0);
	assert_non_null(strstr(why, trace_path));
	free(text);
}

/* Of all trials with walkers: which kind of them is there. */
static void make_walkers(enum walker_kind kind)
{
	static char axes[TRIALS_MAX][64];

	for (size_t i = 0; i < trials.n; i++) {
		struct store_trial *t = &trial[i];

		if (!t->walkers)
			continue;
		if (kind == WALKER_FOREIGN) {
			t->workload = "ring";
			t->mappers = 1;
		} else if (kind == WALKER_DEVICE) {
			snprintf(axes[i], sizeof(*axes), "%s%sdevice_walkers=1",
				 t->axes, *t->axes ? " " : "");
			t->axes = axes[i];
		}
	}
}

static bool subtitle_says(const char *text, enum walker_kind kind)
{
	static const char before[] = "\nsubtitle\twalkers: ";
	const char *at = strstr(text, before);
	char kinds[64] = "";

	if (at)
		snprintf(kinds, sizeof(kinds), "%.*s",
			 (int)strcspn(at + strlen(before), " "),
			 at + strlen(before));
	return strstr(kinds, walker_kind_name(kind)) != NULL;
}

/* A picture of walks says whose; one that has none says that. */
static void test_walkers(void **state)
{
	bool walks[64] = {false};
	size_t n = 0;

	for (unsigned k = 0; k < WALKER_KINDS; k++) {
		keep(0);
		fill();
		make_walkers(k);
		for (size_t i = 0; plots[i].name; i++) {
			char why[PLOT_TEXT] = "";
			int rc;
			char *text = table(plots[i].name, &rc, why);
			bool says = subtitle_says(text, k);

			if (k == WALKER_OWN)
				n += walks[i] = says;
			else if (rc == 1 && walks[i] && !says)
				fail_msg("%s: no \"%s\" in %.900s",
					 plots[i].name, walker_kind_name(k),
					 text);
			if (rc == 1 && !strstr(text, "\nsubtitle\twalkers: "))
				fail_msg("%s does not say who walks",
					 plots[i].name);
			free(text);
		}
	}
	/* those that show walks, and the claims of the run */
	assert_int_equal(n, 11);
}

/* Panels of different kinds say which is whose. */
static void test_panels_of_kinds(void **state)
{
	char why[PLOT_TEXT] = "";
	char *text;
	int rc;

	for (unsigned m = 0; m < 2; m++)
		for (unsigned w = 1; w <= 2; w++)
			for (unsigned d = 0; d < 2; d++)
				throughput(add("s", d ? "rcu" : "leak", "churn",
					       w, m, 0),
					   1e8);
	text = table("scaling", &rc, why);
	assert_int_equal(rc, 1);
	assert_true(subtitle_says(text, WALKER_OWN));
	assert_true(subtitle_says(text, WALKER_FOREIGN));
	assert_non_null(strstr(text, "1 is leak (own)\n"));
	assert_non_null(strstr(text, "1 is leak (foreign)\n"));
	free(text);
}

/* The law of what follows it, from one to three walkers; drawn up to six. */
static void test_law(void **state)
{
	char why[PLOT_TEXT] = "";
	char *text;
	int rc;

	for (unsigned w = 1; w <= 3; w++)
		for (unsigned r = 0; r < 6; r++)
			throughput(add("s", "rcu", "uniform", w, 0, r),
				   1e8 * w / (1 + 0.05 * (w - 1)));
	text = table("law", &rc, why);
	assert_int_equal(rc, 1);
	assert_non_null(strstr(
		text, "law0_rcu\trcu: σ 0.05 [0.05, 0.05], κ 0 [0, 0]\n"));
	assert_non_null(strstr(text, "\nrcu\t6\t4.8e+08\n"));
	assert_non_null(strstr(text, "\nmeasured0\t3\n"));
	check_blocks("law", text);
	free(text);

	/* A draw without all of them is not fitted. */
	keep(6 * 2);
	throughput(add("s", "rcu", "uniform", 3, 0, 7), 2.7e8);
	text = table("law", &rc, why);
	assert_int_equal(rc, 1);
	assert_non_null(strstr(text, "law0_rcu\trcu: no draw has all"));
	free(text);

	/* Two numbers of walkers: what was measured, and the ideal. */
	keep(6 * 2);
	text = table("law", &rc, why);
	assert_int_equal(rc, 1);
	assert_non_null(strstr(text, "law0_rcu\trcu\n"));
	assert_non_null(strstr(text, "\nfitted0\t0\n"));
	check_blocks("law", text);
	free(text);

	keep(6);
	text = table("law", &rc, why);
	assert_int_equal(rc, 0);
	assert_non_null(strstr(why, "two or more"));
	free(text);
}

/* What line @key of block meta says; the caller frees. */
static char *meta(const char *text, const char *key)
{
	char before[64];
	const char *at;

	snprintf(before, sizeof(before), "\n%s\t", key);
	at = strstr(text, before);
	assert_non_null(at);
	at += strlen(before);
	return strndup(at, strcspn(at, "\n"));
}

static void check_shown(const char *asked, const char *want, const char *more)
{
	char why[PLOT_TEXT] = "", *text, *shown, *note;
	int rc;

	data.asked = asked;
	text = table("scaling", &rc, why);
	data.asked = NULL;
	assert_int_equal(rc, 1);
	shown = meta(text, "shown");
	note = meta(text, "note");
	assert_string_equal(shown, want);
	if (more)
		assert_non_null(strstr(note, more));
	else
		assert_null(strstr(note, "--designs"));
	/* What is not shown is not in the table either. */
	assert_int_equal(strstr(text, "\tfine\t") != NULL,
			 strstr(want, "fine") != NULL);
	free(text);
	free(shown);
	free(note);
}

/* The reference, even where it stands behind others, and as many as fit. */
static void test_choice(void **state)
{
	static const char *const names[] = {
		"none",	    "leak",	  "spinlock",	    "rwlock", "rcu",
		"rcu_qsbr", "rcu_locked", "rwlock_reclaim", "fine"};
	struct err e = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (unsigned w = 1; w <= 2; w++)
			throughput(add("s", names[i], "uniform", w, 0, 0),
				   1e8 * w);
	check_shown(NULL, "none leak spinlock rwlock rcu rcu_qsbr rcu_locked",
		    " 2 more designs: --designs.");
	check_shown("fine", "leak fine", NULL);
	check_shown("all",
		    "none leak spinlock rwlock rcu rcu_qsbr rcu_locked "
		    "rwlock_reclaim fine",
		    NULL);
	data.asked = "fine,leak";
	assert_int_equal(plot_check_asked(&data, &e), 0);
	data.asked = "fine,typesafe";
	assert_int_equal(plot_check_asked(&data, &e), -EINVAL);
	assert_non_null(strstr(e.what, "'typesafe'"));
	assert_non_null(strstr(e.remedy, "rwlock_reclaim"));
	data.asked = NULL;
}

/* The twin is no design: a curve of its own, and a band at each percentile. */
static void test_twin(void **state)
{
	static const char *const names[] = {"leak", "rcu", "twin"};
	char why[PLOT_TEXT] = "", *text;
	int rc;

	for (unsigned r = 0; r < 6; r++)
		for (size_t i = 0; i < 3; i++) {
			struct hist *h = hist_new();

			assert_non_null(h);
			hist_add_n(h, i == 1 ? 2000 : 1000 + 10 * i * (r + 1),
				   5000);
			record_add_hist(
				&add("s", names[i], "uniform", 1, 0, r)->record,
				"walk_single", h);
		}
	text = table("ecdf", &rc, why);
	assert_int_equal(rc, 1);
	assert_non_null(strstr(text, "\nlines0\tleak rcu twin\n"));
	assert_non_null(strstr(text, "\nshown\tleak rcu\n"));
	assert_non_null(strstr(text, "\n\n# twin in panel 0\n"));
	free(text);
	text = table("latency", &rc, why);
	assert_int_equal(rc, 1);
	assert_non_null(strstr(text, "\nbandhigh0_0\t1."));
	free(text);
}

/* A panel of walks and one of updates, of the fewest walkers alone. */
static void test_lines(void **state)
{
	char why[PLOT_TEXT] = "";
	char *text;
	int rc;

	for (unsigned w = 2; w >= 1; w--) {
		struct record *r =
			&add("s", "spinlock", "uniform", w, 1, 0)->record;

		record_add(r, METRIC_sim_moved_c2_per_walk, 3.25 * w, true);
		record_add(r, METRIC_sim_moved_c64_per_walk, 91 * w, true);
		record_add(r, METRIC_sim_moved_c64_per_update, 7, true);
		r = &add("s", "rcu", "uniform", w, 1, 0)->record;
		record_add(r, METRIC_sim_moved_c64_per_walk, 0, true);
	}
	text = table("lines", &rc, why);
	assert_int_equal(rc, 1);
	check_blocks("lines", text);
	assert_non_null(strstr(text, "\npanels\t2\nmost\t91\n"
				     "panel0\twalk; uniform, 1 mapper\n"
				     "designs0\tspinlock rcu\n"
				     "lines0_spinlock\tspinlock: 91, 64 CPUs\n"
				     "lines0_rcu\trcu: none\n"));
	assert_non_null(strstr(text, "# lines of panel 0\nspinlock\t2\t3.25\n"
				     "spinlock\t64\t91\nrcu\t64\t0\n"));
	assert_non_null(strstr(text, "# lines of panel 1\nspinlock\t64\t7\n"));
	free(text);
}

/* reclaim=whole before empty, sizes by value, the sweep only for twins. */
static void test_groups(void **state)
{
	static const char *const axes[] = {"footprint=1G", "footprint=64M",
					   "footprint=8K"};
	struct plot_groups g;

	for (size_t i = 0; i < 3; i++)
		add("s", "rcu", "uniform", 1, 0, 0)->axes = axes[i];
	add("s", "rcu", "hot_set", 1, 0, 0);
	add("u", "rcu", "hot_set", 1, 0, 0);
	assert_int_equal(plot_groups_all(&g, &data, NULL, PLOT_PANEL, NULL), 0);
	assert_int_equal(g.n, 5);
	plot_groups_keep(&g, 5, NULL);
	assert_string_equal(g.group[0].label,
			    "uniform, footprint 8K, no updaters");
	assert_string_equal(g.group[2].label,
			    "uniform, footprint 1G, no updaters");
	assert_string_equal(g.group[3].label, "hot_set, no updaters, s");
	plot_groups_keep(&g, 2, NULL);
	assert_int_equal(g.left_out, 3);
	assert_string_equal(g.group[0].label,
			    "uniform, footprint 8K, no updaters");
	plot_groups_release(&g);
	assert_int_equal(plot_groups_all(&g, &data, NULL,
					 PLOT_WORKLOAD | PLOT_AXES,
					 "footprint"),
			 0);
	assert_int_equal(g.n, 2);
	assert_int_equal(g.group[0].n, 3);
	plot_groups_release(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_nothing, teardown),
		cmocka_unit_test_teardown(test_scaling, teardown),
		cmocka_unit_test_teardown(test_all, teardown),
		cmocka_unit_test_teardown(test_timeline, teardown),
		cmocka_unit_test_teardown(test_walkers, teardown),
		cmocka_unit_test_teardown(test_panels_of_kinds, teardown),
		cmocka_unit_test_teardown(test_law, teardown),
		cmocka_unit_test_teardown(test_choice, teardown),
		cmocka_unit_test_teardown(test_twin, teardown),
		cmocka_unit_test_teardown(test_lines, teardown),
		cmocka_unit_test_teardown(test_groups, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
