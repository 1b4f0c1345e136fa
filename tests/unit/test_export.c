/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every output of a run with known contents. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>

#include "outputs/registry.h"
#include "workloads/walker_kind.h"
#include "filled_store.h"

static struct filled filled;
static struct store_run run;
static struct store_trials trials;

static int load(void **state)
{
	struct err e = {0};

	filled_open(&filled);
	filled_check(store_run_read(filled.store, filled.run, &run, &e), &e);
	filled_check(store_trials_load(filled.store, filled.run, STORE_HISTS,
				       &trials, &e),
		     &e);
	return 0;
}

static int release(void **state)
{
	store_trials_release(&trials);
	store_run_release(&run);
	filled_close(&filled);
	return 0;
}

static int write_as(const char *format, const struct store_trials *of,
		    char **text, struct err *e)
{
	const struct output_input in = {
		.run = &run, .trials = of, .margins = &margins_default};
	size_t size = 0;
	FILE *out = open_memstream(text, &size);
	int rc = output_find(format)->write(&in, out, e);

	fclose(out);
	return rc;
}

static char *must_write(const char *format, const struct store_trials *of)
{
	struct err e = {0};
	char *text = NULL;

	if (write_as(format, of, &text, &e))
		fail_msg("%s", e.what);
	return text;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static const char csv_of_first[] =
	"run,trial,design,workload,threads,repetition,metric,unit,source,"
	"value,disturbed,deterministic,clock,walker_kinds\n"
#define START                                 \
	"1,walks/spinlock/uniform/walkers:1/" \
	"footprint:64M#0,spinlock,uniform,1,0,"
	START "clock_cost_ns,ns,clock,23.5,0,0,,own\n" START
	"clock_step_ns,ns,clock,10,0,0,,own\n" START
	"control_ops_per_s,1/s,clock,100000000,0,0,,own\n" START
	"floor_dep_ns,ns,clock,6,0,0,,own\n" START
	"iotlb_hit_ratio,1,engine,0.125,0,1,,own\n" START
	"sim_l1d_misses_per_walk,1,sim,1.5,0,1,,own\n" START
	"table_bytes_held_peak,B,engine,135168,0,1,,own\n" START
	"walk_from_block,%,clock,90,0,0,,own\n" START
	"walk_lat_ns,ns,clock,30,0,0,,own\n" START
	"walk_ops_per_s,1/s,clock,33333333.333333332,0,0,,own\n" START
	"walk_p50_ns,ns,clock,30,0,0,block,own\n" START
	"walk_p999_ns,ns,clock,3000,0,0,,own\n" START
	"walk_p99_ns,ns,clock,50,0,0,,own\n" START
	"walk_x_floor,x,clock,5,0,0,,own\n";

static void csv_is_exact(void **state)
{
	const struct store_trials first = {.trial = trials.trial, .n = 1};
	char *text = must_write("csv", &first);

	assert_string_equal(text, csv_of_first);
	free(text);
}

static void csv_has_all_valid_trials(void **state)
{
	char *text = must_write("csv", &trials);
	size_t lines = 0;

	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	/* 13 trials, one of them wrong, 14 values each. */
	assert_int_equal(trials.n, 13);
	assert_int_equal(lines, 1 + 12 * 14);
	assert_int_equal(output_without_values(&trials), 1);
	assert_null(
		strstr(text, "walks/rcu/uniform/walkers:2/footprint:64M#2,"));
	/* The retry of a disturbed repetition, and that one, marked. */
	has(text, "walks/rcu/uniform/walkers:1/footprint:64M#1.1,rcu,uniform,1,"
		  "1,walk_lat_ns,ns,clock,8.5,0,0,,own\n");
	has(text, "walks/rcu/uniform/walkers:1/footprint:64M#1,rcu,uniform,1,1,"
		  "walk_lat_ns,ns,clock,9,1,0,,own\n");
	free(text);
}

static void csv_quotes(void **state)
{
	struct store_trial odd = trials.trial[0];
	const struct store_trials one = {.trial = &odd, .n = 1};
	char *text;

	odd.design = "a \"b\", c";
	text = must_write("csv", &one);
	has(text, ",\"a \"\"b\"\", c\",uniform,");
	has(text, "1,\"walks/a \"\"b\"\", c/uniform/walkers:1/footprint:64M#0\""
		  ",");
	free(text);
}

static void numbers_are_shortest(void **state)
{
	static const struct {
		double value;
		const char *want;
	} sample[] = {{0, "0"},
		      {-0.1, "-0.1"},
		      {1.0 / 3, "0.3333333333333333"},
		      {0.1 + 0.2, "0.30000000000000004"},
		      {1e300, "1e+300"},
		      {123456789, "123456789"}};
	char got[32];

	for (size_t i = 0; i < sizeof(sample) / sizeof(*sample); i++) {
		output_number(sample[i].value, got, sizeof(got));
		assert_string_equal(got, sample[i].want);
	}
}

static json_t *find(const json_t *list, const char *name, json_int_t index)
{
	json_t *j;
	size_t i;

	json_array_foreach(list, i, j)
	{
		const char *n = json_string_value(json_object_get(j, "name"));
		json_t *at = json_object_get(j, "repetition_index");

		if (!strcmp(n, name) &&
		    (index < 0 || json_integer_value(at) == index))
			return j;
	}
	fail_msg("no entry %s", name);
	return NULL;
}

static double number(const json_t *j, const char *key)
{
	json_t *v = json_object_get(j, key);

	if (!json_is_number(v))
		fail_msg("%s is not a number", key);
	return json_number_value(v);
}

static void json_has_the_context(void **state)
{
	char *text = must_write("json", &trials);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *c;

	assert_non_null(root);
	c = json_object_get(root, "context");
	assert_string_equal(json_string_value(json_object_get(c, "host_name")),
			    "box");
	assert_true(number(c, "num_cpus") == 2);
	assert_true(number(c, "mhz_per_cpu") == 2596);
	assert_true(json_is_string(json_object_get(c, "date")));
	assert_string_equal(
		json_string_value(json_object_get(c, "library_build_type")),
		"release");
	assert_true(number(json_array_get(json_object_get(c, "caches"), 0),
			   "size") == 49152);
	assert_true(json_number_value(json_array_get(
			    json_object_get(c, "load_avg"), 1)) == 0.25);
	assert_string_equal(
		json_string_value(json_object_get(
			json_object_get(c, "vtdbench_context"), "ticket")),
		"42");
	json_decref(root);
	free(text);
}

static void json_has_entries_and_aggregates(void **state)
{
	static const char name[] =
		"vtd/rcu/walk_lat/walks/uniform/footprint:64M/threads:1";
	char *text = must_write("json", &trials), aggregate[128];
	json_t *root = json_loads(text, 0, NULL), *list, *j;
	size_t i, errors = 0;

	list = json_object_get(root, "benchmarks");
	j = find(list, name, 0);
	assert_string_equal(json_string_value(json_object_get(j, "run_type")),
			    "iteration");
	assert_true(number(j, "real_time") == 8);
	assert_true(number(j, "cpu_time") == 8);
	assert_true(number(j, "threads") == 1);
	assert_true(number(j, "iotlb_hit_ratio") == 0.125);
	/* Which percentiles the clock was too coarse for. */
	assert_string_equal(
		json_string_value(json_object_get(j, "walk_p50_ns_clock")),
		"block");
	assert_string_equal(
		json_string_value(json_object_get(j, "walk_p99_ns_clock")),
		"steps");
	assert_null(json_object_get(j, "walk_p999_ns_clock"));
	assert_null(json_object_get(j, "clock"));
	assert_null(json_object_get(j, "CYCLES"));
	snprintf(aggregate, sizeof(aggregate), "%s_median", name);
	j = find(list, aggregate, -1);
	assert_true(number(j, "real_time") == 8.5);
	assert_string_equal(json_string_value(json_object_get(j, "run_name")),
			    name);
	snprintf(aggregate, sizeof(aggregate), "%s_stddev", name);
	/* Of 8, 10 and 8.5. */
	assert_true(fabs(number(find(list, aggregate, -1), "real_time") -
			 sqrt(13.0 / 12)) < 1e-9);
	json_array_foreach(list, i, j)
	{
		assert_true(json_is_string(json_object_get(j, "time_unit")));
		number(j, "real_time");
		number(j, "cpu_time");
		number(j, "iterations");
		if (json_is_true(json_object_get(j, "error_occurred"))) {
			errors++;
			assert_string_equal(json_string_value(json_object_get(
						    j, "error_message")),
					    "wrong: sum 1, not 2");
		}
	}
	assert_int_equal(errors, 1);
	json_decref(root);
	free(text);
}

static void markdown_has_tables(void **state)
{
	char *text = must_write("markdown", &trials);

	has(text, "## What does a walk cost, \"quoted\", and scale to?\n");
	has(text, "### walks / uniform, 2 walkers (own), footprint=64M\n");
	has(text, "| rcu | 8.50b | ~28.5 | 850 | 1.42 | 118M [100M, 125M] | "
		  "12.5 % | 1.50 | 132K | 1/4 |\n");
	has(text, "**1 of 3 trials wrong**, first "
		  "`walks/rcu/uniform/walkers:2/footprint:64M#2`: sum 1");
	has(text, "| 3/3, all used |");
	has(text, "\n`b` from blocks of 16 operations: ");
	has(text, "\n`~` within five steps of the clock: ");
	free(text);
}

static void hgrm_holds_one_histogram(void **state)
{
	struct store_trials one = {.trial = trials.trial, .n = 1};
	struct err e = {0};
	char *text = must_write("hgrm", &one);

	has(text, "       Value     Percentile TotalCount 1/(1-Percentile)\n\n"
		  "       9.000 0.000000000000         99           1.00\n"
		  "       9.000 0.100000000000         99           1.11\n");
	has(text, "    1007.000 1.000000000000        100\n");
	has(text, "#[Max     =     1007.000, Total count    =          100]\n");
	has(text, "#[Clock   = values below 50 ns are within five steps of the "
		  "clock (10 ns): see --hist walk_block]\n");
	free(text);
	assert_int_equal(write_as("hgrm", &trials, &text, &e), -EINVAL);
	has(e.what, "4 designs and cells");
	has(e.remedy, "--filter");
	free(text);
}

static void openmetrics_is_one_family_at_a_time(void **state)
{
	char *text = must_write("openmetrics", &trials), *at;

	/* Base units, as Prometheus has them; no type that it does not know. */
	has(text, "# TYPE vtdbench_walk_lat_seconds gauge\n"
		  "# HELP vtdbench_walk_lat_seconds ");
	has(text, "vtdbench_walk_lat_seconds{run=\"known\",sweep=\"walks\","
		  "design=\"rcu\",workload=\"uniform\","
		  "axes=\"footprint=64M\",walker_kinds=\"own\","
		  "walkers=\"1\",mappers=\"0\",dumpers=\"0\"} 8.5e-09\n");
	has(text, "# TYPE vtdbench_walk_ops_per_second gauge\n");
	for (at = text; (at = strstr(at, "# TYPE ")); at++) {
		const char *kind = strchr(at + 7, ' ');

		assert_memory_equal(kind, " gauge\n", 7);
	}
	has(text, "vtdbench_trials{run=\"known\",status=\"wrong\"} 1\n");
	assert_string_equal(text + strlen(text) - 7, "\n# EOF\n");
	at = strstr(text, "# TYPE vtdbench_walk_lat_seconds ");
	assert_null(strstr(at + 1, "# TYPE vtdbench_walk_lat_seconds "));
	free(text);
}

static void junit_counts_outcomes(void **state)
{
	struct store_trial odd[2] = {trials.trial[0], trials.trial[1]};
	const struct store_trials two = {.trial = odd, .n = 2};
	char *text = must_write("junit", &trials);

	has(text, " tests=\"13\" failures=\"1\" errors=\"0\" skipped=\"0\"");
	has(text, "<testcase name=\"walks/rcu/uniform/walkers:2/"
		  "footprint:64M#2\" classname=\"vtdbench.walks\" "
		  "time=\"0.500\">\n"
		  "      <failure message=\"sum 1, not 2\" type=\"wrong\"/>");
	free(text);
	odd[0].record.status = TRIAL_FAILED;
	snprintf(odd[0].record.reason, sizeof(odd[0].record.reason),
		 "a < b & \"c\"\n\x01");
	odd[1].record.status = TRIAL_INTERRUPTED;
	text = must_write("junit", &two);
	has(text, "<error message=\"a &lt; b &amp; &quot;c&quot;  \" "
		  "type=\"failed\"/>");
	has(text, "<skipped message=");
	free(text);
}

/* Ratios stand in every form that judges, and what is not resolved is said. */
static void ratios_are_in_every_form(void **state)
{
	static const struct {
		const char *form, *resolved, *not ;
	} want[] = {
		{"ratios",
		 "1,walks,uniform,1,0,0,footprint=64M,rcu,leak,walk_lat_ns,"
		 "0.28867513459481287,0.26666666666666666,0.3125,",
		 ",,,,2,0.1"},
		{"json", "\"verdict\": \"faster\"",
		 "\"verdict\": \"not resolved\""},
		{"markdown",
		 "| walk ns | rcu | 1 | 0.289 [0.267, 0.312] | 6 | "
		 "faster |",
		 "| 2 | not resolved |"},
		{"openmetrics",
		 "vtdbench_ratio_value{run=\"known\",sweep=\"walks\",design="
		 "\"rcu\""
		 ",reference=\"leak\",metric=\"walk_lat_ns\"",
		 "verdict=\"not resolved\""},
		{"junit", "<system-out>0.2887 x leak: faster</system-out>",
		 "<skipped message=\"not resolved\"/>"},
	};
	struct store_trial twice[64];
	struct store_trials all = {.trial = twice};

	/* Six draws are enough, three are not; spinlock plays the reference. */
	for (unsigned more = 0; more < 2; more++)
		for (size_t i = 0; i < trials.n; i++) {
			struct store_trial *t = &twice[all.n++];

			*t = trials.trial[i];
			t->repetition += 3 * more;
			if (t->attempt || t->record.status != TRIAL_OK ||
			    (more && t->walkers == 2))
				all.n--;
			else if (!strcmp(t->design, "spinlock"))
				t->design = "leak";
			t->record.disturbed = 0;
		}
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		char *text = must_write(want[i].form, &all);

		has(text, want[i].resolved);
		has(text, want[i].not );
		free(text);
	}
}

/* A word by itself: "known" and "device_walkers" are others. */
static bool says(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = text; (p = strstr(p, word)); p += n) {
		char before = p > text ? p[-1] : ' ', after = p[n];

		if (!isalnum((unsigned char)before) && before != '_' &&
		    !isalnum((unsigned char)after) && after != '_')
			return true;
	}
	return false;
}

/* What is asked first of a figure about a lock is in each form. */
static void every_form_says_who_walks(void **state)
{
	static const struct {
		const char *workload, *axes;
		unsigned walkers, mappers;
	} cell[WALKER_KINDS] = {
		[WALKER_OWN] = {"churn", "footprint=64M", 1, 0},
		[WALKER_FOREIGN] = {"churn", "footprint=64M", 1, 1},
		[WALKER_DEVICE] = {"churn", "device_walkers=1", 0, 1},
	};

	for (const struct output *o = outputs; o->name; o++)
		for (unsigned k = 0; k < WALKER_KINDS; k++) {
			struct store_trial two[2];
			/* one design has one histogram, two have ratios */
			const struct store_trials of = {
				.trial = two,
				.n = strcmp(o->name, "hgrm") ? 2 : 1};
			char *text;

			for (size_t i = 0; i < 2; i++) {
				two[i] = trials.trial[0];
				two[i].design = i ? "rcu" : "leak";
				two[i].workload = cell[k].workload;
				two[i].axes = cell[k].axes;
				two[i].walkers = cell[k].walkers;
				two[i].mappers = cell[k].mappers;
			}
			text = must_write(o->name, &of);
			for (unsigned i = 0; i < WALKER_KINDS; i++)
				if (says(text, walker_kind_name(i)) != (i == k))
					fail_msg("%s of a cell with walkers of "
						 "kind %s: \"%s\" is %sthere:\n"
						 "%s",
						 o->name, walker_kind_name(k),
						 walker_kind_name(i),
						 i == k ? "not " : "", text);
			free(text);
		}
}

static void otava_is_a_line_a_run(void **state)
{
	char *text = must_write("otava", &trials), *line;
	size_t columns[2] = {0, 0};

	has(text, "time,commit,walker_kinds,walks/rcu/uniform/walkers:1/"
		  "footprint:64M/"
		  "walk_lat_ns,");
	line = strchr(text, '\n') + 1;
	assert_non_null(strstr(line, ",0123456789abcdef,own,8.5,"));
	for (const char *p = text; *p; p++)
		columns[p >= line] += *p == ',';
	assert_int_equal(columns[0], columns[1]);
	assert_string_equal(strchr(line, '\n'), "\n");
	free(text);
}

/* Whatever a run gave, its columns are those of its trials. */
static void otava_has_the_columns_of_the_plan(void **state)
{
	struct store_trial odd[64];
	const struct store_trials cut = {.trial = odd, .n = trials.n};
	char *text = must_write("otava", &trials), *other;
	const char *line = strchr(text, '\n');

	memcpy(odd, trials.trial, trials.n * sizeof(*odd));
	/* One design gave nothing: as many columns, and no line. */
	for (size_t i = 0; i < trials.n; i++)
		if (!strcmp(odd[i].design, "rcu"))
			odd[i].record.status = TRIAL_FAILED;
	other = must_write("otava", &cut);
	assert_memory_equal(text, other, (size_t)(line + 1 - text));
	assert_string_equal(other + (line + 1 - text), "");
	free(other);
	/* One metric is missing: an empty field. */
	memcpy(odd, trials.trial, trials.n * sizeof(*odd));
	for (size_t i = 0; i < trials.n; i++)
		odd[i].record.nvalues = 1;
	other = must_write("otava", &cut);
	assert_memory_equal(text, other, (size_t)(line + 1 - text));
	assert_non_null(strstr(other, ",0123456789abcdef,"));
	free(other);
	/* A comma in a name begins no column. */
	for (size_t i = 0; i < trials.n; i++)
		odd[i].sweep = "a,b";
	other = must_write("otava", &cut);
	has(other, "time,commit,walker_kinds,\"a,b/rcu/uniform/walkers:1/"
		   "footprint:64M/"
		   "walk_lat_ns\",");
	free(other);
	free(text);
}

static void email_compares_with_the_first(void **state)
{
	char *text = must_write("email", &trials);

	has(text, "walks and updates: new = spinlock, old = rcu\n"
		  "(uniform, 1 walker (own), footprint=64M)\n");
	/* Medians 31 and 8.5, minima 30 and 8: 275 % slower. */
	has(text, "  walk              ,      31.0,8.5 ,      30.0,8.0 ,"
		  "  +275.00\n");
	free(text);
}

/* An empty run is a valid file of each form that can hold one. */
/* The operations of which only percentiles are known have marks, too. */
static void updates_have_marks(void **state)
{
	struct store_trial two[2] = {trials.trial[0], trials.trial[0]};
	const struct store_trials both = {.trial = two, .n = 2};
	char *text;

	for (size_t i = 0; i < 2; i++) {
		two[i].design = i ? "rcu" : "leak";
		record_init(&two[i].record);
		record_add(&two[i].record, METRIC_clock_step_ns, 10, false);
		record_add(&two[i].record, METRIC_map_p50_ns,
			   20 + 4.5 * (double)i, false);
		record_add(&two[i].record, METRIC_map_from_block, i ? 50 : 0,
			   false);
	}
	text = must_write("email", &both);
	has(text, "  map p50           ,   24.5b,~20.0 ,   24.5b,~20.0 ,");
	has(text, "\nb from blocks of 16 operations: ");
	has(text, "\n~ within five steps of the clock: ");
	free(text);
	text = must_write("json", &both);
	has(text, "\"clock\": \"block\"");
	has(text, "\"clock\": \"steps\"");
	free(text);
	text = must_write("csv", &both);
	has(text, ",map_p50_ns,ns,clock,24.5,0,0,block,own\n");
	has(text, ",map_p50_ns,ns,clock,20,0,0,steps,own\n");
	free(text);
	text = must_write("openmetrics", &both);
	has(text, "# TYPE vtdbench_map_from_block gauge\n");
	free(text);
	for (size_t i = 0; i < 2; i++)
		record_release(&two[i].record);
}

static void empty_run(void **state)
{
	const struct store_trials none = {0};

	for (const struct output *o = outputs; o->name; o++) {
		struct err e = {0};
		char *text = NULL;
		int rc = write_as(o->name, &none, &text, &e);

		if (strcmp(o->name, "hgrm"))
			assert_int_equal(rc, 0);
		else
			assert_int_equal(rc, -EINVAL);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_exact),
		cmocka_unit_test(csv_has_all_valid_trials),
		cmocka_unit_test(csv_quotes),
		cmocka_unit_test(numbers_are_shortest),
		cmocka_unit_test(json_has_the_context),
		cmocka_unit_test(json_has_entries_and_aggregates),
		cmocka_unit_test(markdown_has_tables),
		cmocka_unit_test(hgrm_holds_one_histogram),
		cmocka_unit_test(openmetrics_is_one_family_at_a_time),
		cmocka_unit_test(junit_counts_outcomes),
		cmocka_unit_test(ratios_are_in_every_form),
		cmocka_unit_test(every_form_says_who_walks),
		cmocka_unit_test(otava_is_a_line_a_run),
		cmocka_unit_test(otava_has_the_columns_of_the_plan),
		cmocka_unit_test(email_compares_with_the_first),
		cmocka_unit_test(updates_have_marks),
		cmocka_unit_test(empty_run),
	};

	return cmocka_run_group_tests(tests, load, release);
}
