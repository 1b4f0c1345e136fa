/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A results file with known contents, for tests of what reads it: two designs
 * with one and two walkers, three repetitions, one disturbed and repeated,
 * one wrong, one counter missing.
 */
#ifndef FILLED_STORE_H
#define FILLED_STORE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/results.h"

struct filled {
	char folder[64], path[96];
	struct store *store;
	int64_t run;
};

static inline void filled_check(int rc, const struct err *e)
{
	if (rc) {
		fprintf(stderr, "filling a store: %s\n", e->what);
		abort();
	}
}

static inline void filled_trial(struct filled *f, const char *design,
				unsigned walkers, unsigned repetition,
				unsigned attempt, enum trial_status status,
				bool disturbed, double ns)
{
	static unsigned order;
	char key[64], cell[16], axes[64];
	struct store_trial t = {.key = key,
				.cell = cell,
				.axes = axes,
				.sweep = "walks",
				.design = design,
				.workload = "uniform",
				.params = "{\"footprint\": 67108864}",
				.started_utc = "2026-11-22T12:00:01Z",
				.index = order++,
				.walkers = walkers,
				.repetition = repetition,
				.attempt = attempt,
				.duration_s = 0.5};
	struct hist *h = hist_new();
	struct err e = {0};
	struct record r;

	snprintf(key, sizeof(key), "%s-%u-%u-%u", design, walkers, repetition,
		 attempt);
	snprintf(cell, sizeof(cell), "%u", walkers);
	snprintf(axes, sizeof(axes), "footprint=64M");
	record_init(&r);
	r.status = status;
	r.disturbed = disturbed;
	if (status == TRIAL_WRONG)
		snprintf(r.reason, sizeof(r.reason), "sum 1, not 2");
	record_add(&r, METRIC_floor_dep_ns, 6, false);
	record_add(&r, METRIC_clock_step_ns, 10, false);
	record_add(&r, METRIC_clock_cost_ns, 23.5, false);
	record_add(&r, METRIC_control_ops_per_s, walkers * 1e8, false);
	record_add(&r, METRIC_walk_lat_ns, ns, false);
	record_add(&r, METRIC_walk_x_floor, ns / 6, false);
	record_add(&r, METRIC_walk_p50_ns, ns, false);
	record_add(&r, METRIC_walk_from_block, 90, false);
	record_add(&r, METRIC_walk_p99_ns, ns + 20, false);
	record_add(&r, METRIC_walk_p999_ns, 100 * ns, false);
	record_add(&r, METRIC_walk_ops_per_s, walkers * 1e9 / ns, false);
	record_add(&r, METRIC_iotlb_hit_ratio, 0.125, true);
	record_add(&r, METRIC_sim_l1d_misses_per_walk, 1.5, true);
	record_add(&r, METRIC_table_bytes_held_peak, 135168, true);
	record_missing_counter(&r, "CYCLES", "no such event on this machine");
	hist_add_n(h, 9, 99);
	hist_add(h, 1000);
	record_add_hist(&r, "walk_single", h);
	t.record = r;
	filled_check(store_trials_add(f->store, f->run, &t, 1, &e), &e);
	record_release(&r);
}

static inline void filled_open(struct filled *f)
{
	const struct store_run run = {
		.name = "known",
		.title = "What does a walk cost, \"quoted\", and scale to?",
		.config_path = "configs/known.yaml",
		.config_text = "run:\n  name: known\n",
		.version = "1.2",
		.commit = "0123456789abcdef",
		.compiler = "gcc 12.2.0",
		.cflags = "-O2",
		.host = "box",
		.machine = "{\"cpu\": \"Test CPU\", \"cpus\": 2, \"nodes\": 1,"
			   " \"mhz\": 2596, \"caches\": [{\"level\": 1,"
			   " \"bytes\": 49152, \"shared_by\": 1}]}",
		.kernel = "Linux 6.1.0",
		.noise = "{\"load_avg\": [0.5, 0.25, 0.125]}",
		.context = "{\"ticket\": \"42\"}",
		.seed = 7,
		.plan_size = 12};
	struct err e = {0};

	snprintf(f->folder, sizeof(f->folder), "/tmp/filled.XXXXXX");
	if (!mkdtemp(f->folder))
		abort();
	snprintf(f->path, sizeof(f->path), "%s/r.db", f->folder);
	filled_check(store_open(&f->store, f->path, &e), &e);
	filled_check(store_run_begin(f->store, &run, &f->run, &e), &e);
	for (unsigned rep = 0; rep < 3; rep++)
		for (unsigned walkers = 1; walkers <= 2; walkers++) {
			filled_trial(f, "spinlock", walkers, rep, 0, TRIAL_OK,
				     walkers == 2, 20.0 + rep + 10 * walkers);
			filled_trial(f, "rcu", walkers, rep, 0,
				     walkers == 2 && rep == 2 ? TRIAL_WRONG
							      : TRIAL_OK,
				     walkers == 1 && rep == 1, 8.0 + rep);
		}
	filled_trial(f, "rcu", 1, 1, 1, TRIAL_OK, false, 8.5);
	filled_check(store_run_end(f->store, f->run, "done", &e), &e);
}

static inline void filled_close(struct filled *f)
{
	store_close(f->store);
	unlink(f->path);
	rmdir(f->folder);
}

#endif
