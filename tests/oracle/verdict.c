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
	if (image_walk(&w->image,
		       dev->type == IMAGE_FIRST ? &dev->fs : &dev->ss, iova,
		       access, r) < 0)
		r->reason = VTD_CONTEXT_INVALID;
	return r->reason;
}

/* What the specification knows and the machine's IOMMU does not claim: five
 * levels, the other stage and, in legacy mode, device TLBs. */
static void refuse_unsupported(const struct world *w, struct image_device *dev)
{
	const struct machine_mode *mode = w->m->mode;
	bool first = dev->fs.levels, second = dev->ss.levels;

	if (dev->reason)
		return;
	if (dev->ss.levels > 4 || dev->fs.levels > 4 ||
	    (mode->format == VTD_SS ? first : second) ||
	    (!mode->scalable && dev->device_tlb))
		dev->reason = mode->scalable ? VTD_PASID_INVALID
					     : VTD_CONTEXT_INVALID;
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
	v->need_a = deeper->need_a;
	v->entries = deeper->refs;
	memcpy(v->entry_pa, deeper->entry_pa, sizeof(v->entry_pa));
	if (v->entries) {
		const uint64_t *last =
			machine_ram(w->m, v->entry_pa[v->entries - 1]);

		v->all_ones = last && *last == UINT64_MAX;
	}
}

unsigned nothing_mapped(const struct world *w, unsigned legacy)
{
	if (w->m->mode->format == VTD_FS)
		return VTD_FS_NOT_PRESENT;
	return w->m->mode->scalable ? VTD_SS_NO_PERMISSION : legacy;
}

bool verdict_of(struct world *w, struct space *s, uint16_t source_id,
		uint64_t iova, struct verdict *v)
{
	struct flat_leaf leaf = {0};
	unsigned perm = 0, level = 0;
	unsigned read = nothing_mapped(w, VTD_NO_READ);
	unsigned write = nothing_mapped(w, VTD_NO_WRITE);
	bool first = s->flat.format == VTD_FS;
	uint64_t pa = 0;
	int rc = flat_walk(&s->flat, iova, &leaf);

	verdict_walk(w, source_id, iova, v);
	if (rc == -EINVAL) {
		read = write = first		      ? VTD_FS_NOT_CANONICAL
			       : w->m->mode->scalable ? VTD_SS_BEYOND_WIDTH
						      : VTD_BEYOND_WIDTH;
	} else if (!rc) {
		if (first)
			write = VTD_FS_NO_WRITE;
		perm = leaf.perm;
		pa = leaf.pa + (iova - leaf.iova);
		level = leaf.bytes == vtd_span(3)   ? 3
			: leaf.bytes == vtd_span(2) ? 2
						    : 1;
	}
	if (perm & VTD_R)
		read = VTD_OK;
	if (perm & VTD_W)
		write = VTD_OK;
	if (v->read_reason == read && v->write_reason == write &&
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
 * QEMU words the second stage's faults in scalable mode with the codes of
 * legacy mode. It knows no end of the PASID directory: what lies beyond is
 * whatever memory holds. A page table that a PASID entry names beyond the
 * host's width cannot be read. Up to 9 it says 0x58 for every fault of PASID
 * directory and table; 10 has their codes, but looks at the type of a PASID
 * entry before it looks whether it is present. A paging entry of all ones is to
 * it one that cannot be read.
 */
static const struct {
	unsigned want, got[4];
} wordings[] = {
	{VTD_SS_ACCESS, {VTD_ENTRY_ACCESS}},
	{VTD_SS_RESERVED, {VTD_ENTRY_RESERVED}},
	{VTD_SS_ROOT_ACCESS, {VTD_CONTEXT_INVALID}},
	{VTD_SS_BEYOND_WIDTH, {VTD_BEYOND_WIDTH}},
	{VTD_CONTEXT_INVALID, {VTD_PASID_ACCESS, VTD_PASID_DIR_NOT_PRESENT}},
	{VTD_PASID_DIR_ACCESS, {VTD_PASID_ACCESS}},
	{VTD_PASID_DIR_NOT_PRESENT, {VTD_PASID_ACCESS}},
	{VTD_PASID_DIR_RESERVED, {VTD_PASID_ACCESS}},
	{VTD_PASID_NOT_PRESENT, {VTD_PASID_ACCESS, VTD_PASID_INVALID}},
	{VTD_PASID_RESERVED,
	 {VTD_PASID_ACCESS, VTD_CONTEXT_INVALID, VTD_FS_ROOT_ACCESS}},
	{VTD_PASID_INVALID, {VTD_PASID_ACCESS}},
};

bool reason_matches(const struct world *w, const struct verdict *v,
		    bool is_read, unsigned got)
{
	const unsigned want = is_read ? v->read_reason : v->write_reason;

	if (want == got || (v->all_ones && got == VTD_ENTRY_ACCESS))
		return true;
	if (!w->m->mode->scalable || !got)
		return false;
	if (want == VTD_SS_NO_PERMISSION)
		return got == (is_read ? VTD_NO_READ : VTD_NO_WRITE);
	for (size_t i = 0; i < sizeof(wordings) / sizeof(*wordings); i++)
		for (size_t n = 0; n < 4 && wordings[i].want == want; n++)
			if (wordings[i].got[n] == got)
				return true;
	return false;
}
