/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merge keys, read before anybody looks at the mappings. */
#include "base/yaml_merge.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Small enough that a file of merges of merges ends at once. */
enum { KEYS_MAX = 1000, MERGED_MAX = 10000 };

enum state { UNTOUCHED, UNDER_WAY, DONE };

struct merger {
	yaml_document_t *doc;
	const char *path;
	struct err *e;
	unsigned char *state; /* [node] */
	size_t merged;	      /* keys so far */
};

static int bad(struct merger *m, const yaml_node_t *at, const char *what)
{
	return err_set(m->e, -EINVAL, "%.200s:%zu:%zu: <<: %s", m->path,
		       at->start_mark.line + 1, at->start_mark.column + 1,
		       what);
}

static yaml_node_t *node(struct merger *m, int index)
{
	return yaml_document_get_node(m->doc, index);
}

/* "<<" in quotes is a key like any other. */
static bool is_merge(const yaml_node_t *key)
{
	return key->type == YAML_SCALAR_NODE &&
	       key->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       !strcmp((const char *)key->data.scalar.value, "<<");
}

static bool same(const yaml_node_t *a, const yaml_node_t *b)
{
	return a->type == YAML_SCALAR_NODE && b->type == YAML_SCALAR_NODE &&
	       a->data.scalar.length == b->data.scalar.length &&
	       !memcmp(a->data.scalar.value, b->data.scalar.value,
		       a->data.scalar.length);
}

static bool has(struct merger *m, const yaml_node_t *map,
		const yaml_node_t *key)
{
	for (const yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++)
		if (same(node(m, p->key), key))
			return true;
	return false;
}

static int merge_mapping(struct merger *m, int index);

/* The keys of mapping @from into mapping @to. */
static int copy(struct merger *m, int to, int from)
{
	yaml_node_t *source = node(m, from);
	int ret;

	if (source->type != YAML_MAPPING_NODE)
		return bad(m, source, "expected a mapping, as an alias of one");
	if (m->state[from - 1] == UNDER_WAY)
		return bad(m, node(m, to), "a mapping merged into itself");
	ret = merge_mapping(m, from);
	for (size_t i = 0; !ret; i++) {
		yaml_node_pair_t *p = source->data.mapping.pairs.start + i;

		if (p >= source->data.mapping.pairs.top)
			break;
		if (has(m, node(m, to), node(m, p->key)))
			continue;
		if (++m->merged > MERGED_MAX)
			return bad(m, source, "too many keys are merged");
		if (!yaml_document_append_mapping_pair(m->doc, to, p->key,
						       p->value))
			ret = err_set(m->e, -ENOMEM, "out of memory");
	}
	return ret;
}

/* @value is a mapping or a list of such. */
static int copy_all(struct merger *m, int to, int value)
{
	const yaml_node_t *v = node(m, value);
	int ret = 0;

	if (v->type != YAML_SEQUENCE_NODE)
		return copy(m, to, value);
	for (yaml_node_item_t *i = v->data.sequence.items.start;
	     !ret && i < v->data.sequence.items.top; i++)
		ret = copy(m, to, *i);
	return ret;
}

/* Takes the first merge key out; its value, or 0: there is none. */
static int take(struct merger *m, yaml_node_t *map)
{
	yaml_node_pair_t *p = map->data.mapping.pairs.start;
	yaml_node_pair_t *top = map->data.mapping.pairs.top;
	int value;

	while (p < top && !is_merge(node(m, p->key)))
		p++;
	if (p == top)
		return 0;
	value = p->value;
	memmove(p, p + 1, (size_t)(top - p - 1) * sizeof(*p));
	map->data.mapping.pairs.top--;
	return value;
}

static int merge_mapping(struct merger *m, int index)
{
	yaml_node_t *map = node(m, index);
	int value, ret;

	if (map->type != YAML_MAPPING_NODE || m->state[index - 1] == DONE)
		return 0;
	m->state[index - 1] = UNDER_WAY;
	value = take(m, map);
	if (value &&
	    map->data.mapping.pairs.top - map->data.mapping.pairs.start >
		    KEYS_MAX)
		return bad(m, map, "a mapping of more than 1000 keys");
	ret = value ? copy_all(m, index, value) : 0;
	if (!ret && take(m, map))
		ret = bad(m, map, "given twice; write <<: [*a, *b]");
	m->state[index - 1] = DONE;
	return ret;
}

int yaml_merge(yaml_document_t *doc, const char *path, struct err *e)
{
	size_t n = (size_t)(doc->nodes.top - doc->nodes.start);
	struct merger m = {.doc = doc, .path = path, .e = e};
	int ret = 0;

	m.state = calloc(n + 1, 1);
	if (!m.state)
		return err_set(e, -ENOMEM, "out of memory");
	/* An alias names a node before it: that one is done by then. */
	for (size_t i = 1; !ret && i <= n; i++)
		ret = merge_mapping(&m, (int)i);
	free(m.state);
	return ret;
}
