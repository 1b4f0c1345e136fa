/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of keys, checked as they come in from a file, --set or environment. */
#include "plan/scope.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

size_t scope_rows(void)
{
	size_t n = 0;

	while (option_at(n))
		n++;
	return n;
}

int scope_index(const char *key)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_at(i)); i++)
		if (!strcmp(row->key, key))
			return (int)i;
	return -1;
}

int scope_init(struct scope *s)
{
	size_t n = scope_rows();

	*s = (struct scope){0};
	s->axes = calloc(n, sizeof(*s->axes));
	if (!s->axes)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		s->axes[i].row = option_at(i);
	return 0;
}

void scope_release(struct scope *s)
{
	size_t n = s->axes ? scope_rows() : 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < s->axes[i].n; k++)
			free(s->axes[i].values[k].text);
		free(s->axes[i].values);
	}
	free(s->axes);
	*s = (struct scope){0};
}

int reader_error(struct reader *r, const char *where, const char *fmt, ...)
{
	struct config_errors *errs = r->errs;
	char what[sizeof(errs->e[0].what)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (errs->n < CONFIG_ERRORS_MAX)
		err_set(&errs->e[errs->n++], -EINVAL, "%.250s: %s", where,
			what);
	return -EINVAL;
}

bool reader_full(const struct reader *r)
{
	return r->errs->n == CONFIG_ERRORS_MAX;
}

void reader_remedy(struct reader *r, const char *fmt, ...)
{
	char text[sizeof(r->errs->e[0].remedy)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_remedy(&r->errs->e[r->errs->n - 1], "%s", text);
}

void reader_where(const struct reader *r, const struct option_row *row,
		  const char *text, unsigned line, unsigned column, char *buf,
		  size_t n)
{
	char name[64];

	switch (r->origin) {
	case CONFIG_FILE:
		snprintf(buf, n, "%s:%u:%u", r->path, line, column);
		break;
	case CONFIG_ENVIRONMENT:
		option_environment(row, name, sizeof(name));
		snprintf(buf, n, "%s=%s", name, text);
		break;
	case CONFIG_SET:
		snprintf(buf, n, "--set %s=%s", row->key, text);
		break;
	case CONFIG_DEFAULT:
		snprintf(buf, n, "default of %s", row->key);
		break;
	}
}

/* Relative paths in a file are relative to the file, not to the caller. */
static void join_path(const struct reader *r, const char *text, char *buf,
		      size_t n)
{
	const char *slash = r->path ? strrchr(r->path, '/') : NULL;

	if (r->origin != CONFIG_FILE || text[0] == '/' || !text[0] || !slash)
		snprintf(buf, n, "%s", text);
	else
		snprintf(buf, n, "%.*s/%s", (int)(slash - r->path), r->path,
			 text);
}

/* A value as it means, and where it stands in its list. */
struct meaning {
	char *text;
	size_t at;
};

static int by_text(const void *a, const void *b)
{
	const struct meaning *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* What the values of @axis mean: "0x1" as "1", "1024K" as "1M". */
static int find_meanings(const struct config_axis *axis, struct meaning *m)
{
	struct params *p = calloc(1, sizeof(*p));
	char text[PARAMS_PATH];

	for (size_t i = 0; p && i < axis->n; i++) {
		option_parse(axis->row, axis->values[i].text, p, NULL);
		option_format(axis->row, p, text, sizeof(text));
		m[i] = (struct meaning){.text = strdup(text), .at = i};
		if (!m[i].text)
			break;
	}
	free(p);
	return p && m[axis->n - 1].text ? 0 : -ENOMEM;
}

int scope_no_twins(struct scope *s, struct reader *r, size_t index)
{
	const struct config_axis *axis = &s->axes[index];
	struct meaning *m = calloc(axis->n + 1, sizeof(*m));
	char where[PARAMS_PATH + 64];
	int ret;

	if (axis->n < 2) {
		free(m);
		return 0;
	}
	ret = m ? find_meanings(axis, m) : -ENOMEM;
	if (!ret)
		qsort(m, axis->n, sizeof(*m), by_text);
	for (size_t i = 1; ret != -ENOMEM && i < axis->n; i++) {
		const struct config_value *v = &axis->values[m[i].at];

		if (strcmp(m[i].text, m[i - 1].text))
			continue;
		reader_where(r, axis->row, v->text, v->line, v->column, where,
			     sizeof(where));
		ret = reader_error(r, where, "%s: '%s' is in the list twice",
				   axis->row->key, v->text);
	}
	for (size_t i = 0; m && i < axis->n; i++)
		free(m[i].text);
	free(m);
	return ret;
}

static int append(struct config_axis *axis, const struct reader *r,
		  const char *text, unsigned line, unsigned column)
{
	struct config_value *values = axis->values;

	/* Room for a power of two: long lists are not copied value by value. */
	if (!(axis->n & (axis->n - 1))) {
		size_t room = axis->n ? 2 * axis->n : 1;

		values = realloc(values, room * sizeof(*values));
		if (!values)
			return -ENOMEM;
		axis->values = values;
	}
	values[axis->n] = (struct config_value){.text = strdup(text),
						.origin = r->origin,
						.line = line,
						.column = column};
	if (!values[axis->n].text)
		return -ENOMEM;
	axis->n++;
	return 0;
}

static int append_all(struct config_axis *axis, const struct reader *r,
		      unsigned line, unsigned column)
{
	const char *name;
	int ret = 0;

	for (size_t i = 0; !ret && (name = axis->row->choices(i)); i++)
		ret = append(axis, r, name, line, column);
	return ret;
}

int scope_add(struct scope *s, struct reader *r, size_t index, const char *text,
	      unsigned line, unsigned column)
{
	struct config_axis *axis = &s->axes[index];
	const struct option_row *row = axis->row;
	char path[2 * PARAMS_PATH], where[PARAMS_PATH + 64];
	struct err e = {0};
	bool old;

	reader_where(r, row, text, line, column, where, sizeof(where));
	text = option_renamed(row, text, &old);
	if (old && !r->stored)
		err_note("%s: what had this name is called %s now", where,
			 text);
	if (row->type == OPTION_PATH) {
		join_path(r, text, path, sizeof(path));
		text = path;
	}
	if (option_parse(row, text, NULL, &e)) {
		reader_error(r, where, "%s", e.what);
		if (e.remedy[0])
			reader_remedy(r, "%s", e.remedy);
		return -EINVAL;
	}
	if (row->type == OPTION_PATH && text[0] && access(text, R_OK))
		return reader_error(r, where, "%s: %.200s: %s", row->key, text,
				    strerror(errno));
	if ((row->flags & OPTION_ALL) && !strcmp(text, "all")) {
		if (axis->n)
			return reader_error(r, where,
					    "%s: 'all' beside other values",
					    row->key);
		return append_all(axis, r, line, column);
	}
	return append(axis, r, text, line, column);
}
