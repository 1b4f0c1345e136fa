/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two files of `vtdbench replay` share. */
#ifndef COMMANDS_REPLAY_H
#define COMMANDS_REPLAY_H

#include "measure/contest.h"
#include "trace/ftrace.h"

enum { REPLAY_DESIGNS_MAX = 32 };

struct replay_options {
	const char *trace, *domains, *design;
	struct trace_options read;
	struct params p; /* of all contestants but for the design */
	unsigned max_leaf_level;
	bool dump, descriptors;
	bool shared; /* more threads than CPUs: no figure to judge by */
	const struct design *chosen[REPLAY_DESIGNS_MAX];
	unsigned n;
};

/* Replays @t under the chosen designs and prints the tables. 0, or what went
 * wrong first, all of which is said but for the last: that is in @e. */
int replay_designs(const struct replay_options *o, const struct trace *t,
		   struct err *e);

/* What @r says of @design: 0, -EBADMSG: a wrong answer, -EIO: no answer. */
int replay_status(const struct trace *t, const char *design,
		  const struct record *r, struct err *e);

#endif
