/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A config file: YAML nodes to values of keys, every complaint with place. */
#include "plan/scope.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml_doc.h"

enum { KEY_MAX = 128, SWEEPS_MAX = 1000 };

int reader_complain(struct reader *r, yaml_mark_t at, const char *fmt, ...)
{
	char where[PARAMS_PATH + 32], what[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	snprintf(where, sizeof(where), "%s:%zu:%zu", r->path, at.line + 1,
		 at.column + 1);
	return reader_error(r, where, "%s", what);
}

static int read_scalar(struct reader *r, struct scope *s, size_t index,
		       const yaml_node_t *node)
{
	const char *text = yaml_doc_text(node);

	if (!text)
		return reader_complain(r, node->start_mark,
				       "%s: a zero byte in it",
				       option_at(index)->key);
	if (yaml_doc_null(node)) {
		reader_complain(r, node->start_mark, "%s: no value",
				option_at(index)->key);
		reader_remedy(r,
			      "leave the key out for its default; quote a "
			      "text '%s'",
			      text);
		return -EINVAL;
	}
	return scope_add(s, r, index, text, (unsigned)node->start_mark.line + 1,
			 (unsigned)node->start_mark.column + 1);
}

static int read_list(struct reader *r, struct scope *s, size_t index,
		     yaml_document_t *doc, const yaml_node_t *node)
{
	const struct option_row *row = option_at(index);
	int ret = 0;

	if (!(row->flags & OPTION_AXIS))
		return reader_complain(r, node->start_mark,
				       "%s: a list; it takes one value",
				       row->key);
	if (node->data.sequence.items.start == node->data.sequence.items.top)
		return reader_complain(r, node->start_mark, "%s: an empty list",
				       row->key);
	for (yaml_node_item_t *i = node->data.sequence.items.start;
	     i < node->data.sequence.items.top && ret != -ENOMEM &&
	     !reader_full(r);
	     i++) {
		const yaml_node_t *item = yaml_document_get_node(doc, *i);

		if (item->type == YAML_SCALAR_NODE)
			ret = read_scalar(r, s, index, item);
		else
			ret = reader_complain(
				r, item->start_mark,
				"%s: %s in the list; expected values", row->key,
				yaml_doc_kind(item));
	}
	return ret ? ret : scope_no_twins(s, r, index);
}

static int unknown_key(struct reader *r, const yaml_node_t *node,
		       const char *key, bool top)
{
	const char *near = option_nearest(key, top ? -1 : OPTION_TRIAL);

	reader_complain(r, node->start_mark, "unknown key '%.100s'%s", key,
			top ? "" : " in a sweep");
	/* Two keys have no row. */
	if (top && !near && !strncmp(key, "swee", 4))
		near = "sweeps";
	if (top && !near && !strncmp(key, "quest", 5))
		near = "question";
	if (near)
		reader_remedy(r, "did you mean '%s'?", near);
	else
		reader_remedy(r, "vtdbench list options shows all keys");
	return -EINVAL;
}

static int read_mapping(struct reader *r, struct scope *s, const char *prefix,
			yaml_document_t *doc, const yaml_node_t *node);

/*
 * One pair of a mapping; @key with the prefix of the mappings around it.
 * @earlier: the same key before it, or NULL.
 */
static int read_pair(struct reader *r, struct scope *s, const char *key,
		     yaml_document_t *doc, const yaml_node_t *key_node,
		     const yaml_node_t *value, const yaml_node_t *earlier)
{
	bool top = s == &r->top;
	int index = scope_index(key);
	const struct option_row *row;

	if (index < 0 && option_is_group(key) &&
	    value->type == YAML_MAPPING_NODE)
		return earlier ? reader_complain(
					 r, key_node->start_mark,
					 "%s: given twice; first at line %zu",
					 key, earlier->start_mark.line + 1)
			       : read_mapping(r, s, key, doc, value);
	if (index < 0 && option_is_group(key))
		return reader_complain(r, value->start_mark,
				       "%s: %s; expected a mapping of keys",
				       key, yaml_doc_kind(value));
	if (index < 0)
		return unknown_key(r, key_node, key, top);
	row = option_at((size_t)index);
	if (!top && row->scope == OPTION_RUN) {
		reader_complain(r, key_node->start_mark,
				"%s: holds for the run as a whole", key);
		reader_remedy(r, "move it out of the sweep to the top level");
		return -EINVAL;
	}
	if (s->axes[index].n) {
		const struct config_value *v = s->axes[index].values;

		return reader_complain(r, key_node->start_mark,
				       "%s: given twice; first at line %u", key,
				       v->line);
	}
	switch (value->type) {
	case YAML_SCALAR_NODE:
		return read_scalar(r, s, (size_t)index, value);
	case YAML_SEQUENCE_NODE:
		return read_list(r, s, (size_t)index, doc, value);
	case YAML_MAPPING_NODE:
	case YAML_NO_NODE:
		break;
	}
	return reader_complain(r, value->start_mark, "%s: %s; expected %s", key,
			       yaml_doc_kind(value),
			       row->flags & OPTION_AXIS ? "a value or a list"
							: "a single value");
}

static int read_sweep_name(struct reader *r, struct scope *s,
			   const yaml_node_t *value)
{
	const struct option_row *row = option_find("name");
	struct params_run run;
	struct err e = {0};

	if (s->name[0])
		return reader_complain(r, value->start_mark,
				       "name: given twice");
	if (value->type != YAML_SCALAR_NODE || !yaml_doc_text(value))
		return reader_complain(r, value->start_mark,
				       "name: %s; expected a single value",
				       yaml_doc_kind(value));
	if (option_parse(row, yaml_doc_text(value), &run, &e))
		return reader_complain(r, value->start_mark, "%s", e.what);
	for (size_t i = 0; i + 1 < r->nsweeps; i++)
		if (!strcmp(r->sweeps[i].name, run.name))
			return reader_complain(r, value->start_mark,
					       "name: another sweep is '%s'",
					       run.name);
	snprintf(s->name, sizeof(s->name), "%s", run.name);
	return 0;
}

static int read_sweeps(struct reader *r, yaml_document_t *doc,
		       const yaml_node_t *node)
{
	int ret = 0;

	if (r->nsweeps)
		return reader_complain(r, node->start_mark,
				       "sweeps: given twice");
	if (node->type != YAML_SEQUENCE_NODE)
		return reader_complain(r, node->start_mark,
				       "sweeps: %s; expected a list of sweeps",
				       yaml_doc_kind(node));
	if (node->data.sequence.items.start == node->data.sequence.items.top)
		return reader_complain(r, node->start_mark,
				       "sweeps: an empty list");
	for (yaml_node_item_t *i = node->data.sequence.items.start;
	     i < node->data.sequence.items.top && ret != -ENOMEM &&
	     !reader_full(r);
	     i++) {
		const yaml_node_t *item = yaml_document_get_node(doc, *i);
		struct scope *s;

		if (r->nsweeps == SWEEPS_MAX)
			return reader_complain(r, item->start_mark,
					       "sweeps: more than %d",
					       SWEEPS_MAX);
		s = realloc(r->sweeps, (r->nsweeps + 1) * sizeof(*s));
		if (!s)
			return -ENOMEM;
		r->sweeps = s;
		s += r->nsweeps;
		ret = scope_init(s);
		if (ret)
			return ret;
		r->nsweeps++;
		s->line = (unsigned)item->start_mark.line + 1;
		s->column = (unsigned)item->start_mark.column + 1;
		if (item->type == YAML_MAPPING_NODE)
			ret = read_mapping(r, s, "", doc, item);
		else
			ret = reader_complain(
				r, item->start_mark,
				"sweeps: %s; expected a mapping of keys",
				yaml_doc_kind(item));
		if (!s->name[0])
			snprintf(s->name, sizeof(s->name), "sweep%zu",
				 r->nsweeps);
	}
	return ret;
}

static const yaml_node_t *key_before(yaml_document_t *doc,
				     const yaml_node_t *map,
				     const yaml_node_pair_t *pair)
{
	const yaml_node_pair_t *p = yaml_doc_earlier(doc, map, pair);

	return p ? yaml_document_get_node(doc, p->key) : NULL;
}

static int read_mapping(struct reader *r, struct scope *s, const char *prefix,
			yaml_document_t *doc, const yaml_node_t *node)
{
	char key[KEY_MAX];
	int ret = 0;

	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
	     p < node->data.mapping.pairs.top && ret != -ENOMEM &&
	     !reader_full(r);
	     p++) {
		const yaml_node_t *k = yaml_document_get_node(doc, p->key);
		const yaml_node_t *v = yaml_document_get_node(doc, p->value);

		if (k->type != YAML_SCALAR_NODE || !yaml_doc_text(k)) {
			ret = reader_complain(r, k->start_mark,
					      "%s as a key; expected a name",
					      yaml_doc_kind(k));
			continue;
		}
		snprintf(key, sizeof(key), "%s%s%.60s", prefix,
			 prefix[0] ? "." : "", yaml_doc_text(k));
		if (s == &r->top && !strcmp(key, "sweeps"))
			ret = read_sweeps(r, doc, v);
		else if (s == &r->top && !strcmp(key, "question"))
			ret = question_read(r, doc, v);
		else if (s != &r->top && !strcmp(key, "name"))
			ret = read_sweep_name(r, s, v);
		else
			ret = read_pair(r, s, key, doc, k, v,
					key_before(doc, node, p));
	}
	return ret;
}

int config_yaml_scope(struct reader *r, struct scope *s, yaml_document_t *doc,
		      const yaml_node_t *node)
{
	size_t before = r->errs->n;
	int ret = read_mapping(r, s, "", doc, node);

	return ret == -ENOMEM || r->errs->n == before ? ret : -EINVAL;
}

int config_yaml_read(struct reader *r, const char *text, size_t length)
{
	yaml_document_t doc;
	struct err e = {0};
	int ret = yaml_doc_load(&doc, r->path, text, length, &e);

	if (!ret) {
		ret = read_mapping(r, &r->top, "", &doc,
				   yaml_document_get_root_node(&doc));
		yaml_document_delete(&doc);
		return ret;
	}
	if (r->errs->n < CONFIG_ERRORS_MAX)
		r->errs->e[r->errs->n++] = e;
	return ret;
}
