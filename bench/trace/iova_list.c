/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of requests to translate. */
#include "trace/iova_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../kernels/vtd.h"
#include "base/lines.h"
#include "base/must.h"
#include "base/number.h"
#include "base/slurp.h"

static const char *const perms[] = {
	[VTD_R] = "r", [VTD_W] = "w", [VTD_R | VTD_W] = "rw"};

const char *perm_text(unsigned perm)
{
	return perm <= (VTD_R | VTD_W) ? perms[perm] : NULL;
}

unsigned perm_parse(const char *text, size_t n)
{
	for (unsigned p = VTD_R; p <= (VTD_R | VTD_W); p++)
		if (strlen(perms[p]) == n && !memcmp(perms[p], text, n))
			return p;
	return 0;
}

static bool is_header(const struct lines *l)
{
	return l->number == 1 && line_field_is(&l->fields[0], "iova") &&
	       (l->nfields == 1 ||
		(l->nfields == 2 && line_field_is(&l->fields[1], "access")));
}

/* Adds the request of the current line, or of fields @f on; see callers. */
static int add(struct iova_list *list, const struct lines *l,
	       const struct line_field *f, unsigned access, struct err *e)
{
	struct iova_request *r;

	if (try_grow(&list->requests, list->n, sizeof(*r)))
		return err_set(e, -ENOMEM, "%s: out of memory", l->name);
	r = &list->requests[list->n++];
	if (!number_parse(f->text, f->n, &r->iova))
		return lines_error(l, e, "not an IOVA (decimal or 0x hex)");
	r->access = access;
	return 0;
}

int iova_list_from_memory(struct iova_list *list, const char *name,
			  const char *text, size_t n, struct err *e)
{
	struct lines l;
	int rc = 0;

	memset(list, 0, sizeof(*list));
	lines_init(&l, name, text, n);
	while (!rc && lines_next(&l)) {
		unsigned access = VTD_R;

		if (is_header(&l))
			continue;
		if (l.nfields > 1)
			access = perm_parse(l.fields[1].text, l.fields[1].n);
		if (l.nfields > 2 || !access)
			rc = lines_error(&l, e, "expected IOVA[,r|w|rw]");
		else
			rc = add(list, &l, &l.fields[0], access, e);
	}
	if (rc)
		iova_list_release(list);
	return rc;
}

/* "0x1000,0x2000,w": an access belongs to the IOVA before it. */
static int parse_argument(struct iova_list *list, const char *arg,
			  struct err *e)
{
	struct lines l = {.name = "--iova", .number = 1};
	const char *at = arg;
	int rc = 0;

	memset(list, 0, sizeof(*list));
	while (!rc && at) {
		const char *comma = strchr(at, ',');
		struct line_field f = {at, comma ? (size_t)(comma - at)
						 : strlen(at)};
		unsigned access = perm_parse(f.text, f.n);

		l.text = f.text;
		l.n = f.n;
		if (access && list->n)
			list->requests[list->n - 1].access = access;
		else
			rc = add(list, &l, &f, VTD_R, e);
		at = comma ? comma + 1 : NULL;
	}
	if (rc)
		iova_list_release(list);
	return rc;
}

int iova_list_open(struct iova_list *l, const char *arg, struct err *e)
{
	struct slurp file;
	int rc;

	memset(l, 0, sizeof(*l));
	if (isdigit((unsigned char)arg[0]) && access(arg, F_OK))
		return parse_argument(l, arg, e);
	rc = slurp_file(&file, arg, e);
	if (rc)
		return rc;
	rc = iova_list_from_memory(l, arg, file.data, file.bytes, e);
	slurp_release(&file);
	return rc;
}

void iova_list_release(struct iova_list *l)
{
	free(l->requests);
	memset(l, 0, sizeof(*l));
}
