/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One parser per type of option; each says exactly what it did not like. */
#include "../kernels/mutant.h"
#include "options/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/must.h"
#include "base/printable.h"
#include "base/suggest.h"

/* All designs by their names. */
enum { ACCEPTS_MAX = 400 };

struct suffix {
	const char *text;
	uint64_t factor;
};

static const struct suffix size_suffixes[] = {{"", 1},
					      {"K", UINT64_C(1) << 10},
					      {"M", UINT64_C(1) << 20},
					      {"G", UINT64_C(1) << 30},
					      {"T", UINT64_C(1) << 40},
					      {NULL, 0}};
static const struct suffix time_suffixes[] = {{"ns", 1},
					      {"us", 1000},
					      {"ms", 1000000},
					      {"s", 1000000000},
					      {"m", UINT64_C(60000000000)},
					      {NULL, 0}};
static const struct suffix no_suffix[] = {{"", 1}, {NULL, 0}};

/* What is wrong with a number, before what is accepted is known. */
static int wrong(struct err *e, const char *text, const char *what)
{
	return err_set(e, -EINVAL, "'%s' %s", text, what);
}

/* Digits (decimal, or 0x and hexadecimal) and one of @suffixes. */
static int scan_number(const char *text, const struct suffix *suffixes,
		       uint64_t *value, struct err *e)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	size_t n =
		strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
	const struct suffix *s = suffixes;
	char *end;

	if (!text[0])
		return err_set(e, -EINVAL, "no value");
	if (text[0] == '-' && strchr("0123456789", text[1]) && text[1])
		return wrong(e, text, "is negative");
	if (!n)
		return wrong(e, text, "is no number");
	/* Octal to YAML 1.1 and C, decimal to people: not to be guessed. */
	if (!hex && n > 1 && digits[0] == '0')
		return wrong(e, text, "begins with 0: octal or decimal?");
	errno = 0;
	*value = strtoull(digits, &end, hex ? 16 : 10);
	if (errno == ERANGE)
		return wrong(e, text, "is out of range");
	while (s->text && strcmp(s->text, end))
		s++;
	if (!s->text && !end[0])
		return wrong(e, text, "has no unit");
	if (!s->text && end[0] == '.')
		return wrong(e, text, "is no whole number");
	if (!s->text)
		return err_set(e, -EINVAL, "'%s' has '%s' after the number",
			       text, end);
	if (__builtin_mul_overflow(*value, s->factor, value))
		return wrong(e, text, "is out of range");
	return 0;
}

/* A duration of 0 needs no unit. */
static int scan_duration(const char *text, uint64_t *value, struct err *e)
{
	*value = 0;
	return strcmp(text, "0") ? scan_number(text, time_suffixes, value, e)
				 : 0;
}

static int check_range(const char *text, uint64_t value, uint64_t min,
		       uint64_t max, struct err *e)
{
	if (value >= min && (value <= max || MUTANT(option_upper_bound)))
		return 0;
	return wrong(e, text, "is out of range");
}

static int check_form(const struct option_row *row, const char *text,
		      uint64_t value, struct err *e)
{
	if ((row->flags & OPTION_POW2) && (value & (value - 1)) && value)
		return wrong(e, text, "is no power of two");
	if ((row->flags & OPTION_PAGES) && value % VTD_PAGE_BYTES)
		return wrong(e, text, "is no multiple of 4K");
	return 0;
}

/* A size of which only some values are good. */
static int check_size_choice(const struct option_row *row, const char *text,
			     uint64_t value, struct err *e)
{
	const char *name;
	uint64_t choice;

	for (size_t i = 0; (name = row->choices(i)); i++)
		if (!scan_number(name, size_suffixes, &choice, NULL) &&
		    choice == value)
			return 0;
	return wrong(e, text, "is not accepted");
}

static int scan_integer(const struct option_row *row, const char *text,
			uint64_t *value, struct err *e)
{
	int ret;

	if (row->type == OPTION_DURATION)
		ret = scan_duration(text, value, e);
	else if (row->type == OPTION_SIZE)
		ret = scan_number(text, size_suffixes, value, e);
	else
		ret = scan_number(text, no_suffix, value, e);
	if (!ret)
		ret = check_range(text, *value, row->min, row->max, e);
	if (!ret)
		ret = check_form(row, text, *value, e);
	if (!ret && row->choices)
		ret = check_size_choice(row, text, *value, e);
	return ret;
}

static int scan_double(const struct option_row *row, const char *text,
		       double *value, struct err *e)
{
	char *end;

	if (!text[0])
		return err_set(e, -EINVAL, "no value");
	/* Not what strtod also takes: hexadecimal, infinity, not a number. */
	if (!strspn(text, "0123456789.+-"))
		return wrong(e, text, "is no number");
	*value = strtod(text, &end);
	if (end == text)
		return wrong(e, text, "is no number");
	if (*end || strpbrk(text, "xX"))
		return err_set(e, -EINVAL, "'%s' has '%s' after the number",
			       text, *end ? end : text + 1);
	if (!(*value >= row->low && *value <= row->high))
		return wrong(e, text, "is out of range");
	return 0;
}

/* A share from a percentage: "3", "3%". */
static int scan_percent(const struct option_row *row, const char *text,
			double *share, struct err *e)
{
	size_t n = strlen(text);
	char number[64];
	int ret;

	snprintf(number, sizeof(number), "%.*s",
		 (int)(n && text[n - 1] == '%' ? n - 1 : n), text);
	ret = scan_double(row, number, share, e);
	*share /= 100;
	return ret;
}

static int scan_bool(const char *text, bool *value, struct err *e)
{
	static const char *const names[] = {"false", "no",  "off",
					    "true",  "yes", "on"};

	for (unsigned i = 0; i < 6; i++)
		if (!strcmp(text, names[i])) {
			*value = i >= 3;
			return 0;
		}
	if (!text[0])
		return err_set(e, -EINVAL, "no value");
	wrong(e, text, "is neither true nor false");
	for (unsigned i = 0; i < 6; i++)
		if (!strcasecmp(text, names[i]))
			err_remedy(e, "did you mean '%s'?", names[i]);
	return -EINVAL;
}

static const char *row_choice(const void *arg, size_t i)
{
	return ((const struct option_row *)arg)->choices(i);
}

const char *option_renamed(const struct option_row *row, const char *text,
			   bool *old)
{
	const char *now = row->renamed ? row->renamed(text) : NULL;

	*old = now;
	return now ? now : text;
}

/* The index of @text in the row's choices, or -EINVAL. */
static int scan_choice(const struct option_row *row, const char *text,
		       unsigned *index, struct err *e)
{
	const char *name;
	bool old;

	text = option_renamed(row, text, &old);
	for (unsigned i = 0; (name = row->choices(i)); i++)
		if (!strcmp(name, text)) {
			*index = i;
			return 0;
		}
	if (!text[0])
		return err_set(e, -EINVAL, "no value");
	err_set(e, -EINVAL, "no '%s'", text);
	name = suggest_nearest(text, row_choice, row);
	if (name)
		err_remedy(e, "did you mean '%s'?", name);
	return -EINVAL;
}

static int check_text(const struct option_row *row, const char *text,
		      struct err *e)
{
	size_t n = strlen(text);

	if (!n && row->min)
		return err_set(e, -EINVAL, "no value");
	if (n < row->min || n >= row->size)
		return err_set(e, -EINVAL, "a text of %zu characters", n);
	if (!printable(text))
		return err_set(e, -EINVAL, "a control character in it");
	return row->check ? row->check(text, e) : 0;
}

static int scan_name(const struct option_row *row, const char *text,
		     const char **name, struct err *e)
{
	unsigned index;
	bool old;
	int ret;

	*name = option_renamed(row, text, &old);
	if ((row->flags & OPTION_ALL) && !strcmp(text, "all")) {
		*name = row->choices(0);
		return 0;
	}
	/* check() says -ENOENT for a text that is not of the further form. */
	ret = row->check ? row->check(text, e) : -ENOENT;
	if (ret == -ENOENT)
		ret = scan_choice(row, text, &index, e);
	if (!ret && strlen(*name) >= row->size)
		ret = wrong(e, text, "is too long");
	return ret;
}

/* As it is given: what is no name of ours may hold anything. */
static int scan_text(const struct option_row *row, const char *text,
		     struct err *e)
{
	unsigned index;

	if (row->check)
		return row->check(text, e);
	if (!row->choices ||
	    ((row->flags & OPTION_ALL) && !strcmp(text, "all")))
		return 0;
	return scan_choice(row, text, &index, e);
}

static int append(struct option_texts *texts, const char *text, struct err *e)
{
	/* As whoever adds more does: commands/run.c. */
	if (try_grow(&texts->text, texts->n, sizeof(*texts->text)))
		return err_set(e, -ENOMEM, "no memory");
	texts->text[texts->n++] = text;
	return 0;
}

static void store_integer(const struct option_row *row, uint64_t value,
			  char *member)
{
	unsigned narrow = (unsigned)value;

	if (row->size == sizeof(value))
		memcpy(member, &value, sizeof(value));
	else
		memcpy(member, &narrow, sizeof(narrow));
}

/* The parse proper: e->what is what is wrong, without key and range. */
static int parse_value(const struct option_row *row, const char *text,
		       char *member, struct err *e)
{
	const char *name = text;
	unsigned index;
	uint64_t value;
	double number = 0;
	bool flag = false;
	int ret;

	switch (row->type) {
	case OPTION_BOOL:
		ret = scan_bool(text, &flag, e);
		if (!ret && member)
			memcpy(member, &flag, sizeof(flag));
		return ret;
	case OPTION_INT:
	case OPTION_SIZE:
	case OPTION_DURATION:
		ret = scan_integer(row, text, &value, e);
		if (!ret && member)
			store_integer(row, value, member);
		return ret;
	case OPTION_NUMBER:
		ret = scan_double(row, text, &number, e);
		if (!ret && member)
			memcpy(member, &number, sizeof(number));
		return ret;
	case OPTION_ENUM:
		ret = scan_choice(row, text, &index, e);
		if (!ret && member)
			store_integer(row, index, member);
		return ret;
	case OPTION_PERCENT:
		ret = scan_percent(row, text, &number, e);
		if (!ret && member)
			memcpy(member, &number, sizeof(number));
		return ret;
	case OPTION_TEXT:
		ret = scan_text(row, text, e);
		if (!ret && member)
			memcpy(member, &text, sizeof(text));
		return ret;
	case OPTION_TEXTS:
		ret = scan_text(row, text, e);
		return ret || !member ? ret : append((void *)member, text, e);
	case OPTION_NAME:
		ret = scan_name(row, text, &name, e);
		break;
	case OPTION_STRING:
	case OPTION_PATH:
	case OPTION_TYPE_NR:
	default:
		ret = check_text(row, text, e);
		break;
	}
	if (!ret && member)
		snprintf(member, row->size, "%s", name);
	return ret;
}

/* How units are written elsewhere, and which of ours is meant. */
static const struct {
	const char *other, *ours;
} spellings[] = {
	{"b", ""},	{"k", "K"},	     {"kb", "K"},     {"kib", "K"},
	{"m", "M"},	{"mb", "M"},	     {"mib", "M"},    {"g", "G"},
	{"gb", "G"},	{"gib", "G"},	     {"t", "T"},      {"tb", "T"},
	{"tib", "T"},	{"ns", "ns"},	     {"nsec", "ns"},  {"us", "us"},
	{"usec", "us"}, {"\xc2\xb5s", "us"}, {"ms", "ms"},    {"msec", "ms"},
	{"s", "s"},	{"sec", "s"},	     {"second", "s"}, {"seconds", "s"},
	{"m", "m"},	{"min", "m"},	     {"minute", "m"}, {"minutes", "m"},
};

/* A number whose unit the row would take in its own spelling: "64M" for
 * "64MiB"; false: there is none that it accepts. */
static bool suggest_unit(const struct option_row *row, const char *text,
			 char *buf, size_t n)
{
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits + strspn(text + digits, " ");

	if (!digits ||
	    (row->type != OPTION_SIZE && row->type != OPTION_DURATION))
		return false;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		if (strcasecmp(unit, spellings[i].other))
			continue;
		snprintf(buf, n, "%.*s%s", (int)digits, text,
			 spellings[i].ours);
		if (!parse_value(row, buf, NULL, NULL))
			return true;
	}
	return false;
}

int option_parse(const struct option_row *row, const char *text, void *base,
		 struct err *e)
{
	char *member = base ? (char *)base + row->offset : NULL;
	char accepts[ACCEPTS_MAX], unit[64];
	struct err inner = {0};
	int ret = parse_value(row, text, member, &inner);

	if (!ret)
		return 0;
	option_accepts(row, accepts, sizeof(accepts));
	err_set(e, ret, "%s: %.100s; expected %s", row->key, inner.what,
		accepts);
	if (inner.remedy[0])
		err_remedy(e, "%s", inner.remedy);
	else if (suggest_unit(row, text, unit, sizeof(unit)))
		err_remedy(e, "did you mean '%s'?%s", unit,
			   row->type == OPTION_SIZE
				   ? " K, M, G and T are powers of 1024"
				   : "");
	return ret;
}
