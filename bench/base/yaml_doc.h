/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One YAML document, as configs and counter groups are written: syntax, tags,
 * merge keys and all that a hostile file could make slow are dealt with here.
 */
#ifndef YAML_DOC_H
#define YAML_DOC_H

#include <stdbool.h>
#include <yaml.h>

#include "base/err.h"

/* No file is longer; /dev/zero and database files are. */
enum { YAML_DOC_BYTES_MAX = 1 << 20 };

/*
 * yaml_doc_file() - the whole of file @path, and a zero byte behind it; *text
 * is the caller's to free.
 * -ENOENT and other -errno of opening, -EINVAL: longer than allowed; said in
 * @e with the path.
 */
int yaml_doc_file(const char *path, char **text, size_t *length, struct err *e);

/*
 * yaml_doc_load() - the only document of @text. Merge keys are gone from its
 * mappings: their keys stand there, those given in the mapping itself win.
 * Returns 0, the document for yaml_document_delete(), its root a mapping; or
 * -EINVAL with "PATH:LINE:COLUMN: what is wrong" in @e (without a place where
 * there is none); -ENOMEM.
 */
int yaml_doc_load(yaml_document_t *doc, const char *path, const char *text,
		  size_t length, struct err *e);

/* "a list", for messages. */
const char *yaml_doc_kind(const yaml_node_t *node);

/* The text of a scalar; NULL: another kind, or a zero byte in it. */
const char *yaml_doc_text(const yaml_node_t *node);

/* Whether it is YAML's word for nothing: ~ or null, not in quotes. */
bool yaml_doc_null(const yaml_node_t *node);

/* The pair before @pair of @map that has the same key, or NULL. */
const yaml_node_pair_t *yaml_doc_earlier(yaml_document_t *doc,
					 const yaml_node_t *map,
					 const yaml_node_pair_t *pair);

#endif
