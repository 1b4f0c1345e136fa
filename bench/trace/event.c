/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a map or an unmap, as the kernels print it. */
#include "../kernels/mutant.h"
#include "../kernels/vtd.h"
#include "trace/cursor.h"
#include "trace/ftrace_line.h"

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool trace_number(struct cursor *c, uint64_t *value)
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

/* What a text says beyond its event. */
struct extent {
	uint64_t end;
	bool has_end;  /* "iova=A - END" */
	bool hex_size; /* as 3.13 prints it */
};

/* "dev=NAME ": vendor kernels name the domain's device. */
static bool take_device(struct cursor *c, struct line_field *label)
{
	const char *blank;

	if (!SKIP(c, "dev="))
		return true;
	blank = memchr(c->at, ' ', (size_t)(c->end - c->at));
	if (!blank || blank == c->at)
		return false;
	*label = (struct line_field){c->at, (size_t)(blank - c->at)};
	c->at = blank + 1;
	return true;
}

static bool take_range(struct cursor *c, struct trace_event *ev,
		       struct extent *x)
{
	if (!SKIP(c, "iova=") || !trace_number(c, &ev->iova))
		return false;
	x->has_end = SKIP(c, " - ");
	return !x->has_end || trace_number(c, &x->end);
}

static bool take_size(struct cursor *c, struct trace_event *ev,
		      struct extent *x)
{
	struct cursor hex;

	if (!SKIP(c, " size="))
		return false;
	hex = *c;
	x->hex_size = SKIP(&hex, "0x");
	return trace_number(c, &ev->bytes);
}

static const char *take_unmapped(struct cursor *c, struct trace_parsed *p,
				 const struct extent *x)
{
	uint64_t unmapped;

	if (!SKIP(c, " unmapped_size=")) {
		/* Only 3.13 knows none, and prints the size in hex. */
		if (x->hex_size && !x->has_end && !p->label.n)
			return NULL;
		return at_end(c) ? "cut before unmapped_size"
				 : "damaged or cut event";
	}
	if (!trace_number(c, &unmapped))
		return "damaged or cut event";
	p->unmapped_differs = unmapped != p->event.bytes;
	p->complete = !p->unmapped_differs;
	return NULL;
}

static const char *take_fields(struct cursor *c, struct trace_parsed *p,
			       struct extent *x)
{
	static const char damaged[] = "damaged or cut event";
	struct trace_event *ev = &p->event;
	const char *why = NULL;

	skip_blanks(c);
	if (!take_device(c, &p->label) || !take_range(c, ev, x))
		return damaged;
	if (ev->kind == TRACE_MAP &&
	    (!SKIP(c, " paddr=") || !trace_number(c, &ev->pa)))
		return damaged;
	if (!take_size(c, ev, x))
		return damaged;
	p->complete = x->has_end; /* a cut size would not fit */
	if (ev->kind == TRACE_UNMAP)
		why = take_unmapped(c, p, x);
	if (MUTANT(trace_unmap_size) && ev->kind == TRACE_UNMAP)
		ev->bytes = VTD_PAGE_BYTES;
	skip_blanks(c);
	return !why && !at_end(c) ? damaged : why;
}

/* Why an event cannot be right, or NULL. */
static const char *check(const struct trace_event *ev, const struct extent *x)
{
	const uint64_t offset = VTD_PAGE_BYTES - 1;

	/* iommu_map() that fails at its first page unmaps nothing. */
	if (!ev->bytes && ev->kind == TRACE_MAP)
		return "size is 0";
	if ((ev->iova | ev->pa | ev->bytes) & offset)
		return "not a multiple of 4096";
	if (ev->bytes && ev->iova + (ev->bytes - 1) < ev->iova)
		return "the range goes beyond 2^64";
	if (x->has_end && ev->iova + ev->bytes != x->end)
		return "the end is not iova + size";
	if (ev->bytes > VTD_ADDR_MASK)
		return "size is beyond 52 bits";
	if (ev->pa > VTD_ADDR_MASK ||
	    ev->pa + ev->bytes > VTD_ADDR_MASK + VTD_PAGE_BYTES)
		return "paddr is beyond 52 bits";
	return NULL;
}

enum trace_line trace_parse_event(struct cursor *c, struct trace_parsed *p)
{
	struct extent x = {.end = 0};

	skip_blanks(c);
	p->why = SKIP(c, "IOMMU:") ? take_fields(c, p, &x)
				   : "damaged or cut event";
	if (!p->why)
		p->why = check(&p->event, &x);
	return p->why ? TRACE_LINE_BAD : TRACE_LINE_EVENT;
}
