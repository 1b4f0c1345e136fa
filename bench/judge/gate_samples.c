/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples of one process, from JSON. */
#include "judge/gate_samples.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double number_of(json_t *v)
{
	return json_is_number(v) ? json_number_value(v) : 0;
}

static bool take(struct gate_sample *to, json_t *from)
{
	const char *design, *metric, *class;
	unsigned k = 0;
	int triples, tried, lost[PAIR_SIDES];
	json_t *ns;

	if (json_unpack(from, "{s:s, s:s, s:s, s:i, s:i, s:[iii], s:o}",
			"design", &design, "metric", &metric, "class", &class,
			"triples", &triples, "tried", &tried, "lost", &lost[0],
			&lost[1], &lost[2], "ns", &ns))
		return false;
	while (k < PAIR_CLASSES && strcmp(pair_classes[k].name, class))
		k++;
	if (k == PAIR_CLASSES)
		return false;
	*to = (struct gate_sample){
		.class = k,
		.triples = (unsigned)triples,
		.tried = (unsigned)tried,
		.change = number_of(json_object_get(from, "change")),
		.canary = number_of(json_object_get(from, "canary")),
	};
	snprintf(to->design, sizeof(to->design), "%s", design);
	snprintf(to->metric, sizeof(to->metric), "%s", metric);
	for (size_t i = 0; i < PAIR_SIDES; i++) {
		to->lost[i] = (unsigned)lost[i];
		to->ns[i] = number_of(json_array_get(ns, i));
	}
	return true;
}

int gate_samples_read(struct gate_samples *s, const char *json, struct err *e)
{
	json_error_t where;
	json_t *all = json_loads(json, 0, &where);
	json_t *list = json_object_get(all, "samples");
	int rc = 0;

	*s = (struct gate_samples){0};
	if (!json_is_array(list))
		rc = err_set(e, -EPROTO, "vtdbench pair: no samples: %s",
			     where.text);
	else
		s->sample =
			calloc(json_array_size(list) + 1, sizeof(*s->sample));
	if (!rc && !s->sample)
		rc = err_set(e, -ENOMEM, "no memory for samples");
	for (size_t i = 0; !rc && i < json_array_size(list); i++)
		if (take(&s->sample[s->n], json_array_get(list, i)))
			s->n++;
		else
			rc = err_set(e, -EPROTO,
				     "vtdbench pair: sample %zu is none", i);
	json_decref(all);
	if (rc)
		gate_samples_release(s);
	return rc;
}

void gate_samples_release(struct gate_samples *s)
{
	free(s->sample);
	*s = (struct gate_samples){0};
}
