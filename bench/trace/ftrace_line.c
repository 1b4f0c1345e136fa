/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line of ftrace text, by hand: traces have millions of lines.
 *
 *	COMM-PID [CPU] FLAGS SECONDS.MICROSECONDS: EVENT: TEXT
 *
 * COMM may hold blanks and brackets, so the line is anchored at "[CPU] ".
 */
#include "trace/ftrace_line.h"

#include <string.h>

#include "../kernels/mutant.h"
#include "../kernels/vtd.h"

struct cursor {
	const char *at, *end;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_blanks(struct cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

/* Steps over @word if it comes next. */
static bool skip_word(struct cursor *c, const char *word, size_t n)
{
	if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n))
		return false;
	c->at += n;
	return true;
}
#define SKIP(c, word) skip_word(c, word, sizeof(word) - 1)

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A number, decimal or 0x hex, up to what is no digit; false: none, or one
 * of more than 64 bits. */
static bool take_number(struct cursor *c, uint64_t *value)
{
	const char *from;
	uint64_t v = 0;

	if (SKIP(c, "0x")) {
		for (from = c->at; c->at < c->end; c->at++) {
			int d = hex_digit(*c->at);

			if (d < 0)
				break;
			if (v >> 60)
				return false;
			v = v << 4 | (unsigned)d;
		}
	} else {
		for (from = c->at; c->at < c->end && is_digit(*c->at);
		     c->at++) {
			unsigned d = (unsigned)(*c->at - '0');

			if (v > (UINT64_MAX - d) / 10)
				return false;
			v = v * 10 + d;
		}
	}
	*value = v;
	return c->at > from;
}

/* "[003] " at @c; the CPU's number has at most 5 digits. */
static bool take_cpu(struct cursor *c, uint16_t *cpu)
{
	const char *from = ++c->at;
	unsigned v = 0;

	while (c->at < c->end && is_digit(*c->at) && c->at - from < 5)
		v = v * 10 + (unsigned)(*c->at++ - '0');
	if (c->at == from || v > UINT16_MAX || !SKIP(c, "] "))
		return false;
	*cpu = (uint16_t)v;
	return true;
}

/* "12.345678: ": what ends a line's head. */
static bool take_time(struct cursor *c)
{
	const char *from = c->at;

	while (c->at < c->end && is_digit(*c->at))
		c->at++;
	if (c->at == from || c->at == c->end || *c->at++ != '.')
		return false;
	while (c->at < c->end && is_digit(*c->at))
		c->at++;
	return SKIP(c, ": ");
}

/* FLAGS (absent with the option noirq-info) and the time. */
static bool take_flags_and_time(struct cursor *c)
{
	struct cursor first;

	skip_blanks(c);
	first = *c;
	if (take_time(&first)) {
		*c = first;
		return true;
	}
	while (c->at < c->end && *c->at != ' ')
		c->at++;
	skip_blanks(c);
	return take_time(c);
}

/* Moves to the event's name. */
static bool take_head(struct cursor *c, uint16_t *cpu)
{
	const char *search = c->at;

	while ((search = memchr(search, '[', (size_t)(c->end - search)))) {
		struct cursor try = {search, c->end};

		if (take_cpu(&try, cpu) && take_flags_and_time(&try)) {
			skip_blanks(&try);
			*c = try;
			return true;
		}
		search++;
	}
	return false;
}

/* "iova=A" or "iova=A - END"; *last is behind the range, 0 if not given. */
static bool take_range(struct cursor *c, struct trace_event *ev, uint64_t *end,
		       bool *has_end)
{
	skip_blanks(c);
	if (!SKIP(c, "iova=") || !take_number(c, &ev->iova))
		return false;
	*has_end = SKIP(c, " - ");
	return !*has_end || take_number(c, end);
}

static bool take_fields(struct cursor *c, struct trace_parsed *p, uint64_t *end,
			bool *has_end)
{
	struct trace_event *ev = &p->event;
	uint64_t unmapped;

	if (!take_range(c, ev, end, has_end))
		return false;
	if (ev->kind == TRACE_MAP &&
	    (!SKIP(c, " paddr=") || !take_number(c, &ev->pa)))
		return false;
	if (!SKIP(c, " size=") || !take_number(c, &ev->bytes))
		return false;
	if (MUTANT(trace_unmap_size) && ev->kind == TRACE_UNMAP)
		ev->bytes = VTD_PAGE_BYTES;
	if (ev->kind == TRACE_UNMAP && SKIP(c, " unmapped_size=")) {
		if (!take_number(c, &unmapped))
			return false;
		p->unmapped_differs = unmapped != ev->bytes;
	}
	skip_blanks(c);
	return c->at == c->end || (c->at + 1 == c->end && *c->at == '\r');
}

/* Why an event cannot be right, or NULL. */
static const char *check(const struct trace_event *ev, uint64_t end,
			 bool has_end)
{
	const uint64_t offset = VTD_PAGE_BYTES - 1;

	if (!ev->bytes)
		return "size is 0";
	if ((ev->iova | ev->pa | ev->bytes) & offset)
		return "not a multiple of 4096";
	if (ev->iova + (ev->bytes - 1) < ev->iova)
		return "the range goes beyond 2^64";
	if (has_end && ev->iova + ev->bytes != end)
		return "the end is not iova + size";
	if (ev->pa > VTD_ADDR_MASK || ev->bytes > VTD_ADDR_MASK ||
	    ev->pa + ev->bytes > VTD_ADDR_MASK + VTD_PAGE_BYTES)
		return "paddr is beyond 52 bits";
	return NULL;
}

static enum trace_line parse_event(struct cursor *c, struct trace_parsed *p)
{
	uint64_t end = 0;
	bool has_end = false;

	skip_blanks(c);
	if (!SKIP(c, "IOMMU:") || !take_fields(c, p, &end, &has_end)) {
		p->why = "damaged or cut event";
		return TRACE_LINE_BAD;
	}
	p->why = check(&p->event, end, has_end);
	return p->why ? TRACE_LINE_BAD : TRACE_LINE_EVENT;
}

/* "CPU:2 [LOST 17 EVENTS]" */
static bool is_lost(struct cursor c, uint64_t *lost)
{
	uint64_t cpu;

	return SKIP(&c, "CPU:") && take_number(&c, &cpu) &&
	       SKIP(&c, " [LOST ") && take_number(&c, lost) &&
	       SKIP(&c, " EVENTS]");
}

enum trace_line trace_parse(const char *line, const char *end,
			    struct trace_parsed *p)
{
	struct cursor c = {line, end};
	const char *name;

	memset(p, 0, sizeof(*p));
	skip_blanks(&c);
	if (c.at == end || *c.at == '#' || *c.at == '\r')
		return TRACE_LINE_COMMENT;
	if (*c.at == 'C' && is_lost(c, &p->lost))
		return TRACE_LINE_LOST;
	if (!take_head(&c, &p->event.cpu))
		return TRACE_LINE_UNKNOWN;
	(void)SKIP(&c, "iommu:"); /* perf script */
	name = c.at;
	while (c.at < end && *c.at != ':' && *c.at != ' ')
		c.at++;
	if (c.at == end)
		return TRACE_LINE_UNKNOWN;
	p->event.prot = VTD_R | VTD_W;
	p->event.kind = TRACE_MAP;
	if (c.at - name == 5 && !memcmp(name, "unmap", 5))
		p->event.kind = TRACE_UNMAP;
	else if (c.at - name != 3 || memcmp(name, "map", 3))
		return c.at - name == 18 &&
				       !memcmp(name, "tracing_mark_write", 18)
			       ? TRACE_LINE_MARK
			       : TRACE_LINE_OTHER;
	c.at++;
	return parse_event(&c, p);
}
