/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a contestant's time in one draw is divided, and how long it takes. */
#ifndef PLAN_SCHEDULE_H
#define PLAN_SCHEDULE_H

#include <stdint.h>

#include "trial/params.h"

enum {
	SCHEDULE_ROUNDS_MAX = 64,
	SCHEDULE_ROUNDS_MIN = 5,
	SCHEDULE_PASSES = 3, /* of a mapper's whole stream */
	/* With lost batches repeated, a kind of batch takes at most so many
	 * times as long as without, and a round. */
	SCHEDULE_PATIENCE = 3,
};

/* Of each kind of batch; see docs/measuring.md. */
struct schedule {
	uint64_t ns, lead_ns; /* of a batch; the lead-in is thrown away */
	unsigned rounds;
};

struct schedule schedule_of(const struct params *p);
/* Of kinds in which the walkers of @p, or the mappers of map_sizes, have nobody
 * beside them. */
struct schedule schedule_walkers(const struct params *p);
/* How many batches of @ns make a phase of @phase_ns, within the bounds. */
unsigned schedule_rounds(uint64_t phase_ns, uint64_t ns);

/* How long a batch of a contestant takes, with all that belongs to it. */
uint64_t schedule_batch_ns(const struct params *p, const struct schedule *s);

/* About how long a contestant of @p takes in one draw, and its set-up. */
uint64_t schedule_ns(const struct params *p);

/* The longest that a mapper of @p updates in one draw. */
double schedule_update_ns(const struct params *p);

#endif
