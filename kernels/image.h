/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks table images that others built: root, context and PASID tables and
 * both stages of page tables, as VT-d's hardware reads them, faults included.
 *
 * Nothing in an image is trusted. Tables may point anywhere, at themselves or
 * at pages that are not there: a walk reads at most one entry a level, a
 * listing at most image->max_tables tables.
 *
 * Context: no locks, no state; the image must not change during a call.
 * Source: Intel VT-d specification, "Translation Structure Formats" and
 * "Non-Recoverable Address Translation Faults".
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtd.h"

/*
 * Fault reasons, as a fault record shows them (bits 39:32 of its high half).
 * Those of legacy mode, 50 to 5B, 70 to 73, 80, 81, 85 and 87 are QEMU's, too;
 * 74 to 7B and 84 are as Linux names them (drivers/iommu/intel/dmar.c).
 */
enum vtd_reason {
	VTD_OK = 0,
	VTD_ROOT_NOT_PRESENT = 0x1,
	VTD_CONTEXT_NOT_PRESENT = 0x2,
	VTD_CONTEXT_INVALID = 0x3,
	VTD_BEYOND_WIDTH = 0x4,
	VTD_NO_WRITE = 0x5,
	VTD_NO_READ = 0x6,
	VTD_ENTRY_ACCESS = 0x7,
	VTD_ROOT_ACCESS = 0x8,
	VTD_CONTEXT_ACCESS = 0x9,
	VTD_ROOT_RESERVED = 0xa,
	VTD_CONTEXT_RESERVED = 0xb,
	VTD_ENTRY_RESERVED = 0xc,

	VTD_PASID_DIR_ACCESS = 0x50,
	VTD_PASID_DIR_NOT_PRESENT = 0x51,
	VTD_PASID_DIR_RESERVED = 0x52,
	VTD_PASID_ACCESS = 0x58,
	VTD_PASID_NOT_PRESENT = 0x59,
	VTD_PASID_RESERVED = 0x5a,
	VTD_PASID_INVALID = 0x5b,

	VTD_FS_ACCESS = 0x70,
	VTD_FS_NOT_PRESENT = 0x71,
	VTD_FS_RESERVED = 0x72,
	VTD_FS_ROOT_ACCESS = 0x73,

	/* Nested: the second stage and an access to a first-stage table. */
	VTD_FS_BEYOND_SECOND = 0x74,
	VTD_FS_ROOT_UNREADABLE = 0x75,
	VTD_FS_UNREADABLE = 0x76,

	/* Second stage in scalable mode; in legacy mode 7, 5 or 6, C, 7, 4. */
	VTD_SS_ACCESS = 0x78,
	VTD_SS_NO_PERMISSION = 0x79,
	VTD_SS_RESERVED = 0x7a,
	VTD_SS_ROOT_ACCESS = 0x7b,
	VTD_SS_BEYOND_WIDTH = 0x84,

	VTD_FS_NOT_CANONICAL = 0x80,
	VTD_FS_SUPERVISOR = 0x81,
	VTD_FS_NO_WRITE = 0x85,
	VTD_FS_INTERRUPT = 0x87,
};

/* A few words for a reason, e.g. "write not permitted". Never NULL. */
const char *vtd_reason_text(unsigned reason);

/* The page at physical address @pa (4K aligned), or NULL: not there. */
typedef const uint64_t *image_page(void *arg, uint64_t pa);

struct image {
	image_page *page;
	void *arg;
	unsigned host_width;	 /* address bits; those above are reserved.
				    0 = 52 */
	unsigned max_leaf_level; /* PS is reserved above it; 0 = 3 (1G) */
	bool scalable;		 /* reasons of scalable mode (78.., 84) */
	bool snoop;		 /* bit 11 of a second-stage leaf is SNP, else
				    reserved */
	bool transient;		 /* bit 62 of a second-stage leaf is TM, else
				    reserved */
	bool write_protect;	 /* WPE: supervisor writes obey R/W as well */
	bool interrupts;	 /* 0xfee00000-0xfeefffff does not translate */
	uint64_t max_tables;	 /* bound of a listing; 0 = 2^24 */
};

/* One tree of page tables. */
struct image_tree {
	enum vtd_format format;
	unsigned levels; /* 3 to 5; first stage 4 or 5 */
	uint64_t table;	 /* physical address of the top table */
};

enum image_access {
	IMAGE_READ = VTD_R,
	IMAGE_WRITE = VTD_W,
	IMAGE_SUPERVISOR = 1 << 2, /* with a PASID and PR = 1; first stage */
};

/* What became of one request. */
struct image_result {
	unsigned reason; /* enum vtd_reason; VTD_OK: translated */
	uint64_t pa;	 /* page offset included; only if VTD_OK */
	unsigned perm;	 /* AND over the levels read */
	unsigned level;	 /* of the last entry read or refused; 0 = none */
	uint64_t entry;	 /* the last entry read */
	unsigned refs;	 /* entries read */
	uint64_t entry_pa[VTD_LEVELS_MAX]; /* their addresses, in order */
	unsigned need_a; /* bit n: entry n lacks A, which the walk would set */
	bool need_d;	 /* first stage: a write would set D in the leaf */
};

/*
 * image_walk() - one request for @access (IMAGE_READ, IMAGE_WRITE or both) at
 * @iova. At each level the permission is tested before reserved bits, as the
 * specification orders them. Returns r->reason, or -EINVAL: the tree's levels.
 */
int image_walk(const struct image *img, const struct image_tree *tree,
	       uint64_t iova, unsigned access, struct image_result *r);

/* A leaf of a listing, or an entry that cannot be used (reason set). */
struct image_leaf {
	unsigned reason; /* VTD_OK: a leaf */
	uint64_t iova;	 /* first address that the entry translates */
	uint64_t bytes;	 /* that it spans */
	uint64_t pa;	 /* only if VTD_OK */
	unsigned perm;	 /* AND over the levels, not 0 for a leaf */
	unsigned level;
	uint64_t entry;	   /* 0 when the top table itself is missing */
	uint64_t entry_pa; /* where it is */
};

/* Non-zero stops the listing. */
typedef int image_visitor(void *arg, const struct image_leaf *leaf);

/*
 * image_leaves() - every leaf in ascending order, and every present entry
 * that has reserved bits set or names a table that is not there. Entries that
 * no access can get through (permissions of the levels AND to nothing) are
 * left out. Returns 0, what the visitor returned, -EINVAL (levels) or -ELOOP
 * (more than max_tables tables read: the image shares tables or has a cycle).
 */
int image_leaves(const struct image *img, const struct image_tree *tree,
		 image_visitor *visit, void *arg);

/* Tables that image_leaves() would read, the top one included. */
uint64_t image_tables(const struct image *img, const struct image_tree *tree);

enum image_type {
	IMAGE_NONE,	    /* blocked or broken: see reason */
	IMAGE_SECOND,	    /* ss */
	IMAGE_FIRST,	    /* fs */
	IMAGE_NESTED,	    /* fs, its addresses through ss */
	IMAGE_PASS_THROUGH, /* IOVA is the PA */
};
const char *image_type_name(enum image_type type);

/* How the requests without PASID of one device are translated. */
struct image_device {
	uint16_t source_id; /* bus 15:8, device 7:3, function 2:0 */
	unsigned reason;    /* enum vtd_reason: what is broken */
	enum image_type type;
	uint16_t domain_id;
	uint32_t pasid;	     /* RID_PASID; scalable mode */
	uint64_t context_pa; /* of the context entry */
	uint64_t pasid_pa;   /* of the PASID entry; scalable mode */
	struct image_tree ss, fs;
	bool fault_disable; /* FPD: faults are not recorded */
	bool device_tlb;    /* ATS requests are allowed */
	bool write_protect; /* WPE of the PASID entry */
	bool whole_context; /* broken above the context entry: holds for all
			       devices whose context this table would have */
};

/* The RTADDR register: 63:12 root table, bit 10: scalable mode. */
#define VTD_RTADDR_SCALABLE (UINT64_C(1) << 10)

/*
 * image_device() - look one device up from the root table. Fills *dev and
 * returns dev->reason; 1 and 2 mean that there is none.
 */
int image_device(const struct image *img, uint64_t rtaddr, uint16_t source_id,
		 struct image_device *dev);

typedef int image_device_visitor(void *arg, const struct image_device *dev);

/*
 * image_devices() - every device that has a present context entry, ascending,
 * and everything broken on the way to one (whole_context set, first
 * source-id of those concerned). Returns 0 or what the visitor returned.
 */
int image_devices(const struct image *img, uint64_t rtaddr,
		  image_device_visitor *visit, void *arg);

#endif
