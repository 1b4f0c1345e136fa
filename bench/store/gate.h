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

/* What the old build showed against itself in an earlier gate. */
struct store_gate_twin {
	char design[32], metric[64];
	double value; /* ln of a ratio */
	double half;  /* of its interval: as wide as the change's */
};

/* Those of the last @last gates of @machine: *n of them, which the caller
 * frees. */
int store_gate_twins(struct store *s, const char *machine, unsigned last,
		     struct store_gate_twin **twin, size_t *n, struct err *e);

#endif
