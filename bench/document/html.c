/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A document as one page of HTML: whole in itself, loads nothing (and says so
 * to the browser), is XML as well, and needs no script to be read.
 */
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "document/parts.h"
#include "document/xml.h"

/* What stands before a block that it belongs to. */
struct place {
	unsigned heading;  /* counts those that can be gone to */
	bool section;	   /* one is open */
	const char *about; /* the text of the last heading */
};

const char *const html_tone[] = {"plain", "good", "bad", "open"};

void html_data(const char *type, const char *text, size_t bytes, FILE *out)
{
	fprintf(out, "data:%s;charset=utf-8,", type);
	for (size_t i = 0; i < bytes; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || strchr("-_.~", c))
			fputc(c, out);
		else
			fprintf(out, "%%%02X", c);
	}
}

/* @text, in which addresses of pages are links. */
static void linked(const char *text, FILE *out)
{
	for (const char *at; (at = strstr(text, "https://"));) {
		size_t n = strcspn(at, " ,;\"<>)");
		char *before = must(strndup(text, (size_t)(at - text)));
		char *address = must(strndup(at, n));

		xml_text(out, before);
		fputs("<a rel=\"noreferrer\"", out);
		xml_attribute(out, "href", address);
		fputc('>', out);
		xml_text(out, address);
		fputs("</a>", out);
		free(before);
		free(address);
		text = at + n;
	}
	xml_text(out, text);
}

static void tagged(const char *tag, const char *more, const char *text,
		   FILE *out)
{
	fprintf(out, "<%s%s>", tag, more);
	linked(text, out);
	fprintf(out, "</%s>\n", tag);
}

static void contents(const struct document *d, FILE *out)
{
	unsigned n = 0;

	fputs("<nav aria-label=\"Contents\"><ul>\n", out);
	for (size_t i = 0; i < d->n; i++) {
		const struct doc_block *b = &d->block[i];

		if (b->kind != DOC_HEADING || b->level != 2)
			continue;
		fprintf(out, "<li><a href=\"#part%u\">", ++n);
		xml_text(out, b->text);
		fputs("</a></li>\n", out);
	}
	fputs("</ul></nav>\n", out);
}

/* What came of something. */
static void verdict(const char *text, enum doc_tone tone, FILE *out)
{
	fprintf(out, "<span class=\"verdict %s\">", html_tone[tone]);
	xml_text(out, text);
	fputs("</span>", out);
}

static void heading(const struct doc_block *b, struct place *p, FILE *out)
{
	if (b->level == 2) {
		fprintf(out, "%s<section aria-labelledby=\"part%u\">\n",
			p->section ? "</section>\n" : "", p->heading + 1);
		fprintf(out, "<h2 id=\"part%u\">", ++p->heading);
		p->section = true;
	} else {
		fprintf(out, "<h%u>", b->level);
	}
	xml_text(out, b->text);
	if (b->mark) {
		fputc(' ', out);
		verdict(b->mark, b->tone, out);
	}
	fprintf(out, "</h%u>\n", b->level);
	p->about = b->text;
}

static void figure(const struct doc_block *b, FILE *out)
{
	if (!b->svg)
		return;
	fprintf(out,
		"<figure id=\"figure-%s\"><div class=\"scroll\" "
		"tabindex=\"0\" role=\"group\"",
		b->name);
	xml_attribute(out, "aria-label", b->text);
	fputs(">\n", out);
	html_svg(b->svg, b->name, b->text, out);
	fputs("</div></figure>\n", out);
}

static void code(const struct doc_block *b, FILE *out)
{
	if (b->name) {
		fprintf(out, "<p><a download=\"%s\" href=\"", b->name);
		html_data("text/plain", b->text, strlen(b->text), out);
		fprintf(out, "\">%s</a></p>\n", b->name);
	}
	fputs("<pre tabindex=\"0\">", out);
	xml_text(out, b->text);
	fputs("</pre>\n", out);
}

/* @first, @last: of its list. */
static void item(const struct doc_block *b, bool first, bool last, FILE *out)
{
	fputs(first ? "<ul>\n<li>" : "<li>", out);
	if (b->mark) {
		verdict(b->mark, b->tone, out);
		fputc(' ', out);
	}
	linked(b->text, out);
	fputs(last ? "</li>\n</ul>\n" : "</li>\n", out);
}

static bool is_item(const struct document *d, size_t i)
{
	return i < d->n && d->block[i].kind == DOC_ITEM;
}

static void block(const struct document *d, size_t i, struct place *p,
		  FILE *out)
{
	const struct doc_block *b = &d->block[i];
	char class[32];

	switch (b->kind) {
	case DOC_TITLE:
	case DOC_GAP:
		break;
	case DOC_HEADING:
		heading(b, p, out);
		break;
	case DOC_TEXT:
		snprintf(class, sizeof(class), " class=\"%s\"",
			 html_tone[b->tone]);
		tagged("p", b->tone ? class : "", b->text, out);
		break;
	case DOC_ITEM:
		item(b, !i || !is_item(d, i - 1), !is_item(d, i + 1), out);
		break;
	case DOC_VERDICT:
		fputs("<p>", out);
		verdict(b->text, b->tone, out);
		fputs("</p>\n", out);
		break;
	case DOC_NOTE:
		tagged("p", " class=\"note\"", b->text, out);
		break;
	case DOC_QUOTE:
		fputs("<blockquote>", out);
		tagged("p", "", b->text, out);
		fputs("</blockquote>\n", out);
		break;
	case DOC_ALERT:
		tagged("p", " class=\"alert\"", b->text, out);
		break;
	case DOC_CODE:
		code(b, out);
		break;
	case DOC_TABLE:
		html_table(&b->table, b->name, b->text, p->about, out);
		break;
	case DOC_FIGURE:
		figure(b, out);
		break;
	case DOC_FOLD:
		fputs("<details>", out);
		tagged("summary", "", b->text, out);
		break;
	case DOC_FOLD_END:
		fputs("</details>\n", out);
		break;
	}
}

void document_html(const struct document *d, FILE *out)
{
	const char *title = "";
	struct place p = {.about = ""};

	for (size_t i = 0; i < d->n; i++)
		if (d->block[i].kind == DOC_TITLE)
			title = d->block[i].text;
	fputs("<!DOCTYPE html>\n<html lang=\"en\" "
	      "xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
	      "<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
	      "content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	      "<meta http-equiv=\"Content-Security-Policy\" "
	      "content=\"default-src 'none'; style-src 'unsafe-inline'; "
	      "script-src 'unsafe-inline'\"/>\n<title>",
	      out);
	xml_text(out, title);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>",
		html_style);
	tagged("h1", "", title, out);
	contents(d, out);
	fputs("</header>\n<main>\n", out);
	for (size_t i = 0; i < d->n; i++)
		block(d, i, &p, out);
	fprintf(out,
		"%s</main>\n<script>\n//<![CDATA[\n%s//]]>\n</script>\n"
		"</body>\n</html>\n",
		p.section ? "</section>\n" : "", html_script);
}
