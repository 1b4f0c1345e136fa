/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two builds of the engine measured side by side in this process: the old one
 * twice (in two link orders, so that what differs between the two is what
 * differs for no reason) and the new one, as contestants of the crew in rounds
 * (rounds.h). What one process says is one sample: the position of code, stack,
 * heap and pages is drawn anew for each (docs/gate.md).
 */
#ifndef MEASURE_PAIR_H
#define MEASURE_PAIR_H

#include <signal.h>

#include "base/err.h"
#include "base/rng.h"
#include "../kernels/side/side.h"
#include "../topology/topo.h"

enum pair_side {
	PAIR_OLD,
	PAIR_AGAIN, /* the old one, linked in another order */
	PAIR_NEW,
	PAIR_SIDES,
};

enum pair_class {
#define CLASS(name, goal, least, help) PAIR_CLASS_##name,
#define WALK(name, exec, level, bytes, ops, threads, class, help)
#define UPDATE(name, level, bytes, ops, threads, class, help)
#include "measure/pair.def"
#undef CLASS
	PAIR_CLASSES,
};

struct pair_class_row {
	const char *name, *help;
	double goal;  /* share: the smallest slowdown that is to be found */
	double least; /* share: smaller ones are never called a slowdown */
};
extern const struct pair_class_row pair_classes[PAIR_CLASSES];

struct pair_case {
	const char *name, *help;
	enum side_exec exec;
	unsigned leaf_level;
	uint64_t bytes; /* walked, or of one operation */
	unsigned ops;	/* in one block */
	unsigned threads;
	enum pair_class class;
};
extern const struct pair_case pair_cases[]; /* up to a NULL name */

/* An update has two metrics, a walk one: @half 1 is the unmap. */
unsigned pair_halves(const struct pair_case *c);
void pair_metric(const struct pair_case *c, unsigned half, char *name,
		 size_t size);
/* The case and *half that the metric @name is of; NULL: of none. */
const struct pair_case *pair_metric_case(const char *name, unsigned *half);
/* The case's class, for a design with these flags. */
enum pair_class pair_class_of(const struct pair_case *c, unsigned flags);
/* Whether the case makes no sense for a design with these flags: threads for
 * one that has a single one, freeing for one that frees no table. */
bool pair_left_out(const struct pair_case *c, unsigned flags);

/* Tables that one block of a thread's operations unlinks, freed or not. */
unsigned pair_retires(const struct pair_case *c);

/* Whether one of the patterns in @list ("rcu/walk_*,none/4k") fits. */
bool pair_matches(const char *list, const char *design, const char *name);

/*
 * Name @i of what --only may ask for: each design with all cases, all designs
 * with each case, then one design and one case; NULL past the end. Context:
 * one thread; the text stays.
 */
const char *pair_name_at(size_t i);

enum { PAIR_OPS_MAX = 2048 };

/* The operations of one thread: a block of walks, or of maps and unmaps. */
struct pair_ops {
	uint64_t ops[2][PAIR_OPS_MAX]; /* [1]: unmaps */
	size_t n;
	uint64_t sum; /* of the addresses that the walks find */
};
#define PAIR_PA (UINT64_C(1) << 40) /* where what is walked is mapped to */
/* Pure function of case, thread and seed. */
void pair_ops_make(const struct pair_case *c, unsigned thread, uint64_t seed,
		   struct pair_ops *ops);

/* What a process found out about one metric of one design. */
struct pair_sample {
	const struct pair_case *c;
	const char *design;
	unsigned half;
	enum pair_class class;
	double change;		   /* ln(new / old) */
	double canary;		   /* ln(old again / old): no change at all */
	double ns[PAIR_SIDES];	   /* medians, per operation and thread */
	unsigned triples;	   /* used */
	unsigned tried;		   /* batches of each side */
	unsigned lost[PAIR_SIDES]; /* of these, without the CPU throughout */
};

struct pair_config {
	const struct side *side[PAIR_SIDES];
	uint64_t seed;
	unsigned triples; /* wanted for each metric */
	const struct topo *topo;
	const unsigned *cpus; /* of @topo */
	unsigned ncpus;	      /* contended cases need SIDE_THREADS */
	/* Which to measure; NULL: all. */
	bool (*wanted)(void *arg, const struct pair_case *c,
		       const char *design);
	void (*found)(void *arg, const struct pair_sample *s);
	void *arg;
	const volatile sig_atomic_t *stop; /* may be NULL */
};

/*
 * pair_measure() - calls found() for each metric of each case and design that
 * both builds have. -EBADMSG: the two answer differently; -EINTR: stopped;
 * -ENOTSUP: threads cannot be pinned; -ENOMEM, or what opening a design said.
 * clock_init() comes before. Context: the calling thread leads the crew and
 * stays pinned to cpus[0].
 */
int pair_measure(const struct pair_config *cfg, struct err *e);

/* Loads a shared object of `make sides`; its side, or NULL with *e. Nothing
 * is unloaded before the process ends: callbacks may be under way. */
const struct side *pair_load(const char *path, struct err *e);

#endif
