/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate as one JSON object (docs/formats.md). */
#include <jansson.h>
#include <math.h>

#include "stats/effect.h"
#include "views/gate.h"

/* JSON has no NaN: what is not known is null. */
static json_t *real(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *effect(const struct gate_series *s)
{
	const struct estimate *e = &s->ratio.log;

	return json_pack("{s:i, s:o, s:o, s:o, s:s}", "samples",
			 (int)s->ratio.draws, "percent",
			 real(effect_percent(e->value)), "low",
			 real(effect_percent(e->low)), "high",
			 real(effect_percent(e->high)), "verdict",
			 ratio_verdict_name(s->ratio.verdict));
}

static json_t *metric(const struct gate *g, const struct gate_metric *m)
{
	const struct ratio *r = &m->change.ratio;
	char name[64];

	pair_metric(m->c, m->half, name, sizeof(name));
	return json_pack("{s:s, s:s, s:s, s:i, s:o, s:o, s:b, s:b, s:f, s:o, "
			 "s:o, s:i, s:i, s:i, s:b}",
			 "metric", name, "design", m->design, "case",
			 m->c->name, "leaf_level", (int)m->c->leaf_level,
			 "change", effect(&m->change), "canary",
			 effect(&m->twin), "slower", r->verdict == RATIO_SLOWER,
			 "layout", gate_is_layout(g, m), "margin_percent",
			 effect_percent(r->margin), "old_ns",
			 real(stats_median(m->old_ns, r->draws)), "new_ns",
			 real(stats_median(m->new_ns, r->draws)), "batches",
			 (int)m->tried, "lost_old", (int)m->lost_old,
			 "lost_new", (int)m->lost_new, "judged",
			 !gate_is_unjudged(m));
}

static json_t *exact(const struct gate_exact *x)
{
	return json_pack("{s:s, s:s, s:s, s:f, s:f, s:b, s:s}", "of", x->of,
			 "design", x->design, "metric", x->metric, "old",
			 x->old_value, "new", x->new_value, "worse", x->worse,
			 "text", x->text);
}

/* Link orders that the old build (0) or the new one was drawn from; 0: it was
 * linked anew. */
static int built(const struct gate_output *o, unsigned which)
{
	const struct gate_sides *side = which ? o->new : o->old;

	return o->g->orders_built[which] ? (int)side->n : 0;
}

void gate_json(const void *gate_output, FILE *out)
{
	const struct gate_output *o = gate_output;
	const struct gate *g = o->g;
	json_t *list = json_array(), *figures = json_array(), *all;
	char text[256];

	for (size_t i = 0; i < g->n; i++)
		json_array_append_new(list, metric(g, &g->metric[i]));
	for (size_t i = 0; i < g->nexact; i++)
		json_array_append_new(figures, exact(&g->exact[i]));
	gate_conclusion(g, text, sizeof(text));
	all = json_pack(
		"{s:s, s:s, s:s, s:o*, s:s, s:s, s:s, s:s, s:i, s:b, s:i, s:i, "
		"s:f, s:i, s:s, s:s, s:i, s:s, s:o, s:o}",
		"started_utc", o->started_utc, "machine", o->machine, "host",
		o->host, "command", json_string(o->again), "old", o->old->name,
		"old_commit", o->old->commit, "new", o->new->name, "new_commit",
		o->new->commit, "processes", (int)g->processes, "orders_built",
		g->orders_built[0] || g->orders_built[1], "old_orders",
		built(o, 0), "new_orders", built(o, 1), "seconds", g->seconds,
		"status", g->status, "conclusion", text, "why", g->why,
		"exact_compared", (int)g->exact_compared, "no_instructions",
		g->no_instructions, "exact", figures, "metrics", list);
	json_dumpf(all, out, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
	fputc('\n', out);
	json_decref(all);
}
