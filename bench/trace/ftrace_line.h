/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of ftrace text. */
#ifndef TRACE_FTRACE_LINE_H
#define TRACE_FTRACE_LINE_H

#include "trace/ftrace.h"

enum trace_line {
	TRACE_LINE_EVENT,   /* a map or unmap; the event is filled */
	TRACE_LINE_OTHER,   /* an event of another type */
	TRACE_LINE_MARK,    /* tracing_mark_write: its text may go on over
			       further lines */
	TRACE_LINE_COMMENT, /* '#…' or blank */
	TRACE_LINE_LOST,    /* CPU:n [LOST n EVENTS] */
	TRACE_LINE_UNKNOWN, /* no ftrace line at all */
	TRACE_LINE_BAD,	    /* a map or unmap that cannot be right */
};

struct trace_parsed {
	struct trace_event event;
	bool unmapped_differs;
	uint64_t lost;
	const char *why; /* TRACE_LINE_BAD */
};

/* @end is behind the last character; no newline. Reads nothing beyond it. */
enum trace_line trace_parse(const char *line, const char *end,
			    struct trace_parsed *p);

#endif
