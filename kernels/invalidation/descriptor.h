/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Invalidation descriptors of VT-d's queue, bit by bit: Intel, Virtualization
 * Technology for Directed I/O, "Queued Invalidation Interface". 128-bit
 * descriptors, as the queue has them unless scalable mode asks for 256-bit
 * ones, of which the upper half is zero for all of these.
 *
 * A page-selective one names 2^mask pages; the hardware ignores the low @mask
 * bits of the page number, so the address need not be aligned to them.
 */
#ifndef INVALIDATION_DESCRIPTOR_H
#define INVALIDATION_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "../vtd.h"

struct inv_descriptor {
	uint64_t qw0, qw1;
};

/* Bits 3:0 of qw0. */
enum inv_type {
	INV_CONTEXT = 1,
	INV_IOTLB = 2,
	INV_DEVICE_TLB = 3,
	INV_WAIT = 5,
	INV_PASID_IOTLB = 6,
};

/* Bits 5:4 of qw0: what is invalidated. */
enum inv_granularity {
	INV_GLOBAL = 1,
	INV_DOMAIN = 2, /* PASID-IOTLB: all of the PASID */
	INV_PAGE = 3,	/* context: one device, with a function mask */
};

#define INV_DRAIN_WRITES (UINT64_C(1) << 6) /* IOTLB: DW */
#define INV_DRAIN_READS	 (UINT64_C(1) << 7) /* IOTLB: DR */
#define INV_LEAF_ONLY	 (UINT64_C(1) << 6) /* qw1: IH, the hint */

VTD_INLINE enum inv_type inv_type(const struct inv_descriptor *d)
{
	return (enum inv_type)(d->qw0 & 0xf);
}

VTD_INLINE enum inv_granularity inv_granularity(const struct inv_descriptor *d)
{
	return (enum inv_granularity)(d->qw0 >> 4 & 3);
}

VTD_INLINE uint16_t inv_domain(const struct inv_descriptor *d)
{
	return (uint16_t)(d->qw0 >> 16);
}

/* Of a device's TLB and, device-selective, of the context cache. */
VTD_INLINE uint16_t inv_source(const struct inv_descriptor *d)
{
	return (uint16_t)(d->qw0 >> 32);
}

/* Of a page-selective one of either IOTLB: log2 of pages. */
VTD_INLINE unsigned inv_mask(const struct inv_descriptor *d)
{
	return (unsigned)(d->qw1 & 0x3f);
}

VTD_INLINE bool inv_leaf_only(const struct inv_descriptor *d)
{
	return d->qw1 & INV_LEAF_ONLY;
}

VTD_INLINE uint64_t inv_address(const struct inv_descriptor *d)
{
	return d->qw1 & ~(uint64_t)(VTD_PAGE_BYTES - 1);
}

/* Context cache. @granularity INV_DOMAIN, with @domain, or INV_PAGE, of one
 * device: @source is its requester id, of which the upper @function_mask (0..3)
 * of the function number's three bits are ignored. INV_GLOBAL takes neither. */
VTD_INLINE struct inv_descriptor
inv_encode_context(enum inv_granularity granularity, uint16_t domain,
		   uint16_t source, unsigned function_mask)
{
	return (struct inv_descriptor){
		INV_CONTEXT | (uint64_t)granularity << 4 |
			(uint64_t)domain << 16 | (uint64_t)source << 32 |
			(uint64_t)(function_mask & 3) << 48,
		0};
}

/* The IOTLB, all of it or all of a domain (@granularity). Reads and writes in
 * flight are drained, as Linux asks for where the hardware can. */
VTD_INLINE struct inv_descriptor
inv_encode_iotlb(enum inv_granularity granularity, uint16_t domain)
{
	return (struct inv_descriptor){
		INV_IOTLB | (uint64_t)granularity << 4 | INV_DRAIN_WRITES |
			INV_DRAIN_READS | (uint64_t)domain << 16,
		0};
}

/* 2^@mask pages at @iova of @domain. */
VTD_INLINE struct inv_descriptor inv_encode_iotlb_pages(uint16_t domain,
							uint64_t iova,
							unsigned mask,
							bool leaf_only)
{
	struct inv_descriptor d = inv_encode_iotlb(INV_PAGE, domain);

	d.qw1 = (iova & ~(uint64_t)(VTD_PAGE_BYTES - 1)) |
		(leaf_only ? INV_LEAF_ONLY : 0) | (mask & 0x3f);
	return d;
}

/* First-stage translations of @pasid: all of them. */
VTD_INLINE struct inv_descriptor inv_encode_pasid(uint16_t domain,
						  uint32_t pasid)
{
	return (struct inv_descriptor){
		INV_PASID_IOTLB | (uint64_t)INV_DOMAIN << 4 |
			(uint64_t)domain << 16 |
			(uint64_t)(pasid & 0xfffff) << 32,
		0};
}

/* Those of 2^@mask pages at @iova. */
VTD_INLINE struct inv_descriptor
inv_encode_pasid_pages(uint16_t domain, uint32_t pasid, uint64_t iova,
		       unsigned mask, bool leaf_only)
{
	struct inv_descriptor d = inv_encode_pasid(domain, pasid);

	d.qw0 |= (uint64_t)INV_PAGE << 4;
	d.qw1 = (iova & ~(uint64_t)(VTD_PAGE_BYTES - 1)) |
		(leaf_only ? INV_LEAF_ONLY : 0) | (mask & 0x3f);
	return d;
}

/* The widest mask of a device-TLB invalidation: all of the address space. */
enum { INV_DEVICE_MASK_MAX = 64 - VTD_PAGE_LG2 };

/*
 * 2^@mask pages at @iova in the translation cache of device @source, which
 * takes up to @depth invalidations at a time. The size is in the address: S
 * (bit 0) is set and the number of ones from bit 12 on is @mask - 1, then a
 * zero; all ones up to bit 63 is everything.
 */
VTD_INLINE struct inv_descriptor inv_encode_device_tlb(uint16_t source,
						       unsigned depth,
						       uint64_t iova,
						       unsigned mask)
{
	const uint64_t page = VTD_PAGE_BYTES;
	uint64_t address = iova & ~(page - 1);

	if (mask >= INV_DEVICE_MASK_MAX)
		address = ((UINT64_C(1) << 63) - page) | 1;
	else if (mask)
		address = (address & ~((page << mask) - 1)) |
			  ((page << (mask - 1)) - page) | 1;
	return (struct inv_descriptor){INV_DEVICE_TLB |
					       (uint64_t)(depth & 0x1f) << 16 |
					       (uint64_t)source << 32,
				       address};
}

/* Once all before it are done: @data is written to @address (4-byte aligned),
 * which is polled. No interrupt, no fence. */
VTD_INLINE struct inv_descriptor inv_encode_wait(uint64_t address,
						 uint32_t data)
{
	return (struct inv_descriptor){INV_WAIT | UINT64_C(1) << 5 |
					       (uint64_t)data << 32,
				       address & ~UINT64_C(3)};
}

#endif
