/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A draw in a process of its own: where code, stack, heap and pages lie is
 * drawn anew each time, so that it is in the spread of the draws and not in
 * their result. The parent asks with draw_run(), the child answers from
 * draw_serve().
 */
#ifndef MEASURE_DRAW_H
#define MEASURE_DRAW_H

#include <stdio.h>

#include "measure/contest.h"

struct draw {
	const struct params *params; /* of each contestant */
	unsigned n;
	uint64_t seed; /* of this draw: order, offsets */
	unsigned retries;
	bool exact;
	unsigned phases;    /* see struct contest_options */
	const char *config; /* where counter groups are looked for; NULL */
	const char *engine; /* shared object of the designs; NULL: built in */
	const char *other;  /* that of the last contestant; NULL: as all */
	const struct trace *trace; /* to replay; NULL: as params say */
	bool share_cpus;	   /* as of struct trial_env */
	const volatile sig_atomic_t *stop;
};

/*
 * draw_run() - measures in a child, by this process's clock; @r[i] is what
 * contestant i yields, each initialised by the caller. -EINTR: stopped; -EIO:
 * the child died, how is in @e; -ENOMEM and what starting it said.
 */
int draw_run(const struct draw *d, struct record *r, struct err *e);

/*
 * draw_check() - whether @path is a shared object that a draw can load @design
 * from. -ENOEXEC: it is none, or of another build; -ENOENT: it lacks @design.
 * Context: the object stays loaded.
 */
int draw_check(const char *path, const char *design, struct err *e);

/*
 * draw_serve() - the child: reads what draw_run() wrote from @in, measures on
 * @topo and writes the records to @out. 0 or -errno.
 */
int draw_serve(FILE *in, FILE *out, const struct topo *topo,
	       const volatile sig_atomic_t *stop, struct err *e);

/*
 * draw_somewhere() - fn(arg) with stack and heap beginning where @seed says.
 * Returns what it did.
 */
int draw_somewhere(uint64_t seed, int (*fn)(void *arg), void *arg);

#endif
