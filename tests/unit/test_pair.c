/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds as contestants, by sides that do nothing but count and spin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "machine/clock.h"
#include "measure/pair.h"
#include "../kernels/engine.h"

/* Spins of an operation: of the new side, of the old one. */
static unsigned spins_new, spins_old;
static uint64_t wrong_by;  /* added to what the new side finds */
static int update_error;   /* of the new side's updates */
static unsigned designs_n; /* of "fake", "absent" */
static unsigned opened, barriers, unreclaimed;
static uint64_t last_heap, heaps_differ;
static unsigned samples, triples_least, absent;
static double change_least, change_most, canary_most;
static const char *only = "*/*";
static bool retired; /* since the last barrier */

struct side_tree {
	bool new, inside[SIDE_THREADS];
};

static const char *fake_design(size_t i, unsigned *flags)
{
	static const char *const names[] = {"fake", "absent"};

	*flags = SIDE_DEFERS;
	return i < designs_n ? names[i] : NULL;
}

static int open_as(const struct side_config *cfg, struct side_tree **out,
		   bool new)
{
	uint64_t offset = (uintptr_t)cfg->heap % 4096;

	if (!strcmp(cfg->design, "absent"))
		return -ENOTSUP;
	/* three in a row are alike */
	heaps_differ += opened % 3 && offset != last_heap;
	last_heap = offset;
	opened++;
	*out = calloc(1, sizeof(**out));
	assert_non_null(*out);
	(*out)->new = new;
	return 0;
}

static int open_old(const struct side_config *cfg, struct side_tree **out)
{
	return open_as(cfg, out, false);
}

static int open_new(const struct side_config *cfg, struct side_tree **out)
{
	return open_as(cfg, out, true);
}

static void fake_close(struct side_tree *t)
{
	for (unsigned i = 0; i < SIDE_THREADS; i++)
		assert_false(t->inside[i]);
	free(t);
}

static void fake_enter(struct side_tree *t, unsigned thread)
{
	assert_false(t->inside[thread]);
	t->inside[thread] = true;
	if (thread == 0)
		unreclaimed += retired;
}

static void fake_leave(struct side_tree *t, unsigned thread)
{
	assert_true(t->inside[thread]);
	t->inside[thread] = false;
}

static int fake_map(struct side_tree *t, uint64_t iova, uint64_t pa,
		    uint64_t bytes)
{
	return iova || pa != PAIR_PA ? -EINVAL : 0;
}

static void fake_run(struct side_tree *t, unsigned thread, enum side_exec exec,
		     const uint64_t *ops, size_t n, struct side_result *r)
{
	unsigned spins = t->new ? spins_new : spins_old;

	for (size_t i = 0; i < n; i++) {
		for (volatile unsigned k = 0; k < spins; k++)
			;
		if (exec != SIDE_UPDATE)
			r->sum += PAIR_PA + ops[i];
		else if ((ops[i] & 3) == OP_UNMAP &&
			 engine_op_bytes(ops[i]) >= 2 << 20)
			retired = true;
	}
	if (t->new &&exec != SIDE_UPDATE)
		r->sum += wrong_by;
	if (t->new &&exec == SIDE_UPDATE && update_error) {
		r->error = update_error;
		r->errors++;
	}
}

static void fake_barrier(struct side_tree *t)
{
	barriers++;
	retired = false;
}

#define SIDE(open_fn)                                                          \
	{                                                                      \
		.abi = SIDE_ABI, .design = fake_design, .open = (open_fn),     \
		.close = fake_close, .enter = fake_enter, .leave = fake_leave, \
		.map = fake_map, .run = fake_run, .barrier = fake_barrier      \
	}
static const struct side old_side = SIDE(open_old), new_side = SIDE(open_new);

static bool wanted(void *arg, const struct pair_case *c, const char *design)
{
	return pair_matches(only, design, c->name);
}

static void found(void *arg, const struct pair_sample *s)
{
	samples++;
	absent += !strcmp(s->design, "absent");
	if (s->triples < triples_least)
		triples_least = s->triples;
	if (!s->triples)
		return;
	change_least = fmin(change_least, s->change);
	change_most = fmax(change_most, s->change);
	canary_most = fmax(canary_most, fabs(s->canary));
	assert_true(s->tried >= s->triples);
}

static struct topo *topo;
static const volatile sig_atomic_t *stop;

static int measure(unsigned ncpus, struct err *e)
{
	unsigned cpus[SIDE_THREADS];
	struct pair_config cfg = {.side = {&old_side, &old_side, &new_side},
				  .seed = 7,
				  .triples = 8,
				  .topo = topo,
				  .cpus = cpus,
				  .ncpus = ncpus,
				  .wanted = wanted,
				  .found = found,
				  .stop = stop};

	for (unsigned i = 0; i < ncpus; i++)
		cpus[i] = topo->cpus[i].os_index;
	return pair_measure(&cfg, e);
}

static int start(void **state)
{
	spins_old = spins_new = 10;
	wrong_by = 0;
	update_error = 0;
	designs_n = 1;
	opened = barriers = unreclaimed = samples = absent = 0;
	heaps_differ = 0;
	triples_least = 1000;
	change_least = INFINITY;
	change_most = -INFINITY;
	canary_most = 0;
	only = "*/walk_dep_4k,*/4k";
	retired = false;
	stop = NULL;
	return 0;
}

static void half_as_fast_is_seen(void **state)
{
	struct err e = {0};

	/* a busy machine may leave no round clean */
	for (int i = 0; i < 20 && (triples_least < 3 || !i); i++) {
		start(state);
		spins_new = 20;
		assert_int_equal(measure(1, &e), 0);
		assert_int_equal(samples, 3);
	}
	assert_true(change_least > log(1.3) && change_most < log(2.6));
	assert_true(canary_most < log(1.3));
	assert_int_equal(heaps_differ, 0);
}

static void what_is_retired_is_reclaimed_first(void **state)
{
	struct err e = {0};

	only = "*/512x4k";
	assert_int_equal(measure(1, &e), 0);
	assert_int_equal(samples, 2);
	assert_true(barriers > 0);
	assert_int_equal(unreclaimed, 0);
	barriers = 0;
	only = "*/4k";
	assert_int_equal(measure(1, &e), 0);
	assert_int_equal(barriers, 0);
}

static void two_threads_walk_at_once(void **state)
{
	struct err e = {0};

	if (topo->ncpus < SIDE_THREADS)
		skip();
	only = "*/walk_thr_4k_2t";
	assert_int_equal(measure(SIDE_THREADS, &e), 0);
	assert_int_equal(samples, 1);
}

static void another_answer_is_no_time(void **state)
{
	struct err e = {0};

	wrong_by = 4096;
	assert_int_equal(measure(1, &e), -EBADMSG);
	assert_non_null(strstr(e.what, "walk_dep_4k, fake: the new build"));
	assert_non_null(strstr(e.what, "add up to"));
}

static void a_failed_update_is_no_time(void **state)
{
	struct err e = {0};

	update_error = -ENOSPC;
	assert_int_equal(measure(1, &e), -EBADMSG);
	assert_non_null(strstr(e.what, strerror(ENOSPC)));
}

static void what_cannot_run_here_is_left_out(void **state)
{
	struct err e = {0};

	designs_n = 2;
	assert_int_equal(measure(1, &e), 0);
	assert_int_equal(samples, 3);
	assert_int_equal(absent, 0);
}

static void a_stop_ends_it(void **state)
{
	static const volatile sig_atomic_t now = 1;
	struct err e = {0};

	stop = &now;
	assert_int_equal(measure(1, &e), -EINTR);
	assert_int_equal(samples, 0);
}

static int prepare(void **state)
{
	struct err e = {0};
	char why[256];

	return clock_init(true, &e) ||
	       topo_load(&topo, "live", why, sizeof(why));
}

static int finish(void **state)
{
	topo_free(topo);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(half_as_fast_is_seen, start),
		cmocka_unit_test_setup(what_is_retired_is_reclaimed_first,
				       start),
		cmocka_unit_test_setup(two_threads_walk_at_once, start),
		cmocka_unit_test_setup(another_answer_is_no_time, start),
		cmocka_unit_test_setup(a_failed_update_is_no_time, start),
		cmocka_unit_test_setup(what_cannot_run_here_is_left_out, start),
		cmocka_unit_test_setup(a_stop_ends_it, start),
	};

	return cmocka_run_group_tests_name("pair", tests, prepare, finish);
}
