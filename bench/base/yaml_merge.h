/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merge keys of YAML 1.1: "<<: *anchor" stands for the keys of another mapping.
 */
#ifndef YAML_MERGE_H
#define YAML_MERGE_H

#include <yaml.h>

#include "base/err.h"

/*
 * yaml_merge() - puts the keys of what is merged in the place of every merge
 * key of @doc. A key of the mapping itself wins, of several merged mappings
 * the first. -EINVAL: what is merged is no mapping, or is merged into itself,
 * or too much of it; -ENOMEM. Said in @e with the place in @path.
 */
int yaml_merge(yaml_document_t *doc, const char *path, struct err *e);

#endif
