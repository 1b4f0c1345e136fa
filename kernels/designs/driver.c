/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design `driver`: Linux's VT-d driver as it is (drivers/iommu/intel/iommu.c,
 * v5.18 to 6.2). Tables are linked with cmpxchg; nobody takes a lock; an unmap
 * that covers all of a table's range unlinks it, flushes the IOTLB and frees it
 * at once.
 *
 * Publication: release of the cmpxchg and of leaf stores pairs with the acquire
 * of entry_load(). Reuse: right after the flush. What makes that safe is that
 * callers own disjoint ranges: a table is freed only if all of its range is one
 * caller's, and nobody else walks there. A walker that owns nothing (a debugfs
 * dump; drivers/iommu/intel/debugfs.c says so of its own) may be inside a table
 * that is freed and used again: for those the design is not safe, and no
 * DESIGN_FOREIGN. Tables that became empty are not freed: others may own their
 * empty entries.
 */
#include "cmpxchg_install.inc"
#include "free_at_once.inc"
#include "unlocked.inc"
#include "no_state.inc"
#include "not_counted.inc"

#define DESIGN_NAME driver
#define DESIGN_HELP                                                        \
	"Linux's driver: cmpxchg to insert, walkers take nothing, tables " \
	"free after the flush; safe for owners only"
#define DESIGN_FLAGS 0

#include "../engine.inc"
