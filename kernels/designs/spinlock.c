/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `spinlock`: one spinlock per domain around every walk, dump, map and
 * unmap, of the kernel's algorithm (../locks/queued.h). locked.inc states the
 * protocol.
 */
#ifndef DESIGN_LOCK /* a file for another kind of lock defines all three */
#define DESIGN_LOCK "../locks/queued_spin.h"
#define DESIGN_NAME spinlock
#define DESIGN_HELP                                                          \
	"one spinlock (queued and fair, the kernel's algorithm) per domain " \
	"around every operation"
#endif
#include DESIGN_LOCK
#include "locked.inc"

#include "../engine.inc"
