/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that decides one trial, as plain values: what the option rows
 * parse into, what the plan varies, what a run stores. All of it is given by
 * the config and the command line; nothing here is found out at run time.
 */
#ifndef TRIAL_PARAMS_H
#define TRIAL_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

#include "../kernels/engine.h"

enum { PARAMS_NAME = 64, PARAMS_PATH = 512 };

/* Where the threads and the tables go. */
struct params_place {
	char placement[PARAMS_NAME]; /* a name of topology/placements.def */
	char cpus[PARAMS_PATH];	     /* for placement "list": "0,2-3" */
	char memory[PARAMS_NAME];    /* local, node:N, interleave, remote */
	char huge[PARAMS_NAME];	     /* auto, off, require */
	char core_kind[PARAMS_NAME]; /* one, any, or a number of topo's */
};

struct params_engine {
	enum vtd_format format;
	unsigned levels;
	uint64_t max_leaf_bytes; /* 4K, 2M or 1G */
	enum engine_reclaim reclaim;
	enum pool_zero zero;
	uint64_t pa_base;
	uint64_t second_page_bytes; /* nested: of the second stage */
	/* Tables of each mapper that may wait for readers before it waits. */
	uint64_t defer_max;
	struct freeing freeing; /* designs that defer */
	bool ad_bits;		/* translations set A and D in leaves */
};

/* Invalidation: when, and what the modelled hardware takes. */
struct params_inv {
	enum inv_flush flush;
	uint64_t submit_ns, service_ns; /* 0: no time */
	bool hint, ats;
};

struct params_work {
	uint64_t footprint_bytes; /* IOVA space mapped before the start */
	uint64_t page_bytes;	  /* of each mapping: 4K, 2M, 1G */
	uint64_t stride_bytes;
	double zipf_theta;
	double hot_fraction;		   /* of the footprint */
	double hot_probability;		   /* that an op goes there */
	uint64_t ring_entries, ring_pages; /* of each buffer */
	uint64_t range_pages_max;	   /* churn: largest range of one op */
	uint64_t ops;			   /* ops in a stream (repeated) */
	char trace[PARAMS_PATH], domains[PARAMS_PATH];
	uint64_t trace_events; /* 0 = all */
	bool trace_teardown;   /* domains go at the end */
};

/* What dumpers do. */
enum dump_does {
	DUMP_COUNTS, /* the leaves */
	DUMP_PRINTS, /* a line each into a buffer, as debugfs does */
	DUMP_DIRTY,  /* a dirty scan: clears D, counts where it was set */
};

struct params_time {
	uint64_t warmup_ns, phase_ns;
	uint64_t lead_ns;	 /* of a batch; 0 = by the tables' size */
	uint64_t rate_ops_per_s; /* open loop, per thread; 0 = closed loop */
	uint64_t mapper_rate;	 /* the same of mappers alone; 0 = as @rate */
	uint64_t dump_rate;	 /* dumps per second and dumper; 0 = flat out */
	unsigned dump_chunk;	 /* entries of a section of theirs; 0 = all */
	enum dump_does dump;	 /* what they do with what they find */
	unsigned sample_every;	 /* one op in K timed alone */
};

struct params_sim {
	bool enabled;
	uint64_t ops;  /* length of the simulated pass */
	unsigned cpus; /* at most, of simulated crowds; 0: none */
	uint64_t l1d_bytes, l2_bytes, llc_bytes; /* 0 = from hwloc */
	unsigned l1d_ways, l2_ways, llc_ways, line_bytes;
};

struct params_counters {
	char group[PARAMS_NAME]; /* file in configs/counters, or "none" */
};

struct params {
	char sweep[PARAMS_NAME];    /* the block of the config it is from */
	char design[PARAMS_NAME];   /* a name of registry.def */
	char workload[PARAMS_NAME]; /* a name of workloads/registry.def */
	unsigned walkers, mappers, dumpers, device_walkers;
	uint64_t seed;
	bool race; /* count what dumpers read from freed tables, time nothing */
	struct params_place place;
	struct params_engine engine;
	struct params_work work;
	struct params_time time;
	struct iotlb_geometry iotlb, psc; /* sets 0: none */
	enum psc_scope psc_scope;
	struct params_inv inv;
	struct params_sim sim;
	struct params_counters counters;
};

/* A share for each class of cell. */
struct params_classes {
	double walk, update, contended; /* contended: several threads */
};

/* What holds for the run as a whole; not an axis. */
struct params_run {
	char name[PARAMS_NAME];
	char title[256];
	unsigned repetitions, repetitions_max; /* draws of a cell */
	struct params_classes margin;	       /* of verdicts, at least */
	struct params_classes precision; /* half of a ratio's interval; 0: not
					    asked for */
	bool decide;			 /* draw until each has a verdict */
	uint64_t budget_ns;		 /* time for all draws; 0: no limit */
	unsigned retries; /* of a batch in which a thread lost its CPU */
	char topology[PARAMS_PATH]; /* live, a file.xml, or synthetic:… */
	char results[PARAMS_PATH];  /* the SQLite file */
	uint64_t seed;
};

#endif
