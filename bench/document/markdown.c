/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document as Markdown, for a merge request: GitHub's and GitLab's tables. */
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "document/blocks.h"

/* On one line; no tag, and no end of a cell of a table. */
static void escaped(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '|' || *text == '\\' || *text == '`')
			fputc('\\', out);
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else
			fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
}

static void line(const char *before, const char *text, const char *behind,
		 FILE *out)
{
	fputs(before, out);
	escaped(text, out);
	fputs(behind, out);
}

static void heading(const struct doc_block *b, FILE *out)
{
	/* The title is of the second level: the first is the page's. */
	for (unsigned i = 0; i <= b->level; i++)
		fputc('#', out);
	line(" ", b->text, "", out);
	if (b->mark)
		line(": ", b->mark, "", out);
	fputs("\n\n", out);
}

static void cell(const struct table *t, size_t i, FILE *out)
{
	const char *strong = t->tone && t->tone[i] == DOC_BAD ? "**" : "";

	fprintf(out, "| %s", strong);
	line("", t->cell[i], strong, out);
	fputc(' ', out);
}

/* Its lines as one. */
static void note(const char *text, FILE *out)
{
	fputs("| ", out);
	for (; text && *text; text += strspn(text, "\n")) {
		size_t n = strcspn(text, "\n");
		char *one = must(strndup(text, n));

		line("", one, text[n] ? "; " : " ", out);
		free(one);
		text += n;
	}
}

static void table(const struct table *t, FILE *out)
{
	char name[2 * TABLE_CELL];

	for (unsigned c = 0; c < t->columns; c++) {
		table_column_name(&t->column[c], name, sizeof(name));
		line("| ", name, " ", out);
	}
	if (t->note)
		line("| ", t->note_name, " ", out);
	fputs("|\n", out);
	for (unsigned c = 0; c < t->columns; c++)
		fputs(t->column[c].left ? "|---" : "|--:", out);
	fputs(t->note ? "|---|\n" : "|\n", out);
	for (unsigned r = 0; r < t->rows; r++) {
		for (unsigned c = 0; c < t->columns; c++)
			cell(t, (size_t)r * t->columns + c, out);
		if (t->note)
			note(t->note[r], out);
		fputs("|\n", out);
	}
	fputc('\n', out);
}

/* @last: of its list. */
static void item(const struct doc_block *b, bool last, FILE *out)
{
	fputs("- ", out);
	if (b->mark)
		line(b->tone == DOC_BAD ? "**" : "", b->mark,
		     b->tone == DOC_BAD ? "**: " : ": ", out);
	line("", b->text, last ? "\n\n" : "\n", out);
}

static void block(const struct doc_block *b, bool last, FILE *out)
{
	switch (b->kind) {
	case DOC_TITLE:
		line("## ", b->text, "\n\n", out);
		break;
	case DOC_HEADING:
		heading(b, out);
		break;
	case DOC_TEXT:
	case DOC_NOTE:
		line("", b->text, "\n\n", out);
		break;
	case DOC_QUOTE:
		line("> ", b->text, "\n\n", out);
		break;
	case DOC_ITEM:
		item(b, last, out);
		break;
	case DOC_ALERT:
	case DOC_VERDICT:
		line("**", b->text, "**\n\n", out);
		break;
	case DOC_CODE:
		fprintf(out, "````\n%s````\n\n", b->text);
		break;
	case DOC_TABLE:
		table(&b->table, out);
		break;
	case DOC_FOLD:
		line("<details><summary>", b->text, "</summary>\n\n", out);
		break;
	case DOC_FOLD_END:
		fputs("</details>\n\n", out);
		break;
	case DOC_FIGURE:
	case DOC_GAP:
		break;
	}
}

void document_markdown(const struct document *d, FILE *out)
{
	for (size_t i = 0; i < d->n; i++)
		block(&d->block[i],
		      i + 1 == d->n || d->block[i + 1].kind != DOC_ITEM, out);
}
