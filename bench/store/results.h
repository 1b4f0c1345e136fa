/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results: one SQLite file, one transaction per finished trial, rollback
 * journal and full synchronisation. Killing the program, or the machine,
 * loses at most the trial under way, and the file alone is always whole.
 *
 * A store is used by one thread at a time. Several processes may read while
 * one writes; a writer waits for another up to STORE_BUSY_MS, then fails with
 * -EBUSY. Every error names the file. Schema: docs/formats.md.
 */
#ifndef STORE_RESULTS_H
#define STORE_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trial/record.h"

enum { STORE_SCHEMA = 5, STORE_BUSY_MS = 10000 };

struct store;

/*
 * Shard @number (from 1) of @count: the part of a sweep that one run of one
 * machine measured. A run started as a shard has one, itself; a merged run one
 * for each shard that is there. The texts from @uuid on are those of the run
 * that measured it, and given by the store. store_shards_release() frees.
 */
struct store_shard {
	unsigned number, count;
	const char *sweep_id; /* the same for all shards of a sweep */
	const char *plan;     /* names the trials of the whole plan */
	uint64_t plan_size;   /* of the whole plan */
	uint64_t trials;      /* of them in this shard */
	const char *uuid, *status, *started_utc, *ended_utc, *host;
};

struct store_shards {
	struct store_shard *shard; /* by number */
	size_t n;
};

/*
 * A run as a whole. Times are UTC, "2026-11-22T12:00:00Z". NULL texts are
 * stored as NULL. For what is read back, store_run_release() frees.
 */
struct store_run {
	int64_t id;	  /* given by the store */
	const char *uuid; /* given by the store: names the run anywhere */
	const char *name;
	const char *title;	 /* the question the config asks */
	const char *status;	 /* running, done, interrupted or failed */
	const char *started_utc; /* given by the store */
	const char *ended_utc;
	const char *config_path;
	const char *config_text;
	const char *version; /* of vtdbench */
	const char *commit;
	const char *compiler;
	const char *cflags;
	const char *host;
	const char *machine; /* JSON object, see docs/formats.md */
	const char *kernel;
	const char *noise;   /* JSON object of noise facts */
	const char *context; /* JSON object of --context k=v */
	uint64_t seed;
	uint64_t plan_size; /* trials, without retries */
	/* What part of a sweep this is, stored with it; NULL: all of it. Not
	 * read back: see store_shards_load(). */
	const struct store_shard *shard;
};

/*
 * One trial. @key is unique in its run and the same for the same trial of the
 * same config and seed; retries have keys of their own. @cell is the key
 * without repetition, attempt and design: trials of one cell answer one
 * question and are compared over designs. @axes says for people in what the
 * cell differs, "footprint=64M page_size=4K"; it may be empty.
 */
struct store_trial {
	int64_t id; /* given by the store */
	const char *key;
	const char *cell;
	const char *axes;
	const char *sweep;
	const char *design;
	const char *workload;
	const char *params; /* JSON object */
	const char *started_utc;
	uint64_t index; /* place in the plan's order */
	unsigned walkers, mappers, dumpers;
	unsigned repetition, attempt; /* from 0 */
	unsigned shard;		      /* that it belongs to; 0: none */
	double duration_s;
	struct record record;
};

struct store_trials {
	struct store_trial *trial;
	size_t n;
};

/* Whether @path can be that of a file: -EISDIR with *e for a folder, -EINVAL
 * for a device or a pipe. */
int store_check_path(const char *path, struct err *e);
/*
 * Opens the results at @path for writing; creates file and folders where they
 * are missing. An older schema is migrated in one transaction.
 * -EPROTONOSUPPORT: of a newer schema. -EINVAL: not a database of vtdbench, or
 * damaged. -EROFS, -EACCES, -ENOSPC, -EBUSY as they say.
 */
int store_open(struct store **out, const char *path, struct err *e);
/* For reading only; -ENOENT when there is no such file. */
int store_open_readonly(struct store **out, const char *path, struct err *e);
void store_close(struct store *s);
const char *store_path(const struct store *s);

/*
 * Stores the run with status "running"; its id goes to @id. -EEXIST: the file
 * holds this shard of this sweep.
 */
int store_run_begin(struct store *s, const struct store_run *run, int64_t *id,
		    struct err *e);
/* Status "done", "interrupted" or "failed", and the time. */
int store_run_end(struct store *s, int64_t id, const char *status,
		  struct err *e);
/* Back to status "running" (--resume). */
int store_run_reopen(struct store *s, int64_t id, struct err *e);
/* What all of its draws took together. */
int store_run_measured(struct store *s, int64_t id, uint64_t *ns,
		       struct err *e);
/*
 * @which: an id, "latest", or a name (the latest of that name). -ENOENT: no
 * such run; the error names those there are.
 */
int store_run_find(struct store *s, const char *which, int64_t *id,
		   struct err *e);
int store_run_read(struct store *s, int64_t id, struct store_run *run,
		   struct err *e);
void store_run_release(struct store_run *run);
/* Calls @visit for each run, latest first, until it returns non-zero. */
typedef int store_run_visitor(void *arg, const struct store_run *run);
int store_runs_each(struct store *s, store_run_visitor *visit, void *arg,
		    struct err *e);

/* The shards of @run by number; none if it was not dealt out. */
int store_shards_load(struct store *s, int64_t run, struct store_shards *out,
		      struct err *e);
void store_shards_release(struct store_shards *shards);
/* 1: a run holds this shard of @sweep_id, its id in @run; 0: none; or -errno. */
int store_shard_find(struct store *s, const char *sweep_id, unsigned number,
		     int64_t *run, struct err *e);
/* Whether @run is made of the shards of others: nothing can resume it. */
bool store_run_merged(const struct store_run *run,
		      const struct store_shards *shards);

/*
 * Removes runs and gates that began before @utc ("2026-01-01T00:00:00Z"), with
 * all that belongs to them, in one transaction; *runs: how many runs.
 */
int store_remove_before(struct store *s, const char *utc, unsigned *runs,
			struct err *e);

/*
 * Stores the @n trials of a draw with all of their records in one transaction:
 * when this returns 0 they survive a power cut. -EEXIST: a key is there already
 * (an interrupted trial is replaced).
 */
int store_trials_add(struct store *s, int64_t run, const struct store_trial *t,
		     size_t n, struct err *e);
/* 1: @key is stored and was not interrupted; 0: not; negative: error. */
int store_trial_done(struct store *s, int64_t run, const char *key,
		     struct err *e);

enum store_load { STORE_VALUES = 0, STORE_HISTS = 1 };

/*
 * Reads all trials of @run in plan order, with values, series and missing
 * counters, and histograms if @what is STORE_HISTS. store_trials_release()
 * frees.
 */
int store_trials_load(struct store *s, int64_t run, enum store_load what,
		      struct store_trials *out, struct err *e);
/* Whether CPUs are further apart that a line takes @ns between than those where
 * it takes @near: within a group of cores that share a cache it is the same to
 * a third or so, beyond it four times and more. False where one is NAN. */
static inline bool store_is_far(double ns, double near)
{
	return ns > 2 * near;
}

/* As many as an interval takes. */
enum { STORE_NEAR_LEAST = 6 };
/*
 * Gives PHASE_APART to draws in which a line took more than twice as long from
 * one CPU to the next as in the nearest draw of the same row, where there are
 * six others: what several threads do is another thing there. Done by
 * store_trials_load(), again where draws were added since. Aborts without
 * memory.
 */
void store_mark_apart(struct store_trials *trials);
/* The same of those of one @cell (struct store_trial), without histograms. */
int store_cell_load(struct store *s, int64_t run, const char *cell,
		    struct store_trials *out, struct err *e);
void store_trials_release(struct store_trials *t);

/*
 * A change in the trend of a figure that somebody acknowledged: which one
 * (judge/trend.h), and why it is accepted. The run is the first after the
 * change.
 */
struct store_ack {
	const char *change;  /* unique; what the trend calls it */
	const char *name;    /* of the runs */
	const char *machine; /* class, store/machine_class.h */
	const char *cell, *design, *metric;
	const char *run_uuid, *run_started_utc;
	const char *reason;
	const char *acked_utc; /* given by the store */
};

struct store_acks {
	struct store_ack *ack;
	size_t n;
};

/* Stores all of @ack or none. -EEXIST: one is acknowledged already. */
int store_acks_add(struct store *s, const struct store_ack *ack, size_t n,
		   struct err *e);
/* Removes all of @change or none. -ENOENT: one is not acknowledged. */
int store_acks_remove(struct store *s, const char *const *change, size_t n,
		      struct err *e);
/* All, oldest first. store_acks_release() frees. */
int store_acks_load(struct store *s, struct store_acks *out, struct err *e);
void store_acks_release(struct store_acks *acks);

#endif
