/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walkers of kind device, as their users see them: translates through the
 * caches of the domain's IOTLB that take no lock and enter no section. The same
 * for all designs but those with DESIGN_SINGLE_THREAD, and safe for any IOVA:
 * what frees a table has drained them (device.h). A device is no thread of the
 * design's: it enters by device_enter() alone. d->iotlb is not NULL.
 */
#ifndef DEVICE_WALK_H
#define DEVICE_WALK_H

#include "engine.h"

/* 0 or -ENOMEM. @t is cleared; only executors of devices may be given it. */
int device_enter(struct engine_thread *t, struct iotlb *iotlb);
void device_leave(struct engine_thread *t, struct iotlb *iotlb);
/* The PA or ENGINE_FAULT. Context: a device. */
uint64_t device_translate(struct domain *d, struct engine_thread *t,
			  uint64_t iova, unsigned *perm);
/* As EXEC_TRANSLATE_DEP, _THR and _CHECK. */
engine_exec device_exec_dep, device_exec_thr, device_exec_check;

#endif
