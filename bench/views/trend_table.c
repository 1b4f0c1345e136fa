/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of a trend: changes by the commits, drifts, series, nights. */
#include <inttypes.h>
#include <string.h>

#include "base/must.h"
#include "outputs/report.h"
#include "views/trend.h"

/* Of both kinds of tables: what was said of a change is one row. */
enum { ID, CHANGE, BEFORE, AFTER, LATEST, COLUMNS };

static void change(const struct trend *t, const struct trend_series *s,
		   const struct trend_change *c, struct table *table,
		   unsigned row)
{
	struct trend_said said;

	trend_say_change(s, c, &said);
	strcpy(table_cell(table, row, ID), c->id);
	strcpy(table_cell(table, row, CHANGE), said.words);
	strcpy(table_cell(table, row, BEFORE), said.before);
	strcpy(table_cell(table, row, AFTER), said.after);
	strcpy(table_cell(table, row, LATEST), said.latest);
	if (!c->ack && !c->moved)
		table_tone(table, row, CHANGE, report_tone(c->verdict));
	table_note(table, row, "%s", said.title);
	if (*c->text)
		table_note(table, row, "%s", c->text);
	if (c->ended)
		table_note(table, row, "ended %.10s, run %" PRId64,
			   trend_ended(t, c)->started_utc,
			   trend_ended(t, c)->run);
	if (c->ack)
		table_note(table, row, "acknowledged %.10s: %s",
			   c->ack->acked_utc, c->ack->reason);
}

static unsigned changes_in(const struct trend *t, size_t range)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->nseries; i++)
		for (size_t k = 0; k < t->series[i]->nchanges; k++)
			n += t->series[i]->change[k].range == range;
	return n;
}

static void range(const struct trend *t, size_t which, struct document *d)
{
	static const struct table_column column[COLUMNS] = {
		[ID] = {"", "id", 0, true},
		[CHANGE] = {"", "change", 0, true},
		[BEFORE] = {"", "before", 0, false},
		[AFTER] = {"", "after", 0, false},
		[LATEST] = {"", "latest", 0, false}};
	const struct trend_range *r = &t->range[which];
	const struct trend_night *after = &t->night[r->after];
	char day[TREND_DAY], commits[160];
	struct table table;
	unsigned row = 0;

	trend_day(after, day);
	trend_commits(t, r, commits, sizeof(commits));
	doc_heading(d, 3, "%s, run %" PRId64 ", machine %s: commit %s", day,
		    after->run, t->machine[r->machine].class.id, commits);
	for (size_t i = 0; i < r->nlines; i++)
		doc_item(d, NULL, DOC_PLAIN, "%s", r->line[i]);
	if (r->more)
		doc_item(d, NULL, DOC_PLAIN, "... and more");
	if (*trend_no_suspects(r))
		doc_text(d, 4, 6, "%s", trend_no_suspects(r));
	table_init(&table, column, COLUMNS, changes_in(t, which));
	table.note_name = "what";
	for (size_t i = 0; i < t->nseries; i++)
		for (size_t k = 0; k < t->series[i]->nchanges; k++)
			if (t->series[i]->change[k].range == which)
				change(t, t->series[i],
				       &t->series[i]->change[k], &table, row++);
	doc_table(d, &table);
}

static void ranges(const struct trend *t, bool open, const char *heading,
		   struct document *d)
{
	bool any = false;

	for (size_t i = 0; i < t->nranges; i++) {
		if ((t->range[i].open > 0) != open)
			continue;
		if (!any)
			doc_heading(d, 2, "%s", heading);
		any = true;
		range(t, i, d);
	}
}

static void drifts(const struct trend *t, struct document *d)
{
	static const struct table_column column[] = {{"", "drift", 0, true},
						     {"", "best", 0, false},
						     {"", "last", 0, false},
						     {"", "best from", 0,
						      true}};
	struct table table;
	unsigned row = 0;

	doc_heading(d, 2, "Drift");
	doc_text(d, 0, 4,
		 "The last %d nights against the best %d in a row of %d days.",
		 TREND_DRIFT_NIGHTS, TREND_DRIFT_NIGHTS, TREND_DRIFT_DAYS);
	table_init(&table, column, 4, (unsigned)t->drifting);
	table.note_name = "what";
	for (size_t i = 0; i < t->nseries && row < table.rows; i++) {
		const struct trend_series *s = t->series[i];
		struct trend_said said;

		if (!s->drifts)
			continue;
		trend_say_drift(s, &said);
		strcpy(table_cell(&table, row, 0), said.words);
		table_tone(&table, row, 0, DOC_BAD);
		strcpy(table_cell(&table, row, 1), said.before);
		strcpy(table_cell(&table, row, 2), said.after);
		trend_day(&t->night[s->point[s->drift_at].night],
			  table_cell(&table, row, 3));
		table_note(&table, row++, "%s", said.title);
	}
	doc_table(d, &table);
}

void trend_changes(const struct trend *t, struct document *d)
{
	ranges(t, true, "Open changes", d);
	if (t->drifting)
		drifts(t, d);
	ranges(t, false, "Acknowledged changes", d);
}

static bool is_of(const struct trend_series *s, size_t machine)
{
	return s->machine == machine && s->n;
}

static void series_of(const struct trend *t, size_t machine, struct document *d)
{
	static const struct table_column column[] = {{"", "nights", 0, false},
						     {"", "latest", 0, false},
						     {"", "changes", 0, false}};
	unsigned n = 0, row = 0;
	struct table table;

	for (size_t i = 0; i < t->nseries; i++)
		n += is_of(t->series[i], machine);
	doc_heading(d, 2, "Series of machine %s", t->machine[machine].class.id);
	table_init(&table, column, 3, n);
	table.note_name = "what";
	for (size_t i = 0; i < t->nseries; i++) {
		const struct trend_series *s = t->series[i];
		char title[512];

		if (!is_of(s, machine))
			continue;
		snprintf(table_cell(&table, row, 0), TABLE_CELL, "%zu", s->n);
		trend_value(s, trend_latest(s), table_cell(&table, row, 1),
			    TABLE_CELL);
		snprintf(table_cell(&table, row, 2), TABLE_CELL, "%zu",
			 s->nchanges);
		trend_title(s, title, sizeof(title));
		table_note(&table, row++, "%s%s", title,
			   s->drifts ? ", drifts" : "");
	}
	doc_table(d, &table);
}

void trend_series(const struct trend *t, struct document *d)
{
	for (size_t m = 0; m < t->nmachines; m++)
		series_of(t, m, d);
}

void trend_nights(const struct trend *t, struct document *d)
{
	static const struct table_column column[] = {
		{"", "run", 0, false},	   {"", "of", 0, true},
		{"", "vtdbench", 0, true}, {"", "commit", 0, true},
		{"", "machine", 0, true},  {"", "uuid", 0, true}};
	struct doc_block *b;
	struct table table;

	table_init(&table, column, 6, (unsigned)(t->nnights - t->from));
	for (unsigned i = 0; i < table.rows; i++) {
		const struct trend_night *n = &t->night[t->from + i];
		const char *const texts[] = {n->started_utc, n->version,
					     n->commit,
					     t->machine[n->machine].class.id,
					     n->uuid};

		snprintf(table_cell(&table, i, 0), TABLE_CELL, "%" PRId64,
			 n->run);
		for (unsigned c = 0; c < 5; c++)
			snprintf(table_cell(&table, i, c + 1), TABLE_CELL, "%s",
				 texts[c] ? texts[c] : "unknown");
	}
	doc_fold(d, "The nights");
	b = doc_table(d, &table);
	b->text = must_copy("Runs, by time");
	b->name = must_copy("nights");
	doc_fold_end(d);
}
