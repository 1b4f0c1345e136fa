/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees of three sides, and batches that alternate between them. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/clock.h"
#include "measure/pair_batch.h"
#include "measure/pair_tree.h"
#include "stats/sample.h"
#include "../topology/pin.h"

enum {
	BATCH_NS = 60000, /* well below a scheduler's time slice */
	TRIES = 6,	  /* times the triples wanted */
	CONTEST_MS = 250, /* begins no triple after it: too busy a machine */
	TREE_TRIPLES = 4, /* on the same trees, but for updates */
};

/* One case of one design on all sides. */
struct contest {
	const struct pair_config *cfg;
	const char *design;
	enum pair_class class;
	struct pair_work work;
	struct pair_tree tree[PAIR_SIDES];
	struct pair_helper *helper;
	unsigned retired; /* tables a batch retires, at most */
	struct rng rng;
	/* [half][triple] of complete triples; ns by side */
	double *change[2], *canary[2], *ns[2][PAIR_SIDES];
	unsigned triples, tried, lost[PAIR_SIDES];
};

/* A copy of the file in memory: dlopen() gives every file one mapping, and
 * here the same build may stand on two sides. */
static int private_copy(const char *path)
{
	int in = open(path, O_RDONLY | O_CLOEXEC);
	int copy = in < 0 ? -1 : memfd_create("side", MFD_CLOEXEC);
	struct stat st;
	off_t at = 0;

	if (copy >= 0 && !fstat(in, &st))
		while (at < st.st_size &&
		       sendfile(copy, in, &at, (size_t)(st.st_size - at)) > 0)
			;
	if (in >= 0)
		close(in);
	return copy;
}

const struct side *pair_load(const char *path, struct err *e)
{
	int copy = private_copy(path);
	const struct side *side = NULL;
	char name[32];
	void *object;

	if (copy < 0) {
		err_set(e, -ENOENT, "%s: %s", path, strerror(errno));
		return NULL;
	}
	snprintf(name, sizeof(name), "/proc/self/fd/%d", copy);
	object = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (object)
		side = dlsym(object, SIDE_SYMBOL);
	if (!side) {
		err_set(e, -ENOEXEC, "%s: not a build of the engine: %s", path,
			dlerror());
		err_remedy(e, "`make sides` builds such files");
	} else if (side->abi != SIDE_ABI) {
		err_set(e, -ENOEXEC, "%s: interface %u, this vtdbench has %d",
			path, side->abi, SIDE_ABI);
		err_remedy(e, "build it with this tree's `make sides`");
		side = NULL;
	}
	/* Stays open: dlopen() knows a file by its name as well. */
	return side;
}

static int wrong(const struct contest *t, enum pair_side s,
		 const struct pair_batch *b, const struct pair_batch *old,
		 struct err *e)
{
	if (b->wrong)
		return err_set(e, -EBADMSG,
			       "%s, %s: the %s build gave %" PRIu64
			       " faults or errors (%s)",
			       t->work.c->name, t->design,
			       s == PAIR_NEW ? "new" : "old", b->wrong,
			       strerror(-b->error));
	if (b->sum != old->sum)
		return err_set(e, -EBADMSG,
			       "%s, %s: the addresses of the two builds add up "
			       "to 0x%" PRIx64 " and 0x%" PRIx64,
			       t->work.c->name, t->design, old->sum, b->sum);
	return 0;
}

static int alloc_series(struct contest *t)
{
	for (unsigned half = 0; half < 2; half++) {
		size_t n = t->cfg->triples + 1;

		t->change[half] = calloc(n, sizeof(double));
		t->canary[half] = calloc(n, sizeof(double));
		if (!t->change[half] || !t->canary[half])
			return -ENOMEM;
		for (unsigned s = 0; s < PAIR_SIDES; s++) {
			t->ns[half][s] = calloc(n, sizeof(double));
			if (!t->ns[half][s])
				return -ENOMEM;
		}
	}
	return 0;
}

/* Sides in an order that is drawn anew: who is opened or run first must not
 * always be the same one. */
static void draw_order(struct contest *t, unsigned order[PAIR_SIDES])
{
	unsigned first = (unsigned)rng_below(&t->rng, PAIR_SIDES);
	unsigned step = 1 + (unsigned)rng_below(&t->rng, PAIR_SIDES - 1);

	for (unsigned i = 0; i < PAIR_SIDES; i++)
		order[i] = (first + i * step) % PAIR_SIDES;
}

static void close_trees(struct contest *t)
{
	for (unsigned s = 0; s < PAIR_SIDES; s++)
		pair_tree_close(&t->tree[s]);
}

/* Alike for all sides, but for where in memory they come to lie: that alone
 * makes short updates up to 30 % slower, for as long as the trees live. */
static int open_trees(struct contest *t, struct err *e)
{
	size_t offset = rng_below(&t->rng, 64) * 64;
	unsigned order[PAIR_SIDES];
	int rc = 0;

	draw_order(t, order);
	for (unsigned i = 0; !rc && i < PAIR_SIDES; i++)
		rc = pair_tree_open(&t->tree[order[i]], t->cfg->side[order[i]],
				    t->work.c, t->design, offset, e);
	return rc;
}

static int contest_open(struct contest *t, struct err *e)
{
	const struct pair_case *c = t->work.c;
	int rc = alloc_series(t);

	t->retired = pair_tree_retires(c);
	for (unsigned i = 0; !rc && i < c->threads; i++)
		rc = pair_ops_make(c, i, t->cfg->seed, &t->work.ops[i]);
	if (rc)
		return err_set(e, rc, "no memory for the operations");
	return open_trees(t, e);
}

static void contest_close(struct contest *t)
{
	close_trees(t);
	for (unsigned i = 0; i < SIDE_THREADS; i++)
		pair_ops_release(&t->work.ops[i]);
	for (unsigned half = 0; half < 2; half++) {
		free(t->change[half]);
		free(t->canary[half]);
		for (unsigned s = 0; s < PAIR_SIDES; s++)
			free(t->ns[half][s]);
	}
}

/*
 * How often the operations fit into a batch, by the quickest of three on the
 * old build. The others do the same, so that all begin alike.
 */
static int calibrate(struct contest *t, struct err *e)
{
	double least = INFINITY;
	struct pair_batch b;

	t->work.repeats = 1;
	for (unsigned i = 0; i < 3 * PAIR_SIDES; i++) {
		unsigned s = i % PAIR_SIDES;
		double ns = 0;

		pair_batch_run(&t->tree[s], &t->work, t->helper, &b);
		if (wrong(t, s, &b, &b, e))
			return e->code;
		for (unsigned half = 0; half < 2; half++)
			ns += b.ns[half] * (double)t->work.ops[0].n;
		if (s == PAIR_OLD)
			least = fmin(least, ns);
	}
	t->work.repeats = least < 1	     ? 1
			  : least > BATCH_NS ? 1
					     : (unsigned)(BATCH_NS / least) + 1;
	/* What batches retire on one tree must fit into its pool. */
	while (t->work.repeats > 1 && t->retired * (t->work.repeats + 1) >
					      PAIR_RETIRED_MAX / TREE_TRIPLES)
		t->work.repeats--;
	return 0;
}

static void keep(struct contest *t, const struct pair_batch *b)
{
	unsigned i = t->triples++;

	for (unsigned half = 0; half < pair_halves(t->work.c); half++) {
		double old = b[PAIR_OLD].ns[half];

		t->canary[half][i] = log(b[PAIR_AGAIN].ns[half] / old);
		t->change[half][i] = log(b[PAIR_NEW].ns[half] / old);
		for (unsigned s = 0; s < PAIR_SIDES; s++)
			t->ns[half][s][i] = b[s].ns[half];
	}
}

static bool usable(const struct contest *t, const struct pair_batch *b)
{
	for (unsigned s = 0; s < PAIR_SIDES; s++)
		for (unsigned half = 0; half < pair_halves(t->work.c); half++)
			if (b[s].lost || !(b[s].ns[half] > 0))
				return false;
	return true;
}

/* One batch of each side, in one of the six orders; on fresh trees each time
 * where their place matters most. */
static int triple(struct contest *t, struct err *e)
{
	unsigned order[PAIR_SIDES];
	struct pair_batch b[PAIR_SIDES];

	if (t->class == PAIR_CLASS_update || t->tried % TREE_TRIPLES == 0) {
		close_trees(t);
		if (open_trees(t, e))
			return e->code;
	}
	draw_order(t, order);
	for (unsigned i = 0; i < PAIR_SIDES; i++) {
		unsigned s = order[i];

		pair_batch_run(&t->tree[s], &t->work, t->helper, &b[s]);
		t->lost[s] += b[s].lost;
	}
	t->tried++;
	for (unsigned s = 0; s < PAIR_SIDES; s++)
		if (wrong(t, s, &b[s], &b[PAIR_OLD], e))
			return e->code;
	if (usable(t, b))
		keep(t, b);
	return 0;
}

static void tell(const struct contest *t)
{
	for (unsigned half = 0; half < pair_halves(t->work.c); half++) {
		struct pair_sample s = {
			.c = t->work.c,
			.design = t->design,
			.half = half,
			.class = t->class,
			.triples = t->triples,
			.tried = t->tried,
			.change = stats_median(t->change[half], t->triples),
			.canary = stats_median(t->canary[half], t->triples),
		};

		for (unsigned i = 0; i < PAIR_SIDES; i++) {
			s.ns[i] = stats_median(t->ns[half][i], t->triples);
			s.lost[i] = t->lost[i];
		}
		t->cfg->found(t->cfg->arg, &s);
	}
}

static int contest(const struct pair_config *cfg, const struct pair_case *c,
		   const char *design, unsigned flags,
		   struct pair_helper *helper, struct err *e)
{
	struct contest t = {.cfg = cfg,
			    .design = design,
			    .class = pair_class_of(c, flags),
			    .work = {.c = c},
			    .helper = helper};
	uint64_t end;
	int rc;

	rng_seed(&t.rng, cfg->seed, (uint64_t)(c - pair_cases));
	rc = contest_open(&t, e);
	if (!rc)
		rc = calibrate(&t, e);
	end = clock_monotonic_ns() + CONTEST_MS * UINT64_C(1000000);
	while (!rc && t.triples < cfg->triples &&
	       t.tried < TRIES * cfg->triples && clock_monotonic_ns() < end) {
		if (cfg->stop && *cfg->stop)
			rc = err_set(e, -EINTR, "stopped");
		else
			rc = triple(&t, e);
	}
	if (!rc)
		tell(&t);
	contest_close(&t);
	return rc;
}

/* Whether @side has @design, as single- or multi-threaded as told. */
static bool has_design(const struct side *side, const char *design,
		       unsigned *flags)
{
	const char *name;

	for (size_t i = 0; (name = side->design(i, flags)); i++)
		if (!strcmp(name, design))
			return true;
	return false;
}

static bool wanted(const struct pair_config *cfg, const struct pair_case *c,
		   const char *design, unsigned flags)
{
	unsigned other;

	return !pair_left_out(c, flags) &&
	       has_design(cfg->side[PAIR_NEW], design, &other) &&
	       !pair_left_out(c, other) &&
	       (!cfg->wanted || cfg->wanted(cfg->arg, c, design));
}

/* All cases of @threads threads. */
static int measure(const struct pair_config *cfg, unsigned threads,
		   struct pair_helper *helper, struct err *e)
{
	const struct side *old = cfg->side[PAIR_OLD];
	const char *design;
	unsigned flags;

	for (const struct pair_case *c = pair_cases; c->name; c++)
		for (size_t i = 0;
		     c->threads == threads && (design = old->design(i, &flags));
		     i++) {
			int rc = wanted(cfg, c, design, flags)
					 ? contest(cfg, c, design, flags,
						   helper, e)
					 : 0;

			/* a design this machine cannot run is no failure */
			if (rc && rc != -ENOTSUP)
				return rc;
		}
	return 0;
}

int pair_measure(const struct pair_config *cfg, struct err *e)
{
	struct pair_helper *helper;
	char why[160];
	int rc = pin_self(cfg->cpu[0], why, sizeof(why));

	if (rc)
		return err_set(e, rc == -ENOMEM ? rc : -ENOTSUP, "%s", why);
	/* Alone first: the second thread spins. */
	rc = measure(cfg, 1, NULL, e);
	if (rc || cfg->ncpus < SIDE_THREADS)
		return rc;
	helper = pair_helper_start(cfg->cpu[1], e);
	if (!helper)
		return e->code;
	rc = measure(cfg, SIDE_THREADS, helper, e);
	pair_helper_stop(helper);
	return rc;
}
