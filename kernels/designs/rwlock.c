/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rwlock`: one pthread reader-writer lock per domain; walks and dumps
 * take the read side, map and unmap the write side. locked.inc states the
 * protocol.
 */
#ifndef DESIGN_LOCK /* a file for another kind of lock defines all three */
#define DESIGN_LOCK "../locks/pthread_rwlock.h"
#define DESIGN_NAME rwlock
#define DESIGN_HELP                                                          \
	"one reader-writer lock (the C library's: prefers readers, sleeps) " \
	"per domain; walkers take the read side"
#endif
#include DESIGN_LOCK
#include "locked.inc"

#include "../engine.inc"
