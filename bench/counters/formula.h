/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Formulas of counter groups: + - * / and parentheses over names and
 * numbers, as in "(L1D_MISS - L2_MISS) / OPS".
 */
#ifndef COUNTERS_FORMULA_H
#define COUNTERS_FORMULA_H

#include <stddef.h>

/*
 * What @name stands for: 0 and *value; -ENODATA, known but without a value,
 * and *why (a string that outlives the evaluation); -ENOENT, no such name.
 */
typedef int formula_lookup(void *arg, const char *name, double *value,
			   const char **why);

/*
 * formula_eval() - the value of @text.
 *
 * Returns 0 and *value; -EINVAL, not a formula or an unknown name; -ENODATA,
 * a name without a value, a division by zero or a result that is no finite
 * number. @why (@len bytes) then has the reason; for -EINVAL it begins with
 * "column N: ".
 */
int formula_eval(const char *text, formula_lookup *lookup, void *arg,
		 double *value, char *why, size_t len);

#endif
