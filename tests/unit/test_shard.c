/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shards: together exactly the plan, and each question on one machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/shard.h"

static const char text[] =
	"repetitions: 3\n"
	"sweeps:\n"
	"  - {name: a, design: all, walkers: [1, 2, 4],"
	" footprint: [2M, 4M, 64M], page_size: [4K, 2M]}\n"
	"  - {name: b, workload: churn, design: all, walkers: [0, 1],"
	" mappers: 1, levels: [3, 4]}\n";
enum { QUESTIONS = 3 * 2 + 2 };

struct planned {
	struct config c;
	struct topo *t;
	struct plan plan;
};

static void make(struct planned *p)
{
	struct config_errors errs;
	struct err e;
	char why[200];

	if (config_parse(&p->c, "t.yaml", text, strlen(text), NULL, 0, &errs))
		fail_msg("%s", errs.e[0].what);
	if (topo_load(&p->t, "synthetic:node:1 core:8 pu:1", why, sizeof(why)))
		fail_msg("%s", why);
	if (plan_make(&p->c, p->t, &p->plan, &e))
		fail_msg("%s", e.what);
}

static void release(struct planned *p)
{
	plan_release(&p->plan);
	config_release(&p->c);
	topo_free(p->t);
}

static int in_question(const struct trial_plan *a, const struct trial_plan *b)
{
	return !strcmp(a->p.sweep, b->p.sweep) &&
	       a->p.work.footprint_bytes == b->p.work.footprint_bytes &&
	       a->p.work.page_bytes == b->p.work.page_bytes &&
	       a->p.engine.levels == b->p.engine.levels;
}

/* For every number of shards: owner[i] is the shard of the plan's trial i. */
static void deal(const struct planned *whole, unsigned count, unsigned *owner,
		 uint64_t *ns)
{
	struct err e;

	memset(owner, 0, whole->plan.ntrials * sizeof(*owner));
	for (unsigned s = 1; s <= count; s++) {
		struct planned part;
		uint64_t before = 0;

		make(&part);
		assert_int_equal(shard_take(&part.plan,
					    (struct shard){s, count}, &e),
				 0);
		assert_true(part.plan.ntrials > 0);
		for (size_t i = 0; i < part.plan.ntrials; i++) {
			const struct trial_plan *t = &part.plan.trials[i];

			assert_true(t->order < whole->plan.ntrials);
			assert_true(!i || t->order > before);
			before = t->order;
			assert_string_equal(t->key,
					    whole->plan.trials[t->order].key);
			/* Nobody else has it. */
			assert_int_equal(owner[t->order], 0);
			owner[t->order] = s;
		}
		ns[s] = part.plan.estimated_ns;
		release(&part);
	}
}

static void together_the_plan(void **state)
{
	struct planned whole;
	unsigned *owner;

	make(&whole);
	owner = calloc(whole.plan.ntrials, sizeof(*owner));
	assert_non_null(owner);
	for (unsigned count = 1; count <= QUESTIONS; count++) {
		uint64_t ns[QUESTIONS + 1], sum = 0;

		deal(&whole, count, owner, ns);
		for (size_t i = 0; i < whole.plan.ntrials; i++) {
			assert_in_range(owner[i], 1, count);
			for (size_t k = 0; k < i; k++)
				if (in_question(&whole.plan.trials[i],
						&whole.plan.trials[k]))
					assert_int_equal(owner[i], owner[k]);
		}
		for (unsigned s = 1; s <= count; s++)
			sum += ns[s];
		assert_true(sum == whole.plan.estimated_ns);
	}
	free(owner);
	release(&whole);
}

/* No shard has more than the least one and the longest question. */
static void evenly(void **state)
{
	struct planned whole;
	uint64_t ns[QUESTIONS + 1], longest = 0, least, most;
	unsigned *owner;

	make(&whole);
	owner = calloc(whole.plan.ntrials, sizeof(*owner));
	assert_non_null(owner);
	deal(&whole, QUESTIONS, owner, ns);
	for (unsigned s = 1; s <= QUESTIONS; s++)
		longest = ns[s] > longest ? ns[s] : longest;
	for (unsigned count = 2; count < QUESTIONS; count++) {
		deal(&whole, count, owner, ns);
		least = UINT64_MAX, most = 0;
		for (unsigned s = 1; s <= count; s++) {
			least = ns[s] < least ? ns[s] : least;
			most = ns[s] > most ? ns[s] : most;
		}
		assert_true(most - least <= longest);
	}
	free(owner);
	release(&whole);
}

static void not_more_than_there_is(void **state)
{
	struct shard s = {1, QUESTIONS + 1};
	struct planned p;
	struct err e = {0};
	size_t n;

	make(&p);
	n = p.plan.ntrials;
	assert_int_equal(shard_take(&p.plan, s, &e), -EINVAL);
	assert_non_null(strstr(e.remedy, "N up to 8"));
	assert_int_equal(p.plan.ntrials, n);
	assert_int_equal(shard_take(&p.plan, (struct shard){0, 0}, &e), 0);
	assert_int_equal(p.plan.ntrials, n);
	release(&p);
}

static void reads_i_of_n(void **state)
{
	static const char *const wrong[] = {"",
					    "4",
					    "/",
					    "4/",
					    "/4",
					    "0/4",
					    "5/4",
					    "4/x",
					    "x/4",
					    "-1/4",
					    "+1/4",
					    "1/ 4",
					    "1/4/4",
					    "1/0",
					    "0/0",
					    "1/4 ",
					    "1.5/4",
					    "1/10001",
					    "4294967297/4294967297"};
	struct shard s = {7, 7};
	struct err e = {0};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		if (shard_parse(wrong[i], &s, &e) != -EINVAL)
			fail_msg("'%s' is taken", wrong[i]);
		assert_true(*e.remedy);
		assert_int_equal(s.number, 7);
	}
	assert_int_equal(shard_parse("1/1", &s, &e), 0);
	assert_int_equal(shard_parse("12/10000", &s, &e), 0);
	assert_int_equal(s.number, 12);
	assert_int_equal(s.count, 10000);
}

static void names(void **state)
{
	struct planned a, b;
	char one[SHARD_DIGEST], two[SHARD_DIGEST];
	char sweep[SHARD_SWEEP], other[SHARD_SWEEP], longest[70];
	struct err e;

	make(&a);
	make(&b);
	shard_digest(&a.plan, one);
	shard_digest(&b.plan, two);
	assert_string_equal(one, two);
	b.plan.ntrials--;
	shard_digest(&b.plan, two);
	assert_string_not_equal(one, two);
	release(&a);
	release(&b);

	shard_sweep_name("a", 1, "0.1", "-O2", 4, sweep);
	shard_sweep_name("a", 1, "0.1", "-O2", 4, other);
	assert_string_equal(sweep, other);
	assert_int_equal(shard_check_name(sweep, &e), 0);
	shard_sweep_name("b", 1, "0.1", "-O2", 4, other);
	assert_string_not_equal(sweep, other);
	shard_sweep_name("a", 2, "0.1", "-O2", 4, other);
	assert_string_not_equal(sweep, other);
	shard_sweep_name("a", 1, "0.2", "-O2", 4, other);
	assert_string_not_equal(sweep, other);
	shard_sweep_name("a", 1, "0.1", "-O3", 4, other);
	assert_string_not_equal(sweep, other);
	shard_sweep_name("a", 1, "0.1", "-O2", 5, other);
	assert_string_not_equal(sweep, other);

	memset(longest, 'x', sizeof(longest));
	longest[65] = '\0';
	assert_int_equal(shard_check_name(longest, &e), -EINVAL);
	longest[64] = '\0';
	assert_int_equal(shard_check_name(longest, &e), 0);
	assert_int_equal(shard_check_name("", &e), -EINVAL);
	assert_int_equal(shard_check_name("a b", &e), -EINVAL);
	assert_int_equal(shard_check_name("nightly-2026.11.24_1", &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(together_the_plan),
		cmocka_unit_test(evenly),
		cmocka_unit_test(not_more_than_there_is),
		cmocka_unit_test(reads_i_of_n),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
