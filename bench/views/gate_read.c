/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate's judgement read back from its JSON (views/gate_json.c). */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "judge/gate_decide.h"
#include "views/gate_read.h"

static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static size_t count_of(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n > 0 && n <= INT_MAX ? (size_t)n : 0;
}

/* @missing: of null, as JSON has neither NaN nor infinity. */
static double real_of(const json_t *o, const char *key, double missing)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : missing;
}

static double log_of(const json_t *o, const char *key, double missing)
{
	return log1p(real_of(o, key, missing) / 100);
}

/* What is none is not resolved. */
static enum ratio_verdict verdict_of(const char *name)
{
	for (int v = 0; v < RATIO_VERDICTS; v++)
		if (!strcmp(name, ratio_verdict_name((enum ratio_verdict)v)))
			return (enum ratio_verdict)v;
	return RATIO_UNRESOLVED;
}

static struct ratio ratio_from(const json_t *o, double margin)
{
	struct ratio r = {
		.log = {.value = log_of(o, "percent", NAN),
			.low = log_of(o, "low", -100),
			.high = log_of(o, "high", INFINITY)},
		.draws = count_of(o, "samples"),
		.margin = margin,
		.verdict = verdict_of(text_of(o, "verdict")),
	};

	/* Of few samples an interval covers less, or has no ends. */
	if (isfinite(r.log.low) && isfinite(r.log.high))
		r.log.confidence =
			fmin(GATE_CONFIDENCE, 1 - exp2(1 - (double)r.draws));
	return r;
}

/* No gate has as many processes. */
enum { SAMPLES_MOST = 100000 };

/* As many as there were samples; their median is what is known of them. */
static double *medians(double median, size_t n)
{
	double *x = must_calloc(n, sizeof(*x));

	for (size_t i = 0; i < n; i++)
		x[i] = median;
	return x;
}

static int metric_from(const json_t *o, struct gate *g, const char *path,
		       struct err *e)
{
	double margin = log_of(o, "margin_percent", 0);
	struct gate_metric m = {.tried = count_of(o, "batches"),
				.lost_old = count_of(o, "lost_old"),
				.lost_new = count_of(o, "lost_new")};

	m.c = pair_metric_case(text_of(o, "metric"), &m.half);
	m.half = MUTANT(gate_read_maps_all) ? 0 : m.half;
	if (!m.c)
		return err_set(e, -EINVAL,
			       "%s: '%.60s' is no metric of a gate of this "
			       "version",
			       path, text_of(o, "metric"));
	if (count_of(json_object_get(o, "change"), "samples") > SAMPLES_MOST)
		return err_set(e, -EINVAL, "%s: %s of more than %d samples",
			       path, text_of(o, "metric"), SAMPLES_MOST);
	snprintf(m.design, sizeof(m.design), "%s", text_of(o, "design"));
	m.change.ratio = ratio_from(json_object_get(o, "change"), margin);
	m.twin.ratio = ratio_from(json_object_get(o, "canary"), margin);
	m.old_ns = medians(real_of(o, "old_ns", NAN), m.change.ratio.draws);
	m.new_ns = medians(real_of(o, "new_ns", NAN), m.change.ratio.draws);
	g->metric = must_grow(g->metric, g->n, sizeof(*g->metric));
	g->metric[g->n++] = m;
	g->count[m.change.ratio.verdict]++;
	return 0;
}

static void exact_from(const json_t *o, struct gate *g)
{
	struct gate_exact x = {
		.old_value = real_of(o, "old", NAN),
		.new_value = real_of(o, "new", NAN),
		.worse = json_is_true(json_object_get(o, "worse"))};

	snprintf(x.design, sizeof(x.design), "%s", text_of(o, "design"));
	snprintf(x.of, sizeof(x.of), "%s", text_of(o, "of"));
	snprintf(x.metric, sizeof(x.metric), "%s", text_of(o, "metric"));
	snprintf(x.text, sizeof(x.text), "%s", text_of(o, "text"));
	g->exact = must_grow(g->exact, g->nexact, sizeof(*g->exact));
	g->exact[g->nexact++] = x;
}

static void side_from(const json_t *o, const char *name, const char *commit,
		      const char *orders, struct gate_sides *side, bool *built)
{
	snprintf(side->name, sizeof(side->name), "%s", text_of(o, name));
	snprintf(side->commit, sizeof(side->commit), "%s", text_of(o, commit));
	side->n = (unsigned)count_of(o, orders);
	*built = side->n > 0;
}

static int fill(struct gate_read *r, const char *path, struct err *e)
{
	const json_t *o = r->all, *list = json_object_get(o, "metrics"), *one;
	struct gate *g = &r->gate;
	int rc = 0;

	g->status = (int)count_of(o, "status");
	if (!json_is_array(list) ||
	    !json_is_integer(json_object_get(o, "status")) ||
	    (g->status != EXIT_OK && g->status != EXIT_REGRESSION &&
	     g->status != EXIT_INCONCLUSIVE))
		return err_set(e, -EINVAL, "%s: no judgement of a gate", path);
	side_from(o, "old", "old_commit", "old_orders", &r->old,
		  &g->orders_built[0]);
	side_from(o, "new", "new_commit", "new_orders", &r->new,
		  &g->orders_built[1]);
	g->processes = (unsigned)count_of(o, "processes");
	g->seconds = real_of(o, "seconds", 0);
	g->exact_compared = count_of(o, "exact_compared");
	snprintf(g->why, sizeof(g->why), "%s", text_of(o, "why"));
	snprintf(g->no_instructions, sizeof(g->no_instructions), "%s",
		 text_of(o, "no_instructions"));
	for (size_t i = 0; !rc && (one = json_array_get(list, i)); i++)
		rc = metric_from(one, g, path, e);
	list = json_object_get(o, "exact");
	for (size_t i = 0; (one = json_array_get(list, i)); i++)
		exact_from(one, g);
	r->output =
		(struct gate_output){.g = g,
				     .old = &r->old,
				     .new = &r->new,
				     .machine = text_of(o, "machine"),
				     .host = text_of(o, "host"),
				     .started_utc = text_of(o, "started_utc"),
				     .again = text_of(o, "command")};
	return rc;
}

int gate_read(struct gate_read *r, const char *path, struct err *e)
{
	json_error_t where;

	*r = (struct gate_read){.all = json_load_file(path, 0, &where)};
	if (r->all)
		return fill(r, path, e);
	return err_set(e, -EINVAL, "%s: %s", path, where.text);
}

void gate_read_release(struct gate_read *r)
{
	gate_release(&r->gate);
	json_decref(r->all);
	r->all = NULL;
}

int gate_append(const char *path, struct document *d, struct err *e)
{
	struct gate_read r;
	int rc = gate_read(&r, path, e);

	if (!rc)
		rc = forms_append(&gate_forms, &r.output, d, e);
	gate_read_release(&r);
	return rc;
}
