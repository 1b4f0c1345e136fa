/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading counter groups: YAML to struct counter_group, every error with its
 * place.
 */
#include "counters/group.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters/formula.h"
#include "counters/group_names.h"
#include "counters/perf_set.h"
#include "base/printable.h"
#include "trial/record.h"
#include "base/yaml_doc.h"

struct reader {
	yaml_document_t doc;
	struct counter_group *g;
	struct err *e;
};

__attribute__((format(printf, 3, 4))) static int
bad(struct reader *r, const yaml_node_t *at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(r->e, -EINVAL, "%s:%zu:%zu: %s", r->g->path,
		at->start_mark.line + 1, at->start_mark.column + 1, text);
	err_remedy(r->e, "docs/counters.md shows what a group looks like");
	return -EINVAL;
}

/*
 * A mapping's pairs, one after the other: 1; 0 at the end; -EINVAL: the key
 * was there before.
 */
static int next_pair(struct reader *r, yaml_node_t *map, size_t *i,
		     yaml_node_t **key, yaml_node_t **value)
{
	yaml_node_pair_t *p = map->data.mapping.pairs.start + *i;
	const yaml_node_pair_t *earlier;

	if (p >= map->data.mapping.pairs.top)
		return 0;
	*key = yaml_document_get_node(&r->doc, p->key);
	*value = yaml_document_get_node(&r->doc, p->value);
	++*i;
	earlier = yaml_doc_earlier(&r->doc, map, p);
	if (!earlier)
		return 1;
	return bad(
		r, *key, "%s: given twice; first at line %zu",
		yaml_doc_text(*key),
		yaml_document_get_node(&r->doc, earlier->key)->start_mark.line +
			1);
}

static const char *text_of(const yaml_node_t *n)
{
	const char *text = yaml_doc_text(n);

	return text ? text : "";
}

static bool key_is(const yaml_node_t *n, const char *name)
{
	return !strcmp(text_of(n), name);
}

/* @what names the value in messages. */
static int get_text(struct reader *r, const yaml_node_t *n, const char *what,
		    char *to, size_t len)
{
	if (n->type != YAML_SCALAR_NODE)
		return bad(r, n, "%s must be a text", what);
	if (!n->data.scalar.length || yaml_doc_null(n))
		return bad(r, n, "%s is empty", what);
	if (!yaml_doc_text(n) || !printable(yaml_doc_text(n)))
		return bad(r, n, "a control character in the %s", what);
	if (n->data.scalar.length >= len)
		return bad(r, n, "%s is longer than %zu characters", what,
			   len - 1);
	memcpy(to, n->data.scalar.value, n->data.scalar.length + 1);
	return 0;
}

static int get_name(struct reader *r, const yaml_node_t *n, const char *what,
		    char *to, size_t len)
{
	int rc = get_text(r, n, what, to, len);

	if (rc)
		return rc;
	for (const char *c = to; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_')
			return bad(
				r,
				n, "'%c' in the %s '%s': letters, digits and _ only",
				*c, what, to);
	if (isdigit((unsigned char)*to))
		return bad(r, n, "the %s '%s' begins with a digit", what, to);
	return 0;
}

static int read_events(struct reader *r, yaml_node_t *n,
		       struct counter_variant *v)
{
	yaml_node_t *key, *value;
	size_t i = 0;
	int more;

	if (n->type != YAML_MAPPING_NODE)
		return bad(r, n, "events must be lines ALIAS: EVENT");
	while ((more = next_pair(r, n, &i, &key, &value)) > 0) {
		struct counter_event *ev = &v->events[v->nevents];

		if (v->nevents == COUNTER_EVENTS_MAX)
			return bad(r, key, "more than %d events",
				   COUNTER_EVENTS_MAX);
		if (get_name(r, key, "alias", ev->alias, sizeof(ev->alias)) ||
		    get_text(r, value, "event", ev->event, sizeof(ev->event)))
			return -EINVAL;
		if (!strcmp(ev->alias, "OPS"))
			return bad(r, key,
				   "OPS is the number of operations, not an "
				   "event");
		v->nevents++;
	}
	return more;
}

static int read_pmus(struct reader *r, yaml_node_t *n,
		     struct counter_variant *v)
{
	if (n->type != YAML_SEQUENCE_NODE)
		return bad(r, n, "pmus must be a list, as in [skx, clx]");
	for (yaml_node_item_t *it = n->data.sequence.items.start;
	     it < n->data.sequence.items.top; it++) {
		yaml_node_t *item = yaml_document_get_node(&r->doc, *it);

		if (v->npmus == COUNTER_PMUS_MAX)
			return bad(r, item, "more than %d PMUs",
				   COUNTER_PMUS_MAX);
		if (get_name(r, item, "PMU", v->pmus[v->npmus],
			     sizeof(v->pmus[0])))
			return -EINVAL;
		v->npmus++;
	}
	return 0;
}

static int read_variant(struct reader *r, yaml_node_t *n,
			struct counter_variant *v)
{
	yaml_node_t *key, *value;
	size_t i = 0;
	int rc = 0, more = 1;

	if (n->type != YAML_MAPPING_NODE)
		return bad(r, n, "a variant has pmus and events");
	while (!rc && (more = next_pair(r, n, &i, &key, &value)) > 0) {
		if (key_is(key, "pmus"))
			rc = read_pmus(r, value, v);
		else if (key_is(key, "events"))
			rc = read_events(r, value, v);
		else
			rc = bad(r, key,
				 "unknown key '%s'; a variant has pmus and "
				 "events",
				 text_of(key));
	}
	rc = rc ? rc : more;
	if (!rc && !v->npmus)
		rc = bad(r, n, "the variant names no PMU");
	if (!rc && !v->nevents)
		rc = bad(r, n, "the variant names no event");
	return rc;
}

static int read_variants(struct reader *r, yaml_node_t *n)
{
	if (n->type != YAML_SEQUENCE_NODE)
		return bad(r, n, "variants must be a list");
	for (yaml_node_item_t *it = n->data.sequence.items.start;
	     it < n->data.sequence.items.top; it++) {
		yaml_node_t *item = yaml_document_get_node(&r->doc, *it);

		if (r->g->nvariants == COUNTER_VARIANTS_MAX)
			return bad(r, item, "more than %d variants",
				   COUNTER_VARIANTS_MAX);
		if (read_variant(r, item, &r->g->variants[r->g->nvariants]))
			return -EINVAL;
		r->g->nvariants++;
	}
	return 0;
}

static int read_metric(struct reader *r, yaml_node_t *n,
		       struct counter_metric *m)
{
	yaml_node_t *key, *value;
	size_t i = 0;
	int rc = 0, more = 1;

	if (n->type != YAML_MAPPING_NODE)
		return bad(r, n, "a metric has formula, unit and help");
	while (!rc && (more = next_pair(r, n, &i, &key, &value)) > 0) {
		if (key_is(key, "formula"))
			rc = get_text(r, value, "formula", m->formula,
				      sizeof(m->formula));
		else if (key_is(key, "unit"))
			rc = get_text(r, value, "unit", m->unit,
				      sizeof(m->unit));
		else if (key_is(key, "help"))
			rc = get_text(r, value, "help", m->help,
				      sizeof(m->help));
		else
			rc = bad(r, key,
				 "unknown key '%s'; a metric has formula, unit "
				 "and help",
				 text_of(key));
	}
	rc = rc ? rc : more;
	if (!rc && !(m->formula[0] && m->unit[0] && m->help[0]))
		rc = bad(r, n, "metric '%s' lacks formula, unit or help",
			 m->name);
	return rc;
}

/* A name of a formula must be an alias of some variant. */
static int any_alias(void *arg, const char *name, double *value,
		     const char **why)
{
	const struct counter_group *g = arg;

	*value = 1;
	*why = "";
	if (!strcmp(name, "OPS"))
		return 0;
	for (size_t v = 0; v < g->nvariants; v++)
		for (size_t i = 0; i < g->variants[v].nevents; i++)
			if (!strcmp(g->variants[v].events[i].alias, name))
				return 0;
	return -ENOENT;
}

static int read_metrics(struct reader *r, yaml_node_t *n)
{
	struct counter_group *g = r->g;
	yaml_node_t *key, *value;
	char why[192];
	size_t i = 0;
	double v;
	int more;

	if (n->type != YAML_MAPPING_NODE)
		return bad(r, n, "metrics must be lines NAME: {formula: ...}");
	while ((more = next_pair(r, n, &i, &key, &value)) > 0) {
		struct counter_metric *m = &g->metrics[g->nmetrics];

		if (g->nmetrics == COUNTER_METRICS_MAX)
			return bad(r, key, "more than %d metrics",
				   COUNTER_METRICS_MAX);
		if (get_name(r, key, "metric", m->name, sizeof(m->name)) ||
		    read_metric(r, value, m))
			return -EINVAL;
		m->line = (unsigned)key->start_mark.line + 1;
		m->column = (unsigned)key->start_mark.column + 1;
		if (counter_name_taken(g, m->name, why, sizeof(why)))
			return bad(r, key, "%s", why);
		if (formula_eval(m->formula, any_alias, g, &v, why,
				 sizeof(why)) == -EINVAL)
			return bad(r, value, "formula of '%s': %s", m->name,
				   why);
		g->nmetrics++;
	}
	return more;
}

static int read_root(struct reader *r)
{
	yaml_node_t *root = yaml_document_get_root_node(&r->doc);
	yaml_node_t *key, *value, *formulas = NULL;
	struct counter_group *g = r->g;
	int rc = 0, more = 1;
	size_t i = 0;

	while (!rc && (more = next_pair(r, root, &i, &key, &value)) > 0) {
		if (key_is(key, "name"))
			rc = get_name(r, value, "name", g->name,
				      sizeof(g->name));
		else if (key_is(key, "help"))
			rc = get_text(r, value, "help", g->help,
				      sizeof(g->help));
		else if (key_is(key, "variants"))
			rc = read_variants(r, value);
		else if (key_is(key, "metrics"))
			formulas = value;
		else
			rc = bad(r, key,
				 "unknown key '%s'; a group has name, help, "
				 "variants, metrics",
				 text_of(key));
	}
	rc = rc ? rc : more;
	/* Last: formulas use the aliases of the variants. */
	if (!rc && formulas)
		rc = read_metrics(r, formulas);
	if (!rc && !(g->name[0] && g->help[0] && g->nvariants && g->nmetrics))
		rc = bad(r, root,
			 "name, help, variants or metrics are missing");
	return rc;
}

static int read_text(struct reader *r, const char *text, size_t length)
{
	int rc = yaml_doc_load(&r->doc, r->g->path, text, length, r->e);

	if (rc) {
		if (r->e && !r->e->remedy[0])
			err_remedy(r->e, "docs/counters.md shows what a group "
					 "looks like");
		return rc;
	}
	rc = read_root(r);
	yaml_document_delete(&r->doc);
	return rc;
}

static void choose_for_this_machine(struct counter_group *g)
{
	g->active = -1;
	for (size_t v = 0; v < g->nvariants; v++)
		for (size_t i = 0; i < g->variants[v].npmus; i++)
			if (perf_pmu_present(g->variants[v].pmus[i])) {
				g->active = (int)v;
				strcpy(g->pmu, g->variants[v].pmus[i]);
				return;
			}
	perf_pmu_core(g->pmu, sizeof(g->pmu));
}

int counter_group_read(struct counter_group **out, const char *path,
		       struct err *e)
{
	struct reader r = {.e = e};
	struct err open = {0};
	char *text = NULL;
	size_t length;
	int rc;

	*out = NULL;
	rc = yaml_doc_file(path, &text, &length, &open);
	if (rc) {
		err_set(e, rc, "counter group %.400s", open.what);
		err_remedy(e, "vtdbench counters lists the groups");
		return rc;
	}
	r.g = calloc(1, sizeof(*r.g));
	if (!r.g) {
		free(text);
		return err_set(e, -ENOMEM, "out of memory");
	}
	snprintf(r.g->path, sizeof(r.g->path), "%s", path);
	rc = read_text(&r, text, length);
	free(text);
	if (rc) {
		counter_group_free(r.g);
		return rc;
	}
	choose_for_this_machine(r.g);
	*out = r.g;
	return 0;
}

void counter_group_free(struct counter_group *g)
{
	free(g);
}

bool counter_group_choose(struct counter_group *g, const char *pmu)
{
	for (size_t v = 0; v < g->nvariants; v++)
		for (size_t i = 0; i < g->variants[v].npmus; i++)
			if (!strcmp(g->variants[v].pmus[i], pmu)) {
				g->active = (int)v;
				strcpy(g->pmu, g->variants[v].pmus[i]);
				return true;
			}
	return false;
}

void counter_event_name(const struct counter_event *ev, const char *pmu,
			char *name, size_t len)
{
	if (strstr(ev->event, "::"))
		snprintf(name, len, "%s", ev->event);
	else
		snprintf(name, len, "%s::%s", pmu, ev->event);
}
