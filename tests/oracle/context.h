/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A context entry that changes, with QEMU's context cache kept: a device goes
 * over to the other address space. Until a descriptor says so, its DMAs must go
 * where they went, whatever of the IOTLB is flushed; from then on they may not.
 */
#ifndef CONTEXT_H
#define CONTEXT_H

#include "caching.h"

/* One device, one descriptor, and the entry is as it was. */
void context_judge(struct caching *c);

#endif
