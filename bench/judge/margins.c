/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Margins, from what the twin showed in earlier runs. */
#include <math.h>
#include <stdlib.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "judge/ratio.h"
#include "plan/config.h"
#include "store/twins.h"

const struct margins margins_default = {
	.of = {[RATIO_WALK] = 0.009950330853168083,	 /* ln 1.01 */
	       [RATIO_UPDATE] = 0.0295588022415444,	 /* ln 1.03 */
	       [RATIO_CONTENDED] = 0.09531017980432487}, /* ln 1.1 */
};

struct margins margins_of(const struct params_classes *p)
{
	return (struct margins){
		.of = {[RATIO_WALK] = log1p(p->walk),
		       [RATIO_UPDATE] = log1p(p->update),
		       [RATIO_CONTENDED] = log1p(p->contended)}};
}

/* |ln| of the twin, a value a cell, metric and run, of one class. */
struct seen {
	double *x;
	size_t n;
};

static void add(struct seen *s, double x)
{
	s->x = must_grow(s->x, s->n, sizeof(*s->x));
	s->x[s->n++] = x;
}

double margin_raised(double least, const double *twin, size_t n)
{
	return n ? fmax(least, MARGIN_TWIN * stats_quantile(twin, n, 0.997))
		 : least;
}

double margin_shown(double low, double high)
{
	if (MUTANT(margin_ratchets))
		return fabs(low + high) / 2;
	return fmax(0, fmax(low, -high));
}

static double off(const double *logs, size_t n)
{
	struct estimate e = stats_hodges_lehmann(logs, n, RATIO_CONFIDENCE);

	return e.confidence >= RATIO_CONFIDENCE ? margin_shown(e.low, e.high)
						: 0;
}

/* What the config of the run says. */
static int asked_for(struct margins *m, struct store *s, int64_t run,
		     struct err *e)
{
	struct params_run keys;
	struct store_run r;
	int rc = store_run_read(s, run, &r, e);

	if (!rc) {
		config_run_keys(r.config_text, &keys);
		*m = margins_of(&keys.margin);
	}
	store_run_release(&r);
	return rc;
}

/* Raises @m to what the twin showed before @run. */
static int raise_to_shown(struct margins *m, struct store *s, int64_t run,
			  struct err *e)
{
	struct seen seen[RATIO_CLASSES] = {0};
	struct store_twins t = {0};
	int rc = store_twins_load(s, run, &t, e);

	if (rc)
		return rc;
	for (size_t i = 0, next; i < t.n; i = next) {
		const struct store_twin *of = &t.twin[i];
		double logs[STORE_TWIN_DRAWS];
		size_t n = 0;

		for (next = i; next < t.n && t.twin[next].group == of->group;
		     next++)
			if (n < STORE_TWIN_DRAWS)
				logs[n++] = log(t.twin[next].ratio);
		add(&seen[ratio_class(of->threads, of->mappers)], off(logs, n));
	}
	for (unsigned k = 0; k < RATIO_CLASSES; k++) {
		m->of[k] = margin_raised(m->of[k], seen[k].x, seen[k].n);
		free(seen[k].x);
	}
	store_twins_release(&t);
	return 0;
}

int margins_load(struct margins *m, struct store *s, int64_t run, struct err *e)
{
	int rc = asked_for(m, s, run, e);

	return rc ? rc : raise_to_shown(m, s, run, e);
}

int margins_shown(struct margins *m, struct store *s, int64_t run,
		  struct err *e)
{
	*m = (struct margins){{0}};
	return raise_to_shown(m, s, run, e);
}
