/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document as Markdown, for a merge request: GitHub's and GitLab's tables. */
#include <string.h>

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

static void table(const struct table *t, FILE *out)
{
	char name[2 * TABLE_CELL];

	for (unsigned c = 0; c < t->columns; c++) {
		table_column_name(&t->column[c], name, sizeof(name));
		line("| ", name, " ", out);
	}
	fputs("|\n", out);
	for (unsigned c = 0; c < t->columns; c++)
		fputs(t->column[c].left ? "|---" : "|--:", out);
	fputs("|\n", out);
	for (unsigned r = 0; r < t->rows; r++) {
		for (unsigned c = 0; c < t->columns; c++)
			line("| ", t->cell[(size_t)r * t->columns + c], " ",
			     out);
		fputs("|\n", out);
	}
	fputc('\n', out);
}

static void block(const struct doc_block *b, FILE *out)
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
	case DOC_ALERT:
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
		block(&d->block[i], out);
}
