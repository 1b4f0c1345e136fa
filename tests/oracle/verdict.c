/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expectations, and how QEMU words the faults. */
#include "verdict.h"

#include <inttypes.h>
#include <string.h>

static unsigned walk(const struct world *w, const struct image_device *dev,
		     uint64_t iova, unsigned access, struct image_result *r)
{
	memset(r, 0, sizeof(*r));
	if (dev->reason)
		return r->reason = dev->reason;
	if (dev->type == IMAGE_PASS_THROUGH) {
		r->pa = iova;
		return r->reason = VTD_OK;
	}
	if (image_walk(&w->image, &dev->ss, iova, access, r) < 0)
		r->reason = VTD_CONTEXT_INVALID;
	return r->reason;
}

/* What the specification knows and the machine's IOMMU does not claim: five
 * levels and, in legacy mode, device TLBs. */
static void refuse_unsupported(const struct world *w, struct image_device *dev)
{
	if (dev->reason || (dev->ss.levels <= VTD_LEVELS_MIN + 1 &&
			    (w->m->scalable || !dev->device_tlb)))
		return;
	dev->reason = w->m->scalable ? VTD_PASID_INVALID : VTD_CONTEXT_INVALID;
}

void verdict_walk(const struct world *w, uint16_t source_id, uint64_t iova,
		  struct verdict *v)
{
	struct image_device dev;
	struct image_result read, write, *deeper = &read;

	memset(v, 0, sizeof(*v));
	image_device(&w->image, w->tables.rtaddr, source_id, &dev);
	refuse_unsupported(w, &dev);
	v->silent = dev.fault_disable;
	v->read_reason = walk(w, &dev, iova, IMAGE_READ, &read);
	v->write_reason = walk(w, &dev, iova, IMAGE_WRITE, &write);
	v->has_pa = !v->read_reason || !v->write_reason;
	if (v->read_reason && (!v->write_reason || write.refs > read.refs))
		deeper = &write;
	v->pa = deeper->pa;
	v->level = deeper->level;
	v->entries = deeper->refs;
	memcpy(v->entry_pa, deeper->entry_pa, sizeof(v->entry_pa));
}

bool verdict_of(struct world *w, struct space *s, uint16_t source_id,
		uint64_t iova, struct verdict *v)
{
	const struct flat_leaf *leaf = NULL;
	unsigned perm = 0, level = 0, read = VTD_NO_READ, write = VTD_NO_WRITE;
	uint64_t pa = 0;
	int rc = flat_walk(&s->flat, iova, &leaf);

	verdict_walk(w, source_id, iova, v);
	if (rc == -EINVAL) {
		read = write = VTD_BEYOND_WIDTH;
	} else if (!rc) {
		perm = leaf->perm;
		pa = leaf->pa + (iova - leaf->iova);
		level = leaf->bytes == vtd_span(3)   ? 3
			: leaf->bytes == vtd_span(2) ? 2
						     : 1;
	}
	if (perm & VTD_R)
		read = VTD_OK;
	if (perm & VTD_W)
		write = VTD_OK;
	if (reason_matches(w, v->read_reason, true, read) &&
	    reason_matches(w, v->write_reason, false, write) &&
	    (!perm || (v->pa == pa && v->level == level)))
		return true;
	space_fail(s,
		   "iova 0x%" PRIx64 ": our walker says read 0x%x, write 0x%x, "
		   "pa 0x%" PRIx64 ", level %u; the reference read 0x%x, "
		   "write 0x%x, pa 0x%" PRIx64 ", level %u",
		   iova, v->read_reason, v->write_reason, v->pa, v->level, read,
		   write, pa, level);
	return false;
}

/*
 * QEMU before 10 words the second stage's faults in scalable mode with the
 * codes of legacy mode, and every fault of PASID directory and table as 0x58.
 * It knows no end of the directory: what lies beyond is not present. A page
 * table that a PASID entry names beyond the host's width cannot be read.
 */
bool reason_matches(const struct world *w, unsigned want, bool is_read,
		    unsigned got)
{
	if (want == got)
		return true;
	if (!w->m->scalable)
		return false;
	switch (want) {
	case VTD_SS_ACCESS:
		return got == VTD_ENTRY_ACCESS;
	case VTD_SS_NO_PERMISSION:
		return got == (is_read ? VTD_NO_READ : VTD_NO_WRITE);
	case VTD_SS_RESERVED:
		return got == VTD_ENTRY_RESERVED;
	case VTD_SS_ROOT_ACCESS:
		return got == VTD_CONTEXT_INVALID;
	case VTD_SS_BEYOND_WIDTH:
		return got == VTD_BEYOND_WIDTH;
	case VTD_PASID_RESERVED:
		return got == VTD_PASID_ACCESS || got == VTD_CONTEXT_INVALID;
	case VTD_CONTEXT_INVALID:
	case VTD_PASID_DIR_ACCESS:
	case VTD_PASID_DIR_NOT_PRESENT:
	case VTD_PASID_DIR_RESERVED:
	case VTD_PASID_NOT_PRESENT:
	case VTD_PASID_INVALID:
		return got == VTD_PASID_ACCESS;
	default:
		return false;
	}
}
