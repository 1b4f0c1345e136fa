/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a claim says of a ratio or a count; and giving claims back. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/question.h"

static void release_texts(struct claim_texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->text[i]);
	free(t->text);
}

static void release_cells(struct claim_cells *c)
{
	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; k < c->axis[i].n; k++)
			free(c->axis[i].values[k].text);
		free(c->axis[i].values);
	}
	free(c->axis);
}

void question_release(struct question *q)
{
	for (size_t i = 0; i < q->n; i++) {
		struct claim *c = &q->claim[i];
		char *texts[] = {c->who,     c->when, c->says,	c->source,
				 c->against, c->rule, c->unread};

		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			free(texts[k]);
		release_texts(&c->metric);
		release_texts(&c->design);
		release_texts(&c->sweep);
		release_cells(&c->where);
		release_cells(&c->against_where);
	}
	free(q->claim);
	*q = (struct question){0};
}

/* A positive number at *@text, which moves behind it and the blanks there. */
static bool number(const char **text, double *x)
{
	char *end;

	/* no "inf", "nan" or hexadecimal */
	if (!**text || !strchr("0123456789.", **text) ||
	    strspn(*text, "0123456789.e-") < strcspn(*text, " %"))
		return false;
	*x = strtod(*text, &end);
	if (end == *text || !isfinite(*x) || *x <= 0)
		return false;
	*text = end + strspn(end, " ");
	return true;
}

/* @word at *@text, which moves behind it and the blanks there. */
static bool word(const char **text, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*text, word, n) || ((*text)[n] && (*text)[n] != ' '))
		return false;
	*text += n + strspn(*text + n, " ");
	return true;
}

/* "within 5%" */
static bool within(const char **text, double *share)
{
	double percent;

	if (!word(text, "within") || !number(text, &percent) || **text != '%')
		return false;
	*text += 1;
	*share = percent / 100;
	return true;
}

/* "1.049", "1.049 within 5%", "1.7 to 3.4" */
static bool around(const char **text, struct claim_ratio *r)
{
	double share;

	if (!number(text, &r->low))
		return false;
	r->high = r->low;
	if (!**text)
		r->form = CLAIM_NEAR;
	else if (word(text, "to"))
		return number(text, &r->high) && r->low < r->high;
	else if (within(text, &share))
		r->high *= 1 + share, r->low /= 1 + share;
	else
		return false;
	return true;
}

int claim_count_parse(const char *text, struct claim_ratio *out)
{
	bool some = !strcmp(text, "some");

	if (!some && strcmp(text, "none"))
		return -EINVAL;
	*out = (struct claim_ratio){.form = some ? CLAIM_SOME : CLAIM_NONE};
	return 0;
}

int claim_ratio_parse(const char *text, struct claim_ratio *out)
{
	struct claim_ratio r = {.form = CLAIM_BAND, .high = INFINITY};
	const char *at = text;
	double share;
	bool good;

	if (word(&at, "same")) {
		r.form = *at ? CLAIM_BAND : CLAIM_NEAR;
		r.low = r.high = 1;
		good = !*at || within(&at, &share);
		if (good && r.form == CLAIM_BAND)
			r.high = 1 + share, r.low = 1 / r.high;
	} else if (word(&at, "slower") || word(&at, "faster")) {
		r.form = *text == 's' ? CLAIM_SLOWER : CLAIM_FASTER;
		good = true;
	} else if (word(&at, "less than") || word(&at, "at most")) {
		good = number(&at, &r.high);
	} else if (word(&at, "more than") || word(&at, "at least")) {
		good = number(&at, &r.low);
	} else {
		good = around(&at, &r);
	}
	if (!good || *at)
		return -EINVAL;
	*out = r;
	return 0;
}

void claim_bounds(const struct claim_ratio *r, double margin, double *low,
		  double *high)
{
	*low = -INFINITY;
	*high = INFINITY;
	switch (r->form) {
	case CLAIM_BAND:
		*low = log(r->low); /* -INFINITY of 0 */
		*high = log(r->high);
		break;
	case CLAIM_NEAR:
		*low = log(r->low) - margin;
		*high = log(r->low) + margin;
		break;
	case CLAIM_SLOWER:
		*low = margin;
		break;
	case CLAIM_FASTER:
		*high = -margin;
		break;
	case CLAIM_SOME:
	case CLAIM_NONE:
		break;
	}
}
