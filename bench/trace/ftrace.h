/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux ftrace captures of iommu:map and iommu:unmap, kernels 3.13 and later,
 * as text (the trace file, trace-cmd report, perf script), plain or gzip.
 * docs/traces.md has the formats.
 *
 * Mainline's events do not name the domain. A side file may:
 * NAME.domains.tsv[.gz] gives the domain of each map or unmap by the number of
 * its line.
 */
#ifndef TRACE_FTRACE_H
#define TRACE_FTRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum trace_kind { TRACE_MAP, TRACE_UNMAP };

struct trace_event {
	/* Multiples of 4 KiB. Unmap: pa = 0, and bytes may be 0: it is an
	 * unmap of nothing, which is counted and not replayed. */
	uint64_t iova, pa, bytes;
	uint64_t time; /* ns, or ticks of the tracer's clock */
	uint32_t line; /* in the file, from 1 */
	uint16_t cpu;
	uint16_t domain; /* index into trace->domains */
	uint8_t kind;	 /* enum trace_kind */
	uint8_t prot;	 /* VTD_R, VTD_W; of a map */
};

struct trace {
	char name[256]; /* for messages */
	struct trace_event *events;
	size_t n;
	size_t ends;	/* of these, the last: trace_end_domains() added them */
	char **domains; /* labels; always at least one, "0" if unlabelled */
	size_t ndomains;
	uint16_t *domain_slots; /* finds a domain by its name */
	/* other: events of other types; stacks: entries of call chains */
	uint64_t lines, comments, others, stacks;
	uint64_t maps, unmaps;
	uint64_t lost;		 /* events that the tracer says it lost */
	uint64_t losses_unsized; /* losses of which it does not say the size */
	bool ticks;	     /* of some event the time is in ticks, not ns */
	uint64_t times_back; /* lines that are earlier than the one before */
	uint64_t unmapped_differs; /* unmaps of which unmapped_size is not size */
	uint16_t cpus;		   /* highest CPU number + 1 */
	bool cut; /* the file ends in the middle; what there was is here */
};

struct trace_options {
	/* A damaged line or gzip ends the trace with a warning, not an error:
	 * what came before it is used. */
	bool keep_going;
	uint64_t max_events; /* stop after so many; 0 = all */
};

/*
 * trace_read() - "-" is standard input. Errors name FILE:LINE and show the
 * line: -EINVAL (not ftrace text, a line cut in half, a number that is none,
 * a map of size 0, unaligned; no map or unmap in it), -ENOMEM, or what reading
 * gave. Events are of the domain that their line names (dev=NAME), or "0".
 * On an error *t is empty.
 */
int trace_read(struct trace *t, const char *path, const struct trace_options *o,
	       struct err *e);
int trace_from_memory(struct trace *t, const char *name, const char *text,
		      size_t n, const struct trace_options *o, struct err *e);
void trace_release(struct trace *t);

/*
 * trace_domain() - the index of the domain called @label, which becomes known
 * if it is not. -E2BIG (65535 are the most), -ENOMEM.
 */
int trace_domain(struct trace *t, const char *label, size_t n, uint16_t *index);

/* Whether a domain may be called so: it is printed as a field of CSV. */
bool trace_label_ok(const char *label, size_t n);

void trace_forget_domains(struct trace *t);

/* Puts all events into the domain "0". 0 or -ENOMEM. */
int trace_one_domain(struct trace *t, struct err *e);

/*
 * trace_label() - reads the domains (and permissions) of the events from
 * @path: tab-separated line, event, domain, prot (bit 0 read, bit 1 write),
 * with a header line. -EINVAL: it is not of this trace, which is then only
 * good for trace_release().
 *
 * A map that is labelled write-only becomes readable too, as Linux's VT-d
 * driver makes it; a map without a label is readable and writable.
 */
int trace_label(struct trace *t, const char *path, struct err *e);
int trace_label_from_memory(struct trace *t, const char *name, const char *text,
			    size_t n, struct err *e);

/*
 * trace_label_beside() - the same with the side file of the trace at @path,
 * if there is one: X.domains.tsv or X.domains.tsv.gz for X.trace.gz,
 * X.trace, X.txt or X. Returns 1: labelled, 0: no such file, or -errno.
 */
int trace_label_beside(struct trace *t, const char *path, struct err *e);

/*
 * trace_end_domains() - after the first @events (0: all; what follows is
 * dropped) each domain goes, as when its devices are removed: an unmap of all
 * that @levels translate (0: the fewest that the trace needs), on the CPU of
 * the domain's last event. Once, after the labels. 0 or -ENOMEM.
 */
int trace_end_domains(struct trace *t, uint64_t events, unsigned levels,
		      struct err *e);

/* What maps and unmaps have to do with each other. */
struct trace_pairs {
	uint64_t unmaps_of_nothing; /* cover no live mapping */
	uint64_t unmaps_empty;	    /* of these, of size 0 */
	uint64_t unmaps_of_several; /* cover more than one map */
	uint64_t unmaps_partial;    /* leave a rest of a map */
	uint64_t maps_overlapping;  /* touch a live mapping: refused */
	uint64_t live_maps_peak, live_bytes_peak;
	uint64_t live_bytes_end;
};

/* Looks at the first @n events. 0 or -ENOMEM. */
int trace_pair(const struct trace *t, size_t n, struct trace_pairs *p,
	       struct err *e);

/* Warns of what the figures would hide: losses, lines out of order, … */
void trace_warn(const struct trace *t, const struct trace_pairs *p);

#endif
