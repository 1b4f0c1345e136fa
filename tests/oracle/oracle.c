/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's emulated VT-d judges the tables that every design builds: the second
 * stage of 3 and 4 levels in legacy and scalable mode and, by a QEMU that has
 * it, the first stage. TAP; docs/oracle.md says what is judged.
 *
 * Environment: CHECKS (DMAs at the second stage, 200000; half as many more at
 * the first), SEED (1), ORACLE_QEMU (qemu-system-x86_64), ORACLE_FIRST_STAGE
 * (a QEMU whose intel-iommu has x-flts; tests/oracle/run finds one).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alone.h"
#include "context.h"
#include "edu.h"
#include "judge.h"

enum {
	CHECKS_DEFAULT = 200000,
	CHECKS_ALL_KINDS = 20000, /* with these, everything must come up */
	WORLD_CHECKS = 3000,	  /* then new domains, new places */
	OPERATIONS_MAX = 24,	  /* between two looks */
	PLACES = 48,
	CORRUPTIONS = 6,
	FLUSHES_SHARE = 4, /* of the checks, more with the IOTLB kept */
};

static unsigned tests, failures;

static void result(bool good, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void result(bool good, const char *format, ...)
{
	va_list args;

	failures += !good;
	printf("%sok %u - ", good ? "" : "not ", ++tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

static const char *mode_name(const struct machine *m)
{
	return m->mode->name;
}

static uint64_t env_number(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);
	char *end;
	uint64_t n;

	if (!text || !*text)
		return fallback;
	n = strtoull(text, &end, 0);
	if (*end || *text == '-') {
		printf("Bail out! %s=%s is not a number\n", name, text);
		exit(2);
	}
	return n;
}

/* Some operations, then all kinds of looks at what they left. */
static void run_batch(struct world *w, struct edu *edu)
{
	uint64_t n = 1 + rng_below(&w->rng, OPERATIONS_MAX);

	while (n--)
		world_operate(w, &w->space[rng_below(&w->rng, MACHINE_SPACES)]);
	/* A wrong entry may lead to a table that is being reclaimed. */
	w->design->reclaim_barrier();
	for (unsigned i = 0; i < MACHINE_SPACES; i++) {
		struct space *s = &w->space[i];

		judge_places(w, s, PLACES);
		judge_size(w, s);
		for (unsigned c = 0; c < CORRUPTIONS; c++)
			judge_corruption(w, s);
		judge_structure(w, s);
	}
	edu_check(w, edu);
}

static bool enough(struct tally *const tally[], uint64_t checks)
{
	return tally[0]->checks >= checks && tally[1]->checks >= checks;
}

/* One design in one mode until either space has had its checks. */
static void judge_design(struct machine *m, const struct design *design,
			 struct tally *const tally[MACHINE_SPACES],
			 uint64_t checks, struct rng *seed)
{
	static struct world w;
	static struct edu edu;

	while (!m->q.broken && !enough(tally, checks)) {
		uint64_t until = tally[0]->checks + WORLD_CHECKS;

		w.rng = *seed;
		(void)rng_u64(seed);
		edu.pendings = 0;
		if (!world_open(&w, design, m, tally)) {
			space_fail(&w.space[0], "cannot set up: %s", m->q.why);
			return;
		}
		while (!m->q.broken && tally[0]->checks < until &&
		       !enough(tally, checks))
			run_batch(&w, &edu);
		edu_drain(&w, &edu);
		world_close(&w);
		if (tally[0]->failures + tally[1]->failures > 1000)
			return;
	}
}

/* The same with the IOTLB kept. */
static void judge_flushes(struct machine *m, const struct design *design,
			  struct tally *const tally[MACHINE_SPACES],
			  uint64_t checks, bool exact, struct rng *seed)
{
	static struct world w;
	static struct caching c;

	while (!m->q.broken && !enough(tally, checks)) {
		uint64_t until = tally[0]->checks + WORLD_CHECKS;

		w.rng = *seed;
		(void)rng_u64(seed);
		if (!caching_open(&c, &w, design, m, tally, exact)) {
			space_fail(&w.space[0], "cannot set up: %s", m->q.why);
			return;
		}
		while (!m->q.broken && tally[0]->checks < until &&
		       !enough(tally, checks))
			for (unsigned i = 0; i < MACHINE_SPACES; i++) {
				caching_operate(&c, &w.space[i]);
				caching_hold_back(&c, &w.space[i]);
				alone_judge(&c);
				context_judge(&c);
			}
		caching_close(&c);
		if (tally[0]->failures + tally[1]->failures > 1000)
			return;
	}
}

static void report_flushes(const struct machine *m, const struct design *design,
			   unsigned space, const struct tally *t)
{
	result(!m->q.broken && !t->failures && t->checks &&
		       t->stale == t->held_back &&
		       t->context_stale == t->contexts,
	       "%s, %u levels, %s, IOTLB kept: %" PRIu64
	       " checks after %" PRIu64 " operations and %" PRIu64
	       " invalidations (%" PRIu64 " of several pages, %" PRIu64
	       " of a domain; %" PRIu64 " descriptors alone), %" PRIu64
	       " of %" PRIu64 " late ones left stale answers, %" PRIu64
	       " of %" PRIu64 " context entries likewise, %" PRIu64 " wrong",
	       design->name, m->mode->levels[space], mode_name(m), t->checks,
	       t->operations, t->flushes, t->masked, t->domainwide, t->alone,
	       t->stale, t->held_back, t->context_stale, t->contexts,
	       t->failures);
}

static void report(const struct machine *m, const struct design *design,
		   unsigned space, const struct tally *t)
{
	uint64_t faults = 0;

	for (unsigned i = 0; i < 256; i++)
		faults += t->reason[i];
	result(!m->q.broken && !t->failures && t->checks,
	       "%s, %u levels, %s: %" PRIu64 " checks after %" PRIu64
	       " operations (%" PRIu64 " faults, %" PRIu64
	       " page sizes, %" PRIu64 " reads, %" PRIu64 "+%" PRIu64
	       " corruptions), %" PRIu64 " wrong",
	       design->name, m->mode->levels[space], mode_name(m), t->checks,
	       t->operations, faults, t->sizes, t->reads, t->corruptions,
	       t->structures, t->failures);
}

static void add(struct tally *sum, const struct tally *t)
{
	uint64_t *to = (uint64_t *)sum;
	const uint64_t *from = (const uint64_t *)t;

	for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
}

/* That nothing was judged only because it never came up. */
static void report_mode(const struct machine *m, const struct tally *t)
{
	const unsigned *reasons = m->mode->reasons;

	for (size_t i = 0; i < MACHINE_REASONS && reasons[i]; i++)
		result(t->reason[reasons[i]],
		       "%s: fault 0x%x met %" PRIu64 " times", mode_name(m),
		       reasons[i], t->reason[reasons[i]]);
	for (unsigned i = 1; i <= VTD_LEAF_LEVEL_MAX; i++)
		result(t->leaf[i], "%s: level-%u leaves used %" PRIu64 " times",
		       mode_name(m), i, t->leaf[i]);
	result(t->reads && t->sizes && t->structures,
	       "%s: %" PRIu64 " reads by edu, %" PRIu64 " page sizes, %" PRIu64
	       " corrupted root, context or PASID words",
	       mode_name(m), t->reads, t->sizes, t->structures);
	result(t->noticed,
	       "%s: %" PRIu64 " of %" PRIu64
	       " corrupted paging entries changed PA or faulted, as our walker"
	       " says",
	       mode_name(m), t->noticed, t->corruptions);
}

/* The judge, before it is believed. */
static void test_judge(struct machine *m, struct rng *seed)
{
	static struct world w;
	static struct tally own[MACHINE_SPACES];
	struct tally *const tally[] = {&own[0], &own[1]};
	unsigned given = 0, fooled = 0;

	w.rng = *seed;
	if (world_open(&w, designs[0], m, tally)) {
		for (unsigned i = 0; i < 40; i++)
			world_operate(&w, &w.space[1]);
		fooled = judge_fooled(&w, &w.space[1], &given);
	}
	world_close(&w);
	result(given && !fooled, "%s: the judge finds %u of %u lies",
	       mode_name(m), given - fooled, given);
}

static void run_mode(unsigned nth, const char *program, uint64_t checks,
		     uint64_t seed, struct tally *sum)
{
	static struct machine m;
	struct tally mode = {0};
	struct rng r;
	int rc = machine_start(&m, &machine_modes[nth], program);

	result(!rc, "%s: QEMU is up%s%s", mode_name(&m), rc ? ": " : "",
	       rc ? m.q.why[0] ? m.q.why : strerror(-rc) : "");
	rng_seed(&r, seed, nth);
	if (!rc)
		test_judge(&m, &r);
	for (unsigned i = 0; designs[i] && !rc; i++) {
		struct tally own[MACHINE_SPACES] = {0};
		struct tally *const tally[] = {&own[0], &own[1]};

		rng_seed(&r, seed, MACHINE_MODES * (i + 1) + nth);
		judge_design(&m, designs[i], tally, checks, &r);
		for (unsigned s = 0; s < MACHINE_SPACES; s++) {
			report(&m, designs[i], s, &own[s]);
			add(&mode, &own[s]);
		}
	}
	if (!rc && mode.checks >= CHECKS_ALL_KINDS / 2)
		report_mode(&m, &mode);
	if (m.q.broken || rc) {
		printf("# %s\n", m.q.why);
		qtest_print_log(&m.q);
	}
	add(sum, &mode);
	machine_stop(&m);
}

/* The same machine once more: what is flushed is what was asked for. @exact:
 * as caching_open() has it. */
static void run_flushes(unsigned nth, const char *program, bool exact,
			uint64_t checks, uint64_t seed, struct tally *sum)
{
	static struct machine m;
	struct tally mode = {0};
	struct rng r;
	int rc = machine_start(&m, &machine_modes[nth], program);

	for (unsigned i = 0; designs[i] && !rc; i++) {
		struct tally own[MACHINE_SPACES] = {0};
		struct tally *const tally[] = {&own[0], &own[1]};

		rng_seed(&r, seed, MACHINE_MODES * (i + 1000) + nth);
		judge_flushes(&m, designs[i], tally, checks, exact, &r);
		for (unsigned s = 0; s < MACHINE_SPACES; s++) {
			report_flushes(&m, designs[i], s, &own[s]);
			add(&mode, &own[s]);
		}
	}
	result(!rc && !m.q.broken && mode.stale && mode.flushes &&
		       mode.masked && mode.domainwide && mode.alone &&
		       mode.devices && mode.contexts && mode.context_moved,
	       "%s, IOTLB kept: %" PRIu64 " invalidations, %" PRIu64
	       " of several pages, %" PRIu64 " of a domain, %" PRIu64
	       " late ones; %" PRIu64 " descriptors alone, %" PRIu64
	       " of devices' TLBs; %" PRIu64 " context entries changed%s",
	       mode_name(&m), mode.flushes, mode.masked, mode.domainwide,
	       mode.stale, mode.alone, mode.devices, mode.contexts,
	       exact ? "" : ", nearby pages of the domain not judged");
	if (m.q.broken || rc) {
		printf("# %s\n", m.q.why);
		qtest_print_log(&m.q);
	}
	add(sum, &mode);
	machine_stop(&m);
}

static bool system_lacks(const char *program)
{
	char command[512];

	if (!program || !*program)
		return true;
	snprintf(command, sizeof(command), "command -v '%s' >/dev/null",
		 program);
	return system(command) != 0;
}

static void skip(const char *what, const char *why)
{
	printf("ok %u - %s # SKIP %s\n", ++tests, what, why);
}

int main(void)
{
	uint64_t checks = env_number("CHECKS", CHECKS_DEFAULT);
	uint64_t seed = env_number("SEED", 1), cells = 0;
	const char *program = getenv("ORACLE_QEMU");
	const char *first_stage = getenv("ORACLE_FIRST_STAGE");
	struct tally sum = {0};
	time_t start = time(NULL);
	bool newer = !system_lacks(first_stage);

	if (!program)
		program = "qemu-system-x86_64";
	while (designs[cells / 4])
		cells += 4;
	checks = (checks + cells - 1) / cells; /* of each space */
	printf("# SEED=%" PRIu64 " CHECKS=%" PRIu64 "\n", seed, checks * cells);
	for (unsigned i = 0; i < MACHINE_MODES; i++) {
		bool first = machine_modes[i].format == VTD_FS;
		const char *by = first ? first_stage : program;

		if (system_lacks(by)) {
			skip(machine_modes[i].name,
			     first ? "no QEMU with a first stage" : "no QEMU");
			continue;
		}
		run_mode(i, by, checks, seed, &sum);
		run_flushes(i, newer ? first_stage : by, newer,
			    checks / FLUSHES_SHARE + 1, seed, &sum);
	}
	printf("# %" PRIu64 " checks, %" PRIu64 " corruptions, %" PRIu64
	       " wrong, %lld s, SEED=%" PRIu64 "\n1..%u\n",
	       sum.checks, sum.corruptions + sum.structures, sum.failures,
	       (long long)(time(NULL) - start), seed, tests);
	return failures ? 1 : 0;
}
