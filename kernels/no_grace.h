/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policy shared by the designs without grace periods: threads need not be
 * known, nothing is ever waited for. */
#ifndef NO_GRACE_H
#define NO_GRACE_H

#include <stdbool.h>

static bool design_supported(void)
{
	return true;
}

static inline void design_enter(void)
{
}

static inline void design_leave(void)
{
}

static inline void design_quiesce(void)
{
}

static inline void design_offline(void)
{
}

static inline void design_online(void)
{
}

static void design_barrier(void)
{
}

#endif
