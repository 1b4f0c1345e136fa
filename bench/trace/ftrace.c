/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads ftrace text in pieces, whatever its size, into an array of events. */
#include "base/must.h"
#include "trace/ftrace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gz.h"
#include "base/lines.h"
#include "trace/open.h"
#include "trace/ftrace_line.h"

enum {
	PIECE_BYTES = 1 << 20,
	LINE_BYTES_MAX = 1 << 16, /* the kernel's own limit is a page */
};

struct reader {
	struct trace *t;
	const struct trace_options *o;
	struct err *e;
	bool after_other; /* lines without a head may be its text */
	bool stopped;	  /* enough events */
	uint64_t time;	  /* of the line before */
};

static const char cut_in_half[] =
	"the line is cut in half: the file ends in it";

static int bad_line(struct reader *r, const char *line, const char *end,
		    const char *why)
{
	struct trace *t = r->t;
	char quoted[161];

	lines_quote(quoted, sizeof(quoted), line, (size_t)(end - line));
	if (r->o->keep_going) {
		err_warn("%s:%llu: %s: '%s'; the trace ends here", t->name,
			 (unsigned long long)t->lines, why, quoted);
		t->cut = r->stopped = true;
		return 0;
	}
	err_set(r->e, -EINVAL, "%s:%llu: %s: '%s'", t->name,
		(unsigned long long)t->lines, why, quoted);
	if (t->n)
		return err_remedy(r->e,
				  "record it again, or replay what comes "
				  "before it: vtdbench replay --keep-going");
	return err_remedy(r->e,
			  "what is read: the file trace of ftrace, "
			  "trace-cmd report, perf script (docs/traces.md)");
}

static int add_event(struct reader *r, const struct trace_parsed *p)
{
	struct trace *t = r->t;
	struct trace_event *ev;
	int rc;

	rc = try_grow(&t->events, t->n, sizeof(*t->events));
	if (rc)
		return rc;
	ev = &t->events[t->n];
	*ev = p->event;
	ev->line = (uint32_t)t->lines;
	rc = p->label.n
		     ? trace_domain(t, p->label.text, p->label.n, &ev->domain)
		     : trace_domain(t, "0", 1, &ev->domain);
	if (rc)
		return rc;
	t->n++;
	if (ev->kind == TRACE_MAP)
		t->maps++;
	else
		t->unmaps++;
	t->unmapped_differs += p->unmapped_differs;
	if (ev->cpu >= t->cpus)
		t->cpus = (uint16_t)(ev->cpu + 1);
	r->stopped = r->o->max_events && t->n >= r->o->max_events;
	return 0;
}

/* A line without a newline is the file's last, and perhaps not all of it. */
static int take_event(struct reader *r, const struct trace_parsed *p,
		      const char *line, const char *end, bool whole)
{
	int rc;

	if (!trace_label_ok(p->label.text, p->label.n))
		return bad_line(r, line, end, "damaged name of a device");
	if (!whole && !p->complete)
		return bad_line(
			r, line, end,
			"no newline at the end of the last line: it may "
			"be cut (if it is whole, add one)");
	rc = add_event(r, p);
	if (rc == -E2BIG)
		return bad_line(r, line, end, "more than 65535 domains");
	return rc ? err_set(r->e, rc, "%s: out of memory", r->t->name) : 0;
}

/* Text of an event that has several lines; not a map that lost its head. */
static bool is_text(const struct reader *r, const char *line, const char *end)
{
	return r->after_other &&
	       !memmem(line, (size_t)(end - line), "IOMMU:", 6);
}

static int take_headless(struct reader *r, const char *line, const char *end,
			 bool whole)
{
	const char *why = "not a line of an ftrace text";

	if (whole && is_text(r, line, end)) {
		r->t->others++;
		return 0;
	}
	if (!whole)
		why = cut_in_half;
	else if (memmem(line, (size_t)(end - line), "map: IOMMU:", 11))
		why = "no COMM-PID [CPU] TIME before the event (cut, or of "
		      "the option latency-format)";
	return bad_line(r, line, end, why);
}

static void note_lost(struct trace *t, uint64_t lost)
{
	if (!lost)
		t->losses_unsized++;
	else if (__builtin_add_overflow(t->lost, lost, &t->lost))
		t->lost = UINT64_MAX;
}

static int take_parsed(struct reader *r, enum trace_line kind,
		       const struct trace_parsed *p, const char *line,
		       const char *end, bool whole)
{
	struct trace *t = r->t;

	switch (kind) {
	case TRACE_LINE_EVENT:
		return take_event(r, p, line, end, whole);
	case TRACE_LINE_COMMENT:
		t->comments++;
		return 0;
	case TRACE_LINE_LOST:
		note_lost(t, p->lost);
		return 0;
	case TRACE_LINE_OTHER:
		t->others++;
		return 0;
	case TRACE_LINE_STACK:
		t->stacks++;
		return 0;
	case TRACE_LINE_UNKNOWN:
		return take_headless(r, line, end, whole);
	case TRACE_LINE_BAD:
	default:
		return bad_line(r, line, end, whole ? p->why : cut_in_half);
	}
}

/* @whole: the line ended with a newline. */
static int take_line(struct reader *r, const char *line, const char *end,
		     bool whole)
{
	struct trace_parsed p;
	enum trace_line kind;
	int rc;

	r->t->lines++;
	if (end - line >= LINE_BYTES_MAX)
		return bad_line(r, line, end, "longer than any line of ftrace");
	if (r->t->lines == 1 && end - line >= 3 &&
	    !memcmp(line, "\xef\xbb\xbf", 3))
		line += 3; /* a byte order mark */
	kind = trace_parse(line, end, &p);
	rc = take_parsed(r, kind, &p, line, end, whole);
	if (p.has_time) {
		r->t->ticks |= p.ticks;
		r->t->times_back += p.time < r->time;
		r->time = p.time;
	}
	r->after_other = kind == TRACE_LINE_OTHER ||
			 (r->after_other && kind != TRACE_LINE_EVENT);
	return rc;
}

/* Takes the whole lines of [*at, end); *at is left at the rest. */
static int take_lines(struct reader *r, const char **at, const char *end)
{
	while (*at < end && !r->stopped) {
		const char *nl = memchr(*at, '\n', (size_t)(end - *at));
		int rc;

		if (!nl)
			break;
		rc = take_line(r, *at, nl, true);
		if (rc)
			return rc;
		*at = nl + 1;
	}
	return 0;
}

static void start(struct reader *r, struct trace *t, const char *name,
		  const struct trace_options *o, struct err *e)
{
	static const struct trace_options none;

	memset(t, 0, sizeof(*t));
	snprintf(t->name, sizeof(t->name), "%s", name);
	*r = (struct reader){.t = t, .o = o ? o : &none, .e = e};
}

static int no_events(struct reader *r)
{
	const struct trace *t = r->t;

	if (!t->lines) {
		err_set(r->e, -EINVAL, "%s: the trace is empty", t->name);
		return err_remedy(r->e, "was tracing on (tracing_on, and the "
					"events iommu:map and iommu:unmap)?");
	}
	err_set(r->e, -EINVAL,
		"%s: no iommu:map or iommu:unmap event in its %llu lines "
		"(%llu events of other types)",
		t->name, (unsigned long long)t->lines,
		(unsigned long long)t->others);
	return err_remedy(r->e, "record with the events iommu:map and "
				"iommu:unmap enabled");
}

/* Whatever came of reading; on an error the trace is empty afterwards. */
static int finish(struct reader *r, int rc)
{
	if (!rc && !r->t->n)
		rc = no_events(r);
	if (rc)
		trace_release(r->t);
	return rc;
}

int trace_from_memory(struct trace *t, const char *name, const char *text,
		      size_t n, const struct trace_options *o, struct err *e)
{
	const char *at = text, *end = text + n;
	struct reader r;
	int rc;

	start(&r, t, name, o, e);
	rc = trace_foreign(name, text, n, false, e);
	if (!rc)
		rc = take_lines(&r, &at, end);
	if (!rc && at < end && !r.stopped)
		rc = take_line(&r, at, end, false);
	return finish(&r, rc);
}

static int damaged_gzip(struct reader *r)
{
	struct trace *t = r->t;

	if (r->o->keep_going) {
		err_warn("%s:%llu: the gzip is truncated or damaged behind "
			 "this line; the trace ends here",
			 t->name, (unsigned long long)t->lines);
		t->cut = true;
		return 0;
	}
	err_set(r->e, -EINVAL,
		"%s:%llu: the gzip is truncated or damaged behind this line",
		t->name, (unsigned long long)t->lines);
	return err_remedy(r->e, "copy it again%s",
			  t->n ? ", or replay what there is: vtdbench replay "
				 "--keep-going"
			       : "");
}

/* How a stream ended: read to its end, damaged, or an I/O error. */
static int end_of_stream(struct reader *r, gzFile gz, int n, const char *rest,
			 size_t nrest)
{
	int rc = gz_ended(gz, n);

	if (rc == -EINVAL)
		return damaged_gzip(r);
	if (rc)
		return rc == -ENOMEM ? rc
				     : err_set(r->e, -EIO, "%s: %s", r->t->name,
					       strerror(-rc));
	return nrest ? take_line(r, rest, rest + nrest, false) : 0;
}

static int read_stream(struct reader *r, gzFile gz)
{
	char *buffer = malloc(PIECE_BYTES + LINE_BYTES_MAX);
	size_t kept = 0; /* the beginning of a line, from the piece before */
	int rc = buffer ? 0 : -ENOMEM;

	while (!rc && !r->stopped) {
		int n = gzread(gz, buffer + kept, PIECE_BYTES);
		const char *at = buffer, *end;

		if (n <= 0) {
			rc = end_of_stream(r, gz, n, buffer, kept);
			break;
		}
		end = buffer + kept + n;
		if (!r->t->lines && !kept)
			rc = trace_foreign(r->t->name, buffer, (size_t)n,
					   !gzdirect(gz), r->e);
		if (!rc)
			rc = take_lines(r, &at, end);
		kept = (size_t)(end - at);
		if (!rc && !r->stopped && kept >= LINE_BYTES_MAX)
			rc = take_line(r, at, end, false);
		else if (!rc)
			memmove(buffer, at, kept);
	}
	free(buffer);
	return rc;
}

int trace_read(struct trace *t, const char *path, const struct trace_options *o,
	       struct err *e)
{
	struct reader r;
	gzFile gz;
	int rc = gz_open(&gz, path, e);

	start(&r, t, path, o, e);
	if (rc)
		return rc;
	rc = read_stream(&r, gz);
	if (rc == -ENOMEM && e && !e->code)
		err_set(e, rc, "%s: out of memory", path);
	gzclose_r(gz);
	return finish(&r, rc);
}

void trace_release(struct trace *t)
{
	trace_forget_domains(t);
	free(t->events);
	t->events = NULL;
	t->n = 0;
}
