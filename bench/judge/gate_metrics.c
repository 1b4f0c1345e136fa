/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Metrics and their samples. */
#include "judge/gate_metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

enum {
	TRIPLES_MIN = 3, /* fewer undisturbed ones are no sample */
	ROOM = GATE_PROCESSES * 2,
};

static struct gate_metric *add_metric(struct gate *g, const char *design,
				      const struct pair_case *c, unsigned half)
{
	struct gate_metric *m;

	g->metric = must_grow(g->metric, g->n, sizeof(*g->metric));
	m = &g->metric[g->n++];
	*m = (struct gate_metric){.c = c, .half = half, .open = true};
	snprintf(m->design, sizeof(m->design), "%s", design);
	m->change.sample = must_calloc(ROOM, sizeof(double));
	m->twin.sample = must_calloc(ROOM, sizeof(double));
	m->old_ns = must_calloc(ROOM, sizeof(double));
	m->new_ns = must_calloc(ROOM, sizeof(double));
	return m;
}

static struct gate_metric *find_metric(struct gate *g, const char *design,
				       const char *metric)
{
	unsigned half;
	const struct pair_case *c = pair_metric_case(metric, &half);

	for (size_t i = 0; i < g->n; i++)
		if (g->metric[i].c == c && g->metric[i].half == half &&
		    !strcmp(g->metric[i].design, design))
			return &g->metric[i];
	return c ? add_metric(g, design, c, half) : NULL;
}

void gate_take_sample(struct gate *g, const struct gate_sample *s,
		      const double margin[PAIR_CLASSES])
{
	struct gate_metric *m = find_metric(g, s->design, s->metric);
	size_t n;

	/* the other half of an update may still be open */
	if (!m || !m->open)
		return;
	m->class = s->class;
	m->change.ratio.margin = m->twin.ratio.margin = margin[m->class];
	m->tried += s->tried;
	m->lost_old += s->lost[PAIR_OLD];
	m->lost_new += s->lost[PAIR_NEW];
	n = m->change.ratio.draws;
	if (s->triples < TRIPLES_MIN || n == ROOM)
		return;
	m->change.sample[n] = s->change;
	m->twin.sample[n] = s->canary;
	m->old_ns[n] = s->ns[PAIR_OLD];
	m->new_ns[n] = s->ns[PAIR_NEW];
	m->change.ratio.draws = m->twin.ratio.draws = n + 1;
}

char *gate_list(const struct gate *g, unsigned want)
{
	char *list = NULL;
	size_t bytes;
	FILE *out = must(open_memstream(&list, &bytes));
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		if (g->metric[i].open && g->metric[i].change.ratio.draws < want)
			fprintf(out, "%s%s/%s", n++ ? "," : "",
				g->metric[i].design, g->metric[i].c->name);
	must(fclose(out) ? NULL : list);
	if (n)
		return list;
	free(list);
	return NULL;
}

void gate_release(struct gate *g)
{
	for (size_t i = 0; i < g->n; i++) {
		struct gate_metric *m = &g->metric[i];

		free(m->change.sample);
		free(m->twin.sample);
		free(m->old_ns);
		free(m->new_ns);
	}
	free(g->metric);
	free(g->exact);
	*g = (struct gate){0};
}
