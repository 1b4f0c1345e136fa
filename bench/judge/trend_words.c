/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the forms of a trend say alike. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "judge/compare.h"
#include "base/format.h"
#include "judge/trend_words.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

void trend_conclusion(const struct trend *t, char *text, size_t size)
{
	size_t quiet = 0, unjudged = t->nseries - t->unjudged[TREND_JUDGED];
	char ended[48] = "";

	for (size_t i = 0; i < t->nseries; i++)
		quiet += !trend_is_eventful(t->series[i]) &&
			 !t->series[i]->unjudged;
	if (t->ended)
		snprintf(ended, sizeof(ended), " (%zu ended)", t->ended);
	snprintf(text, size,
		 "%zu open change%s%s, %zu acknowledged, %zu drift%s; nothing "
		 "in %zu of %zu series",
		 t->open, plural(t->open), ended, t->acknowledged, t->drifting,
		 plural(t->drifting), quiet, t->nseries);
	if (unjudged)
		text_add(text, size, "; %zu could not be judged", unjudged);
}

/* What parts the last machine class from the one before. */
static void classes(const struct trend *t, char *text, size_t size)
{
	size_t last = t->night[t->nnights - 1].machine, other = t->nnights;

	while (other > 0 && t->night[other - 1].machine == last)
		other--;
	if (other > 0)
		machine_class_differs(
			&t->machine[t->night[other - 1].machine].class,
			"the one before", &t->machine[last].class, "the last",
			text, size);
}

void trend_unjudged_words(const struct trend *t, enum trend_unjudged why,
			  char *text, size_t size)
{
	size_t least = 2 * t->options.change.segment, n = t->unjudged[why];
	char differs[512] = "";
	double most = 0;

	if (why == TREND_FEW_NIGHTS) {
		snprintf(text, size,
			 "%zu series: too few nights (measured: %zu, exact: 2)",
			 n, least);
	} else if (why == TREND_NEW_MACHINE) {
		classes(t, differs, sizeof(differs));
		snprintf(text, size,
			 "%zu series: too few nights on their machine class, "
			 "of which there are %zu in %zu nights%s%s",
			 n, t->nmachines, t->nnights, *differs ? "; " : "",
			 differs);
	} else if (why == TREND_NEW_PARAMETERS) {
		snprintf(text, size,
			 "%zu series: too few nights since their parameters "
			 "changed",
			 n);
	} else {
		for (size_t i = 0; i < t->nseries; i++)
			most = fmax(most, t->series[i]->correlation);
		snprintf(text, size,
			 "%zu series: nights resemble their neighbours "
			 "(correlation up to %.1f), so a change of the code "
			 "cannot be told",
			 n, most);
	}
}

void trend_odd_words(const struct trend *t, size_t i, char *text, size_t size)
{
	const struct trend_night *night = &t->odd[i];

	snprintf(text, size,
		 "run %" PRId64
		 ", said to be of %s, which its id does not fit: "
		 "look at that machine's clock",
		 night->run,
		 *night->started_utc ? night->started_utc : "no time");
	if (i + 1 == TREND_ODD_TOLD && t->nodd > TREND_ODD_TOLD)
		text_add(text, size, "; and %zu more",
			 t->nodd - TREND_ODD_TOLD);
}

void trend_title(const struct trend_series *s, char *text, size_t size)
{
	/* What the clock of the last night was too coarse for. */
	static const char *const marks[] = {
		[MARK_NONE] = "",
		[MARK_BLOCK] = " of means of 16",
		[MARK_STEPS] = " within five steps of the clock"};
	enum clock_mark mark = s->n ? s->point[s->n - 1].mark : MARK_NONE;
	char title[400];

	compare_title(&s->trial, title, sizeof(title));
	snprintf(text, size, "%s: %s%s", title, s->metric, marks[mark]);
}

void trend_words(const struct trend_series *s, const struct trend_change *c,
		 char *text, size_t size)
{
	const struct metric *known = metric_row(s->id);
	bool worse = c->verdict == RATIO_SLOWER;
	const char *word = known && known->source == SOURCE_CLOCK
				   ? ratio_verdict_name(c->verdict)
			   : worse ? "worse"
				   : "better";

	if (c->moved && s->exact)
		snprintf(text, size, "changed");
	else if (s->exact || !isfinite(c->cost))
		snprintf(text, size, "%s", c->moved ? "changed" : word);
	else if (c->moved)
		snprintf(text, size, "%+.1f %%", 100 * (c->cost - 1));
	else
		snprintf(text, size, "%.1f %% %s", 100 * fabs(c->cost - 1),
			 word);
}

void trend_value(const struct trend_series *s, double value, char *text,
		 size_t size)
{
	char number[32];

	if (!strcmp(s->unit, "B")) {
		format_bytes(value, text, size);
	} else if (!strcmp(s->unit, "1/s")) {
		format_si(value, number, sizeof(number));
		snprintf(text, size, "%s/s", number);
	} else {
		snprintf(number, sizeof(number), s->exact ? "%.9g" : "%.4g",
			 value);
		snprintf(text, size, "%s%s%s", number,
			 strcmp(s->unit, "1") ? " " : "",
			 strcmp(s->unit, "1") ? s->unit : "");
	}
}

void trend_commits(const struct trend *t, const struct trend_range *r,
		   char *text, size_t size)
{
	const char *before = t->night[r->before].commit;
	const char *after = t->night[r->after].commit;

	if (before && after && !strcmp(before, after))
		snprintf(text, size,
			 "%s before and after: not the code, unless it was "
			 "not committed",
			 after);
	else
		snprintf(text, size, "%s..%s", before ? before : "unknown",
			 after ? after : "unknown");
}

const char *trend_no_suspects(const struct trend_range *r)
{
	if (r->known && !r->nlines)
		return "the later run is of the older commit";
	return "";
}

const struct trend_night *trend_ended(const struct trend *t,
				      const struct trend_change *c)
{
	return c->ended ? &t->night[t->range[c->ended->range].after] : NULL;
}

void trend_day(const struct trend_night *night, char text[TREND_DAY])
{
	snprintf(text, TREND_DAY, "%.10s", night->started_utc);
}

double trend_latest(const struct trend_series *s)
{
	return s->n ? s->point[s->n - 1].value : NAN;
}

void trend_say_change(const struct trend_series *s,
		      const struct trend_change *c, struct trend_said *said)
{
	trend_words(s, c, said->words, sizeof(said->words));
	trend_value(s, c->before, said->before, sizeof(said->before));
	trend_value(s, c->after, said->after, sizeof(said->after));
	trend_value(s, trend_latest(s), said->latest, sizeof(said->latest));
	trend_title(s, said->title, sizeof(said->title));
}

void trend_say_drift(const struct trend_series *s, struct trend_said *said)
{
	const struct trend_change c = {.before = s->drift.best,
				       .after = s->drift.last,
				       .cost = s->drift_cost,
				       .verdict = RATIO_SLOWER};

	trend_say_change(s, &c, said);
}
