/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gnuplot's pictures as a part of a page: names of their own, no size. */
#include <stdbool.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "document/parts.h"
#include "document/xml.h"

/* Whether @at begins a tag <NAME. */
static bool is_tag(const char *at, const char *name)
{
	size_t n = strlen(name);

	return *at == '<' && !strncmp(at + 1, name, n) &&
	       strchr(" >\n", at[1 + n]);
}

/* Behind the first @what of @at, or its end. */
static const char *behind(const char *at, const char *what)
{
	const char *found = strstr(at, what);

	return found ? found + strlen(what) : at + strlen(at);
}

/* Its first tag without the size in pixels: the page says how wide it is. */
static const char *root(const char *at, const char *title, FILE *out)
{
	const char *box = strstr(at, "viewBox=\""), *end = behind(at, ">");

	fputs("<svg xmlns=\"http://www.w3.org/2000/svg\" "
	      "xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\"",
	      out);
	xml_attribute(out, "aria-label", title);
	if (box && box < end)
		fprintf(out, " viewBox=\"%.*s\"", (int)strcspn(box + 9, "\""),
			box + 9);
	fputc('>', out);
	return end;
}

/*
 * What a mark says when it is pointed at: gnuplot calls a script for that,
 * which is not there; a title needs none. Behind it, or @at: it is no such.
 */
static const char *pointed(const char *at, FILE *out)
{
	static const char begin[] = "<g onmousemove=\"gnuplot_svg.showHypertext"
				    "(evt,'";
	const char *text = at + sizeof(begin) - 1, *end;

	if (strncmp(at, begin, sizeof(begin) - 1))
		return at;
	end = strstr(text, "')\"");
	if (!end)
		return at;
	fprintf(out, "<g><title>%.*s</title>", (int)(end - text), text);
	return behind(behind(end, ">"), "</title>");
}

/* References and what they mean get @name before them, to be of one picture. */
static const char *named(const char *at, const char *name, FILE *out)
{
	static const char *const before[] = {"id='", "id=\"", "href='#",
					     "href=\"#", "url(#"};

	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++) {
		size_t n = strlen(before[i]);

		if (strncmp(at, before[i], n) || MUTANT(page_names_shared))
			continue;
		fprintf(out, "%s%s-", before[i], name);
		return at + n;
	}
	return at;
}

void html_svg(const char *svg, const char *name, const char *title, FILE *out)
{
	const char *at = strstr(svg, "<svg");

	if (!at)
		return;
	at = root(at, title, out);
	while (*at) {
		const char *next;

		/* Of gnuplot, and the text of the command. */
		if (is_tag(at, "title"))
			next = behind(at, "</title>");
		else if (is_tag(at, "desc"))
			next = behind(at, "</desc>");
		else
			next = named(at, name, out);
		if (next == at)
			next = pointed(at, out);
		if (next == at)
			fputc(*next++, out);
		at = next;
	}
}
