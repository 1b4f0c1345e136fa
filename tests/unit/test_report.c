/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of a run with known contents, figure by figure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <math.h>
#include <cmocka.h>

#include "base/format.h"
#include "document/page.h"
#include "outputs/report.h"
#include "filled_store.h"

static char *text;

static int print(void **state)
{
	struct filled f;
	struct err e = {0};
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	filled_open(&f);
	assert_int_equal(report_print(f.store, f.run, out, &e), 0);
	fclose(out);
	filled_close(&f);
	if (getenv("SHOW"))
		fputs(text, stderr);
	return 0;
}

static int release(void **state)
{
	free(text);
	return 0;
}

static void has(const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void says_what_and_where(void **state)
{
	/* The question comes first. */
	assert_int_equal(strncmp(text, "What does a walk cost", 21), 0);
	has("\"known\"");
	has("done: 12 of 12 trials; seed 7");
	has("Test CPU, 2 CPUs, 1 NUMA node");
	has("kernel Linux 6.1.0; built by gcc 12.2.0");
	/* The retry of rcu was clean; spinlock beside it never. */
	has("Noise: a thread lost its CPU in 4 of 13 attempts (12 trials and 1 "
	    "retry); in 3 trials some phase was\n    disturbed in every "
	    "attempt; at the start load 0.5");
	has("step 10 ns; a reading costs 23.5 ns");
	has("Walkers are CPU threads (iova_to_phys, debugfs dump), not the "
	    "hardware walker, which");
	has("Not counted: CYCLES (no such event on this machine).");
	has("sim");
}

/* The line of @design in the table after @heading. */
static void row(const char *heading, const char *design, char *line,
		size_t size)
{
	const char *at = strstr(text, heading);
	char start[64];

	assert_non_null(at);
	snprintf(start, sizeof(start), "\n  %s ", design);
	at = strstr(at, start);
	assert_non_null(at);
	snprintf(line, size, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
}

static void figures_of_one_walker(void **state)
{
	char line[256], first[24], p50[24], p99[24], p999[24], floor[24];

	row("1 walker (own), footprint=64M; floor 6.00 ns", "rcu", line,
	    sizeof(line));
	assert_int_equal(sscanf(line, "%23s %23s %23s %23s %23s", first, p50,
				p99, p999, floor),
			 5);
	/* Clean repetitions: 8, 10, and 8.5 for the disturbed 9. */
	assert_string_equal(p50, "8.50b");
	assert_string_equal(p99, "~28.5");
	assert_string_equal(p999, "850");
	assert_string_equal(floor, "1.42");
	assert_non_null(strstr(line, "118M [100M, 125M]"));
	assert_non_null(strstr(line, "12.5%"));
	assert_non_null(strstr(line, " 1.50 "));
	assert_non_null(strstr(line, " 132K "));
	assert_non_null(strstr(line, " 1/4"));
	assert_null(strstr(line, "1/4!"));
	/* As registered, not as they came out. */
	assert_true(strstr(text, "\n  spinlock ") < strstr(text, "\n  rcu "));
}

static void scale_and_disturbance(void **state)
{
	char line[256];

	row("2 walkers (own), footprint=64M", "spinlock", line, sizeof(line));
	assert_non_null(strstr(line, " 3/3!"));
	/* 2/41 against 1/31: the medians of three repetitions. */
	assert_non_null(strstr(line, " 1.51 "));
	has("private work scales 2.00");
	has("! a figure of this row has no attempt in which no thread lost");
	has("! rcu: 1 of 3 trials gave wrong answers: sum 1, not 2");
}

static void add_attempt(struct store_trial *t, unsigned attempt,
			unsigned disturbed)
{
	*t = (struct store_trial){.sweep = "s",
				  .design = "rcu",
				  .workload = "uniform",
				  .cell = "c",
				  .axes = "",
				  .params = "{}",
				  .walkers = 1,
				  .attempt = attempt};
	record_init(&t->record);
	t->record.disturbed = disturbed;
	record_add(&t->record, METRIC_walk_lat_ns, 9, false);
	record_add(&t->record, METRIC_walk_p50_ns, 9, false);
	record_add(&t->record, METRIC_walk_ops_per_s, 1e8, false);
}

/* What is printed of two attempts at one trial. */
static char *of_two(unsigned first, unsigned second, char *lost, size_t size)
{
	struct store_trial two[2];
	const struct store_trials trials = {.trial = two, .n = 2};
	struct report_marks marks = {0};
	struct document d = {0};
	struct summary s;
	size_t length = 0;
	char *table = NULL;
	FILE *out = open_memstream(&table, &length);

	add_attempt(&two[0], 0, first);
	add_attempt(&two[1], 1, second);
	summary_make(&s, &trials, NULL);
	report_cell(&s, &s.cell[0], &margins_default, &d, &marks);
	document_text(&d, out);
	doc_release(&d);
	fclose(out);
	report_lost(&trials, lost, size);
	summary_release(&s);
	record_release(&two[0].record);
	record_release(&two[1].record);
	return table;
}

/* Sweeps as in the config, whatever else in it has their names. */
static void sweeps_in_order(void **state)
{
	static const char config[] = "name: a\n# name: a\n"
				     "title: 'name: a'\n"
				     "no_such_key_today: 1\n"
				     "sweeps:\n"
				     "  - {walkers: 1, name: z}\n"
				     "  - walkers: 2\n"
				     "  - name: \"a\"\n"
				     "    workload: gone\n"
				     "#! set name=a\n";
	static const char *const stored[] = {"a", "elsewhere", "sweep2", "z"};
	static const char *const order[] = {"z", "sweep2", "a", "elsewhere"};
	struct store_trial four[4];
	const struct store_trials trials = {.trial = four, .n = 4};
	struct summary s;

	for (size_t i = 0; i < 4; i++) {
		add_attempt(&four[i], 0, 0);
		four[i].sweep = stored[i];
	}
	summary_make(&s, &trials, config);
	assert_int_equal(s.ncells, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(s.cell[i].sample->sweep, order[i]);
	summary_release(&s);
	summary_make(&s, &trials, "{ no: yaml");
	assert_string_equal(s.cell[0].sample->sweep, "a");
	summary_release(&s);
	for (size_t i = 0; i < 4; i++)
		record_release(&four[i].record);
}

/* A median is marked as most of its repetitions are. */
static void marks_of_a_median(void **state)
{
	struct store_trial three[3];
	const struct store_trials trials = {.trial = three, .n = 3};
	const struct summary_row *row;
	struct summary s;

	for (unsigned i = 0; i < 3; i++) {
		add_attempt(&three[i], 0, 0);
		three[i].repetition = i;
		record_add(&three[i].record, METRIC_walk_p99_ns,
			   40 + 100 * (i < 2), false);
		record_add(&three[i].record, METRIC_walk_from_block,
			   i < 2 ? 50 : 99, false);
	}
	summary_make(&s, &trials, NULL);
	row = &s.cell[0].row[0];
	assert_int_equal(summary_mark(row, METRIC_walk_p50_ns), MARK_BLOCK);
	assert_int_equal(summary_mark(row, METRIC_walk_p99_ns), MARK_NONE);
	assert_int_equal(summary_mark(row, METRIC_walk_p999_ns), MARK_NONE);
	summary_release(&s);
	for (unsigned i = 0; i < 3; i++)
		record_release(&three[i].record);
}

/* n/n is always n/n!, and the counts of a run say what each is of. */
static void disturbed_counts_agree(void **state)
{
	char lost[256], *table;

	/* Both attempts were, yet each figure has a clean one. */
	table = of_two(PHASE_LATENCY, PHASE_THROUGHPUT, lost, sizeof(lost));
	assert_non_null(strstr(table, " 1/2\n"));
	assert_string_equal(lost, "a thread lost its CPU in 2 of 2 attempts (1 "
				  "trial and 1 retry)");
	free(table);
	table = of_two(PHASE_LATENCY, PHASE_LATENCY, lost, sizeof(lost));
	assert_non_null(strstr(table, " 2/2!\n"));
	assert_string_equal(lost, "a thread lost its CPU in 2 of 2 attempts (1 "
				  "trial and 1 retry); in 1 trial some phase "
				  "was disturbed in every attempt");
	free(table);
	/* Private work is no figure of a table, and not retried. */
	table = of_two(PHASE_CONTROL, PHASE_CONTROL, lost, sizeof(lost));
	assert_non_null(strstr(table, " 0/2\n"));
	assert_null(strstr(lost, "every attempt"));
	free(table);
	table = of_two(0, 0, lost, sizeof(lost));
	assert_non_null(strstr(table, " 0/2\n"));
	free(table);
}

/* A draw whose CPUs shared a core lost nothing that a thread could see. */
static void shared_cores_are_said(void **state)
{
	static const char *const said =
		"; of 2 trials of several threads 1 had two CPUs on one core, "
		"1 had them further apart than others";
	struct store_trial two[2];
	const struct store_trials trials = {.trial = two, .n = 2};
	char lost[256];

	for (unsigned i = 0; i < 2; i++) {
		add_attempt(&two[i], 0, i ? PHASE_ALL : 0);
		two[i].repetition = i;
		record_add(&two[i].record, METRIC_batches, 10, false);
		record_add(&two[i].record, METRIC_batches_lost, 0, false);
		record_add(&two[i].record, METRIC_core_share, i ? 0.5 : 1,
			   false);
	}
	two[0].record.disturbed = PHASE_APART;
	assert_true(report_lost(&trials, lost, sizeof(lost)));
	assert_non_null(strstr(lost, said));
	assert_null(strstr(lost, "every attempt"));
	two[0].record.disturbed = 0;
	two[1].record.disturbed = 0;
	assert_false(report_lost(&trials, lost, sizeof(lost)));
	for (unsigned i = 0; i < 2; i++)
		record_release(&two[i].record);
}

/* Waiting for reclamation is in the figures, and is said below them. */
static void what_bounds_is_said(void **state)
{
	struct store_trial one;
	const struct store_trials trials = {.trial = &one, .n = 1};

	for (unsigned stalls = 0; stalls < 2; stalls++) {
		struct report_marks marks = {0};
		struct document d = {0};
		struct summary s;
		size_t length = 0;
		char *table = NULL;
		FILE *out = open_memstream(&table, &length);

		add_attempt(&one, 0, 0);
		record_add(&one.record, METRIC_reclaim_stalls, 7 * stalls,
			   false);
		summary_make(&s, &trials, NULL);
		report_cell(&s, &s.cell[0], &margins_default, &d, &marks);
		document_text(&d, out);
		doc_release(&d);
		fclose(out);
		assert_int_equal(strstr(table, "rcu is bounded: its mappers "
					       "waited 7 times") != NULL,
				 stalls);
		summary_release(&s);
		record_release(&one.record);
		free(table);
	}
}

/* Columns of their own for cells with devices, and with a queue; each form of
 * the report says who walked. */
static void devices_and_invalidations(void **state)
{
	typedef void writer(const struct document *d, FILE *out);
	static writer *const writers[] = {document_text, document_markdown,
					  document_html};
	struct store_trial one;
	const struct store_trials trials = {.trial = &one, .n = 1};
	struct report r = {.trials = trials, .margins = margins_default};
	struct document d = {0};

	add_attempt(&one, 0, 0);
	one.workload = "ring";
	one.mappers = 1;
	one.axes = "device_walkers=2";
	one.params = "{\"inv.submit_ns\":\"10\",\"inv.service_ns\":\"70\"}";
	record_add(&one.record, METRIC_device_translate_ns, 11, false);
	record_add(&one.record, METRIC_device_lat_ns, 321, false);
	record_add(&one.record, METRIC_device_miss_ns, 654, false);
	record_add(&one.record, METRIC_inv_ns_per_unmap, 987, false);
	record_add(&one.record, METRIC_inv_share, 0.876, false);
	record_add(&one.record, METRIC_inv_waits_per_unmap, 0.00391, false);
	record_add(&one.record, METRIC_inv_descriptors_per_unmap, 1, false);
	summary_make(&r.summary, &trials, NULL);
	report_cells(&r, &d);
	report_hardware(&r.summary, &d);
	for (size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++) {
		static const char *const parts[] = {
			"1 walker (foreign) + 1 mapper + 2 devices",
			"321",
			"654",
			"987",
			"87.6%",
			"0.00391",
			"10+70"};
		size_t length = 0;
		char *form = NULL;
		FILE *out = open_memstream(&form, &length);

		writers[i](&d, out);
		fclose(out);
		for (size_t k = 0; k < sizeof(parts) / sizeof(*parts); k++)
			if (!strstr(form, parts[k]))
				fail_msg("no \"%s\" in:\n%s", parts[k], form);
		/* of strict unmaps there are none, and no column */
		assert_null(strstr(form, "flushes"));
		free(form);
	}
	doc_release(&d);
	summary_release(&r.summary);
	record_release(&one.record);
}

static void fits_the_width(void **state)
{
	for (const char *p = text; *p; p += strcspn(p, "\n") + 1)
		assert_true(strcspn(p, "\n") <= PAGE_WIDTH);
	assert_null(strstr(text, "no room"));
}

static void writes_figures(void **state)
{
	static const struct {
		void (*print)(double, char *, size_t);
		double value;
		const char *want;
	} sample[] = {
		{format_ns, 0, "0.00"},	       {format_ns, 9.994, "9.99"},
		{format_ns, 9.996, "10.0"},    {format_ns, 99.96, "100"},
		{format_ns, 99999, "99999"},   {format_ns, 123456, "123k"},
		{format_ns, 2e9, "2000M"},     {format_si, 12345678, "12.3M"},
		{format_si, 999.6, "1.00k"},   {format_si, 12, "12.0"},
		{format_bytes, 0, "0"},	       {format_bytes, 4096, "4.00K"},
		{format_bytes, 1536, "1.50K"}, {format_bytes, 1e15, "909T"},
	};
	char got[32];

	for (size_t i = 0; i < sizeof(sample) / sizeof(*sample); i++) {
		sample[i].print(sample[i].value, got, sizeof(got));
		assert_string_equal(got, sample[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_and_where),
		cmocka_unit_test(figures_of_one_walker),
		cmocka_unit_test(scale_and_disturbance),
		cmocka_unit_test(marks_of_a_median),
		cmocka_unit_test(sweeps_in_order),
		cmocka_unit_test(disturbed_counts_agree),
		cmocka_unit_test(shared_cores_are_said),
		cmocka_unit_test(what_bounds_is_said),
		cmocka_unit_test(devices_and_invalidations),
		cmocka_unit_test(fits_the_width),
		cmocka_unit_test(writes_figures),
	};

	return cmocka_run_group_tests(tests, print, release);
}
