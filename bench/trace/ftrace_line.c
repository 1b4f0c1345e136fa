/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line of ftrace text, by hand: traces have millions of lines.
 *
 *	COMM-PID [CPU] FLAGS SECONDS.MICROSECONDS: EVENT: TEXT
 *
 * COMM may hold blanks, brackets and colons, so the line is anchored at the
 * first "PID [CPU] FLAGS TIME: ".
 */
#include "trace/ftrace_line.h"

#include <string.h>

#include "../kernels/vtd.h"
#include "trace/cursor.h"

/* "[003] " at @c; the CPU's number has at most 5 digits. */
static bool take_cpu(struct cursor *c, uint16_t *cpu)
{
	const char *from = ++c->at;
	unsigned v = 0;

	while (c->at < c->end && is_digit(*c->at) && c->at - from < 5)
		v = v * 10 + (unsigned)(*c->at++ - '0');
	if (c->at == from || v >= UINT16_MAX || !SKIP(c, "] "))
		return false;
	*cpu = (uint16_t)v;
	return true;
}

/*
 * "12.345678: ", or "1234567890: " of clocks that count ticks: what ends a
 * line's head.
 */
static bool take_time(struct cursor *c, struct trace_parsed *p)
{
	const uint64_t second = 1000000000;
	const char *from = c->at;
	uint64_t t = 0;

	while (c->at < c->end && is_digit(*c->at)) {
		unsigned d = (unsigned)(*c->at++ - '0');

		t = t > (UINT64_MAX - d) / 10 ? UINT64_MAX : t * 10 + d;
	}
	if (c->at == from)
		return false;
	p->ticks = !SKIP(c, ".");
	if (!p->ticks) {
		t = t >= UINT64_MAX / second ? UINT64_MAX - second : t * second;
		for (uint64_t unit = second / 10;
		     c->at < c->end && is_digit(*c->at); unit /= 10)
			t += (unsigned)(*c->at++ - '0') * unit;
	}
	p->time = t;
	return SKIP(c, ": ");
}

/* irqs off, reschedule, interrupt context, preempt and migrate depth: 4
 * characters in old kernels, 7 in some new ones. */
static bool take_flags(struct cursor *c)
{
	static const char flags[] = ".#?dDbBXnNpPlLzZhHsS0123456789abcdef";
	const char *from = c->at;

	while (c->at < c->end && *c->at != ' ')
		if (c->at - from == 8 ||
		    !memchr(flags, *c->at++, sizeof(flags) - 1))
			return false;
	return c->at - from >= 4;
}

/* FLAGS (absent with the option noirq-info, and in perf script) and time. */
static bool take_flags_and_time(struct cursor *c, struct trace_parsed *p)
{
	struct cursor first;

	skip_blanks(c);
	first = *c;
	if (take_time(&first, p)) {
		*c = first;
		return true;
	}
	if (!take_flags(c))
		return false;
	skip_blanks(c);
	return take_time(c, p);
}

/* COMM may look like "[CPU] "; what has no PID before it is none. */
static bool has_pid(const char *line, const char *at)
{
	while (at > line && at[-1] == ' ')
		at--;
	return at == line || is_digit(at[-1]) || at[-1] == ')';
}

/* Moves to what follows the head. */
static bool take_head(struct cursor *c, struct trace_parsed *p)
{
	const char *search = c->at;

	while ((search = memchr(search, '[', (size_t)(c->end - search)))) {
		struct cursor try = {search, c->end};

		if (has_pid(c->at, search) && take_cpu(&try, &p->event.cpu) &&
		    take_flags_and_time(&try, p)) {
			skip_blanks(&try);
			*c = try;
			p->event.time = p->time;
			return p->has_time = true;
		}
		search++;
	}
	return false;
}

/* Moves to the event's name: perf script may print the period before it, and
 * prints the subsystem. */
static void take_prefix(struct cursor *c)
{
	struct cursor try = *c;
	uint64_t period;

	if (trace_number(&try, &period) && SKIP(&try, " ")) {
		skip_blanks(&try);
		*c = try;
	}
	(void)SKIP(c, "iommu:");
}

/* "PERF_RECORD_LOST lost 17", and its relatives. */
static enum trace_line parse_perf_lost(struct cursor c, struct trace_parsed *p)
{
	skip_blanks(&c);
	(void)SKIP(&c, "lost ");
	(void)SKIP(&c, "samples ");
	if (!trace_number(&c, &p->lost))
		p->lost = 0;
	return TRACE_LINE_LOST;
}

static enum trace_line parse_named(struct cursor c, struct trace_parsed *p)
{
	struct cursor name;

	take_prefix(&c);
	name = (struct cursor){c.at, c.at};
	while (c.at < c.end && *c.at != ':' && *c.at != ' ')
		name.end = ++c.at;
	if (c.at == c.end)
		return TRACE_LINE_UNKNOWN;
	p->event.prot = VTD_R | VTD_W;
	p->event.kind = name.end - name.at == 5 ? TRACE_UNMAP : TRACE_MAP;
	if (SKIP(&name, "PERF_RECORD_LOST"))
		return parse_perf_lost(c, p);
	if (!(SKIP(&name, "unmap") || SKIP(&name, "map")) ||
	    name.at != name.end)
		return TRACE_LINE_OTHER;
	c.at++;
	return trace_parse_event(&c, p);
}

/* A loss in the words of the kernel, trace-cmd, bpftrace and perf trace. */
static bool is_lost(struct cursor c, uint64_t *lost)
{
	uint64_t cpu;

	*lost = 0;
	if (SKIP(&c, "Lost ") || SKIP(&c, "LOST "))
		return trace_number(&c, lost) && SKIP(&c, " events");
	if (!SKIP(&c, "CPU:") || !trace_number(&c, &cpu) || !SKIP(&c, " ["))
		return false;
	if (SKIP(&c, "LOST EVENTS]") || SKIP(&c, "EVENTS DROPPED]"))
		return true;
	if (SKIP(&c, "LOST "))
		return trace_number(&c, lost) && SKIP(&c, " EVENTS]");
	return trace_number(&c, lost) && SKIP(&c, " EVENTS DROPPED]");
}

/* What trace-cmd report and bpftrace print on top. */
static bool is_banner(struct cursor c)
{
	uint64_t n;

	if (SKIP(&c, "cpus=") || SKIP(&c, "version = "))
		return trace_number(&c, &n) && at_end(&c);
	if (SKIP(&c, "CPU "))
		return trace_number(&c, &n) && SKIP(&c, " is empty") &&
		       at_end(&c);
	return SKIP(&c, "Attaching ") || SKIP(&c, "Attached ");
}

/* " => function" of ftrace, "\tffffffff8168d0d5 function+0x85 (…)" of perf. */
static bool is_stack(struct cursor c, bool indented)
{
	const char *from = c.at;

	if (SKIP(&c, "=>"))
		return true;
	while (c.at < c.end && (is_digit(*c.at) || ((*c.at | 0x20) >= 'a' &&
						    (*c.at | 0x20) <= 'f')))
		c.at++;
	return indented && c.at > from && (at_end(&c) || *c.at == ' ');
}

enum trace_line trace_parse(const char *line, const char *end,
			    struct trace_parsed *p)
{
	struct cursor c = {line, end};

	memset(p, 0, sizeof(*p));
	skip_blanks(&c);
	if (at_end(&c) || *c.at == '#')
		return TRACE_LINE_COMMENT;
	if (take_head(&c, p))
		return parse_named(c, p);
	if (is_lost(c, &p->lost))
		return TRACE_LINE_LOST;
	if (is_banner(c))
		return TRACE_LINE_COMMENT;
	return is_stack(c, c.at > line) ? TRACE_LINE_STACK : TRACE_LINE_UNKNOWN;
}
