/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between gates and the results file: margins from there, results to it. */
#ifndef JUDGE_GATE_STORE_H
#define JUDGE_GATE_STORE_H

#include "judge/gate.h"
#include "store/results.h"

/*
 * The least of each class, or what the twin showed in the last gates of @s
 * (NULL: there are none) on machines of class @machine made of it
 * (judge/ratio.h). 0 or the store's error.
 */
int gate_margins(struct store *s, const char *machine,
		 double margin[PAIR_CLASSES], struct err *e);

/* Stores the gate. 0 or as store_gate_add(). */
int gate_store(struct store *s, const struct gate *g,
	       const struct gate_sides *old, const struct gate_sides *new,
	       const char *machine, const char *started_utc,
	       const char *conclusion, struct err *e);

#endif
