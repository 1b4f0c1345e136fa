/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which the trials of a plan run: product.h says which. */
#ifndef PLAN_ORDER_H
#define PLAN_ORDER_H

#include "plan/product.h"

/*
 * Replaces the trials of @plan, cells in a row, by all repetitions of them in
 * the order to run them, with their keys, and adds up how long they take. A
 * pure function of @plan and the seed. 0 or -ENOMEM, @plan then as it was but
 * for the estimate.
 */
int plan_order(struct plan *plan, const struct params_run *run);

/*
 * plan_repeat() - *out: @first, a trial of repetition 0 of @plan, as one of
 * @repetition, which may be beyond those of the plan. Its key and its place
 * are a function of @first and @repetition alone.
 */
void plan_repeat(const struct plan *plan, const struct trial_plan *first,
		 unsigned repetition, struct trial_plan *out);

#endif
