/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between gates and the results file: thresholds from there, results to it. */
#ifndef JUDGE_GATE_STORE_H
#define JUDGE_GATE_STORE_H

#include "judge/gate.h"
#include "store/results.h"

/* For gate_threshold(): the nights before, on machines of this class. */
struct gate_past {
	struct store *store; /* NULL: there are none */
	const char *machine; /* id of the class */
};
/* A gate_threshold_fn; @arg is a struct gate_past. Errors count as no past. */
double gate_past_threshold(void *arg, const struct gate_metric *m);

/* Stores the gate. 0 or as store_gate_add(). */
int gate_store(struct store *s, const struct gate *g,
	       const struct gate_sides *old, const struct gate_sides *new,
	       const char *machine, const char *started_utc,
	       const char *conclusion, struct err *e);

#endif
