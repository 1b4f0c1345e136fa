/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table of plot "timeline": what a replayed trace does over its own time. Of
 * the trace's file as it lies there now; nothing of it was measured.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "figures/data.h"
#include "trace/ftrace.h"
#include "trace/live.h"

enum { TRACES_MAX = 2, BINS = 160, ROWS = 3 /* panels of a trace */ };

static const char *const columns[] = {
	"time since the first event [s, or ticks]: middle of an interval",
	"maps that begin in it",
	"unmaps that begin in it",
	"mappings live, the most in it",
	"bytes mapped, the most in it",
	NULL,
};

struct bin {
	uint64_t maps, unmaps, live, bytes;
};

struct timeline {
	char label[PLOT_TEXT];
	struct bin bin[BINS];
	double width; /* of a bin, s or ticks */
	bool ticks;
	struct bin most;
};

static bool wanted(const struct store_trial *t)
{
	return record_get(&t->record, METRIC_event_ns);
}

/* What is live after each event, in all domains together. */
static int fill(struct timeline *l, const struct trace *t, size_t n)
{
	struct live *domain;
	uint64_t from = t->events[0].time, last = from;
	struct bin now = {0};
	size_t at = 0;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		last = t->events[i].time > last ? t->events[i].time : last;
	l->width = (double)(last - from) / BINS;
	if (last == from)
		return 0;
	domain = must_calloc(t->ndomains, sizeof(*domain));
	for (size_t i = 0; i < t->ndomains; i++)
		live_init(&domain[i], t->events, 1);
	for (size_t i = 0; i < n && rc != -ENOMEM; i++) {
		const struct trace_event *ev = &t->events[i];
		struct live *own = &domain[ev->domain];
		uint64_t maps = own->ranges.n, bytes = own->bytes;
		double after = ev->time > from ? (double)(ev->time - from) : 0;
		size_t to = (size_t)fmin(after / l->width, BINS - 1);
		struct live_unmap u;

		/* A line that is earlier than the one before counts there. */
		while (at < to) {
			at++;
			l->bin[at].live = now.live;
			l->bin[at].bytes = now.bytes;
		}
		l->bin[at].maps += ev->kind == TRACE_MAP;
		l->bin[at].unmaps += ev->kind == TRACE_UNMAP;
		if (!ev->bytes)
			continue;
		rc = ev->kind == TRACE_MAP ? live_map(own, i)
					   : live_unmap(own, i, &u);
		now.live += own->ranges.n - maps;
		now.bytes += own->bytes - bytes;
		if (now.live > l->bin[at].live)
			l->bin[at].live = now.live;
		if (now.bytes > l->bin[at].bytes)
			l->bin[at].bytes = now.bytes;
	}
	for (size_t i = 0; i < t->ndomains; i++)
		live_release(&domain[i]);
	free(domain);
	return rc == -ENOMEM ? rc : 0;
}

static void find_most(struct timeline *l)
{
	for (size_t i = 0; i < BINS; i++) {
		const struct bin *b = &l->bin[i];

		if (b->maps > l->most.maps)
			l->most.maps = b->maps;
		if (b->unmaps > l->most.unmaps)
			l->most.unmaps = b->unmaps;
		if (b->live > l->most.live)
			l->most.live = b->live;
		if (b->bytes > l->most.bytes)
			l->most.bytes = b->bytes;
	}
}

/* 1: it is there; 0: it cannot be had, @why; -ENOMEM. */
static int read_one(struct timeline *l, const struct store_trial *of,
		    char why[PLOT_TEXT])
{
	char path[PLOT_TEXT], domains[PLOT_TEXT];
	double most = plot_param(of, "trace_events");
	const char *base;
	struct trace t;
	struct err e = {0};
	size_t n;
	int rc;

	plot_param_text(of, "trace", path);
	plot_param_text(of, "domains", domains);
	rc = trace_read(&t, path, NULL, &e);
	if (rc) {
		snprintf(why, PLOT_TEXT, "%.200s", e.what);
		return rc == -ENOMEM ? rc : 0;
	}
	rc = *domains ? trace_label(&t, domains, &e)
		      : trace_label_beside(&t, path, &e);
	n = most > 0 && most < (double)t.n ? (size_t)most : t.n;
	base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	snprintf(l->label, sizeof(l->label), "%.80s, %zu events", base, n);
	if (rc >= 0)
		rc = fill(l, &t, n);
	l->ticks = t.ticks;
	l->width = t.ticks ? l->width : l->width / 1e9;
	trace_release(&t);
	if (rc < 0) {
		snprintf(why, PLOT_TEXT, "%.200s", e.what);
		return rc == -ENOMEM ? rc : 0;
	}
	find_most(l);
	if (!(l->width > 0))
		snprintf(why, PLOT_TEXT, "%.80s has no times", base);
	return l->width > 0;
}

static bool same_trace(const struct store_trial *a, const struct store_trial *b)
{
	static const char *const keys[] = {"trace", "domains", "trace_events"};
	char x[PLOT_TEXT], y[PLOT_TEXT];

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(plot_param_text(a, keys[i], x),
			   plot_param_text(b, keys[i], y)))
			return false;
	return true;
}

/* Each trace once; those that can be read. Their number, or -ENOMEM. */
static int find(const struct plot_groups *g, struct timeline *l,
		char why[PLOT_TEXT])
{
	const struct store_trial *seen[TRACES_MAX];
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < g->n && n < TRACES_MAX; i++) {
		size_t k = 0;

		while (k < n && !same_trace(seen[k], g->group[i].trial[0]))
			k++;
		if (k < n)
			continue;
		rc = read_one(&l[n], g->group[i].trial[0], why);
		if (rc < 0)
			return rc;
		if (rc)
			seen[n++] = g->group[i].trial[0];
		else
			l[n] = (struct timeline){.width = 0};
	}
	return (int)n;
}

static void meta_trace(FILE *out, const struct timeline *l, size_t at,
		       size_t traces)
{
	char width[24];

	if (l->ticks)
		snprintf(width, sizeof(width), "%.3g ticks", l->width);
	else
		snprintf(width, sizeof(width), "%.3g s", l->width);
	plot_meta_at(out, "panel", at, "%s: in each %s", l->label, width);
	plot_meta_at(out, "panel", traces + at, "mappings live, at most %llu",
		     (unsigned long long)l->most.live);
	plot_meta_at(out, "panel", 2 * traces + at, "mapped, at most %.3g MiB",
		     (double)l->most.bytes / (1024 * 1024));
	plot_meta_at(out, "ticks", at, "%d", l->ticks);
	plot_meta_at(out, "xmax", at, "%.9g", l->width * BINS);
	plot_meta_at(out, "maps", at, "%llu", (unsigned long long)l->most.maps);
	plot_meta_at(out, "unmaps", at, "%llu",
		     (unsigned long long)l->most.unmaps);
	plot_meta_at(out, "live", at, "%llu", (unsigned long long)l->most.live);
	plot_meta_at(out, "bytes", at, "%llu",
		     (unsigned long long)l->most.bytes);
}

static void write_table(FILE *out, const struct plotdata *d,
			const struct timeline *l, size_t traces)
{
	const struct plot_groups none = {.exact = true};

	plot_head(out, d, "timeline", columns);
	plot_meta_begin(out, d, &none, "What does the trace do?",
			"Of the file as it lies there now, over the time in "
			"which it was recorded; a replay takes no pauses.");
	plot_meta(out, "panels", "%zu", ROWS * traces);
	plot_meta(out, "traces", "%zu", traces);
	for (size_t i = 0; i < traces; i++)
		meta_trace(out, &l[i], i, traces);
	for (size_t i = 0; i < traces; i++) {
		plot_block(out, "trace in panel %zu", i);
		for (size_t k = 0; k < BINS; k++) {
			const struct bin *b = &l[i].bin[k];

			fprintf(out, "%.6g\t%llu\t%llu\t%llu\t%llu\n",
				((double)k + 0.5) * l[i].width,
				(unsigned long long)b->maps,
				(unsigned long long)b->unmaps,
				(unsigned long long)b->live,
				(unsigned long long)b->bytes);
		}
	}
}

int plotdata_timeline(const struct plotdata *d, FILE *out, char why[PLOT_TEXT])
{
	struct timeline *l = must_calloc(TRACES_MAX, sizeof(*l));
	struct plot_groups g;
	int rc = plot_groups_all(&g, d, wanted,
				 PLOT_SWEEP | PLOT_WORKLOAD | PLOT_AXES, NULL);

	if (!rc) {
		snprintf(why, PLOT_TEXT, "no trial replayed a trace");
		rc = find(&g, l, why);
		plot_groups_release(&g);
	}
	if (rc > 0) {
		write_table(out, d, l, (size_t)rc);
		rc = 1;
	}
	free(l);
	return rc;
}
