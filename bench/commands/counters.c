/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench counters`: which counters can be had here, and why not others. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "commands/registry.h"
#include "counters/count.h"
#include "base/err.h"
#include "document/page.h"

struct request {
	const char *group; /* NULL: all */
	const char *pmu;   /* NULL: this machine, and try */
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

static int counters(struct request *rq)
{
	struct counter_group *g = NULL;
	struct err e = {0};
	int rc;

	/* Otherwise libpfm4 encodes for the PMUs of this machine only. */
	if (rq->pmu)
		setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
	if (rq->group) {
		rq->metrics = true;
		rc = counter_group_find(&g, rq->group, NULL, &e);
		if (!rc && g)
			rc = show(g, rq, &e);
		counter_group_free(g);
	} else {
		rc = counter_group_each(NULL, show_file, rq, &e);
	}
	if (rc) {
		if (e.code)
			err_print(&e);
		return err_status(rc);
	}
	return rq->shown && rq->shown == rq->without_variant ? EXIT_UNSUPPORTED
							     : EXIT_OK;
}

static int run(int argc, char **argv)
{
	struct request rq = {0};

	return args_parse(&cmd_counters, argc, argv, &rq) ? EXIT_USAGE
							  : counters(&rq);
}

static void sources(FILE *out)
{
	fputs("\nSources:\n", out);
	for (const struct counter_source *s = counter_sources; s->name; s++)
		command_help_item(out, 4, s->name, s->help);
}

#define O struct request
static const struct option_row rows[] = {
	ROW_MAY_NAME(O, group, "GROUP", NULL),
	ROW_TEXT(O, pmu, "pmu", "NAME",
		 "the events for that PMU (skx, "
		 "amd64_fam19h_zen4) instead of this "
		 "machine's; nothing is opened then"),
	{0}};

const struct command cmd_counters = {
	.name = "counters",
	.help = "list the counters and say which can be had here",
	.about = "Lists the groups of counters and tries each event for a "
		 "moment. With GROUP (a name, or the path of a file) also its "
		 "metrics. An event is one of:\n"
		 "\n"
		 "  unknown    libpfm4 has no such name\n"
		 "  encodable  known, but the kernel did not open it\n"
		 "  openable   opened, but it did not count, or is not "
		 "believed\n"
		 "  counted    counted all the time\n"
		 "  scaled     counted part of the time, scaled up",
	.rows = rows,
	.more = sources,
	.after = "Exit status: 0 shown; 2 command line or group; 4 no events "
		 "for that PMU.",
	.run = run,
};
