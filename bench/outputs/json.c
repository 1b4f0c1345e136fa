/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON in the form of google-benchmark: one entry per trial and timed
 * operation, then mean, median, standard deviation and coefficient of
 * variation over the repetitions that count. The other values of a trial are
 * counters of its first entry.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "outputs/registry.h"
#include "store/trial_name.h"
#include "judge/summary.h"
#include "judge/timed.h"

/* "vtd/rcu/walk_lat/uniform/footprint:64M/threads:2". */
static void entry_name(const struct store_trial *t, const char *op, char *text,
		       size_t size)
{
	char axes[256];
	size_t n = (size_t)snprintf(text, size, "vtd/%s/%s/%s/%s", t->design,
				    op, t->sweep, t->workload);

	trial_axes_path(t, axes, sizeof(axes));
	if (n < size)
		n += (size_t)snprintf(text + n, size - n, "%s", axes);
	if (t->mappers && n < size)
		n += (size_t)snprintf(text + n, size - n, "/mappers:%u",
				      t->mappers);
	if (t->dumpers && n < size)
		n += (size_t)snprintf(text + n, size - n, "/dumpers:%u",
				      t->dumpers);
	if (n < size)
		snprintf(text + n, size - n, "/threads:%u",
			 t->walkers + t->mappers + t->dumpers);
}

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

/* What was stored as JSON, or null where it was nothing or is damaged. */
static json_t *parsed(const char *text)
{
	json_t *j = text ? json_loads(text, 0, NULL) : NULL;

	return j ? j : json_null();
}

/* Our list of caches as google-benchmark writes it. */
static json_t *caches(const json_t *machine)
{
	json_t *list = json_array(), *cache;
	size_t i;

	json_array_foreach(json_object_get(machine, "caches"), i, cache)
	{
		json_int_t level =
			json_integer_value(json_object_get(cache, "level"));

		json_array_append_new(
			list, json_pack("{s:s, s:I, s:I, s:I}", "type",
					level == 1 ? "Data" : "Unified",
					"level", level, "size",
					json_integer_value(json_object_get(
						cache, "bytes")),
					"num_sharing",
					json_integer_value(json_object_get(
						cache, "shared_by"))));
	}
	return list;
}

static json_t *context(const struct store_run *run)
{
	json_t *machine = parsed(run->machine), *noise = parsed(run->noise);
	json_t *load = json_object_get(noise, "load_avg");
	json_t *c = json_object();
	char id[24], seed[24];

	snprintf(id, sizeof(id), "%" PRId64, run->id);
	snprintf(seed, sizeof(seed), "%" PRIu64, run->seed);
	json_object_set_new(c, "date", text_or_null(run->started_utc));
	json_object_set_new(c, "host_name", text_or_null(run->host));
	json_object_set_new(c, "executable", json_string("vtdbench"));
	json_object_set_new(c, "num_cpus",
			    json_integer(json_integer_value(
				    json_object_get(machine, "cpus"))));
	json_object_set_new(c, "mhz_per_cpu",
			    json_integer((json_int_t)json_number_value(
				    json_object_get(machine, "mhz"))));
	json_object_set_new(c, "caches", caches(machine));
	json_object_set_new(c, "load_avg",
			    json_is_array(load) ? json_incref(load)
						: json_array());
	json_object_set_new(c, "library_build_type", json_string("release"));
	json_object_set_new(c, "json_schema_version", json_integer(1));
	json_object_set_new(c, "vtdbench_version", text_or_null(run->version));
	json_object_set_new(c, "vtdbench_commit", text_or_null(run->commit));
	json_object_set_new(c, "vtdbench_run", json_string(id));
	json_object_set_new(c, "vtdbench_run_uuid", text_or_null(run->uuid));
	json_object_set_new(c, "vtdbench_run_name", text_or_null(run->name));
	json_object_set_new(c, "vtdbench_seed", json_string(seed));
	json_object_set_new(c, "vtdbench_compiler",
			    text_or_null(run->compiler));
	json_object_set_new(c, "vtdbench_cflags", text_or_null(run->cflags));
	json_object_set_new(c, "vtdbench_kernel", text_or_null(run->kernel));
	json_object_set_new(c, "vtdbench_machine", machine);
	json_object_set_new(c, "vtdbench_noise", noise);
	json_object_set_new(c, "vtdbench_context", parsed(run->context));
	return c;
}

/* What all entries of @row have. */
static json_t *entry(const struct summary_row *row, const struct store_trial *t,
		     const char *run_name, const char *name, const char *type)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "name", name,
			 "run_name", run_name, "run_type", type, "repetitions",
			 (json_int_t)row->stored, "threads",
			 (json_int_t)(t->walkers + t->mappers + t->dumpers),
			 "iterations", (json_int_t)1);
}

/*
 * CPU time of an operation is not measured apart. Threads spin, and times are
 * medians of intervals far shorter than a slice of the scheduler: it is the
 * real time.
 */
static void set_times(json_t *j, double real, const char *unit)
{
	json_object_set_new(j, "real_time", json_real(real));
	json_object_set_new(j, "cpu_time", json_real(real));
	json_object_set_new(j, "time_unit", json_string(unit));
}

/* "clock": "block" or "steps", of percentiles that it was too coarse for. */
static void set_mark(json_t *j, enum clock_mark mark)
{
	if (mark != MARK_NONE)
		json_object_set_new(j, "clock", json_string(mark_name(mark)));
}

static void add_counters(json_t *j, const struct record *r)
{
	char name[64];

	for (size_t i = 0; i < r->nvalues; i++) {
		const char *metric = r->values[i].name;
		enum clock_mark mark = record_mark(r, metric);

		json_object_set_new(j, metric, json_real(r->values[i].value));
		if (mark == MARK_NONE)
			continue;
		snprintf(name, sizeof(name), "%s_clock", metric);
		json_object_set_new(j, name, json_string(mark_name(mark)));
	}
}

static void add_iteration(json_t *list, const struct summary_row *row,
			  const struct store_trial *t, const struct timed *op,
			  bool first)
{
	const struct value *v = record_get(&t->record, op->metric);
	const struct value *rate = op->rate ? record_get(&t->record, op->rate)
					    : NULL;
	char name[512];
	json_t *j;

	if (!v)
		return;
	entry_name(t, op->op, name, sizeof(name));
	j = entry(row, t, name, name, "iteration");
	json_object_set_new(j, "repetition_index",
			    json_integer((json_int_t)t->repetition));
	set_times(j, v->value, op->unit);
	json_object_set_new(
		j, "disturbed",
		json_integer(record_disturbed(&t->record, op->metric)));
	set_mark(j, record_mark(&t->record, op->metric));
	if (rate)
		json_object_set_new(j, "items_per_second",
				    json_real(rate->value));
	if (first)
		add_counters(j, &t->record);
	json_array_append_new(list, j);
}

/* A trial without values is an entry of its own, so that it is seen. */
static void add_error(json_t *list, const struct summary_row *row,
		      const struct store_trial *t)
{
	char name[512];
	json_t *j;

	entry_name(t, "error", name, sizeof(name));
	j = entry(row, t, name, name, "iteration");
	json_object_set_new(j, "repetition_index",
			    json_integer((json_int_t)t->repetition));
	json_object_set_new(j, "error_occurred", json_true());
	json_object_set_new(j, "error_message",
			    json_sprintf("%s: %s",
					 trial_status_name(t->record.status),
					 t->record.reason));
	set_times(j, 0, "ns");
	json_array_append_new(list, j);
}

static void add_aggregates(json_t *list, const struct summary_row *row,
			   const struct timed *op)
{
	double x[1024], mean, sd;
	char run_name[512], name[544];
	size_t n = 0;

	for (size_t i = 0; i < row->n && n < 1024; i++) {
		const struct value *v = summary_value(row, i, op->metric);

		if (v)
			x[n++] = v->value;
	}
	if (!n || row->stored < 2)
		return;
	mean = stats_mean(x, n);
	sd = stats_sd(x, n);
	entry_name(row->trial[0], op->op, run_name, sizeof(run_name));
	for (int a = 0; a < 4; a++) {
		static const char *const names[] = {"mean", "median", "stddev",
						    "cv"};
		const double value[] = {mean, stats_median(x, n), sd,
					mean > 0 ? sd / mean : 0};
		json_t *j;

		snprintf(name, sizeof(name), "%s_%s", run_name, names[a]);
		j = entry(row, row->trial[0], run_name, name, "aggregate");
		json_object_set_new(j, "aggregate_name", json_string(names[a]));
		json_object_set_new(j, "aggregate_unit",
				    json_string(a == 3 ? "percentage"
						       : "time"));
		json_object_set_new(j, "iterations",
				    json_integer((json_int_t)n));
		set_times(j, value[a], op->unit);
		set_mark(j, summary_mark(row, op->metric));
		json_array_append_new(list, j);
	}
}

/* All that belongs to one design in one cell. */
static void add_row(json_t *list, const struct output_input *in,
		    const struct summary_cell *cell,
		    const struct summary_row *row)
{
	for (size_t i = 0; i < in->trials->n; i++) {
		const struct store_trial *t = &in->trials->trial[i];
		bool first = true;

		if (!summary_is_of(cell, row, t))
			continue;
		if (t->record.status != TRIAL_OK) {
			add_error(list, row, t);
			continue;
		}
		for (const struct timed *op = timed; op->op; op++) {
			add_iteration(list, row, t, op, first);
			first = first && !record_get(&t->record, op->metric);
		}
	}
	for (const struct timed *op = timed; op->op; op++)
		add_aggregates(list, row, op);
}

int output_json(const struct output_input *in, FILE *out, struct err *e)
{
	json_t *root = json_object(), *list = json_array();
	struct summary s;
	int rc = 0;

	summary_make(&s, in->trials, in->run->config_text);
	for (size_t i = 0; i < s.ncells; i++)
		for (size_t k = 0; k < s.cell[i].nrows; k++)
			add_row(list, in, &s.cell[i], &s.cell[i].row[k]);
	summary_release(&s);
	json_object_set_new(root, "context", context(in->run));
	json_object_set_new(root, "benchmarks", list);
	if (json_dumpf(root, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) &&
	    !ferror(out))
		rc = err_set(e, -ENOMEM, "no memory to write JSON");
	fputc('\n', out);
	json_decref(root);
	return rc;
}
