/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Effects as people say them. */
#include "stats/effect.h"

#include <math.h>

double effect_percent(double log)
{
	return 100 * expm1(log);
}
