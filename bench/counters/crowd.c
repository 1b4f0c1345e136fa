/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The simulated crowd. */
#include "counters/crowd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/locks/flags.h"
#include "../kernels/mutant.h"

enum { DOMAINS = 2 }; /* of a nested walk */

struct cpu {
	struct touch_list list; /* of its operation */
	size_t next;
	uint64_t moved;
	uint32_t watched; /* while it waits: a line, HOLDERS_NONE: it sleeps */
	bool waits;
	bool first_in;	     /* queued, nobody before it: it has no node */
	bool alone[DOMAINS]; /* how it is in */
};

/* Who is in, and who waits, in the order in which they came. */
struct gate {
	bool alone;
	unsigned shared;
	unsigned holder; /* who came in last */
	unsigned waiting;
	unsigned queue[HOLDERS_MAX];
};

struct crowd {
	struct touches l;
	struct holders h;
	struct gate gate[DOMAINS];
	struct cachesim_thread thread[HOLDERS_MAX];
	struct cpu cpu[HOLDERS_MAX];
	struct crowd_count count;
	bool full; /* no memory for the lines */
};

static void access_line(struct crowd *c, unsigned i, uint64_t pa, bool write)
{
	uint32_t line = holders_find(&c->h, pa);

	if (line == HOLDERS_NONE)
		c->full = true;
	else
		c->cpu[i].moved += holders_access(&c->h, line, i, write);
}

static uint64_t node(unsigned i, const struct touch *door)
{
	return ENGINE_SYNC_THREAD + 4096 * (uint64_t)i +
	       2048 * (uint64_t)door->domain;
}

/* The reference by which @cpu waits to enter. */
static const struct touch *door_of(const struct cpu *cpu)
{
	return &cpu->list.touch[cpu->next];
}

/* Whether @i gets in by @door: as one of those who wait, or as it comes. */
static bool may_enter(const struct crowd *c, unsigned i,
		      const struct touch *door)
{
	const struct gate *g = &c->gate[door->domain];
	bool alone = door->section == ENGINE_ENTERS_ALONE;

	if (MUTANT(crowd_lock_ignored))
		return true;
	if (g->alone || (alone && g->shared))
		return false;
	/* Whoever is fastest; or readers, as long as some come. */
	if (!(door->kind &
	      (LOCK_FIFO | LOCK_STOPS_READERS | LOCK_STOPS_WRITERS)))
		return true;
	if (c->cpu[i].waits && door->kind & LOCK_QUEUED)
		return g->queue[0] == i;
	for (unsigned k = 0; k < g->waiting && g->queue[k] != i; k++)
		if (alone || door_of(&c->cpu[g->queue[k]])->section ==
				     ENGINE_ENTERS_ALONE)
			return false;
	return true;
}

static void enter(struct crowd *c, unsigned i, const struct touch *door)
{
	struct gate *g = &c->gate[door->domain];
	bool alone = door->section == ENGINE_ENTERS_ALONE;

	c->cpu[i].alone[door->domain] = alone;
	g->holder = i;
	if (alone)
		g->alone = true;
	else
		g->shared++;
	c->cpu[i].next++;
}

/* Behind all who wait, on a line to watch. */
static void queue_up(struct crowd *c, unsigned i, const struct touch *door)
{
	struct gate *g = &c->gate[door->domain];
	struct cpu *cpu = &c->cpu[i];
	unsigned at = g->waiting++;
	uint64_t watched = door->pa;

	cpu->waits = true;
	cpu->first_in = !at;
	g->queue[at] = i;
	if (door->kind & LOCK_HANDS_OVER) {
		/* its node and the tail are written: now its place is known */
		access_line(c, i, node(at ? g->queue[at - 1] : g->holder, door),
			    true);
		watched = node(i, door);
	} else if (door->kind & LOCK_QUEUED && at) {
		/* as kernels/locks/queued.h: who came first has no node */
		bool second = at == 1 && c->cpu[g->queue[0]].first_in;

		access_line(c, i, node(i, door), true);
		if (!second) {
			access_line(c, i, node(g->queue[at - 1], door), true);
			watched = node(i, door);
		}
	}
	cpu->watched = door->kind & LOCK_SLEEPS ? HOLDERS_NONE
						: holders_find(&c->h, watched);
}

/* What is written by who waited and is in now. */
static void take(struct crowd *c, unsigned i, const struct touch *door)
{
	const struct gate *g = &c->gate[door->domain];

	if (door->kind & LOCK_HANDS_OVER)
		return;
	if (door->kind & LOCK_QUEUED) {
		access_line(c, i, door->pa, true);
		if (c->cpu[i].first_in || !g->waiting)
			return;
		access_line(c, i, node(i, door), false);
		access_line(c, i, node(g->queue[0], door), true);
		return;
	}
	/* A test that is passed still has to set. */
	if (!(door->kind &
	      (LOCK_FIFO | LOCK_STOPS_READERS | LOCK_STOPS_WRITERS)))
		access_line(c, i, door->pa, true);
}

/* A turn of one who waits. */
static void look(struct crowd *c, unsigned i)
{
	struct cpu *cpu = &c->cpu[i];
	const struct touch *door = door_of(cpu);
	struct gate *g = &c->gate[door->domain];
	unsigned at = 0;

	if (cpu->watched != HOLDERS_NONE && !MUTANT(crowd_looks_are_free))
		cpu->moved += holders_access(&c->h, cpu->watched, i, false);
	if (!may_enter(c, i, door)) {
		/* Made first of the queue, it watches the lock. */
		if (g->queue[0] == i && cpu->watched != HOLDERS_NONE &&
		    !(door->kind & LOCK_HANDS_OVER))
			cpu->watched = holders_find(&c->h, door->pa);
		return;
	}
	while (g->queue[at] != i)
		at++;
	g->waiting--;
	memmove(&g->queue[at], &g->queue[at + 1],
		(g->waiting - at) * sizeof(*g->queue));
	cpu->waits = false;
	take(c, i, door);
	enter(c, i, door);
}

static void leave(struct crowd *c, unsigned i, const struct touch *t)
{
	struct gate *g = &c->gate[t->domain];
	const struct touch *next = g->waiting ? door_of(&c->cpu[g->queue[0]])
					      : NULL;

	access_line(c, i,
		    next && next->kind & LOCK_HANDS_OVER
			    ? node(g->queue[0], next)
			    : t->pa,
		    true);
	if (c->cpu[i].alone[t->domain])
		g->alone = false;
	else
		g->shared--;
	c->cpu[i].next++;
}

/* Counts the operation that ended, performs and lists the next. */
static int next_op(struct crowd *c, unsigned i, struct err *e)
{
	struct cpu *cpu = &c->cpu[i];
	int ret;

	if (cpu->list.n) {
		c->count.walks += !c->thread[i].updates;
		c->count.updates += c->thread[i].updates;
	}
	c->l.list = cpu->list;
	ret = touches_next(&c->l, i, e);
	cpu->list = c->l.list;
	c->l.list = (struct touch_list){0};
	cpu->next = 0;
	c->l.design->thread_quiesce(c->thread[i].t);
	return ret;
}

static int turn(struct crowd *c, unsigned i, struct err *e)
{
	struct cpu *cpu = &c->cpu[i];
	const struct touch *t;
	int ret = 0;

	if (cpu->waits) {
		look(c, i);
		return 0;
	}
	if (cpu->next == cpu->list.n)
		ret = next_op(c, i, e);
	/* Nobody else reads its stream. */
	while (!ret && cpu->next < cpu->list.n &&
	       cpu->list.touch[cpu->next].class == CACHESIM_STREAM)
		cpu->next++;
	if (ret || cpu->next == cpu->list.n)
		return ret;
	t = &cpu->list.touch[cpu->next];
	if (t->section == ENGINE_LEAVES) {
		leave(c, i, t);
		return 0;
	}
	access_line(c, i, t->pa, t->write);
	if (t->section == ENGINE_NO_SECTION)
		cpu->next++;
	else if (may_enter(c, i, t))
		enter(c, i, t);
	else
		queue_up(c, i, t);
	return 0;
}

/* Who watches a line that nobody wrote does nothing that could be seen. */
static bool has_turn(const struct crowd *c, unsigned i)
{
	const struct cpu *cpu = &c->cpu[i];

	return !cpu->waits ||
	       (cpu->watched != HOLDERS_NONE &&
		!holders_has(&c->h, cpu->watched, i)) ||
	       may_enter(c, i, door_of(cpu));
}

/* Turns until @walks have ended. */
static int turns(struct crowd *c, uint64_t walks, struct rng *rng,
		 struct err *e)
{
	int ret = 0;

	while (!ret && c->count.walks < walks) {
		unsigned i = (unsigned)rng_below(rng, c->l.nthreads);

		if (has_turn(c, i))
			ret = turn(c, i, e);
		if (!ret && c->full)
			ret = err_set(e, -ENOMEM, "sim: out of memory");
	}
	return ret;
}

/* Walkers first, from places that are spread over the streams. */
static int cast(struct crowd *c, const struct cachesim_thread *threads,
		size_t n, unsigned cpus, struct err *e)
{
	size_t walkers = 0, updaters = 0, all, k = 0;
	int ret = touches_check(threads, n, e);

	for (size_t i = 0; i < n; i++)
		updaters += threads[i].updates;
	if (ret)
		return ret;
	if (updaters == n || cpus <= updaters || cpus > HOLDERS_MAX)
		return err_set(e, -EINVAL,
			       "sim: %u CPUs of which %zu update, and walks of "
			       "%zu threads",
			       cpus, updaters, n - updaters);
	all = cpus - updaters;
	while (walkers < all) {
		const struct cachesim_thread *t = &threads[k++ % n];

		if (t->updates)
			continue;
		c->thread[walkers] = *t;
		c->thread[walkers].at = t->n * walkers / all;
		walkers++;
	}
	for (size_t i = 0; i < n; i++)
		if (threads[i].updates)
			c->thread[walkers++] = threads[i];
	return 0;
}

static void count_moves(struct crowd *c)
{
	for (size_t i = 0; i < c->l.nthreads; i++)
		*(c->thread[i].updates
			  ? &c->count.update_moves
			  : &c->count.walk_moves) += c->cpu[i].moved;
}

int crowd_run(const struct design *design, struct domain *d,
	      struct cachesim_thread *threads, size_t n, unsigned cpus,
	      uint64_t walks, struct rng *rng, struct crowd_count *count,
	      struct err *e)
{
	struct crowd *c = calloc(1, sizeof(*c));
	size_t at = cpus;
	int ret;

	if (!c)
		return err_set(e, -ENOMEM, "sim: out of memory");
	c->l = (struct touches){.design = design,
				.d = d,
				.threads = c->thread,
				.nthreads = cpus};
	ret = cast(c, threads, n, cpus, e);
	if (ret) { /* more CPUs than there is room for */
		free(c);
		return ret;
	}
	ret = turns(c, walks, rng, e);
	c->count = (struct crowd_count){0};
	for (size_t i = 0; i < cpus; i++)
		c->cpu[i].moved = 0;
	if (!ret)
		ret = turns(c, walks, rng, e);
	if (!ret) {
		count_moves(c);
		*count = c->count;
		/* From behind: there they are in order. */
		for (size_t i = n; i--;)
			if (threads[i].updates)
				threads[i].at = c->thread[--at].at;
	}
	for (size_t i = 0; i < cpus; i++)
		free(c->cpu[i].list.touch);
	touches_release(&c->l);
	holders_release(&c->h);
	free(c);
	return ret;
}
