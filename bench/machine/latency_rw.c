/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reader-writer lock by the kernel's algorithm. */
#include "../kernels/locks/queued_rw.h"

#define LATENCY_READ  latency_rwlock_read
#define LATENCY_WRITE latency_rwlock_write
#include "machine/latency_lock.inc"
