/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate's judgement, written as JSON and read back, says the same. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "views/gate_read.h"

enum { METRICS = 6, SAMPLES = 14 };

static char path[] = "/tmp/test_gate_read.XXXXXX";

/* One of each kind of verdict; walks of 4K and 2M, so that a level is named. */
struct made {
	struct gate gate;
	struct gate_metric metric[METRICS];
	struct gate_exact exact[2];
	double ns[METRICS][2][SAMPLES];
	struct gate_sides old, new;
	struct gate_output output;
};

static void add(struct made *m, const char *metric, const char *design,
		enum ratio_verdict verdict, double log, double half)
{
	size_t i = m->gate.n++;
	struct gate_metric *to = &m->metric[i];

	*to = (struct gate_metric){.old_ns = m->ns[i][0],
				   .new_ns = m->ns[i][1],
				   .tried = 160,
				   .lost_old = i,
				   .lost_new = 2 * i};
	to->c = pair_metric_case(metric, &to->half);
	assert_non_null(to->c);
	strcpy(to->design, design);
	to->change.ratio = (struct ratio){.log = {log, log - half, log + half,
						  GATE_CONFIDENCE},
					  .draws = SAMPLES,
					  .margin = log1p(0.015),
					  .verdict = verdict};
	to->twin.ratio = to->change.ratio;
	to->twin.ratio.log.value = log / 2;
	to->twin.ratio.verdict = i ? RATIO_SAME : RATIO_SLOWER;
	if (isinf(half))
		to->change.ratio.log.confidence = 0;
	for (unsigned k = 0; k < SAMPLES; k++) {
		to->old_ns[k] = 7.25 + k + (double)i;
		to->new_ns[k] = to->old_ns[k] * exp(log);
	}
	m->gate.count[verdict]++;
}

static void make(struct made *m)
{
	*m = (struct made){.old = {.name = "old <1>", .commit = "abc", .n = 3},
			   .new = {.name = "new", .n = 2}};
	m->gate = (struct gate){.metric = m->metric,
				.exact = m->exact,
				.nexact = 2,
				.exact_compared = 40,
				.no_instructions = "no valgrind",
				.processes = 80,
				.seconds = 61.5,
				.orders_built = {true, false},
				.status = EXIT_REGRESSION,
				.why = "too few"};
	add(m, "walk_dep_4k", "rcu", RATIO_SLOWER, 0.05, 0.01);
	add(m, "walk_dep_2m", "rcu", RATIO_SAME, 0.001, 0.002);
	add(m, "walk_dep_4k", "none", RATIO_FASTER, -0.3, 0.02);
	add(m, "map_4k", "none", RATIO_UNRESOLVED, 0.02, INFINITY);
	add(m, "unmap_4k", "none", RATIO_UNEQUAL, 0.02, 0.03);
	add(m, "unmap_4k", "rcu", RATIO_UNRESOLVED, 0, INFINITY);
	m->metric[5].change.ratio.draws = 0;
	m->exact[0] = (struct gate_exact){"rcu",
					  "walk_dep_4k",
					  "references",
					  4,
					  5,
					  true,
					  "+1 reference per walk (4 -> 5)"};
	m->exact[1] = (struct gate_exact){"none", "held", "bytes",  9,
					  8,	  false,  "-1 byte"};
	m->output = (struct gate_output){.g = &m->gate,
					 .old = &m->old,
					 .new = &m->new,
					 .machine = "a CPU",
					 .host = "here",
					 .started_utc = "2026-01-02T03:04:05Z",
					 .again = "vtdbench gate --x\n"};
}

static char *written(const struct gate_output *o, enum form form)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	forms_print(&gate_forms, o, form, out);
	fclose(out);
	return text;
}

static char *forest(const struct gate_output *o)
{
	char *text = NULL, why[256];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(gate_forest(o, out, why), 1);
	fclose(out);
	return text;
}

/* All that a page says but for its picture. */
static char *paged(const struct gate_output *o)
{
	struct document d = {0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	gate_forms.body(o, true, &d);
	gate_forms.origin(o, &d);
	document_html(&d, out);
	fclose(out);
	doc_release(&d);
	return text;
}

static void put(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void same(char *a, char *b)
{
	assert_string_equal(a, b);
	free(a);
	free(b);
}

static void what_is_read_says_the_same(void **state)
{
	struct gate_read r;
	struct err e = {0};
	struct made m;
	char *json;

	make(&m);
	json = written(&m.output, FORM_JSON);
	put(json);
	assert_int_equal(gate_read(&r, path, &e), 0);
	for (enum form form = FORM_TEXT; form <= FORM_JUNIT; form++)
		same(written(&r.output, form), written(&m.output, form));
	same(forest(&r.output), forest(&m.output));
	same(paged(&r.output), paged(&m.output));
	assert_string_equal(r.output.again, m.output.again);
	assert_string_equal(r.output.machine, m.output.machine);
	gate_read_release(&r);
	free(json);
}

/* Its verdict and pages are parts of a page of another. */
static void it_is_a_part_of_a_page(void **state)
{
	struct document d = {0};
	struct err e = {0};
	struct made m;
	bool verdict = false, fold = false;
	char *json;

	make(&m);
	json = written(&m.output, FORM_JSON);
	put(json);
	free(json);
	assert_int_equal(gate_append(path, &d, &e), 0);
	assert_int_equal(d.block[0].kind, DOC_HEADING);
	assert_int_equal(d.block[0].level, 2);
	assert_string_equal(d.block[0].text, "Is new slower than old <1>?");
	for (size_t i = 0; i < d.n; i++) {
		const struct doc_block *b = &d.block[i];

		verdict |= b->kind == DOC_VERDICT && b->tone == DOC_BAD &&
			   strstr(b->text, "regression: 1 metrics slower");
		fold |= b->kind == DOC_FOLD;
		assert_true(b->kind != DOC_TITLE);
		assert_true(!i || b->kind != DOC_HEADING || b->level > 2);
		if (b->name)
			assert_int_equal(strncmp(b->name, "gate-", 5), 0);
	}
	assert_true(verdict);
	assert_true(fold);
	doc_release(&d);
}

static void what_is_none_is_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} sample[] = {
		{"", "test_gate_read"},
		{"{", "test_gate_read"},
		{"[1]", "no judgement of a gate"},
		{"{\"metrics\": 1}", "no judgement of a gate"},
		{"{\"metrics\": []}", "no judgement of a gate"},
		{"{\"metrics\": [], \"status\": 1}", "no judgement of a gate"},
		{"{\"metrics\": [], \"status\": \"0\"}",
		 "no judgement of a gate"},
		{"{\"status\": 0, \"metrics\": [{\"metric\": \"walk_x\"}]}",
		 "'walk_x' is no"},
		{"{\"status\": 0, \"metrics\": [7]}", "'' is no metric"},
		{"{\"status\": 0, \"metrics\": [{\"metric\": \"walk_dep_4k\","
		 "\"change\": {\"samples\": 1000000000}}]}",
		 "more than 100000 samples"},
	};

	for (size_t i = 0; i < sizeof(sample) / sizeof(*sample); i++) {
		struct document d = {0};
		struct err e = {0};

		put(sample[i].text);
		assert_int_equal(gate_append(path, &d, &e), -EINVAL);
		if (!strstr(e.what, sample[i].says))
			fail_msg("%s: %s", sample[i].text, e.what);
		assert_int_equal(d.n, 0);
		doc_release(&d);
	}
}

static int begin(void **state)
{
	int fd = mkstemp(path);

	return fd < 0 ? -1 : close(fd);
}

static int end(void **state)
{
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_says_the_same),
		cmocka_unit_test(it_is_a_part_of_a_page),
		cmocka_unit_test(what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
