/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configs: what they mean, which layer wins, and where each error is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plan/config.h"
#include "plan/question.h"

static struct config_errors errs;

static int parse(struct config *c, const char *text, const char *set)
{
	return config_parse(c, "t.yaml", text, strlen(text), &set, set ? 1 : 0,
			    &errs);
}

/* The only error begins with @where and has @what in it. */
static void error_at(const char *text, const char *where, const char *what)
{
	struct config c;

	assert_int_equal(parse(&c, text, NULL), -EINVAL);
	assert_int_equal(errs.n, 1);
	if (strncmp(errs.e[0].what, where, strlen(where)) ||
	    errs.e[0].what[strlen(where)] != ':' ||
	    !strstr(errs.e[0].what, what))
		fail_msg("'%s' is not '%s: …%s'", errs.e[0].what, where, what);
}

static void axis_is(const struct config *c, size_t sweep, const char *key,
		    const char *list)
{
	const struct config_axis *a = config_axis(&c->sweeps[sweep], key);
	char text[400] = "";

	for (size_t i = 0; i < a->n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s%s", i ? "," : "", a->values[i].text);
	assert_string_equal(text, list);
}

static void test_layers(void **state)
{
	static const char text[] = "name: quick\n"
				   "phase: 40ms\n"
				   "iotlb: {sets: [16, 64]}\n"
				   "sweeps:\n"
				   "  - name: one\n"
				   "    walkers: [1, 2]\n"
				   "    phase: 20ms\n"
				   "  - iotlb.sets: 4\n";
	struct config c;

	assert_int_equal(parse(&c, text, NULL), 0);
	assert_string_equal(c.text, text);
	assert_string_equal(c.run.name, "quick");
	assert_int_equal(c.run.repetitions, 6);
	assert_int_equal(c.nsweeps, 2);
	assert_string_equal(c.sweeps[0].name, "one");
	assert_string_equal(c.sweeps[1].name, "sweep2");
	axis_is(&c, 0, "phase", "20ms");
	axis_is(&c, 1, "phase", "40ms");
	axis_is(&c, 0, "iotlb.sets", "16,64");
	axis_is(&c, 1, "iotlb.sets", "4");
	axis_is(&c, 0, "walkers", "1,2");
	axis_is(&c, 1, "walkers", "1");
	for (size_t i = 0; designs[i]; i++)
		assert_string_equal(
			config_axis(&c.sweeps[0], "design")->values[i].text,
			designs[i]->name);
	config_release(&c);

	setenv("VTDBENCH_PHASE", "30ms", 1);
	setenv("VTDBENCH_IOTLB_SETS", "8,32", 1);
	assert_int_equal(parse(&c, text, "phase=50ms"), 0);
	axis_is(&c, 0, "phase", "50ms");
	axis_is(&c, 1, "phase", "50ms");
	axis_is(&c, 1, "iotlb.sets", "8,32");
	config_release(&c);
	unsetenv("VTDBENCH_PHASE");
	unsetenv("VTDBENCH_IOTLB_SETS");

	assert_int_equal(parse(&c, text, "walkers=1,2,3"), 0);
	axis_is(&c, 1, "walkers", "1,2,3");
	config_release(&c);
}

static void test_forms(void **state)
{
	struct config c;

	assert_int_equal(parse(&c, "name: n\nwalkers: 2\n", NULL), 0);
	assert_int_equal(c.nsweeps, 1);
	assert_string_equal(c.sweeps[0].name, "n");
	config_release(&c);

	/* Anchors and aliases. */
	assert_int_equal(parse(&c,
			       "sweeps:\n"
			       "  - {walkers: &w [1, 2], mappers: *w}\n",
			       NULL),
			 0);
	axis_is(&c, 0, "mappers", "1,2");
	config_release(&c);

	assert_int_equal(config_load(&c, NULL, NULL, 0, &errs), 0);
	assert_string_equal(c.text, "");
	config_release(&c);
}

static void test_places(void **state)
{
	error_at("walkrs: 1\n", "t.yaml:1:1", "unknown key 'walkrs'");
	assert_string_equal(errs.e[0].remedy, "did you mean 'walkers'?");
	error_at("swepes: 1\n", "t.yaml:1:1", "unknown key 'swepes'");
	error_at("name: n\n\nwalkers: 10x\n", "t.yaml:3:10", "'x' after");
	error_at("walkers: [1, 10x]\n", "t.yaml:1:14", "'x' after");
	error_at("walkers: []\n", "t.yaml:1:10", "empty list");
	error_at("walkers: {a: 1}\n", "t.yaml:1:10", "mapping");
	error_at("walkers: [[1]]\n", "t.yaml:1:11", "a list in the list");
	error_at("walkers:\n", "t.yaml:1:9", "no value");
	error_at("walkers: 1\nwalkers: 2\n", "t.yaml:2:1",
		 "given twice; first at line 1");
	error_at("iotlb.sets: 1\niotlb:\n  sets: 2\n", "t.yaml:3:3",
		 "given twice");
	error_at("walkers: [1, 0x1]\n", "t.yaml:1:14", "twice");
	error_at("design: [all, none]\n", "t.yaml:1:15", "twice");
	error_at("design: [none, all]\n", "t.yaml:1:16", "'all' beside");
	error_at("seed: [1, 2]\n", "t.yaml:1:7", "takes one value");
	error_at("phase: [1ms, 2ms]\n", "t.yaml:1:8", "takes one value");
	error_at("iotlb: 3\n", "t.yaml:1:8", "expected a mapping");
	error_at("iotlb: {wys: 3}\n", "t.yaml:1:9", "unknown key 'iotlb.wys'");
	error_at("footprint: 0\n", "t.yaml:1:12", "from 4K to 128T");
	error_at("trace: gone.gz\n", "t.yaml:1:8", "No such file");
	error_at("[1]: 2\n", "t.yaml:1:1", "as a key");
	error_at("\"\\0\": 2\n", "t.yaml:1:1", "as a key");
	error_at("title: \"a\\0b\"\n", "t.yaml:1:8", "zero byte");
	error_at("sweeps: []\n", "t.yaml:1:9", "empty list");
	error_at("sweeps: 1\n", "t.yaml:1:9", "expected a list of sweeps");
	error_at("sweeps:\n  - 1\n", "t.yaml:2:5", "expected a mapping");
	error_at("sweeps:\n  - seed: 1\n", "t.yaml:2:5", "run as a whole");
	error_at("sweeps:\n  - {name: a}\n  - {name: a}\n", "t.yaml:3:12",
		 "another sweep");
	error_at("sweeps:\n  - {name: a, name: b}\n", "t.yaml:2:21", "twice");
	error_at("sweeps: [{}]\nsweeps: [{}]\n", "t.yaml:2:9", "given twice");
}

/* However many choices a key has: what is expected is said whole. */
static void test_choices_whole(void **state)
{
	const struct option_row *row;
	char text[600], accepts[600];

	for (size_t i = 0; (row = option_at(i)); i++) {
		if (row->type != OPTION_NAME && row->type != OPTION_ENUM)
			continue;
		snprintf(text, sizeof(text), "%s: no-such-choice\n", row->key);
		option_accepts(row, accepts, sizeof(accepts));
		error_at(text, "t.yaml:1", accepts);
	}
}

static void test_no_config(void **state)
{
	error_at("", "t.yaml", "is empty");
	error_at("# nothing\n", "t.yaml", "is empty");
	error_at("~\n", "t.yaml:1:1", "expected a mapping");
	error_at("- 1\n", "t.yaml:1:1", "expected a mapping");
	error_at("a: [1\nb", "t.yaml:3:1", "not valid YAML");
	error_at("a: *b\n", "t.yaml:1:4", "not valid YAML");
	assert_string_equal(errs.e[0].remedy, "");
	error_at("sim:\n \tops: 1\n", "t.yaml:2:2", "not valid YAML");
	assert_non_null(strstr(errs.e[0].remedy, "no tabs"));
	error_at("name n\nseed: 1\n", "t.yaml:2:5", "not valid YAML");
	assert_non_null(strstr(errs.e[0].remedy, "':' missing"));
	error_at("title: a: b\n", "t.yaml:1:9", "not valid YAML");
	assert_non_null(strstr(errs.e[0].remedy, "quotes"));
	error_at("sweeps: [{}]\n--- {}\n", "t.yaml:2:1", "second document");
	error_at("\x7f"
		 "ELF\x01\x02",
		 "t.yaml", "no text file");
	error_at("walkers: 1\n---\nwalkers: 2\n", "t.yaml:2:1",
		 "second document");
}

static void test_merge(void **state)
{
	struct config c;

	/* A sweep's own keys win, in whatever order; lists of aliases; chains. */
	assert_int_equal(
		parse(&c,
		      "sweeps:\n"
		      "  - &a {name: a, design: rcu, walkers: 1, mappers: 3}\n"
		      "  - &b {walkers: 2, <<: *a, name: b}\n"
		      "  - <<: [{ops: 128}, *b, {ops: 256, dumpers: 1}]\n"
		      "    name: c\n"
		      "    \"dumpers\": 2\n",
		      NULL),
		0);
	assert_string_equal(c.sweeps[1].name, "b");
	axis_is(&c, 1, "design", "rcu");
	axis_is(&c, 1, "walkers", "2");
	axis_is(&c, 1, "mappers", "3");
	axis_is(&c, 2, "walkers", "2");
	axis_is(&c, 2, "ops", "128");
	axis_is(&c, 2, "dumpers", "2");
	config_release(&c);

	error_at("<<: 1\n", "t.yaml:1:5", "expected a mapping");
	error_at("<<: [{ops: 64}, 2]\n", "t.yaml:1:17", "expected a mapping");
	error_at("sim: &a\n  <<: *a\n", "t.yaml:1:6", "into itself");
	error_at("<<: {ops: 64}\n<<: {ops: 128}\n", "t.yaml:1:1",
		 "given twice; write <<: [*a, *b]");
	error_at("\"<<\": {ops: 64}\n", "t.yaml:1:1", "unknown key '<<'");
	error_at("sweeps:\n- &a {ops: 10x}\n- <<: *a\n  ops: 64\n",
		 "t.yaml:2:12", "'x' after");
}

/* What other programs read into YAML, and what nobody would guess. */
static void test_odd_values(void **state)
{
	struct config c;

	error_at("walkers: !include x\n", "t.yaml:1:10", "tag '!include'");
	error_at("walkers: !!binary MQ==\n", "t.yaml:1:10", "tag ");
	assert_int_equal(parse(&c, "walkers: !!int \"2\"\n", NULL), 0);
	axis_is(&c, 0, "walkers", "2");
	config_release(&c);
	assert_int_equal(parse(&c,
			       "\xef\xbb\xbf%YAML 1.1\r\n---\r\nname: \"null\""
			       "\r\nops:\t0x80\r\n...\r\n",
			       NULL),
			 0);
	assert_string_equal(c.run.name, "null");
	axis_is(&c, 0, "ops", "0x80");
	config_release(&c);
	error_at("results: null\n", "t.yaml:1:10", "no value");
	error_at("counters: ~\n", "t.yaml:1:11", "no value");
	error_at("walkers: 017\n", "t.yaml:1:10", "octal or decimal");
	error_at("walkers: 0o17\n", "t.yaml:1:10", "'o17' after");
	error_at("walkers: 1e3\n", "t.yaml:1:10", "'e3' after");
	error_at("walkers: 1_000\n", "t.yaml:1:10", "'_000' after");
	error_at("walkers: -0\n", "t.yaml:1:10", "is negative");
	error_at("walkers: .inf\n", "t.yaml:1:10", "no number");
	error_at("zipf_theta: -.inf\n", "t.yaml:1:13", "no number");
	error_at("zipf_theta: .nan\n", "t.yaml:1:13", "no number");
	error_at("zipf_theta: 1e999\n", "t.yaml:1:13", "out of range");
	error_at("sim: {ops: 1000}\nsim: {l1d: 4K}\n", "t.yaml:2:1",
		 "sim: given twice; first at line 1");
	error_at("title: \"a\\e[31mb\"\n", "t.yaml:1:8", "control character");
	error_at("title: \"a\\nb\"\n", "t.yaml:1:8", "control character");
	error_at("title: \"a\\u009bb\"\n", "t.yaml:1:8", "control character");
	error_at("topology: \"\\e\"\n", "t.yaml:1:11", "control character");
}

/* CPU time of refusing or taking @text. */
static double time_of(const char *text)
{
	double best = 1e9;

	for (unsigned i = 0; i < 3; i++) {
		struct config c;
		clock_t before = clock();
		double took;

		if (!parse(&c, text, NULL))
			config_release(&c);
		took = (double)(clock() - before) / CLOCKS_PER_SEC;
		best = took < best ? took : best;
	}
	return best;
}

/* @n times @item, which may take a number, between @begin and @end. */
static char *many(const char *begin, const char *item, unsigned n,
		  const char *end)
{
	size_t room = strlen(begin) + strlen(end) + n * (strlen(item) + 12) + 1;
	char *text = malloc(room);
	size_t at = 0;

	assert_non_null(text);
	at += (size_t)snprintf(text, room, "%s", begin);
	for (unsigned i = 0; i < n; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		at += (size_t)snprintf(text + at, room - at, item, i + 64);
#pragma GCC diagnostic pop
	}
	snprintf(text + at, room - at, "%s", end);
	return text;
}

/* Eight times as long takes about eight times as long, not sixty-four. */
static void test_linear_time(void **state)
{
	static const char *const cases[][3] = {
		{"ops: [", "%u, ", "1000]\n"},
		{"ops: [", "%u, ", "64]\n"},
		{"walkers: [", "1, ", "1]\n"},
		{"", "key%u: 1\n", ""},
		{"sweeps:\n", "- {ops: %u}\n", ""},
		{"ops: [", "&a%u 64, ", "64]\n"},
		{"", "%%TAG !a%u! x\n", "---\n"},
		{"", "- ", ""},
		{"", "? ", ""},
		{"base: &b {ops: 64}\nx: {", "<<: *b, ", "}\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *small = many(cases[i][0], cases[i][1], 4000, cases[i][2]);
		char *large =
			many(cases[i][0], cases[i][1], 32000, cases[i][2]);
		double a = time_of(small), b = time_of(large);

		/* Below a few milliseconds the clock's step is all there is. */
		if (b > 24 * a && b > 0.05)
			fail_msg("case %zu: %g s, then %g s", i, a, b);
		free(small);
		free(large);
	}
}

static void test_many_errors(void **state)
{
	char text[4096] = "";
	struct config c;

	assert_int_equal(parse(&c, "walkers: x\nmappers: y\n", NULL), -EINVAL);
	assert_int_equal(errs.n, 2);
	for (unsigned i = 0; i < 50; i++)
		snprintf(text + strlen(text), 32, "nokey%u: 1\n", i);
	assert_int_equal(parse(&c, text, NULL), -EINVAL);
	assert_int_equal(errs.n, CONFIG_ERRORS_MAX);
}

/* Deep nesting must neither crash nor hang. */
static void test_deep(void **state)
{
	size_t n = 100000;
	char *text = malloc(n + 1);
	struct config c;

	assert_non_null(text);
	memset(text, '[', n);
	text[n] = '\0';
	assert_int_equal(parse(&c, text, NULL), -EINVAL);
	memset(text, '{', n);
	assert_int_equal(parse(&c, text, NULL), -EINVAL);
	free(text);
}

static void test_set_errors(void **state)
{
	static const char *const cases[][2] = {
		{"walkers", "--set walkers: no '='"},
		{"walkrs=1", "--set walkrs=1: unknown key"},
		{"walkers=1,2x", "--set walkers=2x: walkers: '2x'"},
		{"walkers=", "--set walkers=: walkers: no value"},
		{"seed=1,2", "--set seed=1,2: seed: '1,2' has ',2' after"},
	};
	struct config c;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(parse(&c, "name: n\n", cases[i][0]), -EINVAL);
		assert_int_equal(errs.n, 1);
		assert_memory_equal(errs.e[0].what, cases[i][1],
				    strlen(cases[i][1]));
	}
	setenv("VTDBENCH_WALKERS", "x", 1);
	assert_int_equal(parse(&c, "name: n\n", NULL), -EINVAL);
	assert_memory_equal(errs.e[0].what, "VTDBENCH_WALKERS=x: walkers:", 28);
	unsetenv("VTDBENCH_WALKERS");
}

static void test_files(void **state)
{
	struct config c;

	assert_int_equal(config_load(&c, "/nowhere/x.yaml", NULL, 0, &errs),
			 -ENOENT);
	assert_int_equal(errs.n, 1);
	assert_int_equal(config_load(&c, "/", NULL, 0, &errs), -EISDIR);
	assert_int_equal(config_load(&c, "/dev/zero", NULL, 0, &errs), -EINVAL);
	assert_non_null(strstr(errs.e[0].what, "longer than"));
}

/* What a run was begun with, although its trace is no longer there. */
static void test_stored(void **state)
{
	static const char text[] = "budget: 90s\n"
				   "precision: {walk: 1%, update: 3}\n"
				   "trace: gone.trace\n"
				   "nonsense: 1\n"
				   "#! set precision.walk=2.5%\n"
				   "#! set walkers=7\n"
				   "#! set repetitions=9\n"
				   "#! filter budget=1s\n";
	struct params_run run;

	config_run_keys(text, &run);
	assert_int_equal(run.budget_ns, UINT64_C(90000000000));
	assert_true(run.precision.walk == 0.025);
	assert_true(run.precision.update == 0.03);
	assert_true(run.precision.contended == 0);
	assert_int_equal(run.repetitions, 9);
	config_run_keys(NULL, &run);
	assert_int_equal(run.repetitions, 6);
	assert_int_equal(run.budget_ns, 0);
}

/* One claim; @more ends it, each line with its newline. */
static const char *asking(const char *more)
{
	static char text[1000];

	snprintf(text, sizeof(text),
		 "question:\n"
		 "  claims:\n"
		 "    - who: A\n"
		 "      when: now\n"
		 "      says: >-\n"
		 "        it\n"
		 "        is\n"
		 "      source: here\n"
		 "%s"
		 "sweeps:\n"
		 "  - name: one\n",
		 more);
	return text;
}

#define RULE "      metric: walk_lat_ns\n      design: rcu\n"

static void test_question(void **state)
{
	struct question q;
	struct config c;

	assert_int_equal(parse(&c,
			       asking(RULE "      ratio: 1.049\n"
					   "      sweep: one\n"
					   "      where: {iotlb: {sets: 16},"
					   " walkers: [1, 2]}\n"),
			       NULL),
			 0);
	question_of(c.text, &q);
	assert_int_equal(q.n, 1);
	assert_null(q.claim[0].unread);
	assert_string_equal(q.claim[0].says, "it is");
	assert_string_equal(q.claim[0].metric.text[0], "walk_lat_ns");
	assert_null(q.claim[0].against);
	assert_int_equal(q.claim[0].where.n, 2);
	assert_string_equal(q.claim[0].rule, "1.049");
	question_release(&q);
	config_release(&c);
	question_of(NULL, &q);
	assert_int_equal(q.n, 0);
	question_of("a: [", &q);
	assert_int_equal(q.n, 0);
}

static void test_question_errors(void **state)
{
	error_at(asking(RULE), "t.yaml:3:7", "a claim needs who");
	error_at(asking(RULE "      ratio: about 2\n"), "t.yaml:11:14",
		 "no statement about a ratio");
	assert_non_null(strstr(errs.e[0].remedy, "same within 1%"));
	error_at(asking(RULE "      ratio: same\n      metrik: {}\n"),
		 "t.yaml:12:7", "unknown key 'metrik' in a claim");
	assert_non_null(strstr(errs.e[0].remedy, "'metric'"));
	error_at(asking(RULE "      ratio: same\n      sweep: two\n"),
		 "t.yaml:3:7", "no sweep 'two'");
	error_at(asking("      metric: walk_lat\n      design: rcu\n"
			"      ratio: same\n"),
		 "t.yaml:3:7", "no metric 'walk_lat'");
	error_at(asking("      metric: walk_lat_ns\n      design: rcv\n"
			"      ratio: same\n"),
		 "t.yaml:3:7", "no design 'rcv'");
	error_at(asking(RULE "      ratio: same\n      against: rcv\n"),
		 "t.yaml:3:7", "no design 'rcv'");
	error_at(asking(RULE "      ratio: same\n      ratio: same\n"),
		 "t.yaml:12:7", "given twice");
	error_at(asking(RULE "      ratio: same\n      count: none\n"),
		 "t.yaml:12:7", "the other of ratio and count");
	error_at(asking(RULE "      count: few\n"), "t.yaml:11:14",
		 "no statement about a count");
	error_at(asking(RULE "      count: none\n"), "t.yaml:3:7",
		 "does not count events");
	error_at(asking("      metric: race_dumps_exposed\n      design: rcu\n"
			"      against: leak\n      count: none\n"),
		 "t.yaml:3:7", "held against nothing");
	error_at(asking(RULE "      ratio: same\n      where: {design: rcu}\n"),
		 "t.yaml:12:14", "cells have no design");
	error_at(asking(RULE "      ratio: same\n      where: {walkers: x}\n"),
		 "t.yaml:12:24", "walkers");
	error_at(asking(RULE "      ratio: same\n      where: 3\n"),
		 "t.yaml:12:14", "expected a mapping");
	error_at(asking(RULE "      ratio: [same]\n"), "t.yaml:11:14",
		 "expected a text");
	error_at("question: {}\n", "t.yaml:1:11", "expected 'claims'");
	error_at("question: {claims: []}\n", "t.yaml:1:11",
		 "expected 'claims'");
	error_at("question: {claims: [3]}\n", "t.yaml:1:21",
		 "expected a mapping");
	error_at("questio: {claims: [3]}\n", "t.yaml:1:1", "unknown key");
	assert_non_null(strstr(errs.e[0].remedy, "'question'"));
	error_at(asking("      metric: [[a]]\n"), "t.yaml:9:16",
		 "a list in the list");
	error_at(asking("      design: \"a\\nb\"\n"), "t.yaml:9:15",
		 "a control character");
}

/* A run goes on with the defaults that it was begun with. */
static void test_of_then(void **state)
{
	static const char *const defaults[] = {"inv.submit_ns=7"};
	static const char text[] = "name: n\nsweeps:\n  - {name: a}\n"
				   "  - {name: b, inv.service_ns: 3}\n";
	struct config_over over = {.stored = true};
	struct config c;

	assert_int_equal(config_parse_over(&c, "t.yaml", text, strlen(text),
					   &over, &errs),
			 0);
	axis_is(&c, 0, "inv.submit_ns", "0");
	axis_is(&c, 0, "inv.service_ns", "0");
	axis_is(&c, 1, "inv.service_ns", "3");
	config_release(&c);
	over.defaults = defaults;
	over.ndefaults = 1;
	assert_int_equal(config_parse_over(&c, "t.yaml", text, strlen(text),
					   &over, &errs),
			 0);
	axis_is(&c, 0, "inv.submit_ns", "7");
	axis_is(&c, 1, "inv.submit_ns", "7");
	axis_is(&c, 0, "inv.service_ns", "0");
	axis_is(&c, 0, "iotlb.sets", "64");
	config_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_choices_whole),
		cmocka_unit_test(test_no_config),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_odd_values),
		cmocka_unit_test(test_linear_time),
		cmocka_unit_test(test_many_errors),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_set_errors),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_stored),
		cmocka_unit_test(test_of_then),
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_question_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
