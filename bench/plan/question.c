/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The claims of a config: `question: {claims: [...]}`. */
#include <errno.h>
#include <string.h>

#include "base/must.h"
#include "base/printable.h"
#include "base/suggest.h"
#include "base/yaml_doc.h"
#include "plan/scope.h"

enum { CLAIMS_MAX = 100, TEXTS_MAX = 64 };

/* What is being read. */
struct reading {
	struct reader *r;
	yaml_document_t *doc;
	struct claim *c;
};

static int read_text(struct reading *in, const char *key,
		     const yaml_node_t *node, char **text)
{
	const char *value = yaml_doc_text(node);

	if (!value || yaml_doc_null(node) || !*value)
		return reader_complain(in->r, node->start_mark,
				       "%s: %s; expected a text", key,
				       yaml_doc_kind(node));
	if (!printable(value)) {
		reader_complain(in->r, node->start_mark,
				"%s: a control character in it", key);
		reader_remedy(in->r, "a text of several lines begins with >-");
		return -EINVAL;
	}
	*text = must_copy(value);
	return 0;
}

/* One text or a list of them. */
static int read_texts(struct reading *in, const char *key,
		      const yaml_node_t *node, struct claim_texts *t)
{
	const yaml_node_item_t *item, *end;
	int ret = 0;

	if (node->type != YAML_SEQUENCE_NODE) {
		t->text = must_grow(t->text, t->n, sizeof(*t->text));
		ret = read_text(in, key, node, &t->text[t->n]);
		t->n += !ret;
		return ret;
	}
	item = node->data.sequence.items.start;
	end = node->data.sequence.items.top;
	if (item == end || end - item > TEXTS_MAX)
		return reader_complain(in->r, node->start_mark,
				       "%s: a list of %d; expected 1 to "
				       "%d",
				       key, (int)(end - item), TEXTS_MAX);
	for (; !ret && item < end; item++) {
		const yaml_node_t *n = yaml_document_get_node(in->doc, *item);

		if (n->type == YAML_SEQUENCE_NODE)
			return reader_complain(in->r, n->start_mark,
					       "%s: a list in the list", key);
		ret = read_texts(in, key, n, t);
	}
	return ret;
}

/* Keys and their values, as a sweep has them. */
static int read_cells(struct reading *in, const char *key,
		      const yaml_node_t *node, struct claim_cells *cells)
{
	struct scope s;
	int ret;

	if (node->type != YAML_MAPPING_NODE)
		return reader_complain(in->r, node->start_mark,
				       "%s: %s; expected a mapping of "
				       "keys",
				       key, yaml_doc_kind(node));
	ret = scope_init(&s);
	if (!ret)
		ret = config_yaml_scope(in->r, &s, in->doc, node);
	if (!ret && (s.name[0] || s.axes[scope_index("design")].n))
		ret = reader_complain(in->r, node->start_mark,
				      "%s: cells have no %s", key,
				      s.name[0] ? "name" : "design");
	for (size_t i = 0; !ret && i < scope_rows(); i++) {
		if (!s.axes[i].n)
			continue;
		cells->axis =
			must_grow(cells->axis, cells->n, sizeof(*cells->axis));
		cells->axis[cells->n++] = s.axes[i];
		s.axes[i] = (struct config_axis){0}; /* taken over */
	}
	scope_release(&s);
	return ret;
}

/* @key: ratio or count. */
static int read_rule(struct reading *in, const char *key,
		     const yaml_node_t *node)
{
	bool count = !strcmp(key, "count");
	int ret = read_text(in, key, node, &in->c->rule);

	if (ret || !(count ? claim_count_parse
			   : claim_ratio_parse)(in->c->rule, &in->c->ratio))
		return ret;
	reader_complain(in->r, node->start_mark,
			"%s: '%.60s' is no statement about a %s", key,
			in->c->rule, key);
	reader_remedy(in->r,
		      count ? "some or none"
			    : "same, same within 1%%, slower, faster, less "
			      "than 1.05, more than 1.7, 1.7 to 3.4, 1.049 or "
			      "1.049 within 5%%");
	return -EINVAL;
}

static const char *const keys[] = {
	"who",	  "when",    "says",  "source", "metric",
	"design", "against", "sweep", "where",	"against_where",
	"ratio",  "count",   NULL};

static const char *key_name(const void *arg, size_t i)
{
	return keys[i];
}

/* Where the value of @key goes: one of the three; none: there is no such key.
 */
struct place {
	char **text;
	struct claim_texts *texts;
	struct claim_cells *cells;
};

static struct place place_of(struct claim *c, const char *key)
{
	const struct place places[] = {
		{.text = &c->who},     {.text = &c->when},
		{.text = &c->says},    {.text = &c->source},
		{.texts = &c->metric}, {.texts = &c->design},
		{.text = &c->against}, {.texts = &c->sweep},
		{.cells = &c->where},  {.cells = &c->against_where},
		{.text = &c->rule},    {.text = &c->rule}};

	for (size_t i = 0; keys[i]; i++)
		if (!strcmp(keys[i], key))
			return places[i];
	return (struct place){0};
}

static int unknown_key(struct reading *in, const char *key,
		       const yaml_node_t *node)
{
	const char *near = suggest_nearest(key, key_name, NULL);

	reader_complain(in->r, node->start_mark,
			"unknown key '%.60s' in a claim", key);
	if (near)
		reader_remedy(in->r, "did you mean '%s'?", near);
	return -EINVAL;
}

static int read_key(struct reading *in, const char *key,
		    const yaml_node_t *key_node, const yaml_node_t *value)
{
	const struct place to = place_of(in->c, key);

	if (!to.text && !to.texts && !to.cells)
		return unknown_key(in, key, key_node);
	if ((to.text && *to.text) || (to.texts && to.texts->n) ||
	    (to.cells && to.cells->n))
		return reader_complain(in->r, key_node->start_mark,
				       "%s: given twice%s", key,
				       to.text == &in->c->rule
					       ? ", or beside the other of "
						 "ratio and count"
					       : "");
	if (to.cells)
		return read_cells(in, key, value, to.cells);
	if (to.texts)
		return read_texts(in, key, value, to.texts);
	if (to.text == &in->c->rule)
		return read_rule(in, key, value);
	return read_text(in, key, value, to.text);
}

/* All that is written, and that what must be is. */
static int read_claim(struct reading *in, const yaml_node_t *node)
{
	struct claim *c = in->c;
	size_t before = in->r->errs->n;

	if (node->type != YAML_MAPPING_NODE)
		return reader_complain(in->r, node->start_mark,
				       "claims: %s; expected a mapping "
				       "of keys",
				       yaml_doc_kind(node));
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
	     p < node->data.mapping.pairs.top && !reader_full(in->r); p++) {
		const yaml_node_t *k = yaml_document_get_node(in->doc, p->key);
		const char *key = yaml_doc_text(k);

		if (!key)
			reader_complain(in->r, k->start_mark,
					"%s as a key; expected a name",
					yaml_doc_kind(k));
		else
			read_key(in, key, k,
				 yaml_document_get_node(in->doc, p->value));
	}
	if (in->r->errs->n == before &&
	    (!c->who || !c->when || !c->says || !c->source || !c->rule ||
	     !c->metric.n || !c->design.n))
		reader_complain(in->r, node->start_mark,
				"a claim needs who, when, says, source, "
				"metric, design and ratio or count");
	if (in->r->errs->n == before && claim_counts(c) &&
	    (c->against || c->against_where.n))
		reader_complain(in->r, node->start_mark,
				"a count is held against nothing: no against "
				"and no against_where");
	return in->r->errs->n == before ? 0 : -EINVAL;
}

static void no_null(char **text)
{
	if (!*text)
		*text = must_copy("");
}

static void add_claim(struct reading *in, const yaml_node_t *node)
{
	struct question *q = &in->r->question;
	struct config_errors *errs = in->r->errs;
	size_t before = errs->n;

	q->claim = must_grow(q->claim, q->n, sizeof(*q->claim));
	in->c = &q->claim[q->n++];
	*in->c =
		(struct claim){.line = (unsigned)node->start_mark.line + 1,
			       .column = (unsigned)node->start_mark.column + 1};
	if (read_claim(in, node))
		in->c->unread = must_copy(errs->e[before].what);
	no_null(&in->c->who);
	no_null(&in->c->when);
	no_null(&in->c->says);
	no_null(&in->c->source);
	no_null(&in->c->rule);
}

/* The list of claims in @node; NULL: it is not what is expected. */
static const yaml_node_t *claims_in(yaml_document_t *doc,
				    const yaml_node_t *node)
{
	const yaml_node_pair_t *p;
	const yaml_node_t *list;
	const char *key;

	if (node->type != YAML_MAPPING_NODE)
		return NULL;
	p = node->data.mapping.pairs.start;
	if (p + 1 != node->data.mapping.pairs.top)
		return NULL;
	key = yaml_doc_text(yaml_document_get_node(doc, p->key));
	list = yaml_document_get_node(doc, p->value);
	return key && !strcmp(key, "claims") &&
			       list->type == YAML_SEQUENCE_NODE &&
			       list->data.sequence.items.start <
				       list->data.sequence.items.top
		       ? list
		       : NULL;
}

int question_read(struct reader *r, yaml_document_t *doc,
		  const yaml_node_t *node)
{
	struct reading in = {.r = r, .doc = doc};
	const yaml_node_t *list = claims_in(doc, node);
	size_t before = r->errs->n;

	if (r->question.n)
		return reader_complain(r, node->start_mark,
				       "question: given twice");
	if (!list)
		return reader_complain(r, node->start_mark,
				       "question: expected 'claims' and a "
				       "list of them");
	for (yaml_node_item_t *i = list->data.sequence.items.start;
	     i < list->data.sequence.items.top && !reader_full(r); i++) {
		if (r->question.n == CLAIMS_MAX)
			return reader_complain(r, list->start_mark,
					       "claims: more than %d",
					       CLAIMS_MAX);
		add_claim(&in, yaml_document_get_node(doc, *i));
		if (r->stored) /* said with the claim, and no error */
			r->errs->n = 0;
	}
	return r->errs->n == before ? 0 : -EINVAL;
}
