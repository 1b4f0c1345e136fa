/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is shown of a run while it goes on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "judge/headline.h"
#include "outputs/progress.h"

/* What its draws say so far, read again after each. */
static void settle(struct progress_run *p)
{
	struct store_trials trials = {0};
	struct summary s;
	struct err ignored;

	if (!p->runner->store ||
	    store_cell_load(p->runner->store, p->runner->run, p->cell, &trials,
			    &ignored))
		return;
	summary_make(&s, &trials, NULL);
	headline_brief(&s, p->headline, sizeof(p->headline));
	summary_release(&s);
	store_trials_release(&trials);
}

static void show(void *arg, const struct runner_state *s)
{
	struct progress_run *p = arg;
	char name[512], left[32], note[192] = "";
	double share = s->total ? (double)s->index / (double)s->total : 0;

	if (p->cell && p->due)
		settle(p);
	/* Before the first draw there may be some of an earlier session. */
	p->due = p->cell && !strcmp(s->trial->cell, p->cell);
	if (*p->headline)
		text_add(note, sizeof(note), ", %s", p->headline);
	if (s->cells)
		text_add(note, sizeof(note), ", %zu of %zu cells precise",
			 s->precise, s->cells);
	/* What the plan has is run all the same. */
	if (s->budget_ns && s->budget_s < 0.5) {
		text_add(note, sizeof(note), ", budget used up");
	} else if (s->budget_ns) {
		progress_time(s->budget_s, left, sizeof(left));
		text_add(note, sizeof(note), ", %s of the budget left", left);
	}
	/* Beyond the plan it is the cells that tell, or the time. */
	if (s->cells)
		share = (double)s->precise / (double)s->cells;
	if (s->cells && s->budget_ns)
		share = fmax(share,
			     1 - s->budget_s / ((double)s->budget_ns / 1e9));
	progress_trial(&p->line, s->index, s->total, share, s->left_s, note,
		       runner_trial_name(s->trial, name, sizeof(name)));
}

static void clear(void *arg)
{
	struct progress_run *p = arg;

	progress_clear(&p->line);
}

struct runner_progress progress_of(struct progress_run *p,
				   const struct runner *r)
{
	*p = (struct progress_run){
		.runner = r, .cell = headline_planned(&r->plan), .due = true};
	progress_init(&p->line);
	return (struct runner_progress){show, clear, p};
}
