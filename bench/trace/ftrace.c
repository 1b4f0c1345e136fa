/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads ftrace text in pieces, whatever its size, into an array of events. */
#include "trace/ftrace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/lines.h"
#include "trace/ftrace_line.h"

enum {
	PIECE_BYTES = 1 << 20,
	LINE_BYTES_MAX = 1 << 16, /* the kernel's own limit is a page */
};

struct reader {
	struct trace *t;
	const struct trace_options *o;
	struct err *e;
	size_t room;	 /* for events */
	bool after_mark; /* lines without a head may belong to a mark */
	bool stopped;	 /* enough events */
};

static int bad_line(struct reader *r, const char *line, const char *end,
		    const char *why)
{
	char quoted[161];

	lines_quote(quoted, sizeof(quoted), line, (size_t)(end - line));
	if (r->o->keep_going) {
		err_warn("%s:%llu: %s: '%s'; the trace ends here", r->t->name,
			 (unsigned long long)r->t->lines, why, quoted);
		r->t->cut = r->stopped = true;
		return 0;
	}
	err_set(r->e, -EINVAL, "%s:%llu: %s: '%s'", r->t->name,
		(unsigned long long)r->t->lines, why, quoted);
	err_remedy(r->e, "record it again, or use --keep-going to replay "
			 "what comes before it");
	return -EINVAL;
}

static int add_event(struct reader *r, const struct trace_parsed *p)
{
	struct trace *t = r->t;
	struct trace_event *ev;

	if (t->n == r->room) {
		size_t room = r->room ? 2 * r->room : 4096;
		void *mem = realloc(t->events, room * sizeof(*t->events));

		if (!mem)
			return err_set(r->e, -ENOMEM, "%s: out of memory",
				       t->name);
		t->events = mem;
		r->room = room;
	}
	ev = &t->events[t->n++];
	*ev = p->event;
	ev->line = (uint32_t)t->lines;
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

static const char *foreign_format(const char *line, size_t n)
{
	if (n > 10 && !memcmp(line, "\x17\x08\x44tracing", 10))
		return "a trace.dat file; convert it with trace-cmd report";
	if (n >= 8 && !memcmp(line, "PERFILE2", 8))
		return "a perf.data file; convert it with perf script";
	return NULL;
}

/* @whole: the line ended with a newline. */
static int take_line(struct reader *r, const char *line, const char *end,
		     bool whole)
{
	struct trace *t = r->t;
	struct trace_parsed p;
	const char *foreign;
	enum trace_line kind = trace_parse(line, end, &p);
	bool marked = r->after_mark;

	t->lines++;
	r->after_mark = kind == TRACE_LINE_MARK ||
			(marked && kind == TRACE_LINE_UNKNOWN) ||
			(marked && kind == TRACE_LINE_COMMENT);
	switch (kind) {
	case TRACE_LINE_EVENT:
		return add_event(r, &p);
	case TRACE_LINE_COMMENT:
		t->comments++;
		return 0;
	case TRACE_LINE_LOST:
		t->lost += p.lost;
		return 0;
	case TRACE_LINE_OTHER:
	case TRACE_LINE_MARK:
		t->others++;
		return 0;
	case TRACE_LINE_UNKNOWN:
		if (marked && whole) {
			t->others++;
			return 0;
		}
		foreign = t->lines == 1
				  ? foreign_format(line, (size_t)(end - line))
				  : NULL;
		return bad_line(r, line, end,
				foreign	 ? foreign
				: !whole ? "the line is cut in half"
					 : "not a line of an ftrace text");
	case TRACE_LINE_BAD:
	default:
		return bad_line(r, line, end,
				whole ? p.why : "the line is cut in half");
	}
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

static int one_domain(struct trace *t)
{
	t->domains = calloc(1, sizeof(*t->domains));
	if (!t->domains)
		return -ENOMEM;
	t->domains[0] = strdup("0");
	if (!t->domains[0])
		return -ENOMEM;
	t->ndomains = 1;
	return 0;
}

/* Whatever came of reading; on an error the trace is empty afterwards. */
static int finish(struct reader *r, int rc)
{
	struct trace *t = r->t;

	if (!rc && !t->n && !t->cut) {
		rc = err_set(r->e, -EINVAL,
			     "%s: no iommu:map or iommu:unmap event in its "
			     "%llu lines (%llu events of other types)",
			     t->name, (unsigned long long)t->lines,
			     (unsigned long long)t->others);
		err_remedy(r->e, "record with the events iommu:map and "
				 "iommu:unmap enabled");
	}
	if (!rc && one_domain(t))
		rc = err_set(r->e, -ENOMEM, "%s: out of memory", t->name);
	if (rc)
		trace_release(t);
	return rc;
}

int trace_from_memory(struct trace *t, const char *name, const char *text,
		      size_t n, const struct trace_options *o, struct err *e)
{
	const char *at = text, *end = text + n;
	struct reader r;
	int rc;

	start(&r, t, name, o, e);
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
	return err_remedy(r->e, "copy it again, or use --keep-going to replay "
				"what there is");
}

/* How a stream ended: read to its end, damaged, or an I/O error. */
static int end_of_stream(struct reader *r, gzFile gz, int n, const char *rest,
			 size_t nrest)
{
	int z = Z_OK;

	gzerror(gz, &z);
	if (z == Z_ERRNO)
		return err_set(r->e, -EIO, "%s: %s", r->t->name,
			       strerror(errno));
	if (n < 0 || z == Z_BUF_ERROR || z == Z_DATA_ERROR)
		return damaged_gzip(r);
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
		rc = take_lines(r, &at, end);
		kept = (size_t)(end - at);
		if (!rc && !r->stopped && kept >= LINE_BYTES_MAX)
			rc = bad_line(r, at, end, "the line has no end");
		else if (!rc)
			memmove(buffer, at, kept);
	}
	free(buffer);
	return rc;
}

int trace_read(struct trace *t, const char *path, const struct trace_options *o,
	       struct err *e)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC)
				   : dup(STDIN_FILENO);
	int code = errno;
	struct reader r;
	struct stat st;
	gzFile gz;
	int rc;

	start(&r, t, path, o, e);
	if (fd >= 0 && !fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		close(fd);
		fd = -1;
		code = EISDIR;
	}
	if (fd < 0) {
		err_set(e, -code, "%s: %s", path, strerror(code));
		return err_remedy(e, "check the path and its permissions");
	}
	gz = gzdopen(fd, "rb");
	if (!gz) {
		close(fd);
		return err_set(e, -ENOMEM, "%s: out of memory", path);
	}
	gzbuffer(gz, PIECE_BYTES / 4);
	rc = read_stream(&r, gz);
	if (rc == -ENOMEM && e && !e->code)
		err_set(e, rc, "%s: out of memory", path);
	gzclose_r(gz);
	return finish(&r, rc);
}

void trace_release(struct trace *t)
{
	for (size_t i = 0; i < t->ndomains; i++)
		free(t->domains[i]);
	free(t->domains);
	free(t->events);
	t->domains = NULL;
	t->events = NULL;
	t->ndomains = t->n = 0;
}
