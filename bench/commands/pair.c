/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench pair`: builds of the engine side by side in one process. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/clock.h"
#include "machine/priority.h"
#include "cli/args.h"
#include "commands/pair.h"
#include "commands/registry.h"
#include "base/err.h"
#include "base/suggest.h"
#include "measure/draw.h"
#include "measure/pair_exact.h"
#include "../topology/place.h"

struct pair_options {
	const char *path[PAIR_SIDES];
	const char *only; /* NULL: everything */
	uint64_t seed, triples;
	bool exact;
	struct option_texts builds;
};

struct output {
	const struct pair_options *o;
	json_t *samples;
	json_t *counted; /* --exact: the calls of pair_counted(), in order */
};

static bool wanted(void *arg, const struct pair_case *c, const char *design)
{
	const struct output *out = arg;

	return !out->o->only || pair_matches(out->o->only, design, c->name);
}

static void found(void *arg, const struct pair_sample *s)
{
	struct output *out = arg;
	char metric[64];
	json_t *lost = json_array(), *ns = json_array();

	for (unsigned i = 0; i < PAIR_SIDES; i++) {
		json_array_append_new(lost, json_integer(s->lost[i]));
		json_array_append_new(ns, s->triples ? json_real(s->ns[i])
						     : json_null());
	}
	pair_metric(s->c, s->half, metric, sizeof(metric));
	json_array_append_new(
		out->samples,
		json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:o, s:o, s:o, s:o}",
			  "design", s->design, "case", s->c->name, "metric",
			  metric, "class", pair_classes[s->class].name,
			  "triples", (int)s->triples, "tried", (int)s->tried,
			  "lost", lost, "ns", ns, "change",
			  s->triples ? json_real(s->change) : json_null(),
			  "canary",
			  s->triples ? json_real(s->canary) : json_null()));
}

static const char *only_at(const void *arg, size_t i)
{
	return pair_name_at(i);
}

static bool is_known(const char *pattern)
{
	for (size_t d = 0; designs[d]; d++)
		for (const struct pair_case *c = pair_cases; c->name; c++)
			if (pair_matches(pattern, designs[d]->name, c->name))
				return true;
	return false;
}

int pair_check_only(const char *list, struct err *e)
{
	char part[96];
	const char *p = list, *near;

	do {
		size_t n = strcspn(p, ",");

		snprintf(part, sizeof(part), "%.*s", (int)n, p);
		if (!is_known(part)) {
			near = suggest_nearest(part, only_at, NULL);
			err_set(e, -EINVAL, "'%s': no DESIGN/CASE is like that",
				part);
			return near ? err_remedy(e, "did you mean '%s'?", near)
				    : -EINVAL;
		}
		p += n;
	} while (*p++);
	return 0;
}

struct pairing {
	struct pair_config *cfg;
	struct err *e;
};

/* On the first cores of the kind that placements use. */
static int measure(void *arg)
{
	const struct pairing *p = arg;
	struct place_request request = {.placement = "compact"};
	struct place place = {0};
	struct topo *topo;
	char why[256];
	size_t room;
	int rc = topo_load(&topo, "live", why, sizeof(why));

	if (rc)
		return err_set(p->e, rc, "%s", why);
	room = place_room(topo, NULL);
	request.nthreads = room < SIDE_THREADS ? 1 : SIDE_THREADS;
	rc = place_threads(topo, &request, &place, why, sizeof(why));
	if (rc)
		err_set(p->e, rc, "%s", why);
	p->cfg->topo = topo;
	p->cfg->cpus = place.cpus;
	p->cfg->ncpus = place.nthreads;
	if (!rc)
		rc = pair_measure(p->cfg, p->e);
	place_release(&place);
	topo_free(topo);
	return rc;
}

static void found_exact(void *arg, const struct pair_exact *x)
{
	struct output *out = arg;
	char of[64];

	pair_metric(x->c, x->half, of, sizeof(of));
	json_array_append_new(out->samples,
			      json_pack("{s:s, s:s, s:s, s:s, s:f}", "design",
					x->design, "case", x->c->name, "of", of,
					"metric", x->metric, "value",
					x->value));
}

static void counted(void *arg, const char *design, const struct pair_case *c,
		    unsigned half)
{
	struct output *out = arg;
	char of[64];

	pair_metric(c, half, of, sizeof(of));
	json_array_append_new(out->counted,
			      json_pack("{s:s, s:s, s:s, s:i}", "design",
					design, "case", c->name, "of", of,
					"operations", (int)c->ops));
}

static int run_exact(const struct pair_options *o, struct output *out,
		     struct err *e)
{
	const struct side *side = pair_load(o->path[0], e);

	return side ? pair_exact(side, o->only, o->seed, found_exact, counted,
				 out, e)
		    : e->code;
}

static int run_timed(const struct pair_options *o, struct output *out,
		     struct err *e)
{
	struct pair_config cfg = {.wanted = wanted,
				  .found = found,
				  .arg = out,
				  .seed = o->seed,
				  .triples = (unsigned)o->triples};
	int rc = 0;

	for (unsigned i = 0; !rc && i < PAIR_SIDES; i++) {
		/* in one of the six orders: the first one loaded may get
		 * other memory than the last, in process after process */
		unsigned step = 1 + (unsigned)(o->seed / PAIR_SIDES % 2);
		unsigned s = (unsigned)(o->seed % PAIR_SIDES + i * step) %
			     PAIR_SIDES;

		cfg.side[s] = pair_load(o->path[s], e);
		rc = cfg.side[s] ? 0 : e->code;
	}
	if (!rc)
		rc = clock_init(true, e);
	if (!rc)
		rc = draw_somewhere(cfg.seed, measure,
				    &(struct pairing){&cfg, e});
	return rc;
}

static int run(int argc, char **argv)
{
	struct pair_options o = {0};
	struct output out = {.o = &o};
	struct err e = {0};
	int rc;

	if (args_parse(&cmd_pair, argc, argv, &o))
		return EXIT_USAGE;
	if (o.builds.n != (o.exact ? 1 : PAIR_SIDES))
		return args_error(&cmd_pair,
				  o.exact ? "--exact is of one BUILD"
					  : "expected OLD, AGAIN and NEW");
	for (size_t i = 0; i < o.builds.n; i++)
		o.path[i] = o.builds.text[i];
	out.samples = json_array();
	out.counted = json_array();
	/* By hand, Ctrl-C is to reach it. */
	priority_raise(false);
	rc = o.exact ? run_exact(&o, &out, &e) : run_timed(&o, &out, &e);
	if (!rc) {
		json_t *all = json_pack("{s:O, s:O}", "samples", out.samples,
					"counted", out.counted);

		json_dumpf(all, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(all);
	} else {
		err_print(&e);
	}
	json_decref(out.samples);
	json_decref(out.counted);
	return err_status(rc);
}

static void cases(FILE *out)
{
	fputs("\nCases:\n", out);
	for (const struct pair_case *c = pair_cases; c->name; c++)
		command_help_item(out, 17, c->name, c->help);
}

#define O struct pair_options
static const struct option_row rows[] = {
	ROW_OPERANDS(O, builds, "BUILD", 0),
	ROW_BOOL(O, exact, "exact",
		 "no clock: references, simulated misses, tables of one build"),
	PAIR_ROW_ONLY(O, only),
	ROW_INT(O, seed, "seed", "N", 0, UINT64_MAX,
		"of operations, orders and memory offsets", .initial = "1"),
	ROW_INT(O, triples, "triples", "N", 3, 100000,
		"batches of each build per metric", .initial = "40"),
	{0}};

const struct command cmd_pair = {
	.name = "pair",
	.help = "time builds of the engine side by side in one process",
	.usage = "OLD AGAIN NEW [OPTION...]\n"
		 "--exact BUILD [--only CASES] [--seed N]",
	.about = "Loads three builds of the engine (files of `make sides`) "
		 "into one process, times them batch by batch in random order, "
		 "and prints one JSON object: a sample for each metric and "
		 "design. AGAIN is the old build linked in another order: what "
		 "differs between it and OLD differs for no reason. `vtdbench "
		 "gate` repeats this in fresh processes and judges.",
	.rows = rows,
	.more = cases,
	.after = "Exit status: 0 measured; 1 the builds answer differently, "
		 "or could not be run; 2 command line or files; 4 cannot be "
		 "pinned here.",
	.run = run,
};
