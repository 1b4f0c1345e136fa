/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The domains of a trace by name. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "base/fnv.h"
#include "trace/ftrace.h"

/* Never more than half full. A slot holds index + 1; 0 is free. */
enum { SLOTS = 2 * (UINT16_MAX + 1) };

static uint16_t *find_slot(const struct trace *t, const char *label, size_t n)
{
	size_t at = fnv_bytes(FNV_OFFSET, label, n) % SLOTS;

	for (; t->domain_slots[at]; at = (at + 1) % SLOTS) {
		const char *known = t->domains[t->domain_slots[at] - 1];

		if (!strncmp(known, label, n) && !known[n])
			break;
	}
	return &t->domain_slots[at];
}

static int add_domain(struct trace *t, const char *label, size_t n)
{
	if (t->ndomains == UINT16_MAX)
		return -E2BIG;
	if (try_grow(&t->domains, t->ndomains, sizeof(*t->domains)))
		return -ENOMEM;
	t->domains[t->ndomains] = strndup(label, n);
	if (!t->domains[t->ndomains])
		return -ENOMEM;
	t->ndomains++;
	return 0;
}

int trace_domain(struct trace *t, const char *label, size_t n, uint16_t *index)
{
	uint16_t *slot;
	int rc;

	*index = 0;
	if (MUTANT(trace_domain_ignored) && t->ndomains)
		return 0;
	if (!t->domain_slots)
		t->domain_slots = calloc(SLOTS, sizeof(*t->domain_slots));
	if (!t->domain_slots)
		return -ENOMEM;
	slot = find_slot(t, label, n);
	if (!*slot) {
		rc = add_domain(t, label, n);
		if (rc)
			return rc;
		*slot = (uint16_t)t->ndomains;
	}
	*index = (uint16_t)(*slot - 1);
	return 0;
}

bool trace_label_ok(const char *label, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)label[i] < ' ' ||
		    strchr("\x7f,\"", label[i]))
			return false;
	return true;
}

void trace_forget_domains(struct trace *t)
{
	while (t->ndomains)
		free(t->domains[--t->ndomains]);
	free(t->domains);
	free(t->domain_slots);
	t->domains = NULL;
	t->domain_slots = NULL;
}

int trace_one_domain(struct trace *t, struct err *e)
{
	trace_forget_domains(t);
	for (size_t i = 0; i < t->n; i++)
		if (trace_domain(t, "0", 1, &t->events[i].domain))
			return err_set(e, -ENOMEM, "%s: out of memory",
				       t->name);
	return 0;
}
