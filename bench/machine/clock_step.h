/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The step of a clock, from lengths that were measured with it. A hypervisor
 * that scales the counter makes the step any real number of ticks, and each
 * reading is rounded to whole ones: 24.457 ticks show as 24, 25, 49, 73, 74 …
 */
#ifndef CLOCK_STEP_H
#define CLOCK_STEP_H

#include <stddef.h>
#include <stdint.h>

/*
 * clock_step_find() - the largest number of ticks that the @n lengths are
 * multiples of, give or take the rounding of their ends; interruptions among
 * them do no harm. Sorts @delta. At least 1: a finer step cannot be seen, and
 * one below a 1000th of the lengths is not looked for. The lengths must vary
 * by as much as the shortest of them, or one of their common parts is found.
 * Any thread.
 */
double clock_step_find(uint64_t *delta, size_t n);

#endif
