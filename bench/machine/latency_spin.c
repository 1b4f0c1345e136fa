/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A spinlock by the kernel's algorithm. */
#include "../kernels/locks/queued_spin.h"

#define LATENCY_WRITE latency_spinlock
#include "machine/latency_lock.inc"
