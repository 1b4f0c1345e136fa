/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gates measured, in the store (docs/formats.md). */
#ifndef STORE_GATE_H
#define STORE_GATE_H

#include "store/results.h"

/* Effects are logarithms of a ratio; NAN is stored as NULL. */
struct store_gate_metric {
	const char *design, *metric, *verdict;
	unsigned samples;
	double change, low, high, canary, threshold, old_ns, new_ns;
	bool confirmed;
};

struct store_gate {
	const char *machine; /* id of its class, store/machine_class.h */
	const char *old_name, *old_commit, *new_name, *new_commit;
	const char *version, *conclusion;
	const char *started_utc; /* as store_run's */
	unsigned processes;
	int status; /* exit status */
	const struct store_gate_metric *metric;
	size_t n;
};

/* Stores all of it in one transaction. 0 or as store_trials_add(). */
int store_gate_add(struct store *s, const struct store_gate *gate,
		   struct err *e);

/*
 * The effects that the old build had against itself in the last gates of
 * @machine, latest first, at most @max; *n of them.
 */
int store_gate_canaries(struct store *s, const char *machine,
			const char *design, const char *metric, double *effect,
			size_t max, size_t *n, struct err *e);

#endif
