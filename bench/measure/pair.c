/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds as contestants: rounds of three sides, on trees drawn anew. */
#include "measure/pair.h"

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

#include "measure/pair_tree.h"
#include "measure/rounds.h"
#include "measure/trial_parts.h"
#include "stats/sample.h"

enum {
	BATCH_NS = 60000, /* well below a scheduler's time slice */
	BATCH_NS_MAX = 16 * BATCH_NS,
	LEAD_NS = 10000,  /* and as long as a block takes */
	BLOCKS = 3,	  /* of a thread that a batch has room for */
	TRIES = 6,	  /* times the rounds wanted */
	CONTEST_MS = 250, /* begins no round after it: too busy a machine */
	GRACE_MS = 10,	  /* that a batch waits whose tables readers hold */
	TREE_ROUNDS = 4,  /* on the same trees, but for updates */
};

/* One case of one design on all sides. */
struct pairing {
	const struct pair_config *cfg;
	const struct pair_case *c;
	const char *design;
	enum pair_class class;
	struct crew *crew;
	struct pair_tree tree[PAIR_SIDES];
	struct pair_ops ops[SIDE_THREADS];
	struct rng rng;
	uint64_t lead_ns, ns;		    /* of a batch */
	struct figure value[2][PAIR_SIDES]; /* [half], of rounds that count */
	unsigned rounds, lost[PAIR_SIDES];
	struct err *e;
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

/* Maps, or walks, count as the worker's walks, unmaps as its updates. */
static void batch_pair(struct worker *w, const struct batch *b)
{
	const struct pair_tree *p = (const void *)w->group;
	const struct pair_ops *o = &p->ops[w->thread];
	engine_exec *exec = side_design.exec[EXEC_UPDATE];
	unsigned retired = 0, halves = pair_halves(p->c);

	batch_wait(b->start);
	while (clock_start() < b->end && !w->wrong &&
	       retired <= PAIR_RETIRED_MAX) {
		struct engine_block r = {0};

		for (unsigned i = 0; i < halves && !r.errors; i++)
			r = batch_block(w, b, exec, o->ops[i], o->n,
					i ? &w->update : &w->walk);
		if (r.errors || r.faults ||
		    (r.sum != o->sum && !MUTANT(pair_answer_unchecked)))
			worker_wrong(w, 1,
				     "%" PRIu64 " errors (%s), %" PRIu64
				     " faults; the addresses add up to "
				     "0x%" PRIx64 ", not 0x%" PRIx64,
				     r.errors, strerror(-r.error), r.faults,
				     r.sum, o->sum);
		retired += pair_retires(p->c);
	}
}

/* ns of an operation and thread, from what the threads did together. */
static double value_of(const struct pair_tree *t, unsigned half)
{
	double rate = 0;

	for (unsigned i = 0; i < t->group.n; i++)
		rate += 1 / tally_ns_per_op(half ? &t->worker[i].update
						 : &t->worker[i].walk);
	return t->group.n / rate;
}

static int run_side(void *arg, unsigned i, struct batch *b)
{
	struct pairing *t = arg;
	struct worker_group *g = &t->tree[i].group;

	*b = (struct batch){.name = t->c->name,
			    .run = batch_pair,
			    .lead_ns = t->lead_ns,
			    .ns = t->ns};
	g->stop = t->cfg->stop;
	if (crew_run(t->crew, g, b, t->e))
		return t->e->code;
	for (unsigned k = 0; k < g->n; k++)
		if (g->workers[k].wrong)
			return err_set(t->e, -EBADMSG,
				       "%s, %s: the %s build gave %s",
				       t->c->name, t->design,
				       i == PAIR_NEW ? "new" : "old",
				       g->workers[k].why);
	/* none of an operation ended: there is nothing to compare */
	for (unsigned half = 0; half < pair_halves(t->c); half++)
		b->lost |= isinf(value_of(&t->tree[i], half)) != 0;
	t->lost[i] += b->lost;
	return 0;
}

static void collect(void *arg, unsigned i, const struct batch *b)
{
	struct pairing *t = arg;

	for (unsigned half = 0; half < pair_halves(t->c); half++)
		figure_push(&t->value[half][i], value_of(&t->tree[i], half));
}

/* Alike for all sides, but for where in memory they come to lie: that alone
 * makes short updates up to 30 % slower, for as long as the trees live. */
static int draw_trees(struct pairing *t)
{
	size_t offset = rng_below(&t->rng, 64) * 64;
	unsigned first = (unsigned)rng_below(&t->rng, PAIR_SIDES);
	unsigned step = 1 + (unsigned)rng_below(&t->rng, PAIR_SIDES - 1);
	int rc = 0;

	for (unsigned i = 0; i < PAIR_SIDES; i++)
		pair_tree_close(&t->tree[i]);
	for (unsigned i = 0; i < PAIR_SIDES && !rc; i++)
		rc = pair_tree_open(&t->tree[(first + i * step) % PAIR_SIDES],
				    t->design, offset, t->e);
	return rc;
}

static int prepare(void *arg, unsigned round)
{
	struct pairing *t = arg;

	t->rounds++;
	return t->class == PAIR_CLASS_update || round % TREE_ROUNDS == 0
		       ? draw_trees(t)
		       : 0;
}

/*
 * Batches in which blocks of the old build, by the quickest of a few, have
 * room. The others do the same, so that all begin alike, and whatever is met
 * for the first time is met here.
 */
static int calibrate(struct pairing *t)
{
	double least = BATCH_NS_MAX;
	int rc = draw_trees(t);

	t->ns = BATCH_NS_MAX / 4;
	t->lead_ns = 3 * LEAD_NS;
	for (unsigned i = 0; i < 3 * PAIR_SIDES && !rc; i++) {
		struct batch b;
		double ns = 0;

		rc = run_side(t, i % PAIR_SIDES, &b);
		for (unsigned half = 0; half < pair_halves(t->c); half++)
			ns += value_of(&t->tree[i % PAIR_SIDES], half);
		if (i % PAIR_SIDES == PAIR_OLD)
			least = fmin(least, ns * (double)t->ops[0].n);
	}
	t->ns = (uint64_t)fmin(fmax(BATCH_NS, BLOCKS * least), BATCH_NS_MAX);
	t->lead_ns = LEAD_NS + (uint64_t)least;
	memset(t->lost, 0, sizeof(t->lost));
	return rc;
}

/* Median of ln(side / old) within a round; in place. */
static double change_of(struct figure *f, const struct figure *old)
{
	for (unsigned i = 0; i < f->n; i++)
		f->value[i] = log(f->value[i] / old->value[i]);
	return stats_median(f->value, f->n);
}

static void tell(struct pairing *t, unsigned half)
{
	struct figure *f = t->value[half];
	struct pair_sample s = {.c = t->c,
				.design = t->design,
				.half = half,
				.class = t->class,
				.triples = f->n,
				.tried = t->rounds};

	for (unsigned i = 0; i < PAIR_SIDES; i++) {
		s.ns[i] = stats_median(f[i].value, f[i].n);
		s.lost[i] = t->lost[i];
	}
	s.change = change_of(&f[PAIR_NEW], &f[PAIR_OLD]);
	s.canary = change_of(&f[PAIR_AGAIN], &f[PAIR_OLD]);
	t->cfg->found(t->cfg->arg, &s);
}

static int measure(struct pairing *t)
{
	unsigned n = t->cfg->triples;
	bool waits = pair_retires(t->c) && t->class != t->c->class;
	uint64_t ms = CONTEST_MS + (waits ? n * PAIR_SIDES * GRACE_MS : 0);
	const struct rounds r = {.n = PAIR_SIDES,
				 .wanted = n,
				 .tries = TRIES * n,
				 .patience_ns = ms * 1000000,
				 .paired = true,
				 .rng = &t->rng,
				 .arg = t,
				 .prepare = prepare,
				 .run = run_side,
				 .collect = collect};
	int rc = calibrate(t);

	if (!rc)
		rc = rounds_run(&r);
	for (unsigned half = 0; half < pair_halves(t->c); half++) {
		if (!rc)
			tell(t, half);
		for (unsigned i = 0; i < PAIR_SIDES; i++)
			free(t->value[half][i].value);
	}
	for (unsigned i = 0; i < PAIR_SIDES; i++)
		pair_tree_close(&t->tree[i]);
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

/* All designs of a case, by a crew of its size. */
static int one_case(const struct pair_config *cfg, const struct pair_case *c,
		    struct crew *crew, struct err *e)
{
	const struct side *old = cfg->side[PAIR_OLD];
	const char *design;
	unsigned flags;
	int rc = 0;

	for (size_t i = 0; !rc && (design = old->design(i, &flags)); i++) {
		struct pairing t = {.cfg = cfg,
				    .c = c,
				    .design = design,
				    .class = pair_class_of(c, flags),
				    .crew = crew,
				    .e = e};

		if (!wanted(cfg, c, design, flags))
			continue;
		rng_seed(&t.rng, cfg->seed, (uint64_t)(c - pair_cases));
		for (unsigned k = 0; k < c->threads; k++)
			pair_ops_make(c, k, cfg->seed, &t.ops[k]);
		for (unsigned s = 0; s < PAIR_SIDES; s++)
			pair_tree_init(&t.tree[s], cfg->side[s], c, t.ops,
				       cfg->cpus);
		rc = measure(&t);
		/* a design this machine cannot run is no failure */
		rc = rc == -ENOTSUP ? 0 : rc;
	}
	return rc;
}

int pair_measure(const struct pair_config *cfg, struct err *e)
{
	int rc = 0;

	for (unsigned n = 1; n <= cfg->ncpus && !rc; n++) {
		struct crew *crew;

		rc = crew_start(&crew, cfg->topo, cfg->cpus, n, e);
		if (rc)
			return e->code = rc == -ENOMEM ? rc : -ENOTSUP;
		for (const struct pair_case *c = pair_cases; c->name && !rc;
		     c++)
			if (c->threads == n)
				rc = one_case(cfg, c, crew, e);
		crew_stop(crew);
	}
	return rc;
}
