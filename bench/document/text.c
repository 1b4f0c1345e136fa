/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document as text of a terminal's width. */
#include <string.h>

#include "base/err.h"
#include "document/blocks.h"

static void lines(const char *text, FILE *out)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		fprintf(out, "%s%.*s\n", n ? "    " : "", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void heading(const struct doc_block *b, unsigned width, bool coloured,
		    FILE *out)
{
	const char *colour = coloured && b->mark && b->tone != DOC_PLAIN
				     ? page_colour[b->tone]
				     : "";

	page_line(out, width, 4, "\n%s%s%s%s%s", b->text, b->mark ? ": " : "",
		  colour, b->mark ? b->mark : "",
		  *colour ? page_colour[DOC_PLAIN] : "");
}

static void block(const struct doc_block *b, unsigned width, bool coloured,
		  FILE *out)
{
	switch (b->kind) {
	case DOC_TITLE:
		page_rest(out, width, 0, 4, b->text);
		break;
	case DOC_HEADING:
	case DOC_FOLD: /* all is shown: what it is stands above */
		heading(b, width, coloured, out);
		break;
	case DOC_TEXT:
	case DOC_QUOTE:
	case DOC_NOTE:
		fprintf(out, "%*s", (int)b->indent, "");
		page_rest(out, width, b->indent, b->hang, b->text);
		break;
	case DOC_ALERT:
		page_line(out, width, 4, "  ! %s", b->text);
		break;
	case DOC_ITEM:
		page_line(out, width, 8, b->mark ? "%-6s  %s" : "%4s%s",
			  b->mark ? b->mark : "", b->text);
		break;
	case DOC_CODE:
		lines(b->text, out);
		break;
	case DOC_TABLE:
		table_print(&b->table, width, coloured, out);
		break;
	case DOC_GAP:
		fputc('\n', out);
		break;
	case DOC_FIGURE:
	case DOC_FOLD_END:
	case DOC_VERDICT:
		break;
	}
}

void document_text(const struct document *d, FILE *out)
{
	unsigned width = page_width(out);
	bool coloured = err_coloured(out);

	for (size_t i = 0; i < d->n; i++)
		block(&d->block[i], width, coloured, out);
	for (size_t i = 0; i < d->n; i++)
		if (d->block[i].kind == DOC_VERDICT)
			page_line(out, width, 4, "\n%s", d->block[i].text);
}
