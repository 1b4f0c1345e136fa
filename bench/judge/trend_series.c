/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a series has of its own, and that going. */
#include <stdint.h>
#include <stdlib.h>

#include "base/must.h"
#include "judge/trend_parts.h"

/* The texts of a trial that a series needs, as copies of its own. */
static const char **trial_texts(struct store_trial *t, int i)
{
	const char **const text[] = {&t->cell,	 &t->axes,     &t->sweep,
				     &t->design, &t->workload, &t->params,
				     NULL};

	return text[i];
}

void trend_own_trial(struct store_trial *to, const struct store_trial *t)
{
	*to = (struct store_trial){.cell = t->cell,
				   .axes = t->axes,
				   .sweep = t->sweep,
				   .design = t->design,
				   .workload = t->workload,
				   .params = t->params,
				   .walkers = t->walkers,
				   .mappers = t->mappers,
				   .dumpers = t->dumpers};
	for (int i = 0; trial_texts(to, i); i++)
		*trial_texts(to, i) = must_copy(*trial_texts(to, i));
}

void trend_free_series(struct trend_series *s)
{
	for (int i = 0; trial_texts(&s->trial, i); i++)
		free((void *)(uintptr_t)*trial_texts(&s->trial, i));
	free(s->point);
	free(s->change);
	free(s);
}
