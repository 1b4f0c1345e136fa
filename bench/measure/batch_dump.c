/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What dumpers do: walk the whole table, as debugfs does, and check it, or scan
 * it for what is dirty. */
#include <inttypes.h>
#include <stdio.h>

#include "../kernels/check.h"
#include "measure/batch.h"

struct dump {
	const struct work *work;
	const volatile sig_atomic_t *stop;
	uint64_t static_bytes; /* seen of the static mappings */
	uint64_t wrong, wrong_iova;
	struct race *race; /* NULL: nothing is to be read from freed tables */
	struct dump_text *text; /* NULL: nothing is printed */
};

void dump_text_add(struct dump_text *text, uint64_t iova, uint64_t pa,
		   uint64_t bytes, unsigned perm)
{
	char *line = text->page + text->used;
	int n;

	if (text->used > sizeof(text->page) - DUMP_LINE) {
		text->pages++;
		text->used = 0;
		line = text->page;
	}
	n = snprintf(line, DUMP_LINE,
		     "0x%016" PRIx64 "\t0x%016" PRIx64 "\t%" PRIu64 "\t%c%c\n",
		     iova, pa, bytes, perm & VTD_R ? 'r' : '-',
		     perm & VTD_W ? 'w' : '-');
	text->used += (size_t)n;
	text->lines++;
}

static bool is_static(const struct work *work, uint64_t iova)
{
	for (size_t m = 0; m < work->nmaps; m++)
		if (iova - work->maps[m].iova < work->maps[m].bytes)
			return true;
	return false;
}

/* A leaf of a freed table: what would a dump have printed? */
static void look_freed(struct race *r, uint64_t iova, uint64_t pa,
		       uint64_t bytes)
{
	if (pa == engine_op_pa(iova, (unsigned)(pa >> 48)))
		r->stale++;
	else if (pa == (CHECK_POISON & VTD_ADDR_MASK & ~(bytes - 1)))
		r->garbage++;
	else
		r->foreign++;
}

static int visit(void *arg, uint64_t iova, uint64_t pa, uint64_t bytes,
		 unsigned perm)
{
	struct dump *d = arg;
	uint64_t version = pa >> 48;

	if (d->text)
		dump_text_add(d->text, iova, pa, bytes, perm);

	if (d->race && perm & ENGINE_FREED) {
		look_freed(d->race, iova, pa, bytes);
		return d->stop && *d->stop;
	}
	/* Any version is right where mappers are at work, 0 elsewhere. */
	if (is_static(d->work, iova)) {
		d->static_bytes += bytes;
		version = 0;
	}
	if (pa != engine_op_pa(iova, (unsigned)version)) {
		d->wrong++;
		d->wrong_iova = iova;
	}
	return d->stop && *d->stop;
}

/* One dump of the whole table. What it did is added up in @w. */
static void dump_once(struct worker *w, struct dump *d)
{
	struct worker_group *g = w->group;
	const struct params_time *time = &g->params->time;
	const uint64_t last = g->work->iova_end - 1;
	struct engine_scan found = {0};

	if (time->dump == DUMP_DIRTY) {
		g->design->scan_dirty(g->domain, &w->t, 0, last,
				      time->dump_chunk, visit, d, &found);
		w->dirty += found.dirty;
	} else {
		g->design->dump_chunks(g->domain, &w->t, 0, last,
				       time->dump_chunk, visit, d,
				       &found.leaves);
	}
	w->leaves += found.leaves;
	w->passes++;
}

/* Whether a dump that ended showed what it had to. */
static void dump_check(struct worker *w, const struct dump *d, uint64_t leaves,
		       uint64_t want)
{
	if (d->wrong)
		worker_wrong(w, d->wrong,
			     "a dump showed an address that IOVA 0x%" PRIx64
			     " never had",
			     d->wrong_iova);
	if (d->text && d->text->lines != leaves)
		worker_wrong(w, 1,
			     "a dump printed %" PRIu64 " lines of %" PRIu64
			     " leaves",
			     d->text->lines, leaves);
	if (w->group->params->time.dump != DUMP_DIRTY &&
	    d->static_bytes != want)
		worker_wrong(w, 1,
			     "a dump showed %" PRIu64 " bytes of the %" PRIu64
			     " mapped before the start",
			     d->static_bytes, want);
}

void dump_run(struct worker *w, const struct batch *b)
{
	struct worker_group *g = w->group;
	const uint64_t rate = g->params->time.dump_rate;
	const uint64_t step = rate ? clock_ticks(1e9 / (double)rate) : 0;
	const bool prints = g->params->time.dump == DUMP_PRINTS;
	uint64_t want = 0, now, due = b->start;
	struct dump_text text;

	for (size_t m = 0; m < g->work->nmaps; m++)
		want += g->work->maps[m].bytes;
	batch_wait(b->start);
	while ((now = clock_start()) < b->end && !worker_stopped(w)) {
		struct dump d = {.work = g->work,
				 .stop = g->stop,
				 .race = g->params->race ? &w->race : NULL,
				 .text = prints ? &text : NULL};
		uint64_t leaves = w->leaves, exposed = w->t.tables_exposed;

		if (now < due)
			continue;
		due = now + step;
		text.used = text.lines = text.pages = 0;
		dump_once(w, &d);
		tally_add(&w->dump, b, now, clock_stop(), 1);
		if (worker_stopped(w))
			return;
		w->race.dumps++;
		w->race.exposed += w->t.tables_exposed != exposed;
		dump_check(w, &d, w->leaves - leaves, want);
		if (w->index == 0 && !g->params->mappers)
			held_sample(g, now);
		g->design->thread_quiesce(&w->t);
	}
}
