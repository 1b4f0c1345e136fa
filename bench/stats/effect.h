/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs are compared as logarithms, so that an effect is a ratio: an effect
 * of ln(1.03) is 3 % slower. Positive is worse.
 */
#ifndef STATS_EFFECT_H
#define STATS_EFFECT_H

/* 100 * (e^log - 1): what people call the change. */
double effect_percent(double log);

#endif
