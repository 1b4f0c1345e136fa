/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names in claims: those of today's program, and those of a stored run. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../kernels/engine.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/yaml_doc.h"
#include "plan/scope.h"
#include "trial/metric.h"

/* Complains of @name, of which there is none; @near may be NULL. */
static void unknown(struct reader *r, const struct claim *c, const char *key,
		    const char *name, const char *near)
{
	char where[PARAMS_PATH + 32];

	snprintf(where, sizeof(where), "%s:%u:%u", r->path, c->line, c->column);
	reader_error(r, where, "%s: there is no %s '%.60s'", key, key, name);
	if (near)
		reader_remedy(r, "did you mean '%s'?", near);
}

static const char *metric_name(const void *arg, size_t i)
{
	return i + 1 < METRIC_NR ? metrics[i + 1].name : NULL;
}

static bool is_metric(const char *name)
{
	for (size_t i = 0; metric_name(NULL, i); i++)
		if (!strcmp(metric_name(NULL, i), name))
			return true;
	return false;
}

/* A count claim is about events out of so many, a ratio about the others. */
static void check_metric(struct reader *r, const struct claim *c,
			 const char *name)
{
	char where[PARAMS_PATH + 32];

	if (!is_metric(name)) {
		unknown(r, c, "metric", name,
			suggest_nearest(name, metric_name, NULL));
		return;
	}
	if (!claim_counts(c) || metrics[metric_of(name)].of)
		return;
	snprintf(where, sizeof(where), "%s:%u:%u", r->path, c->line, c->column);
	reader_error(r, where,
		     "metric: %s does not count events out of so many", name);
}

static const char *design_name(const void *arg, size_t i)
{
	return option_designs(i);
}

static const char *sweep_name(const void *arg, size_t i)
{
	const struct reader *r = arg;

	return i < r->nsweeps ? r->sweeps[i].name : NULL;
}

static bool is_sweep(const struct reader *r, const char *name)
{
	for (size_t i = 0; i < r->nsweeps; i++)
		if (!strcmp(r->sweeps[i].name, name))
			return true;
	return false;
}

static void check_design(struct reader *r, const struct claim *c,
			 const char *name)
{
	if (!design_find(name))
		unknown(r, c, "design", name,
			suggest_nearest(name, design_name, NULL));
}

void question_check(struct reader *r)
{
	for (size_t i = 0; i < r->question.n && !reader_full(r); i++) {
		const struct claim *c = &r->question.claim[i];

		for (size_t k = 0; k < c->metric.n; k++)
			check_metric(r, c, c->metric.text[k]);
		for (size_t k = 0; k < c->design.n; k++)
			check_design(r, c, c->design.text[k]);
		if (c->against)
			check_design(r, c, c->against);
		for (size_t k = 0; k < c->sweep.n; k++)
			if (!is_sweep(r, c->sweep.text[k]))
				unknown(r, c, "sweep", c->sweep.text[k],
					suggest_nearest(c->sweep.text[k],
							sweep_name, r));
	}
}

void question_of(const char *text, struct question *q)
{
	struct config_errors errs = {.n = 0};
	struct reader r = {.path = "the stored config",
			   .origin = CONFIG_FILE,
			   .errs = &errs,
			   .stored = true};
	yaml_document_t doc;
	yaml_node_t *root;
	int ret;

	*q = (struct question){0};
	if (!text)
		return;
	ret = yaml_doc_load(&doc, r.path, text, strlen(text), &errs.e[0]);
	if (ret == -ENOMEM)
		must_fail();
	if (ret)
		return;
	root = yaml_document_get_root_node(&doc);
	for (yaml_node_pair_t *p = root->data.mapping.pairs.start;
	     p < root->data.mapping.pairs.top; p++) {
		const char *key =
			yaml_doc_text(yaml_document_get_node(&doc, p->key));

		if (key && !strcmp(key, "question"))
			question_read(&r, &doc,
				      yaml_document_get_node(&doc, p->value));
	}
	yaml_document_delete(&doc);
	for (size_t i = 0; i < errs.n && i < sizeof(errs.e) / sizeof(*errs.e);
	     i++)
		if (errs.e[i].code == -ENOMEM)
			must_fail();
	*q = r.question;
}
