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

/* Times of operations, in the order of their entries. */
static const enum metric_id times[] = {
	METRIC_walk_lat_ns,
	METRIC_walk_thr_ns,
	METRIC_walk_open_p50_ns,
	METRIC_translate_ns,
	METRIC_map_p50_ns,
	METRIC_unmap_p50_ns,
#define MAP_SIZE(size, ...) METRIC_map_##size##_ns, METRIC_unmap_##size##_ns,
#include "trial/map_sizes.def"
#undef MAP_SIZE
	METRIC_update_pass_ms,
	METRIC_dump_ms,
	METRIC_event_ns,
	METRIC_device_lat_ns,
	METRIC_device_translate_ns,
};
enum { NTIMES = sizeof(times) / sizeof(*times) };

/* "vtd/rcu/walk_lat/uniform/footprint:64M/threads:2". */
static void entry_name(const struct store_trial *t, const char *op, char *text,
		       size_t size)
{
	char axes[AXES_TEXT], updaters[TRIAL_UPDATERS];

	trial_axes_path(t, axes, sizeof(axes));
	trial_updaters(t, updaters);
	snprintf(text, size, "vtd/%s/%s/%s/%s%s%s/threads:%u", t->design, op,
		 t->sweep, t->workload, axes, updaters,
		 t->walkers + t->mappers + t->dumpers);
}

/* Null as well where it is not UTF-8. */
static json_t *text_or_null(const char *text)
{
	json_t *j = json_string(text);

	return j ? j : json_null();
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
	char id[24], seed[24];

	snprintf(id, sizeof(id), "%" PRId64, run->id);
	snprintf(seed, sizeof(seed), "%" PRIu64, run->seed);
	return json_pack(
		"{s:o, s:o, s:s, s:I, s:I, s:o, s:o, s:s, s:i, s:o, s:o, s:s,"
		" s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
		"date", text_or_null(run->started_utc), "host_name",
		text_or_null(run->host), "executable", "vtdbench", "num_cpus",
		json_integer_value(json_object_get(machine, "cpus")),
		"mhz_per_cpu",
		(json_int_t)json_number_value(json_object_get(machine, "mhz")),
		"caches", caches(machine), "load_avg",
		json_is_array(load) ? json_incref(load) : json_array(),
		"library_build_type", "release", "json_schema_version", 1,
		"vtdbench_version", text_or_null(run->version),
		"vtdbench_commit", text_or_null(run->commit), "vtdbench_run",
		id, "vtdbench_run_uuid", text_or_null(run->uuid),
		"vtdbench_run_name", text_or_null(run->name), "vtdbench_seed",
		seed, "vtdbench_compiler", text_or_null(run->compiler),
		"vtdbench_cflags", text_or_null(run->cflags), "vtdbench_kernel",
		text_or_null(run->kernel), "vtdbench_machine", machine,
		"vtdbench_noise", noise, "vtdbench_context",
		parsed(run->context));
}

/* What all entries of @row have. */
static json_t *entry(const struct summary_row *row, const struct store_trial *t,
		     const char *run_name, const char *name, const char *type)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:s}", "name", name,
			 "run_name", run_name, "run_type", type, "repetitions",
			 (json_int_t)row->stored, "threads",
			 (json_int_t)(t->walkers + t->mappers + t->dumpers),
			 "iterations", (json_int_t)1, "walker_kinds",
			 trial_walker_kinds_name(t));
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
		const struct value *v = &r->values[i];
		enum clock_mark mark = record_mark(r, v->metric);

		json_object_set_new(j, v->name, json_real(v->value));
		if (mark == MARK_NONE)
			continue;
		snprintf(name, sizeof(name), "%s_clock", v->name);
		json_object_set_new(j, name, json_string(mark_name(mark)));
	}
}

static void add_iteration(json_t *list, const struct summary_row *row,
			  const struct store_trial *t, enum metric_id time,
			  bool first)
{
	const struct metric *m = &metrics[time];
	const struct value *v = record_get(&t->record, time);
	const struct value *rate = record_get(&t->record, m->rate);
	char name[TRIAL_NAME];
	json_t *j;

	if (!v)
		return;
	entry_name(t, m->op, name, sizeof(name));
	j = entry(row, t, name, name, "iteration");
	json_object_set_new(j, "repetition_index",
			    json_integer((json_int_t)t->repetition));
	set_times(j, v->value, m->unit);
	json_object_set_new(j, "disturbed",
			    json_integer(record_disturbed(&t->record, time)));
	set_mark(j, record_mark(&t->record, time));
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
	char name[TRIAL_NAME];
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
			   enum metric_id time)
{
	double x[1024], mean, sd;
	char run_name[TRIAL_NAME], name[TRIAL_NAME + 32];
	size_t n = 0;

	for (size_t i = 0; i < row->n && n < 1024; i++) {
		const struct value *v = summary_value(row, i, time);

		if (v)
			x[n++] = v->value;
	}
	if (!n || row->stored < 2)
		return;
	mean = stats_mean(x, n);
	sd = stats_sd(x, n);
	entry_name(row->trial[0], metrics[time].op, run_name, sizeof(run_name));
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
		set_times(j, value[a], metrics[time].unit);
		set_mark(j, summary_mark(row, time));
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
		for (size_t k = 0; k < NTIMES; k++) {
			add_iteration(list, row, t, times[k], first);
			first = first && !record_get(&t->record, times[k]);
		}
	}
	for (size_t k = 0; k < NTIMES; k++)
		add_aggregates(list, row, times[k]);
}

/* Not in the form of google-benchmark, whose readers pass over it. */
static void add_ratio(void *list, const struct ratio_case *c)
{
	const struct store_trial *t = c->cell->sample;
	const struct ratio *r = &c->ratio;
	bool has = r->log.confidence >= RATIO_CONFIDENCE;
	char axes[AXES_TEXT];

	trial_axes(t, axes, sizeof(axes));
	json_array_append_new(
		list,
		json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:s, s:s, s:f,"
			  " s:o*, s:o*, s:o*, s:I, s:f, s:s, s:o*, s:s}",
			  "sweep", text_or_null(t->sweep), "workload",
			  text_or_null(t->workload), "axes", text_or_null(axes),
			  "walkers", (json_int_t)t->walkers, "mappers",
			  (json_int_t)t->mappers, "dumpers",
			  (json_int_t)t->dumpers, "design",
			  text_or_null(c->row->design), "reference",
			  c->reference->design, "metric",
			  metrics[c->metric].name, "ratio", exp(r->log.value),
			  "low", has ? json_real(exp(r->log.low)) : NULL,
			  "high", has ? json_real(exp(r->log.high)) : NULL,
			  "confidence",
			  has ? json_real(r->log.confidence) : NULL, "draws",
			  (json_int_t)r->draws, "margin", expm1(r->margin),
			  "verdict", ratio_verdict_name(r->verdict), "rank",
			  c->rank ? json_integer(c->rank) : NULL,
			  "walker_kinds", trial_walker_kinds_name(t)));
}

int output_json(const struct output_input *in, FILE *out, struct err *e)
{
	json_t *root = json_object(), *list = json_array();
	json_t *ratios = json_array();
	struct summary s;
	int rc = 0;

	summary_make(&s, in->trials, in->run->config_text);
	for (size_t i = 0; i < s.ncells; i++)
		for (size_t k = 0; k < s.cell[i].nrows; k++)
			add_row(list, in, &s.cell[i], &s.cell[i].row[k]);
	ratio_each(&s, in->margins, add_ratio, ratios);
	summary_release(&s);
	json_object_set_new(root, "context", context(in->run));
	json_object_set_new(root, "benchmarks", list);
	json_object_set_new(root, "vtdbench_ratios", ratios);
	if (json_dumpf(root, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) &&
	    !ferror(out))
		rc = err_set(e, -ENOMEM, "no memory to write JSON");
	fputc('\n', out);
	json_decref(root);
	return rc;
}
