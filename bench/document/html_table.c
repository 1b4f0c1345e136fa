/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of a page: headings of their columns, effects drawn, data to keep. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "document/parts.h"
#include "document/xml.h"

/* Pixels of an effect that is drawn; what is written lies beside it. */
enum { WIDE = 84, HIGH = 14 };
/* Never wider than this, nor narrower: ln. */
#define MOST  4.6
#define LEAST 0.02

static const struct table_effect *effect_at(const struct table *t, unsigned row,
					    unsigned column)
{
	size_t i = (size_t)row * t->columns + column;

	return t->effect && t->effect[i].drawn ? &t->effect[i] : NULL;
}

/* Half of what is drawn: all effects of a table are drawn to one scale. */
static double scale(const struct table *t)
{
	double most = 0;

	for (unsigned i = 0; t->effect && i < t->rows * t->columns; i++) {
		const struct table_effect *e = &t->effect[i];
		double from = e->interval ? e->low : e->value;
		double to = e->interval ? e->high : e->value;

		if (!e->drawn)
			continue;
		most = fmax(most, fmax(fabs(from), fabs(to)));
		if (isfinite(e->from))
			most = fmax(most, fabs(e->from));
		if (isfinite(e->to))
			most = fmax(most, fabs(e->to));
	}
	return most > 0 ? fmin(fmax(1.08 * most, LEAST), MOST) : 0;
}

static double x_of(double log, double half)
{
	return WIDE / 2.0 * (1 + fmax(-1, fmin(1, log / half)));
}

/* Beside its text, which says the same. */
static void effect(const struct table_effect *e, double half, FILE *out)
{
	double from = x_of(e->from, half), to = x_of(e->to, half);

	fprintf(out,
		"<svg class=\"effect\" aria-hidden=\"true\" viewBox=\"0 0 %d "
		"%d\"><rect class=\"band\" x=\"%.1f\" y=\"0\" width=\"%.1f\" "
		"height=\"%d\"/><path class=\"one\" d=\"M%.1f,0V%d\"/>",
		WIDE, HIGH, from, to - from, HIGH, WIDE / 2.0, HIGH);
	if (e->interval)
		fprintf(out, "<path class=\"bar\" d=\"M%.1f,%.1fH%.1f\"/>",
			x_of(e->low, half), HIGH / 2.0, x_of(e->high, half));
	fprintf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>",
		e->told || MUTANT(effect_always_told) ? "told" : "open",
		fmax(5, fmin(WIDE - 5, x_of(e->value, half))), HIGH / 2.0);
	fputs("</svg>", out);
}

static unsigned group_end(const struct table *t, unsigned c)
{
	const char *group = t->column[c].group;

	while (*group && c + 1 < t->columns &&
	       !strcmp(t->column[c + 1].group, group))
		c++;
	return c;
}

static const char *side(const struct table_column *c)
{
	return c->left ? "" : " class=\"number\"";
}

/* Each line of a note by itself. */
static void note(const char *text, FILE *out)
{
	fputs("<td class=\"words\">", out);
	for (; text && *text; text += strspn(text, "\n")) {
		size_t n = strcspn(text, "\n");
		char *line = must(strndup(text, n));

		xml_text(out, line);
		fputs(text[n] ? "<br/>" : "", out);
		free(line);
		text += n;
		if (MUTANT(note_cut))
			break;
	}
	fputs("</td>", out);
}

static void head(const struct table *t, FILE *out)
{
	char name[2 * TABLE_CELL];
	bool two = false;

	for (unsigned c = 0; c < t->columns; c++)
		two |= group_end(t, c) > c;
	fputs("<thead><tr>", out);
	for (unsigned c = 0, last; c < t->columns; c = last + 1) {
		last = group_end(t, c);
		if (last > c) {
			fprintf(out,
				"<th scope=\"colgroup\" colspan=\"%u\" "
				"class=\"group\">",
				last - c + 1);
			xml_text(out, t->column[c].group);
		} else {
			fprintf(out, "<th scope=\"col\"%s%s>",
				two ? " rowspan=\"2\"" : "",
				side(&t->column[c]));
			table_column_name(&t->column[c], name, sizeof(name));
			xml_text(out, name);
		}
		fputs("</th>", out);
	}
	if (t->note)
		fprintf(out, "<th scope=\"col\"%s>%s</th>",
			two ? " rowspan=\"2\"" : "", t->note_name);
	fputs(two ? "</tr><tr>" : "", out);
	for (unsigned c = 0, last; two && c < t->columns; c = last + 1) {
		last = group_end(t, c);
		for (unsigned k = c; last > c && k <= last; k++) {
			fprintf(out, "<th scope=\"col\"%s>",
				side(&t->column[k]));
			xml_text(out, t->column[k].name);
			fputs("</th>", out);
		}
	}
	fputs("</tr></thead>\n", out);
}

static void row(const struct table *t, unsigned r, double half, FILE *out)
{
	fputs("<tr>", out);
	for (unsigned c = 0; c < t->columns; c++) {
		const char *text = t->cell[(size_t)r * t->columns + c];
		const struct table_effect *e = effect_at(t, r, c);

		enum doc_tone tone =
			t->tone ? t->tone[(size_t)r * t->columns + c]
				: DOC_PLAIN;

		fputs(c ? "<td" : "<th scope=\"row\"", out);
		if (tone)
			fprintf(out, " class=\"%s%s\">", html_tone[tone],
				t->column[c].left ? "" : " number");
		else
			fprintf(out, "%s>", c ? side(&t->column[c]) : "");
		fputs(e ? "<div class=\"drawn\">" : "", out);
		if (e)
			effect(e, half, out);
		fputs(e ? "<span>" : "", out);
		xml_text(out, text);
		fputs(e ? "</span></div>" : "", out);
		fputs(c ? "</td>" : "</th>", out);
	}
	if (t->note)
		note(t->note[r], out);
	fputs("</tr>\n", out);
}

static void csv_field(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++)
		fprintf(out, "%s%c", *text == '"' ? "\"" : "", *text);
	fputc('"', out);
}

static void csv(const struct table *t, const char *name, FILE *out)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		must_fail();
	for (unsigned c = 0; c < t->columns; c++) {
		fputs(c ? "," : "", to);
		csv_field(to, t->column[c].name);
	}
	if (t->note)
		fprintf(to, ",%s", t->note_name);
	for (unsigned r = 0; r < t->rows; r++) {
		for (unsigned c = 0; c < t->columns; c++) {
			fputc(c ? ',' : '\n', to);
			csv_field(to, t->cell[(size_t)r * t->columns + c]);
		}
		fputs(t->note ? "," : "", to);
		csv_field(to, t->note && t->note[r] ? t->note[r] : "");
	}
	fputc('\n', to);
	if (fclose(to) || !text)
		must_fail();
	fprintf(out, "<p><a download=\"%s.csv\" href=\"", name);
	html_data("text/csv", text, size, out);
	fprintf(out, "\">%s.csv</a></p>\n", name);
	free(text);
}

void html_table(const struct table *t, const char *name, const char *caption,
		const char *about, FILE *out)
{
	const char *said = caption ? caption : about;
	double half = scale(t);

	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"group\"", out);
	xml_attribute(out, "aria-label", said);
	fprintf(out, "><table><caption%s>", caption ? "" : " class=\"unseen\"");
	xml_text(out, said);
	fputs("</caption>\n", out);
	head(t, out);
	fputs("<tbody>\n", out);
	for (unsigned r = 0; r < t->rows; r++)
		row(t, r, half, out);
	fputs("</tbody></table></div>\n", out);
	if (half > 0)
		fprintf(out,
			"<p class=\"note\">Drawn from %.3g to %.3g, "
			"logarithmic; upright line: 1. Filled: told apart; "
			"open: not.</p>\n",
			exp(-half), exp(half));
	if (name)
		csv(t, name, out);
}
