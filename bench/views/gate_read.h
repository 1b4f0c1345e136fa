/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate's judgement read back from the JSON that it was written as. */
#ifndef VIEWS_GATE_READ_H
#define VIEWS_GATE_READ_H

#include <jansson.h>

#include "views/gate.h"

struct gate_read {
	struct gate gate; /* of times the medians alone, no samples */
	struct gate_sides old, new;
	struct gate_output output; /* points to these and to the JSON */
	json_t *all;
};

/*
 * gate_read() - the judgement in @path, to write it in a form again. 0;
 * -EINVAL: it cannot be read, or is none. gate_read_release() in any case;
 * @r must not move.
 */
int gate_read(struct gate_read *r, const char *path, struct err *e);
void gate_read_release(struct gate_read *r);

/* Appends the page of the gate whose JSON is in @path, a level lower. 0, or
 * the errors of gate_read() and forms_append(). */
int gate_append(const char *path, struct document *d, struct err *e);

#endif
