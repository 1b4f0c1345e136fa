/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a trial share: trial_*.c. */
#ifndef MEASURE_TRIAL_PARTS_H
#define MEASURE_TRIAL_PARTS_H

#include "../kernels/nested.h"
#include "../topology/numamem.h"
#include "../topology/place.h"
#include "measure/phases.h"
#include "trial/record.h"
#include "measure/trial.h"

struct trial {
	const struct params *p;
	const struct trial_env *env;
	const struct workload *workload;
	const struct design *design;
	struct record *r;
	struct work work;
	struct place place;
	struct numamem mem;
	struct pool pool;
	bool has_pool;
	struct iotlb *iotlb;
	struct pool second_pool; /* workload nested: of the second stage */
	bool has_second_pool;
	uint64_t second_bytes;	   /* of mem, from its beginning */
	struct nested nested;	   /* .second NULL: one stage */
	struct worker_group group; /* group.domain: NULL until made */
	double held_origin_ms;
};

/* measure/trial_setup.c: everything up to threads that wait for the first
 * phase. What was made is released by trial_teardown() in any case. */
int trial_setup(struct trial *t, struct err *e);
/* Threads end, tables go back; a page that did not is a wrong answer. */
void trial_teardown(struct trial *t);

/* measure/trial_model.c: the deterministic figures, by worker 0 before the
 * clock runs; fills t->r. */
int trial_model(struct trial *t, struct err *e);

/* The same for workload trace: placed memory for @tables and an IOTLB. */
int trial_setup_pool(struct trial *t, uint64_t tables, struct err *e);
/* enum vtd level of the largest leaf of at most @bytes. */
unsigned trial_leaf_level(uint64_t bytes);

/* measure/trial_trace.c: workload trace, set-up included. */
int trial_trace(struct trial *t, struct err *e);

/* measure/trial_nested.c: the second stage. All do nothing for other workloads.
 */
enum { TRIAL_NESTED_VERSION = 1 }; /* of engine_op_pa(): what walks yield */
/* Table pages it takes besides @guest_pages of the first stage. */
uint64_t trial_nested_pages(const struct params *p, uint64_t guest_pages);
/* After the pool, before the domain. Fills t->nested. */
int trial_nested_setup(struct trial *t, struct err *e);
/* After the domain went. */
void trial_nested_teardown(struct trial *t);

/* measure/trial_sizes.c: workload map_sizes. */
int trial_sizes(struct trial *t, struct err *e);

/* measure/trial_record.c: what the workers measured, as metrics and histograms.
 */
void trial_record(struct trial *t);
/* measure/trial_percentiles.c: all percentiles that are metrics beside
 * @from_block. */
void trial_percentiles(struct record *r, enum metric_id from_block,
		       const struct singles *s);
/* The record takes the histograms of @s under these names. */
void trial_keep_singles(struct record *r, const char *one, const char *block,
			struct singles *s);
/* Only what every workload has: clock, tables, scheduling. */
void trial_record_common(struct trial *t);

#endif
