/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recursive-descent evaluator of counter formulas.
 */
#include "counters/formula.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64, NAME_LEN = 64 };

struct parser {
	const char *text, *at;
	formula_lookup *lookup;
	void *arg;
	unsigned depth;
	int rc; /* the first failure; -EINVAL takes precedence */
	char *why;
	size_t len;
};

static double sum(struct parser *p);

/* Missing data do not end the parse: a later syntax error is still found. */
__attribute__((format(printf, 3, 4))) static double
give_up(struct parser *p, int rc, const char *fmt, ...)
{
	size_t used = 0;
	va_list ap;

	if (p->rc == -EINVAL || p->rc == rc)
		return 0;
	p->rc = rc;
	if (rc == -EINVAL)
		used = (size_t)snprintf(p->why, p->len, "column %d: ",
					(int)(p->at - p->text) + 1);
	if (used < p->len) {
		va_start(ap, fmt);
		vsnprintf(p->why + used, p->len - used, fmt, ap);
		va_end(ap);
	}
	return 0;
}

static char peek(struct parser *p)
{
	while (*p->at == ' ' || *p->at == '\t')
		p->at++;
	return *p->at;
}

static double number(struct parser *p)
{
	char *end;
	double v = strtod(p->at, &end);

	p->at = end;
	return v;
}

static double name(struct parser *p)
{
	const char *start = p->at, *why = "it was not counted";
	char buf[NAME_LEN];
	double v = 0;
	size_t n = 0;
	int rc;

	while (isalnum((unsigned char)start[n]) || start[n] == '_')
		n++;
	if (n >= sizeof(buf))
		return give_up(p, -EINVAL, "name of more than %d characters",
			       NAME_LEN - 1);
	memcpy(buf, start, n);
	buf[n] = '\0';
	rc = p->lookup(p->arg, buf, &v, &why);
	if (rc == -ENOENT)
		return give_up(p, -EINVAL, "unknown name '%s'", buf);
	if (rc)
		give_up(p, -ENODATA, "%s: %s", buf, why);
	p->at += n;
	return v;
}

static double factor(struct parser *p)
{
	char c = peek(p);
	double v = 0;

	if (p->depth >= DEPTH_MAX)
		return give_up(p, -EINVAL, "nested more than %d deep",
			       DEPTH_MAX);
	p->depth++;
	if (c == '(') {
		p->at++;
		v = sum(p);
		if (peek(p) == ')')
			p->at++;
		else
			give_up(p, -EINVAL, "')' expected");
	} else if (c == '-') {
		p->at++;
		v = -factor(p);
	} else if (isdigit((unsigned char)c) || c == '.') {
		v = number(p);
	} else if (isalpha((unsigned char)c) || c == '_') {
		v = name(p);
	} else if (c) {
		give_up(p, -EINVAL, "'%c' not expected here", c);
	} else {
		give_up(p, -EINVAL, "ends where a value is expected");
	}
	p->depth--;
	return v;
}

static double product(struct parser *p)
{
	double v = factor(p);

	while (p->rc != -EINVAL) {
		char c = peek(p);
		double w;

		if (c != '*' && c != '/')
			break;
		p->at++;
		w = factor(p);
		if (c == '*')
			v *= w;
		else if (w == 0)
			v = give_up(p, -ENODATA, "division by zero");
		else
			v /= w;
	}
	return v;
}

static double sum(struct parser *p)
{
	double v = product(p);

	while (p->rc != -EINVAL) {
		char c = peek(p);

		if (c != '+' && c != '-')
			break;
		p->at++;
		v += c == '+' ? product(p) : -product(p);
	}
	return v;
}

int formula_eval(const char *text, formula_lookup *lookup, void *arg,
		 double *value, char *why, size_t len)
{
	struct parser p = {.text = text,
			   .at = text,
			   .lookup = lookup,
			   .arg = arg,
			   .why = why,
			   .len = len};
	double v = sum(&p);

	if (p.rc != -EINVAL && peek(&p))
		give_up(&p, -EINVAL, "'%c' not expected here", *p.at);
	if (!p.rc && !isfinite(v))
		give_up(&p, -ENODATA, "the result is no finite number");
	if (!p.rc)
		*value = v;
	return p.rc;
}
