/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of ftrace text. */
#ifndef TRACE_FTRACE_LINE_H
#define TRACE_FTRACE_LINE_H

#include "base/lines.h"
#include "trace/ftrace.h"

enum trace_line {
	TRACE_LINE_EVENT,   /* a map or unmap; the event is filled */
	TRACE_LINE_OTHER,   /* an event of another type; its text may go on
			       over further lines */
	TRACE_LINE_COMMENT, /* '#…', blank, or what a tool prints on top */
	TRACE_LINE_LOST,    /* the tool says that events were lost */
	TRACE_LINE_STACK,   /* an entry of a call chain */
	TRACE_LINE_UNKNOWN, /* no ftrace line at all */
	TRACE_LINE_BAD,	    /* a map or unmap that cannot be right */
};

struct trace_parsed {
	struct trace_event event;
	struct line_field label; /* dev=NAME; n = 0: none */
	bool unmapped_differs;
	bool complete;	 /* EVENT: its fields prove that nothing is cut off */
	bool has_time;	 /* EVENT, OTHER and perf's LOST */
	uint64_t time;	 /* ns, or ticks of the tracer's clock */
	bool ticks;	 /* the latter */
	uint64_t lost;	 /* LOST: so many events; 0: it does not say */
	const char *why; /* BAD */
};

/* @end is behind the last character; no newline. Reads nothing beyond it. */
enum trace_line trace_parse(const char *line, const char *end,
			    struct trace_parsed *p);

/* The part behind "map:" or "unmap:" (event.kind); EVENT or BAD. */
struct cursor;
enum trace_line trace_parse_event(struct cursor *c, struct trace_parsed *p);

#endif
