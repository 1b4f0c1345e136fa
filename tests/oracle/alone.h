/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a descriptor alone does, of any kind and place. */
#ifndef ALONE_H
#define ALONE_H

#include "caching.h"

/*
 * Leaves of both domains that QEMU has cached are cleared; then a descriptor:
 * QEMU drops those that the specification says, and no other.
 */
void alone_judge(struct caching *c);

#endif
