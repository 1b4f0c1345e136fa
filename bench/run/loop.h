/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run: from a config to finished draws in a store. The plan's order is kept;
 * what is finished is in the store before the next draw starts.
 */
#ifndef RUN_LOOP_H
#define RUN_LOOP_H

#include <signal.h>

#include "plan/config.h"
#include "plan/product.h"
#include "plan/shard.h"
#include "store/results.h"
#include "measure/contest.h"
#include "run/precise.h"

struct runner_options {
	const char *config;	 /* NULL: the defaults of the option rows */
	const char *const *sets; /* "key=value" */
	size_t nsets;
	const char *filter; /* extended regular expression on trial names */
	const char *const *context; /* "key=value", stored with the run */
	size_t ncontext;
	/* NULL: a new run. Else the run to complete: id, name, "latest". */
	const char *resume;
	const char *results; /* where --resume looks; not read otherwise */
	bool force;	     /* resume although binary or machine differ */
	/* Another build of the engine (trial/sides.h), whose reference is
	 * put into every cell; NULL: none. */
	const char *against;
	struct shard shard; /* the part of the plan to run; count 0: all */
	const char *sweep;  /* id of the sweep of the shard; NULL: derived */
	const volatile sig_atomic_t *stop; /* set: finish what can be kept */
	/* For precision and budget; NULL: neither. */
	const struct runner_judge *judge;
};

/* What compiled this program. */
#ifdef __clang__
#define RUNNER_COMPILER __VERSION__
#else
#define RUNNER_COMPILER "gcc " __VERSION__
#endif

enum { RUNNER_GROUPS = 16 }; /* counter groups in one config */

/* How a run went so far. */
struct runner_counts {
	size_t done;	/* trials finished, before and in this session */
	size_t skipped; /* of these, done before (resume) */
	size_t more;	/* beyond the plan's repetitions, in this session */
	size_t failed, wrong;
};

struct runner {
	struct runner_options options;
	char *filter; /* of the run that is resumed */
	struct config config;
	bool has_config;
	struct topo *topo;
	struct plan plan; /* what this run does of it, if it is a shard */
	struct shard shard;
	char sweep_id[SHARD_SWEEP]; /* of the shard */
	char digest[SHARD_DIGEST];  /* of the whole plan, if dealt out */
	size_t whole;		    /* its trials */
	struct store *store;
	int64_t run; /* id in the store; 0: none yet */
	struct runner_counts counts;
	struct counter_group *groups[RUNNER_GROUPS]; /* by name, once each */
	const char *group_names[RUNNER_GROUPS];
	size_t ngroups;
	bool said_missing;
	char *text; /* of the config, as stored */
};

/*
 * runner_prepare() - config, topology and plan; for --resume from the store.
 * Starts nothing and writes nothing. 0 or -errno: with config errors in
 * @errs, anything else in @e. runner_release() in any case.
 */
int runner_prepare(struct runner *r, const struct runner_options *o,
		   struct config_errors *errs, struct err *e);

/*
 * runner_find_shard() - before a shard is run: whether the results file has it.
 * 0: run it, or with --resume what is left of it; 1: it is complete.
 * -EEXIST: it is there, and this is no --resume; -EINVAL: it is there, of
 * another plan, or begun under other circumstances. 0 without a shard.
 */
int runner_find_shard(struct runner *r, struct err *e);

/*
 * runner_check_memory() - whether every trial's tables fit into the memory
 * that is free now. -E2BIG names the trial, what it takes and what there is.
 */
int runner_check_memory(const struct runner *r, struct err *e);

/*
 * runner_claim() - before a run that is there goes on: nobody else measures
 * it. 0, -EBUSY, or the error of reading the store. 0 for a new run.
 */
int runner_claim(const struct runner *r, struct err *e);

/* How far a run is. */
struct runner_state {
	const struct trial_plan *trial; /* about to start */
	size_t index, total;   /* of the plan; index == total: beyond it */
	double left_s;	       /* about; at most, if there is a budget */
	size_t cells, precise; /* 0 cells: not known yet */
	uint64_t budget_ns;    /* 0: none */
	double budget_s;       /* left of it */
};

/* Who is told how far a run is. */
struct runner_progress {
	void (*show)(void *arg, const struct runner_state *state);
	void (*clear)(void *arg); /* before anything else is printed */
	void *arg;
};

/*
 * runner_execute() - opens or creates the store, runs the trials. 0: all
 * done (see counts for failures); -EINTR: stopped, the run is marked
 * interrupted; -ENOTSUP: this topology cannot be measured; other: the store's
 * error, nothing finished is lost.
 */
int runner_execute(struct runner *r, const struct runner_progress *progress,
		   struct err *e);

void runner_release(struct runner *r);

/*
 * runner_trial_name() - the name by which --filter, exports and messages know
 * @t, see trial_name(). Returns @text.
 */
const char *runner_trial_name(const struct trial_plan *t, char *text,
			      size_t size);

/* run/describe.c: what the store keeps of run and trial. Callers free. */
char *runner_params_json(const struct params *p);
char *runner_context_json(const struct runner_options *o);
/* The config's text and below it, as comments, what was laid over it. */
char *runner_config_text(const struct config *c,
			 const struct runner_options *o);

/* run/draws.c: the draws that are not stored yet; fills r->counts. */
int runner_draws(struct runner *r, const struct runner_progress *progress,
		 struct err *e);
/* The counter group of a trial; NULL: none. */
struct counter_group *runner_group_of(const struct runner *r,
				      const struct params *p);

/* run/machine.c: JSON of machine and noise; -ENOMEM. Callers free. */
int runner_machine(const struct topo *t, char **machine, char **noise);

struct machine_class; /* store/machine_class.h */
/* The class of this machine and of this program's compiler; -ENOMEM. */
int runner_machine_class(struct machine_class *c);

/* run/shard.c: leaves this shard's part of the plan, names its sweep. */
int runner_deal_out(struct runner *r, struct err *e);

/* run/resume.c: -EINVAL if another program or machine began @run. */
int runner_same_circumstances(const struct store_run *run, struct err *e);
/* The run to complete and its options; 0 or -errno. */
int runner_resume(struct runner *r, struct config_errors *errs, struct err *e);

#endif
