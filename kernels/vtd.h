/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VT-d page-table entry formats, as pure functions of an entry.
 *
 * Every function is always_inline and takes the format and the level as
 * arguments that callers pass as constants: the compiler folds them away.
 * Source: Intel VT-d specification, tables "Second-Stage Paging Entries" and
 * "First-Stage Paging Entries".
 */
#ifndef VTD_H
#define VTD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VTD_INLINE static inline __attribute__((always_inline))

enum {
	VTD_PAGE_LG2 = 12,
	VTD_PAGE_BYTES = 1 << VTD_PAGE_LG2,
	VTD_LEVEL_LG2 = 9, /* address bits one level resolves */
	VTD_ENTRIES = 1 << VTD_LEVEL_LG2,
	VTD_LEVELS_MIN = 3,
	VTD_LEVELS_MAX = 5,
	VTD_LEAF_LEVEL_MAX = 3, /* 1G leaf; a leaf at level 4 is reserved */
};

/* Which of the two stages an entry belongs to. */
enum vtd_format {
	VTD_SS, /* second stage: no present bit, R and W stand for it */
	VTD_FS, /* first stage: the CPU's format, canonical addresses */
};

/* Permissions of a mapping. Bit values are those of a second-stage entry. */
enum vtd_prot {
	VTD_R = 1 << 0,
	VTD_W = 1 << 1,
};

#define VTD_ADDR_MASK UINT64_C(0x000ffffffffff000) /* address bits 51:12 */
#define VTD_PS	      (UINT64_C(1) << 7)	   /* leaf at level 2 or 3 */

/* Second stage. */
#define VTD_SS_A   (UINT64_C(1) << 8)
#define VTD_SS_D   (UINT64_C(1) << 9)
#define VTD_SS_SNP (UINT64_C(1) << 11)
#define VTD_SS_TM  (UINT64_C(1) << 62)

/* First stage. */
#define VTD_FS_P  (UINT64_C(1) << 0)
#define VTD_FS_W  (UINT64_C(1) << 1)
#define VTD_FS_U  (UINT64_C(1) << 2)
#define VTD_FS_A  (UINT64_C(1) << 5)
#define VTD_FS_D  (UINT64_C(1) << 6)
#define VTD_FS_XD (UINT64_C(1) << 63)

/* Lowest address bit that the index of a table of @level uses. */
VTD_INLINE unsigned vtd_shift(unsigned level)
{
	return VTD_PAGE_LG2 + VTD_LEVEL_LG2 * (level - 1);
}

/* Bytes that one entry of a table of @level spans. */
VTD_INLINE uint64_t vtd_span(unsigned level)
{
	return UINT64_C(1) << vtd_shift(level);
}

/* Address bits that @levels levels resolve: 39, 48 or 57. */
VTD_INLINE unsigned vtd_width(unsigned levels)
{
	return vtd_shift(levels + 1);
}

VTD_INLINE unsigned vtd_index(uint64_t iova, unsigned level)
{
	return (unsigned)(iova >> vtd_shift(level)) & (VTD_ENTRIES - 1);
}

/*
 * Whether @iova can be an input address of a table of @levels levels: below
 * the width in the second stage, canonical (sign-extended) in the first.
 */
VTD_INLINE bool vtd_iova_ok(enum vtd_format f, unsigned levels, uint64_t iova)
{
	unsigned width = vtd_width(levels);

	if (f == VTD_SS)
		return !(iova >> width);
	return (uint64_t)((int64_t)(iova << (64 - width)) >> (64 - width)) ==
	       iova;
}

VTD_INLINE bool vtd_present(enum vtd_format f, uint64_t entry)
{
	return f == VTD_SS ? entry & (VTD_R | VTD_W) : entry & VTD_FS_P;
}

/* Whether a present entry of @level maps a page (else it names a table). */
VTD_INLINE bool vtd_is_leaf(uint64_t entry, unsigned level)
{
	return level == 1 || (level <= VTD_LEAF_LEVEL_MAX && (entry & VTD_PS));
}

/*
 * Low bits of an entry that names a table: all permissions. In the first stage
 * A is set beforehand: hardware that sets A then leaves the entry as it is,
 * which walks rely on.
 */
VTD_INLINE uint64_t vtd_table_bits(enum vtd_format f)
{
	return f == VTD_SS ? VTD_R | VTD_W
			   : VTD_FS_P | VTD_FS_W | VTD_FS_U | VTD_FS_A;
}

/* The entry that names the table at physical address @pa. */
VTD_INLINE uint64_t vtd_table_entry(enum vtd_format f, uint64_t pa)
{
	return pa | vtd_table_bits(f);
}

/* The entry that maps the page at @pa with @prot, in a table of @level. */
VTD_INLINE uint64_t vtd_leaf_entry(enum vtd_format f, uint64_t pa,
				   unsigned level, unsigned prot)
{
	uint64_t ps = level > 1 ? VTD_PS : 0;

	if (f == VTD_SS)
		return pa | ps | prot;
	return pa | ps | VTD_FS_P | VTD_FS_U | (prot & VTD_W ? VTD_FS_W : 0);
}

/* Whether format @f can express @prot: the first stage has no write-only. */
VTD_INLINE bool vtd_prot_ok(enum vtd_format f, unsigned prot)
{
	return prot && !(prot & ~(unsigned)(VTD_R | VTD_W)) &&
	       (f == VTD_SS || (prot & VTD_R));
}

/* The bit of a leaf that says that it was written through. */
VTD_INLINE uint64_t vtd_dirty(enum vtd_format f)
{
	return f == VTD_SS ? VTD_SS_D : VTD_FS_D;
}

/* The bits that an access for @access (enum vtd_prot) sets in a leaf. */
VTD_INLINE uint64_t vtd_touch(enum vtd_format f, unsigned access)
{
	return (f == VTD_SS ? VTD_SS_A : VTD_FS_A) |
	       (access & VTD_W ? vtd_dirty(f) : 0);
}

/* Permissions that a present entry grants, to be ANDed over the levels. */
VTD_INLINE unsigned vtd_perm(enum vtd_format f, uint64_t entry)
{
	if (f == VTD_SS)
		return (unsigned)entry & (VTD_R | VTD_W);
	return VTD_R | (entry & VTD_FS_W ? VTD_W : 0);
}

#endif
