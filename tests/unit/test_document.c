/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document in each of its forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/must.h"
#include "document/blocks.h"
#include "document/parts.h"

static char *text;

static FILE *begin(void)
{
	static size_t size;

	free(text);
	text = NULL;
	return open_memstream(&text, &size);
}

static void has(const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static unsigned count(const char *part)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, part)); at++)
		n++;
	return n;
}

static void fill(struct document *d)
{
	char group[16] = "ratio", name[16] = "walk";
	const struct table_column column[] = {
		{.group = "", .name = "design", .left = true},
		{.group = group, .name = name},
		{.group = group, .name = "map"},
		{.group = "dis-", .name = "turbed"}};
	struct doc_block *b;
	struct table t;

	doc_title(d, "What <is> it?");
	doc_heading(d, 2, "Part %d", 1);
	b = doc_heading(d, 3, "Claim");
	b->mark = must_copy("supported");
	b->tone = DOC_GOOD;
	doc_text(d, 2, 4, "see https://example.org/a?b&c, or \"not\"");
	doc_alert(d, "%s lost", "much");
	doc_verdict(d, DOC_BAD, "1 slower");
	doc_item(d, "WORSE", DOC_BAD, "a|b, %d", 5);
	doc_item(d, NULL, DOC_PLAIN, "the <last>");
	table_init(&t, column, 4, 2);
	strcpy(table_cell(&t, 0, 0), "a,b");
	strcpy(table_cell(&t, 0, 1), "1.00 =");
	strcpy(table_cell(&t, 1, 0), "c");
	strcpy(table_cell(&t, 1, 1), "2.00 >");
	*table_effect(&t, 0, 1) = (struct table_effect){
		.drawn = true, .interval = true, .low = -0.1, .high = 0.1};
	*table_effect(&t, 1, 1) =
		(struct table_effect){.drawn = true, .told = true, .value = 1};
	table_tone(&t, 1, 1, DOC_BAD);
	t.note_name = "what";
	table_note(&t, 0, "one <line>");
	table_note(&t, 0, "another");
	b = doc_table(d, &t);
	b->name = must_copy("data-1");
	/* The document has its own. */
	memset(group, 'x', sizeof(group) - 1);
	memset(name, 'x', sizeof(name) - 1);
	doc_fold(d, "More");
	doc_code(d, "a.yaml", "a: <1>\n# \"b\"\n");
	doc_fold_end(d);
	doc_gap(d);
}

static void as_text(void **state)
{
	struct document d = {0};
	FILE *out = begin();

	fill(&d);
	document_text(&d, out);
	fclose(out);
	assert_string_equal(text,
			    "What <is> it?\n"
			    "\nPart 1\n"
			    "\nClaim: supported\n"
			    "  see https://example.org/a?b&c, or \"not\"\n"
			    "  ! much lost\n"
			    "WORSE   a|b, 5\n"
			    "    the <last>\n"
			    "          ratio          dis-\n"
			    "  design    walk  map  turbed\n"
			    "  a,b     1.00 =\n"
			    "            one <line>\n"
			    "            another\n"
			    "  c       2.00 >\n"
			    "\nMore\n"
			    "    a: <1>\n"
			    "    # \"b\"\n"
			    "\n"
			    "\n1 slower\n");
	doc_release(&d);
}

static void as_markdown(void **state)
{
	struct document d = {0};
	FILE *out = begin();

	fill(&d);
	document_markdown(&d, out);
	fclose(out);
	assert_string_equal(text,
			    "## What &lt;is> it?\n\n"
			    "### Part 1\n\n"
			    "#### Claim: supported\n\n"
			    "see https://example.org/a?b&amp;c, or \"not\"\n\n"
			    "**much lost**\n\n"
			    "**1 slower**\n\n"
			    "- **WORSE**: a\\|b, 5\n"
			    "- the &lt;last>\n\n"
			    "| design | ratio walk | ratio map | disturbed | "
			    "what |\n"
			    "|---|--:|--:|--:|---|\n"
			    "| a,b | 1.00 = |  |  | one &lt;line>; another |\n"
			    "| c | **2.00 >** |  |  | |\n\n"
			    "<details><summary>More</summary>\n\n"
			    "````\na: <1>\n# \"b\"\n````\n\n"
			    "</details>\n\n");
	doc_release(&d);
}

static void as_html(void **state)
{
	struct document d = {0};
	FILE *out = begin();

	fill(&d);
	document_html(&d, out);
	fclose(out);
	has("<title>What &lt;is&gt; it?</title>");
	has("<h1>What &lt;is&gt; it?</h1>");
	has("<li><a href=\"#part1\">Part 1</a></li>");
	has("<h2 id=\"part1\">Part 1</h2>");
	has("<h3>Claim <span class=\"verdict good\">supported</span></h3>");
	has("see <a rel=\"noreferrer\" href=\"https://example.org/a?b&amp;c\">"
	    "https://example.org/a?b&amp;c</a>, or &quot;not&quot;");
	has("<p class=\"alert\">much lost</p>");
	has("<p><span class=\"verdict bad\">1 slower</span></p>");
	has("<ul>\n<li><span class=\"verdict bad\">WORSE</span> a|b, 5</li>\n"
	    "<li>the &lt;last&gt;</li>\n</ul>\n");
	has("<td class=\"words\">one &lt;line&gt;<br/>another</td></tr>");
	has("<th scope=\"col\" rowspan=\"2\">what</th>");
	has("<td class=\"bad number\">");
	has("<th scope=\"colgroup\" colspan=\"2\" class=\"group\">ratio</th>");
	has("rowspan=\"2\" class=\"number\">disturbed</th>");
	has("<th scope=\"row\">a,b</th>");
	has("<span>2.00 &gt;</span>");
	/* Open where nothing was told apart; to one scale. */
	assert_int_equal(count("<circle class=\"open\""), 1);
	assert_int_equal(count("<circle class=\"told\""), 1);
	assert_int_equal(count("<path class=\"bar\""), 1);
	has("<circle class=\"open\" cx=\"42.0\"");
	has("href=\"data:text/csv;charset=utf-8,design%2Cwalk%2Cmap%2Cturbed"
	    "%2Cwhat%0A%22a%2Cb%22%2C1.00%20%3D%2C%2C%2C%22one%20%3Cline%3E"
	    "%0Aanother%22%0Ac%2C2.00%20%3E%2C%2C%2C%0A\">data-1.csv</a>");
	has("<details><summary>More</summary>");
	has("download=\"a.yaml\"");
	has("a: &lt;1&gt;\n# &quot;b&quot;\n</pre>");
	doc_release(&d);
}

/* Two pictures of one page, and what gnuplot writes that none should see. */
static void pictures_in_a_page(void **state)
{
	static const char svg[] =
		"<?xml version=\"1.0\"?>\n<svg \n width=\"9\" height=\"5\"\n"
		" viewBox=\"0 0 9 5\"\n xmlns=\"http://www.w3.org/2000/svg\"\n"
		">\n<title>Gnuplot</title>\n<desc>Produced by GNUPLOT</desc>\n"
		"<path id='gpPt0'/><use xlink:href='#gpPt0' id=\"b\"/>"
		"<g fill='url(#b)'/>"
		"<g onmousemove=\"gnuplot_svg.showHypertext(evt,'rcu 1.02')\" "
		"onmouseout=\"gnuplot_svg.hideHypertext()\"><title> </title>"
		"</g></svg>\n";
	FILE *out = begin();

	html_svg(svg, "one", "What \"is\" it?", out);
	fclose(out);
	assert_int_equal(strncmp(text, "<svg ", 5), 0);
	has("role=\"img\" aria-label=\"What &quot;is&quot; it?\" "
	    "viewBox=\"0 0 9 5\">");
	has("<path id='one-gpPt0'/><use xlink:href='#one-gpPt0' "
	    "id=\"one-b\"/><g fill='url(#one-b)'/>");
	has("<g><title>rcu 1.02</title></g></svg>");
	assert_null(strstr(text, "nuplot"));
	assert_null(strstr(text, "width="));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_text),
		cmocka_unit_test(as_markdown),
		cmocka_unit_test(as_html),
		cmocka_unit_test(pictures_in_a_page),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(text);
	return failed;
}
