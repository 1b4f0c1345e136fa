/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A night: what `vtdbench nightly` does one after the other, each step a
 * command of this program in a process of its own, so that none can take the
 * others with it and each can be repeated by hand.
 */
#ifndef NIGHT_STEPS_H
#define NIGHT_STEPS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "document/blocks.h"
#include "trial/sides.h"

/* In the order in which they are done; each at most once. */
enum night_id {
	NIGHT_CHECK,
	NIGHT_DOCTOR,
	NIGHT_GATE,
	NIGHT_SWEEP,
	NIGHT_COMPARE,
	NIGHT_TREND,
	NIGHT_REPORT,
	NIGHT_PAGE,
	NIGHT_PLOT,
	NIGHT_EXPORT_FIRST,
	NIGHT_EXPORT_LAST = NIGHT_EXPORT_FIRST + 5,
	NIGHT_RETENTION,
	NIGHT_STEPS,
};

struct night_step {
	const char *name; /* for people: "gate, later"; NULL: not come to */
	int status;	  /* exit status; -1: not run */
	double began_s;	  /* clock_monotonic_ns(), in seconds */
	double seconds;
	char note[200]; /* what to know about it; "" = nothing */
};

struct night {
	const char *config, *results, *baseline, *candidate;
	char folder[4096]; /* of this night's report */
	bool own_folder;   /* named by the time: old ones are removed */
	double budget_s;   /* 0: none */
	uint64_t keep_days;
	bool resume;
	bool first; /* no earlier night: the gate compares with itself */
	char program[4096], started_utc[32];
	double began_s;
	struct gate_sides candidate_sides;
	const char *against;	      /* what the gate compares with */
	char tonight[96], before[96]; /* runs that the sweeps are compared of */
	char kept[4096]; /* folder of the baseline kept from an earlier night */
	struct night_step step[NIGHT_STEPS];
	const volatile sig_atomic_t *stop;
};

/* Whether the config can be run, by its exit status: the first step, for which
 * nothing need be there. */
int night_check(struct night *n);
/* All the others; the exit status of the night. */
int night_run(struct night *n);

/*
 * night_pools() - runs of the sweep of tonight's build, and of the build before
 * it, of the same name and host, as "12,11": latest first, at most four each.
 * Both empty if tonight's is not done, @before if there was no other build.
 * Each has room for @size bytes. 0 or the store's error.
 */
int night_pools(const struct night *n, char *tonight, char *before, size_t size,
		struct err *e);

/* night/words.c: the summary. */
void night_document(const struct night *n, int status, double seconds,
		    struct document *d);

/* night/keep.c: what outlives a night. */

/* Takes the lock beside the results file until this process and all that it
 * started have ended. -EBUSY: who has it is in *e. */
int night_lock(const char *results, struct err *e);
/* Copies the candidate, with all that it can be linked from anew, to n->kept,
 * as the baseline of the next night. */
int night_keep_baseline(const struct night *n, struct err *e);
/* Removes runs, gates and report folders older than n->keep_days; *removed
 * runs. */
int night_retain(const struct night *n, unsigned *removed, struct err *e);

#endif
