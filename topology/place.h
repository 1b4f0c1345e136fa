/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Placements: which CPU each thread of a trial is pinned to, and on which
 * NUMA nodes its memory lies. A pure function of the topology and the
 * request; nothing is bound here (see pin.h and numamem.h).
 *
 * Adding one: a function in a file here and a row in placements.def.
 */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "policy.h"
#include "topo.h"

struct place_request {
	const char *placement; /* a name of placements.def */
	const char *cpus;      /* os_index list for `list`; else not read */
	const char *memory;    /* see memory_policies; NULL or "" = local */
	unsigned nthreads;
	/*
	 * Which kind of core (topo.h) the threads keep to: "one" (as NULL and
	 * ""): the machine's core_kind_used; "any"; or a number. `list` names
	 * its CPUs and does not read it.
	 */
	const char *core_kind;
};

struct place {
	unsigned *cpus; /* [nthreads] os_index to pin thread i to; distinct */
	unsigned nthreads;
	struct numa_policy mem;
};

/*
 * Fills cpus[0 .. r->nthreads) with distinct indexes into t->cpus. The
 * caller has checked that 1 <= r->nthreads <= t->ncpus. Thread i gets the
 * same CPU whatever nthreads is. Errors as of place_threads().
 */
typedef int place_fn(const struct topo *t, const struct place_request *r,
		     unsigned *cpus, char *why, size_t why_len);

enum placement_flags {
	PLACE_APART = 1 << 0, /* memory on a node without threads */
	PLACE_NAMED = 1 << 1, /* the request names the CPUs */
};

struct placement {
	const char *name;
	const char *help;
	unsigned flags;
	place_fn *place;
};
extern const struct placement placements[];		  /* name NULL ends */
const struct placement *placement_find(const char *name); /* or NULL */

/*
 * place_threads() - decide for @r on @t.
 *
 * Returns 0 and *@place, which place_release() releases; -EINVAL: the request
 * is malformed (no such placement or policy, a bad list, a CPU that is not
 * allowed, a node that does not exist, no threads); -ENOTSUP: it makes no
 * sense on this machine (more threads than allowed CPUs, same_core without
 * SMT, cross_node, one_per_node or remote without a second node, a kind of
 * core that it does not have), so a plan
 * leaves it out; -ENOMEM. @why says why in one line, and what there is.
 */
int place_threads(const struct topo *t, const struct place_request *r,
		  struct place *place, char *why, size_t why_len);
void place_release(struct place *place);

/* Whether @text is a core_kind: "one", "any" or a number. */
bool place_core_kind_valid(const char *text);
/* How many CPUs a placement can use with @core_kind. */
size_t place_room(const struct topo *t, const char *core_kind);

/*
 * place_list_parse() - "0,2-3" to numbers in that order. Returns 0, *@numbers
 * (the caller frees) and *@n; -EINVAL (empty, not numbers, falling range,
 * doubled number) with @why; -ENOMEM.
 */
int place_list_parse(const char *text, unsigned **numbers, size_t *n, char *why,
		     size_t why_len);

#define PLACEMENT(name, function, flags, help) place_fn function;
#include "placements.def"
#undef PLACEMENT

#endif
