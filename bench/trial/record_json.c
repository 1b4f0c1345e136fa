/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records as JSON and back, without loss. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial/record_json.h"

static json_t *numbers(const double *v, size_t n)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(all, json_real(v[i]));
	return all;
}

json_t *record_to_json(const struct record *r)
{
	json_t *values = json_array(), *missing = json_array();
	json_t *hists = json_array(), *series = json_array();

	for (size_t i = 0; i < r->nvalues; i++) {
		const struct value *v = &r->values[i];

		json_array_append_new(values,
				      json_pack("[s, s, s, f, b]", v->name,
						v->unit, source_name(v->source),
						v->value, v->deterministic));
	}
	for (size_t i = 0; i < r->nmissing; i++)
		json_array_append_new(missing,
				      json_pack("[s, s]", r->missing[i].name,
						r->missing[i].reason));
	for (size_t i = 0; i < r->nhists; i++) {
		char *text = hist_encode(r->hists[i].hist);

		json_array_append_new(hists,
				      json_pack("[s, s]", r->hists[i].name,
						text ? text : ""));
		free(text);
	}
	for (size_t i = 0; i < r->nseries; i++) {
		const struct series *s = &r->series[i];

		json_array_append_new(series, json_pack("[s, o, o]", s->name,
							numbers(s->x, s->n),
							numbers(s->y, s->n)));
	}
	return json_pack("{s:s, s:s, s:i, s:o, s:o, s:o, s:o}", "status",
			 trial_status_name(r->status), "reason", r->reason,
			 "disturbed", (int)r->disturbed, "values", values,
			 "missing", missing, "hists", hists, "series", series);
}

static int add_value(struct record *r, json_t *json)
{
	const char *name, *unit, *from;
	double value;
	int exact, source;

	if (json_unpack(json, "[s, s, s, F, b]", &name, &unit, &from, &value,
			&exact) ||
	    (source = source_find(from)) < 0)
		return -EINVAL;
	record_add_counter(r, name, unit, (enum source)source, value);
	r->values[r->nvalues - 1].deterministic = exact;
	return 0;
}

static int add_hist(struct record *r, json_t *json)
{
	struct hist *h = hist_new();
	const char *name, *text;

	if (h && !json_unpack(json, "[s, s]", &name, &text) &&
	    !hist_decode(h, text)) {
		record_add_hist(r, name, h);
		return 0;
	}
	hist_free(h);
	return -EINVAL;
}

static int add_series(struct record *r, json_t *json)
{
	json_t *x, *y;
	const char *name;
	size_t n;
	double *v;

	if (json_unpack(json, "[s, o, o]", &name, &x, &y) ||
	    json_array_size(x) != json_array_size(y))
		return -EINVAL;
	n = json_array_size(x);
	v = calloc(2 * n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		v[i] = json_number_value(json_array_get(x, i));
		v[n + i] = json_number_value(json_array_get(y, i));
	}
	record_add_series(r, name, n, v, v + n);
	free(v);
	return 0;
}

int record_from_json(struct record *r, json_t *json)
{
	json_t *values, *missing, *hists, *series, *at;
	const char *status, *reason, *name;
	int disturbed, of, ret = 0;
	size_t i;

	if (json_unpack(json, "{s:s, s:s, s:i, s:o, s:o, s:o, s:o}", "status",
			&status, "reason", &reason, "disturbed", &disturbed,
			"values", &values, "missing", &missing, "hists", &hists,
			"series", &series) ||
	    (of = trial_status_find(status)) < 0)
		return -EINVAL;
	r->status = (enum trial_status)of;
	r->disturbed = (unsigned)disturbed;
	snprintf(r->reason, sizeof(r->reason), "%s", reason);
	json_array_foreach(values, i, at) ret = ret ? ret : add_value(r, at);
	json_array_foreach(missing, i, at)
	{
		if (ret || json_unpack(at, "[s, s]", &name, &reason))
			return ret ? ret : -EINVAL;
		record_missing_counter(r, name, reason);
	}
	json_array_foreach(hists, i, at) ret = ret ? ret : add_hist(r, at);
	json_array_foreach(series, i, at) ret = ret ? ret : add_series(r, at);
	return ret;
}
