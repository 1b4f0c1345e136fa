/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of batch that a contest is made of, in their order. */
#ifndef MEASURE_KINDS_H
#define MEASURE_KINDS_H

#include "measure/trial_parts.h"

/* A kind of batch: when it makes sense, and what it yields. */
struct kind {
	const char *name;
	enum phase_bit bit; /* figures of it suffer when batches are lost */
	batch_run *run;
	unsigned which;
	bool (*applies)(const struct trial *t, unsigned which);
	void (*collect)(struct trial *t, unsigned which);
	unsigned rounds; /* 0: as many as there is time for */
	bool counted;
};

/* Ended by name == NULL. The first is the one of `race: true`, and then the
 * only one. */
extern const struct kind kinds[];

#endif
