/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The side file that says which domain each event of a trace is of. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../kernels/vtd.h"
#include "base/lines.h"
#include "base/number.h"
#include "base/slurp.h"
#include "trace/ftrace.h"

enum { COLUMNS = 4 }; /* line, event, domain, prot; more are ignored */

struct labeller {
	struct trace *t;
	const char *name;
	unsigned long number; /* line of the side file */
	const char *line, *end;
	size_t next; /* event to be labelled */
	struct err *e;
};

static int wrong(const struct labeller *l, const char *why)
{
	const struct lines at = {.name = l->name,
				 .number = l->number,
				 .text = l->line,
				 .n = (size_t)(l->end - l->line)};

	lines_error(&at, l->e, why);
	return err_remedy(l->e, "is it the side file of %s?", l->t->name);
}

/* Splits the line at tabs; fields that are not there are empty. */
static void columns(const struct labeller *l, struct line_field f[COLUMNS])
{
	const char *at = l->line;

	for (unsigned i = 0; i < COLUMNS; i++) {
		const char *tab = memchr(at, '\t', (size_t)(l->end - at));
		const char *stop = tab ? tab : l->end;

		f[i] = (struct line_field){at, (size_t)(stop - at)};
		at = tab ? tab + 1 : l->end;
	}
}

/* Linux's driver sets the read bit in every entry it writes. */
static uint8_t effective_prot(uint64_t prot)
{
	return (uint8_t)((prot & VTD_W) | VTD_R);
}

static int label_event(struct labeller *l, struct trace_event *ev,
		       const struct line_field f[COLUMNS])
{
	uint64_t prot;
	int rc;

	if (!line_field_is(&f[1], ev->kind == TRACE_MAP ? "map" : "unmap"))
		return wrong(l, "that line of the trace is another event");
	if (!f[2].n)
		return wrong(l, "no domain");
	if (!trace_label_ok(f[2].text, f[2].n))
		return wrong(l, "a domain with a comma, a quote or a control "
				"character in its name");
	rc = trace_domain(l->t, f[2].text, f[2].n, &ev->domain);
	if (rc == -E2BIG)
		return wrong(l, "more than 65535 domains");
	if (rc)
		return err_set(l->e, rc, "%s: %s", l->name, strerror(-rc));
	if (ev->kind == TRACE_MAP && f[3].n) {
		if (!number_parse(f[3].text, f[3].n, &prot))
			return wrong(l, "prot is not a number");
		ev->prot = effective_prot(prot);
	}
	return 0;
}

static int take_label(struct labeller *l)
{
	struct trace *t = l->t;
	struct line_field f[COLUMNS];
	uint64_t line;

	columns(l, f);
	if (!number_parse(f[0].text, f[0].n, &line))
		return l->number == 1 ? 0 : wrong(l, "not a line number");
	if (l->next == t->n)
		/* Of a trace that was read in part. */
		return line > t->lines ||
				       (t->n && line > t->events[t->n - 1].line)
			       ? 0
			       : wrong(l, "not in ascending order");
	if (line > t->events[l->next].line) {
		err_set(l->e, -EINVAL, "%s: no label for line %u of %s",
			l->name, t->events[l->next].line, t->name);
		return err_remedy(l->e, "is it the side file of that trace?");
	}
	if (line < t->events[l->next].line)
		return wrong(l, "that line of the trace is no map or unmap");
	return label_event(l, &t->events[l->next++], f);
}

int trace_label_from_memory(struct trace *t, const char *name, const char *text,
			    size_t n, struct err *e)
{
	struct labeller l = {.t = t, .name = name, .e = e};
	const char *at = text, *end = text + n;
	int rc = 0;

	trace_forget_domains(t); /* this file knows better */
	while (!rc && at < end) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));

		l.line = at;
		l.end = nl ? nl : end;
		l.number++;
		at = nl ? nl + 1 : end;
		if (l.end > l.line && l.end[-1] == '\r')
			l.end--;
		if (l.end > l.line)
			rc = take_label(&l);
	}
	if (!rc && l.next < t->n)
		rc = err_set(e, -EINVAL, "%s: no label for line %u of %s", name,
			     t->events[l.next].line, t->name);
	return rc;
}

int trace_label(struct trace *t, const char *path, struct err *e)
{
	struct slurp file;
	int rc = slurp_file(&file, path, e);

	if (rc)
		return rc;
	rc = trace_label_from_memory(t, path, file.data, file.bytes, e);
	slurp_release(&file);
	return rc;
}

static void strip(char *path, const char *suffix)
{
	size_t n = strlen(path), m = strlen(suffix);

	if (n > m && !strcmp(path + n - m, suffix))
		path[n - m] = '\0';
}

int trace_label_beside(struct trace *t, const char *path, struct err *e)
{
	static const char *const endings[] = {".domains.tsv",
					      ".domains.tsv.gz"};
	char stem[4096], side[sizeof(stem) + 32];

	if (strlen(path) >= sizeof(stem) || !strcmp(path, "-"))
		return 0;
	strcpy(stem, path);
	strip(stem, ".gz");
	strip(stem, ".trace");
	strip(stem, ".txt");
	for (size_t i = 0; i < 2; i++) {
		int rc;

		snprintf(side, sizeof(side), "%s%s", stem, endings[i]);
		if (access(side, F_OK))
			continue;
		rc = trace_label(t, side, e);
		return rc ? rc : 1;
	}
	return 0;
}
