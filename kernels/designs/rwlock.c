/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rwlock`: one pthread reader-writer lock per domain; walks and dumps
 * take the read side, map and unmap the write side. locked.inc states the
 * protocol.
 */
#include "../locks/pthread_rwlock.h"
#include "locked.inc"

#define DESIGN_NAME rwlock
#define DESIGN_HELP                                                          \
	"one reader-writer lock (the C library's: prefers readers, sleeps) " \
	"per domain; walkers take the read side"

#include "../engine.inc"
