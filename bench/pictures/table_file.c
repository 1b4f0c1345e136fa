/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of plots, read back. Their form is that of figures/data.h. */
#include "pictures/table_file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "figures/dots.h"

/* Before the name of each block but meta: plot_block(). */
static const char between[] = "\n\n\n# ";

char *plot_file_meta(const char *text, const char *key)
{
	const char *end = strstr(text, between), *found = NULL;
	size_t n = strlen(key), length;
	char *value;

	/* A later one of the same key wins. */
	for (const char *at = strstr(text, "\n# meta\n"); at && at != end;
	     at = strchr(at + 1, '\n')) {
		if (end && at > end)
			break;
		if (!strncmp(at + 1, key, n) && at[1 + n] == '\t')
			found = at + 2 + n;
	}
	length = found ? strcspn(found, "\n") : 0;
	value = must(strndup(found ? found : "", length));
	if (!strcmp(value, "-"))
		*value = '\0';
	return value;
}

/* What the columns of some blocks are, where the file's head cannot say it. */
static const char *const dots[] = {PLOT_DOTS_COLUMNS("figure")};
static const char *const over_time[] = {"time, ms", "bytes", NULL};
static const char *const held[] = {
	"group (its caption is in meta)", "design",   "median",
	"low end of the 95 % interval",	  "high end", NULL};
static const char *const nights[] = {"s since 1970", "value",
				     "1: beyond the edge, 2: disturbed", NULL};
static const char *const levels[] = {"from, s since 1970", "to", "median",
				     "after a change", NULL};
static const struct {
	const char *in_name;
	const char *const *heading;
} known[] = {{"dots of", dots},
	     {"over time", over_time},
	     {"held", held},
	     {"nights in", nights},
	     {"levels in", levels}};

struct block {
	const char *text; /* the whole file */
	char name[96], panel[16];
	const char *line; /* the first */
	unsigned rows, columns;
	char (*heading)[PLOT_TEXT];
	bool captioned; /* the first of them */
};

static unsigned fields(const char *line)
{
	unsigned n = 1;

	for (; *line && *line != '\n'; line++)
		n += *line == '\t';
	return n;
}

/* "# column 3: ratio" of the head of the file; false: there is no such. */
static bool declared(const char *text, unsigned column, char heading[PLOT_TEXT])
{
	char before[32];
	const char *at;

	snprintf(before, sizeof(before), "\n# column %u: ", column);
	at = strstr(text, before);
	if (!at)
		return false;
	at += strlen(before);
	snprintf(heading, PLOT_TEXT, "%.*s", (int)strcspn(at, "\n"), at);
	return true;
}

/* What stands for its places in meta, not by a number. */
static const char captioned[] = " (its caption is in meta)";

static void headings(struct block *b)
{
	const char *const *some = NULL;
	char more[PLOT_TEXT];
	bool fits = declared(b->text, b->columns, more) &&
		    !declared(b->text, b->columns + 1, more);

	for (size_t i = 0; !fits && i < sizeof(known) / sizeof(*known); i++)
		if (!some && strstr(b->name, known[i].in_name))
			some = known[i].heading;
	b->heading = must_calloc(b->columns, sizeof(*b->heading));
	for (unsigned c = 0; c < b->columns; c++) {
		char *to = b->heading[c], *mark;

		snprintf(to, PLOT_TEXT, "%u", c + 1);
		if (!some)
			declared(b->text, c + 1, to);
		else if (*some)
			snprintf(to, PLOT_TEXT, "%s", *some++);
		mark = strstr(to, captioned);
		if (mark && !c)
			b->captioned = true;
		if (mark)
			*mark = '\0';
	}
}

/* What meta calls group, or row, @number of the panel, or of all. */
static char *caption(const struct block *b, const char *number)
{
	static const char *const of_panel[] = {"group", "row"};
	char name[64], *found, *more[2];
	char *whole;

	for (unsigned i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "%s%s_%s", of_panel[i], b->panel,
			 number);
		found = plot_file_meta(b->text, name);
		if (*found)
			return found;
		free(found);
	}
	snprintf(name, sizeof(name), "group%s", number);
	found = plot_file_meta(b->text, name);
	if (!*found) {
		free(found);
		snprintf(name, sizeof(name), "row%s", number);
		found = plot_file_meta(b->text, name);
	}
	snprintf(name, sizeof(name), "threads%s", number);
	more[0] = plot_file_meta(b->text, name);
	snprintf(name, sizeof(name), "axes%s", number);
	more[1] = plot_file_meta(b->text, name);
	if (asprintf(&whole, "%s%s%s%s%s", *found ? found : number,
		     *more[0] ? ", " : "", more[0], *more[1] ? ", " : "",
		     more[1]) < 0)
		must_fail();
	free(found);
	free(more[0]);
	free(more[1]);
	return whole;
}

static void fill(const struct block *b, struct table *t)
{
	const char *line = b->line;

	for (unsigned r = 0; r < t->rows; r++) {
		for (unsigned c = 0; c < t->columns; c++) {
			size_t n = strcspn(line, "\t\n");

			snprintf(table_cell(t, r, c), TABLE_CELL, "%.*s",
				 (int)n, line);
			line += n + (line[n] == '\t');
		}
		if (b->captioned) {
			char *words = caption(b, table_cell(t, r, 0));

			snprintf(table_cell(t, r, 0), TABLE_CELL, "%s", words);
			free(words);
		}
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

/*
 * "rcu over time in panel 0" is "rcu: over time, reclaim whole", as the panel
 * says; "dots of panel 0" the panel alone.
 */
static char *title(const struct block *b)
{
	static const char *const drop[] = {" over time in panel ", " of panel ",
					   " in panel "};
	const char *at = NULL;
	char key[32], *panel, *text;
	bool alone = !strncmp(b->name, "dots ", 5) ||
		     !strncmp(b->name, "bars ", 5);

	for (size_t i = 0; !at && i < sizeof(drop) / sizeof(*drop); i++)
		at = strstr(b->name, drop[i]);
	if (!at)
		return must_copy(b->name);
	snprintf(key, sizeof(key), "panel%s", b->panel);
	panel = plot_file_meta(b->text, key);
	if (asprintf(&text, "%.*s%s%s", alone ? 0 : (int)(at - b->name),
		     b->name, alone ? "" : ": ", panel) < 0)
		must_fail();
	free(panel);
	return text;
}

/* Of a table: more nobody reads on a page, and they make it large. */
enum { ROWS_MOST = 1000 };

static void add(struct block *b, const char *name, unsigned number,
		struct document *d)
{
	struct table_column column[TABLE_COLUMNS];
	struct doc_block *added;
	struct table t;

	if (b->rows > ROWS_MOST) {
		doc_text(d, 0, 4,
			 "%s: %u lines, too many for a page; `vtdbench plot "
			 "%s` keeps them, as %s.dat.",
			 b->name, b->rows, name, name);
		return;
	}
	headings(b);
	for (unsigned c = 0; c < b->columns; c++) {
		const char *cell = b->line;

		for (unsigned k = 0; k < c; k++)
			cell += strcspn(cell, "\t") + 1;
		column[c] = (struct table_column){
			.group = "",
			.name = b->heading[c],
			.left = (b->captioned && !c) ||
				!isdigit((unsigned char)*cell)};
	}
	table_init(&t, column, b->columns, b->rows);
	fill(b, &t);
	added = doc_table(d, &t);
	added->text = title(b);
	if (asprintf(&added->name, "%s-%u", name, number) < 0)
		must_fail();
	free(b->heading);
}

void plot_file_tables(const char *text, const char *name, struct document *d)
{
	unsigned number = 0;

	for (const char *at = text; (at = strstr(at, between));) {
		struct block b = {.text = text};
		const char *panel, *end;

		at += sizeof(between) - 1;
		snprintf(b.name, sizeof(b.name), "%.*s", (int)strcspn(at, "\n"),
			 at);
		panel = strstr(b.name, "panel ");
		if (panel)
			snprintf(b.panel, sizeof(b.panel), "%s", panel + 6);
		at += strcspn(at, "\n");
		if (!*at)
			break;
		b.line = ++at;
		end = strstr(at, between);
		for (const char *l = at; *l && *l != '\n' && (!end || l < end);
		     l += strcspn(l, "\n"), l += *l == '\n')
			b.rows++;
		b.columns = fields(at);
		at = at - 1;
		if (b.rows && b.columns <= TABLE_COLUMNS)
			add(&b, name, ++number, d);
	}
}
