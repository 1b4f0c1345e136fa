/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of `vtdbench list` share. */
#ifndef CLI_DOCUMENTS_H
#define CLI_DOCUMENTS_H

#include <jansson.h>

#include "cli/command.h"
#include "options/table.h"

/* One kind of things that can be listed. */
struct list_kind {
	const char *name; /* "designs" */
	const char *help;
	const char *also;      /* another name for it, or NULL */
	json_t *(*list)(void); /* NULL: the commands */
};
extern const struct list_kind list_kinds[]; /* ended by name == NULL */

/* A new array of objects with at least "name" and "help", or NULL. */
json_t *list_items(const struct list_kind *kind,
		   const struct command *const *commands);

/*
 * Documents made of the registries, to @out. 0 or -errno. list_man() is the
 * body of a section of the man page: commands with their help, keys with what
 * they accept, names with one line for all other kinds.
 */
int list_man(FILE *out, const struct list_kind *kind,
	     const struct command *const *commands);
int list_markdown(FILE *out);
void list_completion(FILE *out, const struct command *const *commands);
void list_completion_zsh(FILE *out, const struct command *const *commands);

#endif
