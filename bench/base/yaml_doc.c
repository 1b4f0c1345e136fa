/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One YAML document from a text, checked as far as its form goes. */
#include "base/yaml_doc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml_merge.h"

int yaml_doc_file(const char *path, char **text, size_t *length, struct err *e)
{
	FILE *f = fopen(path, "re");
	char *buf = NULL;
	int ret = 0;

	if (!f)
		return err_set(e, -errno, "%s: %s", path, strerror(errno));
	buf = malloc(YAML_DOC_BYTES_MAX + 1);
	if (!buf) {
		fclose(f);
		return err_set(e, -ENOMEM, "out of memory");
	}
	*length = fread(buf, 1, YAML_DOC_BYTES_MAX + 1, f);
	if (ferror(f))
		ret = err_set(e, -errno, "%s: %s", path, strerror(errno));
	else if (*length > YAML_DOC_BYTES_MAX)
		ret = err_set(e, -EINVAL, "%s: longer than %d bytes", path,
			      YAML_DOC_BYTES_MAX);
	fclose(f);
	if (ret) {
		free(buf);
		return ret;
	}
	buf[*length] = '\0';
	*text = buf;
	return 0;
}

const char *yaml_doc_kind(const yaml_node_t *node)
{
	switch (node->type) {
	case YAML_SCALAR_NODE:
		return "a single value";
	case YAML_SEQUENCE_NODE:
		return "a list";
	case YAML_MAPPING_NODE:
		return "a mapping of keys";
	case YAML_NO_NODE:
		break;
	}
	return "nothing";
}

const char *yaml_doc_text(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	return node->type == YAML_SCALAR_NODE &&
			       strlen(text) == node->data.scalar.length
		       ? text
		       : NULL;
}

bool yaml_doc_null(const yaml_node_t *node)
{
	static const char *const words[] = {"~", "null", "Null", "NULL"};
	const char *text = yaml_doc_text(node);

	if (!text || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (unsigned i = 0; i < 4; i++)
		if (!strcmp(text, words[i]))
			return true;
	return false;
}

const yaml_node_pair_t *yaml_doc_earlier(yaml_document_t *doc,
					 const yaml_node_t *map,
					 const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = yaml_document_get_node(doc, pair->key);
	const char *text = yaml_doc_text(key), *other;

	for (const yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     text && p < pair; p++) {
		other = yaml_doc_text(yaml_document_get_node(doc, p->key));
		if (other && !strcmp(other, text))
			return p;
	}
	return NULL;
}

/* Whether a tab stands before the first word of the line of the problem. */
static bool tab_indents(const yaml_parser_t *parser)
{
	const unsigned char *c = parser->input.string.start;
	size_t line = parser->problem_mark.line;

	for (; c < parser->input.string.end && line; c++)
		line -= *c == '\n';
	while (c < parser->input.string.end && *c == ' ')
		c++;
	return c < parser->input.string.end && *c == '\t';
}

static int syntax(const yaml_parser_t *parser, const char *path, struct err *e)
{
	const char *problem = parser->problem ? parser->problem
					      : "cannot parse";

	if (parser->error == YAML_MEMORY_ERROR)
		return err_set(e, -ENOMEM, "out of memory");
	if (parser->error == YAML_READER_ERROR) {
		err_set(e, -EINVAL, "%.200s: is no text file: %s at byte %zu",
			path, parser->problem, parser->problem_offset);
		return err_remedy(e, "it has to be a YAML file in UTF-8");
	}
	err_set(e, -EINVAL, "%.200s:%zu:%zu: not valid YAML: %s%s%s", path,
		parser->problem_mark.line + 1, parser->problem_mark.column + 1,
		problem, parser->context ? " " : "",
		parser->context ? parser->context : "");
	if (tab_indents(parser))
		err_remedy(e, "indent with spaces: YAML takes no tabs there");
	else if (strstr(problem, "mapping values are not allowed"))
		err_remedy(e, "is a ':' missing in the line before? A value "
			      "that has ': ' in it needs quotes");
	return -EINVAL;
}

/*
 * The parser's time grows with the square of the depth of brackets, of the
 * number of anchors and of that of directives. What stands in quotes and
 * comments counts too: no sane file has so many.
 */
static const char *too_much(const char *text, size_t length)
{
	enum { DEPTH_MAX = 200, ANCHORS_MAX = 1000, DIRECTIVES_MAX = 10 };
	size_t depth = 0, anchors = 0, directives = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '[' || text[i] == '{')
			depth++;
		else if ((text[i] == ']' || text[i] == '}') && depth)
			depth--;
		anchors += text[i] == '&';
		directives += text[i] == '%' && (!i || text[i - 1] == '\n');
		if (depth > DEPTH_MAX)
			return "brackets are nested too deep";
		if (anchors > ANCHORS_MAX)
			return "more than 1000 anchors";
		if (directives > DIRECTIVES_MAX)
			return "more than 10 directives";
		/* UTF-16, which the parser would read; the store would not. */
		if (!text[i])
			return "is no text file in UTF-8: a zero byte in it";
	}
	return NULL;
}

/* A tag asks for something to be done; nothing here would do it. */
static int check_tags(yaml_document_t *doc, const char *path, struct err *e)
{
	static const char core[] = "tag:yaml.org,2002:";
	static const char *const known[] = {"str",  "int", "float", "bool",
					    "null", "seq", "map"};

	for (const yaml_node_t *n = doc->nodes.start; n < doc->nodes.top; n++) {
		const char *tag = (const char *)n->tag;
		bool found = false;

		if (tag && !strncmp(tag, core, sizeof(core) - 1))
			for (unsigned i = 0; i < 7; i++)
				found |= !strcmp(tag + sizeof(core) - 1,
						 known[i]);
		if (!tag || found)
			continue;
		err_set(e, -EINVAL,
			"%.200s:%zu:%zu: tag '%.60s' means nothing "
			"here",
			path, n->start_mark.line + 1, n->start_mark.column + 1,
			tag);
		return err_remedy(e, "write the value itself, without a tag");
	}
	return 0;
}

static int check_root(yaml_document_t *doc, const char *path, struct err *e)
{
	const yaml_node_t *root = yaml_document_get_root_node(doc);

	if (!root ||
	    (root->type == YAML_SCALAR_NODE && !root->data.scalar.length))
		err_set(e, -EINVAL, "%.200s: is empty", path);
	else if (root->type == YAML_MAPPING_NODE)
		return 0;
	else
		err_set(e, -EINVAL,
			"%.200s:%zu:%zu: %s; expected a mapping of keys", path,
			root->start_mark.line + 1, root->start_mark.column + 1,
			yaml_doc_kind(root));
	err_remedy(e, "write lines KEY: VALUE");
	return -EINVAL;
}

/* Whatever follows must be nothing. */
static int check_end(yaml_parser_t *parser, const char *path, struct err *e)
{
	yaml_document_t next;
	int ret = 0;

	if (!yaml_parser_load(parser, &next))
		return syntax(parser, path, e);
	if (yaml_document_get_root_node(&next)) {
		ret = err_set(e, -EINVAL,
			      "%.200s:%zu:%zu: a second document; expected one",
			      path, next.start_mark.line + 1,
			      next.start_mark.column + 1);
		err_remedy(e, "put it into a file of its own");
	}
	yaml_document_delete(&next);
	return ret;
}

int yaml_doc_load(yaml_document_t *doc, const char *path, const char *text,
		  size_t length, struct err *e)
{
	const char *why = too_much(text, length);
	yaml_parser_t parser;
	int ret;

	if (why)
		return err_set(e, -EINVAL, "%.200s: %s", path, why);
	if (!yaml_parser_initialize(&parser))
		return err_set(e, -ENOMEM, "out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
				     length);
	if (!yaml_parser_load(&parser, doc)) {
		ret = syntax(&parser, path, e);
	} else {
		ret = check_root(doc, path, e);
		if (!ret)
			ret = check_end(&parser, path, e);
		if (!ret)
			ret = check_tags(doc, path, e);
		if (!ret)
			ret = yaml_merge(doc, path, e);
		if (ret)
			yaml_document_delete(doc);
	}
	yaml_parser_delete(&parser);
	return ret;
}
