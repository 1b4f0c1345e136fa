/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two builds of the engine judged: `vtdbench pair` in many fresh processes,
 * each on link orders of its own, until each metric is decided; exact figures
 * compared. docs/gate.md says how far that can be trusted.
 */
#ifndef JUDGE_GATE_H
#define JUDGE_GATE_H

#include <signal.h>

#include "judge/gate_decide.h"
#include "trial/sides.h"
#include "measure/pair.h"

struct gate_options {
	const char *only;    /* as `vtdbench pair --only`; NULL: all */
	const char *program; /* what `pair` is run of: this program */
	uint64_t seed;
	unsigned processes;	     /* at most */
	double budget_s;	     /* 0: none. Not begun after it is spent */
	bool times, exact;	     /* what is to be compared */
	double margin[PAIR_CLASSES]; /* ln; from gate_margins() */
	const volatile sig_atomic_t *stop;
	/* Called after each process; NULL: not. */
	void (*progress)(void *arg, unsigned processes, size_t open, size_t n);
	void *arg;
};

/* Samples of one comparison, and what was made of them. */
struct gate_series {
	double *sample; /* ln of a ratio, one a process: ratio.draws */
	struct ratio ratio;
};

struct gate_metric {
	const struct pair_case *c;
	char design[32];
	unsigned half;
	enum pair_class class;
	bool open;			 /* gets further samples */
	struct gate_series change, twin; /* twin: the old build and itself */
	size_t tried, lost_old, lost_new;
	double *old_ns, *new_ns; /* medians, one a sample of change */
};

/* An exact figure that is not the same. */
struct gate_exact {
	char design[32], of[64], metric[64];
	double old_value, new_value;
	bool worse;
	char text[192]; /* "+1 reference per walk at level 2 (4 -> 5)" */
};

struct gate {
	struct gate_metric *metric;
	size_t n;
	struct gate_exact *exact;
	size_t nexact, exact_compared;
	char no_instructions[160]; /* why none were counted; "" = they were */
	unsigned processes;
	double seconds;
	bool budget_spent;    /* before everything was decided */
	bool orders_built[2]; /* old, new: no linker, so of those there were */
	/* Of all of it. */
	size_t count[RATIO_VERDICTS];
	int status;    /* exit status: EXIT_OK, _REGRESSION, _INCONCLUSIVE */
	char why[160]; /* for the last */
};

/* Whether the time of @m changed while its instructions, reads and writes were
 * counted and did not. */
bool gate_is_layout(const struct gate *g, const struct gate_metric *m);

/*
 * gate_run() - compares; everything is in *g, which gate_release() frees in
 * any case. 0; -EBADMSG: a build answers wrongly, or the two differently;
 * -EINTR: stopped; -ENOTSUP: nothing can be measured here; other errors as
 * running `pair` gave them.
 */
int gate_run(const struct gate_sides *old, const struct gate_sides *new,
	     const struct gate_options *o, struct gate *g, struct err *e);
void gate_release(struct gate *g);

/* judge/gate_exact.c: fills g->exact; errors as gate_run(). */
int gate_compare_exact(const struct gate_sides *old,
		       const struct gate_sides *new,
		       const struct gate_options *o, struct gate *g,
		       struct err *e);

#endif
