/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `spinlock`: one pthread spinlock per domain around every walk, dump,
 * map and unmap. locked.inc states the protocol.
 */
#include "../locks/pthread_spin.h"
#include "locked.inc"

#define DESIGN_NAME spinlock
#define DESIGN_HELP \
	"one spinlock (the C library's) per domain around every operation"

#include "../engine.inc"
