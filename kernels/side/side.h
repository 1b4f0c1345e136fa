/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One side of a comparison of builds: the engine of some tree (kernels/)
 * behind a small interface that stays the same from tree to tree. side.c is
 * compiled against the headers of the tree it stands for and linked with its
 * kernels/ into a shared object, so that several builds can be loaded into
 * one process and alternate there (`make sides`, `vtdbench pair`).
 *
 * What crosses the border: plain words, and operations as engine_op() of
 * kernels/engine.h encodes them. A change of either is a new SIDE_ABI.
 *
 * Context: a tree is opened, mapped and closed by one thread, while no other
 * is inside; one tree of a side at a time. enter, run and leave are called by
 * each thread with a number of its own below SIDE_THREADS. A thread is inside
 * one tree at a time: liburcu is one for all sides, and a thread registers with
 * it once.
 */
#ifndef SIDE_H
#define SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SIDE_ABI = 1,
	SIDE_THREADS = 2,
	SIDE_LEVELS = 5, /* entries of a walk, at most */
	SIDE_LINES = 8,	 /* lines of a design's own per operation, at most */
};

enum side_exec {
	SIDE_WALK_DEP, /* each IOVA waits for the result before it */
	SIDE_WALK_THR, /* independent */
	SIDE_TRANSLATE_DEP,
	SIDE_TRANSLATE_THR,
	SIDE_UPDATE,	/* maps and unmaps */
	SIDE_FLOOR_DEP, /* bare loads over the same tables */
	SIDE_EXEC_NR,
};

enum side_flags {
	SIDE_SINGLE_THREAD = 1 << 0,
	SIDE_HOLDS = 1 << 1,  /* frees no table before the domain goes */
	SIDE_DEFERS = 1 << 2, /* retired tables wait for readers */
};

/* A domain to open: second stage, over the caller's zero-filled memory: for
 * tables, and for what the engine keeps beside them. */
struct side_config {
	const char *design;
	void *mem;
	size_t bytes; /* a multiple of 4 KiB */
	void *heap;
	size_t heap_bytes;
	unsigned levels, max_leaf_level;
	unsigned iotlb_sets, iotlb_ways; /* sets 0: no IOTLB */
};

/* What a block of operations gave; the caller clears it. */
struct side_result {
	uint64_t sum, chain, faults, errors;
	int error; /* the first -errno */
};

struct side_walk {
	uint64_t pa; /* UINT64_MAX: nothing is mapped */
	unsigned level, refs;
	uint64_t entry_pa[SIDE_LEVELS];
};

struct side_line {
	uint64_t pa;
	bool write;
};

struct side_tree; /* opaque */

struct side {
	unsigned abi;
	/* Name of design @i and enum side_flags of it; NULL beyond the last. */
	const char *(*design)(size_t i, unsigned *flags);
	/* 0; -ENOENT: no such design; -ENOTSUP, -EINVAL, -ENOMEM. */
	int (*open)(const struct side_config *cfg, struct side_tree **out);
	void (*close)(struct side_tree *tree);
	void (*enter)(struct side_tree *tree, unsigned thread);
	void (*leave)(struct side_tree *tree, unsigned thread);
	/* Between enter and leave, thread 0; 0 or -errno. */
	int (*map)(struct side_tree *tree, uint64_t iova, uint64_t pa,
		   uint64_t bytes);
	int (*walk)(struct side_tree *tree, uint64_t iova, struct side_walk *w);
	/* Between enter and leave of @thread. */
	void (*run)(struct side_tree *tree, unsigned thread,
		    enum side_exec exec, const uint64_t *ops, size_t n,
		    struct side_result *result);
	/* Waits for what was retired; no thread is inside. */
	void (*barrier)(struct side_tree *tree);
	/* Tables that cannot be used for anything else; no thread inside. */
	uint64_t (*held)(const struct side_tree *tree);
	/* Lines a walk's synchronisation touches, the first *@before ahead of
	 * the entries. Returns their number. */
	unsigned (*walk_lines)(const struct side_tree *tree, unsigned thread,
			       struct side_line lines[SIDE_LINES],
			       unsigned *before);
};

/*
 * The designs themselves, for a program that is compiled from the same tree:
 * @layout is SIDE_LAYOUT of engine.h's types in both, else they do not fit.
 */
struct side_native {
	uint64_t layout;
	const void *designs; /* const struct design *const [], NULL ends */
};
extern const struct side_native vtdbench_native;
#define SIDE_NATIVE_SYMBOL "vtdbench_native"
#define SIDE_LAYOUT                                                        \
	((((sizeof(struct design) * 1021 + sizeof(struct domain)) * 1021 + \
	   sizeof(struct pool)) *                                          \
		  1021 +                                                   \
	  sizeof(struct engine_thread)) *                                  \
		 1021 +                                                    \
	 EXEC_NR + 64 * IOTLB_FORM)

/* What a shared object exports, under this name. */
extern const struct side vtdbench_side;
#define SIDE_SYMBOL "vtdbench_side"

#endif
