/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A workload is data: what is mapped before the clock starts, and for every
 * thread an array of operations (see engine_op). It is a pure function of the
 * parameters and the seed: all designs run byte-identical streams.
 *
 * Adding one: a file here that defines workload_NAME, a row in registry.def.
 */
#ifndef WORKLOADS_REGISTRY_H
#define WORKLOADS_REGISTRY_H

#include "base/err.h"
#include "trial/params.h"

enum role { ROLE_WALKER, ROLE_MAPPER, ROLE_DUMPER, ROLE_DEVICE, ROLE_NR };
const char *role_name(enum role r);

/* Every stream of walks is a whole number of these. */
enum { WORK_BLOCK_OPS = 256 };

/* IOVA space that is mapped before the start, @piece bytes per map(): each
 * piece at @iova goes to engine_op_pa(@iova, 0). */
struct mapping {
	uint64_t iova, bytes, piece;
	unsigned prot;
};

/* What a workload prepared. Owned by the caller of workload_prepare(). */
struct work {
	struct mapping *maps; /* live before the start, ascending */
	size_t nmaps;
	uint64_t **streams; /* [thread] arrays of ops, [thread] in role order:
			       walkers, then mappers; each is repeated from
			       its beginning, so a mapper's leaves nothing
			       mapped that it mapped */
	size_t *nops;
	size_t nthreads;
	bool walks_change;     /* walked IOVAs may be remapped: check each PA,
				  else sums are compared with the reference */
	uint64_t tables_max;   /* table pages live at once, at most */
	uint64_t tables_freed; /* by the unmaps of all mappers' streams run
				  once, at most; 0: by none */
	uint64_t iova_end;     /* nothing of it lies at or beyond this */
};

struct workload {
	const char *name;
	const char *help;
	/* 1 << enum role that it has a stream for; devices have walkers' */
	unsigned roles;
	/* Own executor instead of streams (map_sizes, trace), or of walks. */
	unsigned flags;
	/* Params this workload reads, for help: "footprint, page_size, …" */
	const char *uses;
	/* Fills *w. 0, -EINVAL (params do not fit, said in e), -ENOMEM. */
	int (*prepare)(const struct params *p, struct work *w, struct err *e);
};

enum workload_flags {
	WORKLOAD_TRACE = 1 << 0,     /* executed by trace replay */
	WORKLOAD_MAP_SIZES = 1 << 1, /* executed by the op-size table */
	WORKLOAD_NESTED = 1 << 2,    /* walks go through two stages */
	WORKLOAD_FOREIGN = 1 << 3,   /* walkers walk what mappers own */
};

#define WORKLOAD(name) extern const struct workload workload_##name;
#include "workloads/registry.def"
#undef WORKLOAD

extern const struct workload *const workloads[]; /* NULL-terminated */
const struct workload *workload_find(const char *name);
void work_release(struct work *w);
/* Deferred invalidation: a map of what the same stream unmaps so shortly before
 * that it may not have been flushed becomes an OP_REMAP. */
void work_mark_reuse(struct work *w);

#endif
