/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operation lists. */
#include "trace/op_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace/iova_list.h"
#include "base/lines.h"
#include "base/number.h"
#include "base/slurp.h"

static bool field_number(const struct lines *l, unsigned i, uint64_t *value)
{
	return number_parse(l->fields[i].text, l->fields[i].n, value);
}

static int parse(const struct lines *l, struct op *op, struct err *e)
{
	bool numbers;

	*op = (struct op){.line = l->number};
	op->map = line_field_is(&l->fields[0], "map");
	if (op->map && l->nfields != 5)
		return lines_error(l, e, "expected map,IOVA,PA,SIZE,r|w|rw");
	if (op->map) {
		op->prot = perm_parse(l->fields[4].text, l->fields[4].n);
		numbers = field_number(l, 1, &op->iova) &&
			  field_number(l, 2, &op->pa) &&
			  field_number(l, 3, &op->bytes);
		if (!op->prot)
			return lines_error(l, e,
					   "the permission is not r, w or rw");
	} else if (!line_field_is(&l->fields[0], "unmap")) {
		return lines_error(l, e, "expected map,... or unmap,...");
	} else if (l->nfields != 3) {
		return lines_error(l, e, "expected unmap,IOVA,SIZE");
	} else {
		numbers = field_number(l, 1, &op->iova) &&
			  field_number(l, 2, &op->bytes);
	}
	return numbers ? 0
		       : lines_error(l, e, "not a number (decimal or 0x hex)");
}

int op_list_from_memory(struct op_list *list, const char *name,
			const char *text, size_t n, struct err *e)
{
	size_t room = 0;
	struct lines l;
	int rc = 0;

	memset(list, 0, sizeof(*list));
	lines_init(&l, name, text, n);
	while (!rc && lines_next(&l)) {
		if (list->n == room) {
			void *mem;

			room = room ? 2 * room : 256;
			mem = realloc(list->ops, room * sizeof(*list->ops));
			if (!mem) {
				rc = err_set(e, -ENOMEM, "%s: out of memory",
					     name);
				break;
			}
			list->ops = mem;
		}
		rc = parse(&l, &list->ops[list->n++], e);
	}
	if (rc)
		op_list_release(list);
	return rc;
}

int op_list_open(struct op_list *l, const char *path, struct err *e)
{
	struct slurp file;
	int rc = slurp_file(&file, path, e);

	memset(l, 0, sizeof(*l));
	if (rc)
		return rc;
	if (file.truncated)
		rc = err_set(e, -EINVAL, "%s: gzip is truncated or damaged",
			     path);
	else
		rc = op_list_from_memory(l, path, file.data, file.bytes, e);
	slurp_release(&file);
	return rc;
}

void op_list_release(struct op_list *l)
{
	free(l->ops);
	memset(l, 0, sizeof(*l));
}
