/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `spinlock`: one pthread spinlock per domain around every walk, dump,
 * map and unmap. locked.inc states the protocol.
 */
#ifndef DESIGN_LOCK /* a file for another kind of lock defines all three */
#define DESIGN_LOCK "../locks/pthread_spin.h"
#define DESIGN_NAME spinlock
#define DESIGN_HELP \
	"one spinlock (the C library's) per domain around every operation"
#endif
#include DESIGN_LOCK
#include "locked.inc"

#include "../engine.inc"
