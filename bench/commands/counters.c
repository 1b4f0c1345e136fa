/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench counters`: which counters can be had here, and why not others. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/registry.h"
#include "counters/count.h"
#include "base/err.h"
#include "outputs/page.h"

static void usage(FILE *out)
{
	fputs("usage: vtdbench counters [GROUP] [--pmu NAME]\n"
	      "\n"
	      "Lists the groups of counters and tries each event for a moment. "
	      "With GROUP (a\n"
	      "name, or the path of a file) also its metrics. An event is one "
	      "of:\n"
	      "\n"
	      "  unknown    libpfm4 has no such name\n"
	      "  encodable  known, but the kernel did not open it\n"
	      "  openable   opened, but it did not count, or is not believed\n"
	      "  counted    counted all the time\n"
	      "  scaled     counted part of the time, scaled up\n"
	      "\n"
	      "  --pmu NAME  the events for that PMU (skx, amd64_fam19h_zen4) "
	      "instead of this\n"
	      "              machine's; nothing is opened then\n"
	      "\n"
	      "Sources:\n",
	      out);
	for (const struct counter_source *s = counter_sources; s->name; s++)
		fprintf(out, "  %-4s %s\n", s->name, s->help);
	fputs("\nExit status: 0 shown; 2 command line or group; 4 no events "
	      "for that PMU.\n",
	      out);
}

struct request {
	const char *pmu; /* NULL: this machine, and try */
	bool metrics;
	unsigned shown, without_variant;
};

static void show_event(const struct counter_group *g, size_t i,
		       const struct counter_totals *t)
{
	const struct counter_event *ev = &g->variants[g->active].events[i];
	struct counter_value v = t->v[i];
	struct perf_event_attr attr;
	const char *source;
	char name[256];

	counter_event_name(ev, g->pmu, name, sizeof(name));
	source = counter_source_of(name)->name;
	if (!t->threads) {
		v.state = COUNTER_ENCODABLE;
		v.reason[0] = '\0';
		if (strncmp(name, "os::", 4) &&
		    perf_encode(name, &attr, v.reason))
			v.state = COUNTER_UNKNOWN;
	} else if (v.state >= COUNTER_SCHEDULED && v.value <= 0 &&
		   !strcmp(source, "pmu")) {
		v.state = COUNTER_OPENABLE;
		snprintf(v.reason, sizeof(v.reason),
			 "it was opened and stayed 0: not believed");
	}
	page_line(stdout, page_width(stdout), 34, "  %-14s %-3s  %-9s  %s",
		  ev->alias, source, counter_state_name(v.state), name);
	if (v.reason[0])
		page_line(stdout, page_width(stdout), 24, "  %-14s      %s", "",
			  v.reason);
	if (v.state == COUNTER_SCALED)
		printf("  %-14s      counted %.0f %% of the time\n", "",
		       100 * v.share);
}

static int show(struct counter_group *g, struct request *rq, struct err *e)
{
	struct counter_totals t = {0};
	int rc = 0;

	rq->shown++;
	if (rq->pmu && !counter_group_choose(g, rq->pmu)) {
		g->active = -1;
		snprintf(g->pmu, sizeof(g->pmu), "%s", rq->pmu);
	}
	page_line(stdout, page_width(stdout), 4, "%s - %s", g->name, g->help);
	if (g->active < 0) {
		rq->without_variant++;
		printf("  no events for PMU %s\n", g->pmu);
	} else {
		if (!rq->pmu)
			rc = counters_probe(g, &t, e);
		for (size_t i = 0; !rc && i < g->variants[g->active].nevents;
		     i++)
			show_event(g, i, &t);
	}
	for (size_t i = 0; rq->metrics && i < g->nmetrics; i++)
		page_line(stdout, page_width(stdout), 4, "  %s [%s] = %s: %s",
			  g->metrics[i].name, g->metrics[i].unit,
			  g->metrics[i].formula, g->metrics[i].help);
	return rc;
}

static int show_file(void *arg, const char *path)
{
	struct request *rq = arg;
	struct counter_group *g;
	struct err e = {0};
	int rc = counter_group_read(&g, path, &e);

	if (!rc)
		rc = show(g, rq, &e);
	if (rc)
		err_print(&e);
	counter_group_free(g);
	return rc;
}

static int counters(const char *name, struct request *rq)
{
	struct counter_group *g = NULL;
	struct err e = {0};
	int rc;

	/* Otherwise libpfm4 encodes for the PMUs of this machine only. */
	if (rq->pmu)
		setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
	if (name) {
		rq->metrics = true;
		rc = counter_group_find(&g, name, NULL, &e);
		if (!rc && g)
			rc = show(g, rq, &e);
		counter_group_free(g);
	} else {
		rc = counter_group_each(NULL, show_file, rq, &e);
	}
	if (rc) {
		if (e.code)
			err_print(&e);
		return EXIT_USAGE;
	}
	return rq->shown && rq->shown == rq->without_variant ? EXIT_UNSUPPORTED
							     : EXIT_OK;
}

int cmd_counters(int argc, char **argv)
{
	static const struct option known[] = {
		{"pmu", required_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct request rq = {.pmu = NULL};
	struct err e = {0};
	int c;

	while ((c = getopt_long(argc, argv, "h", known, NULL)) != -1)
		switch (c) {
		case 'p':
			rq.pmu = optarg;
			break;
		case 'h':
			usage(stdout);
			return EXIT_OK;
		default:
			/* getopt_long() has named the option. */
			usage(stderr);
			return EXIT_USAGE;
		}
	if (argc - optind > 1) {
		err_set(&e, -EINVAL, "counters: '%s' not expected",
			argv[optind + 1]);
		err_remedy(&e, "see vtdbench counters --help");
		err_print(&e);
		return EXIT_USAGE;
	}
	return counters(argv[optind], &rq);
}
