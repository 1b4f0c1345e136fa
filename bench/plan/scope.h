/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scope: the values that one place gives to the keys (the top level of a
 * file, one sweep, the environment, --set). Inside of config*.c only.
 */
#ifndef PLAN_SCOPE_H
#define PLAN_SCOPE_H

#include <yaml.h>

#include "plan/config.h"
#include "plan/question.h"

struct scope {
	struct config_axis *axes; /* [row index], n == 0: not given */
	char name[PARAMS_NAME];	  /* of a sweep */
	unsigned line, column;
};

/* What every step of loading needs. */
struct reader {
	const char *path;
	enum config_origin origin;
	struct config_errors *errs;
	bool stored; /* of a run: what is wrong today is not said */
	/* Filled by config_yaml_read(). */
	struct scope top;
	struct scope *sweeps;
	size_t nsweeps;
	struct question question;
};

int scope_init(struct scope *s);
void scope_release(struct scope *s);

/* Adds an error; @where: "FILE:3:5". Returns -EINVAL. */
int reader_error(struct reader *r, const char *where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The remedy of the error added last, if it is the one at @where. */
void reader_remedy(struct reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether there is no room for another error: the rest need not be read. */
bool reader_full(const struct reader *r);

/*
 * scope_add() - one value more for row @index: checked, a path joined to the
 * folder of the file, "all" made the list of all choices. What is wrong goes
 * to the reader's errors. -EINVAL, -ENOMEM.
 */
int scope_add(struct scope *s, struct reader *r, size_t index, const char *text,
	      unsigned line, unsigned column);

/*
 * scope_no_twins() - says which values of row @index mean the same as one
 * before them; once, when the list is whole. -EINVAL, -ENOMEM.
 */
int scope_no_twins(struct scope *s, struct reader *r, size_t index);

/*
 * scope_of_then() - into @s what the defaults of a stored config were that are
 * others today, as @over says. -ENOMEM.
 */
int scope_of_then(struct scope *s, struct reader *r,
		  const struct config_over *over);

/* "FILE:LINE:COL", or the environment's or --set's name of the row. */
void reader_where(const struct reader *r, const struct option_row *row,
		  const char *text, unsigned line, unsigned column, char *buf,
		  size_t n);

/* Index of the row of @key, or -1. */
int scope_index(const char *key);
size_t scope_rows(void);

/* Reads @text into r->top and r->sweeps. -EINVAL, -ENOMEM. */
int config_yaml_read(struct reader *r, const char *text, size_t length);
/* The pairs of the mapping @node into @s, which is not r->top. */
int config_yaml_scope(struct reader *r, struct scope *s, yaml_document_t *doc,
		      const yaml_node_t *node);
/* Adds an error with the place @at of the file. Returns -EINVAL. */
int reader_complain(struct reader *r, yaml_mark_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* plan/question.c: reads the value of `question` into r->question. -EINVAL. */
int question_read(struct reader *r, yaml_document_t *doc,
		  const yaml_node_t *node);
/* Complains of names of designs, metrics and sweeps that there are none of. */
void question_check(struct reader *r);

#endif
