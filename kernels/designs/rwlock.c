/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `rwlock`: one reader-writer lock per domain, of the kernel's algorithm
 * (../locks/queued_rw.h); walks and dumps take the read side, map and unmap the
 * write side. locked.inc states the protocol.
 */
#ifndef DESIGN_LOCK /* a file for another kind of lock defines all three */
#define DESIGN_LOCK "../locks/queued_rw.h"
#define DESIGN_NAME rwlock
#define DESIGN_HELP                                                         \
	"one reader-writer lock (queued and fair, the kernel's algorithm) " \
	"per "                                                              \
	"domain; walkers take the read side"
#endif
#include DESIGN_LOCK
#include "locked.inc"

#include "../engine.inc"
