/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page-table half of the image walker: walks and listings. */
#include "image.h"

#include <errno.h>
#include <string.h>

#include "mutant.h"

enum { MAX_TABLES_DEFAULT = 1 << 24 };

#define BIT(n)		(UINT64_C(1) << (n))
#define BITS(high, low) (((BIT((high) - (low)) << 1) - 1) << (low))

#define INTERRUPT_FIRST UINT64_C(0xfee00000)
#define INTERRUPT_LAST	UINT64_C(0xfeefffff)

static bool levels_ok(const struct image_tree *t)
{
	unsigned min = t->format == VTD_FS ? 4 : VTD_LEVELS_MIN;

	return t->levels >= min && t->levels <= VTD_LEVELS_MAX;
}

/* The reasons of a kind of table, by what is wrong. */
struct reasons {
	unsigned beyond, root_access, access, no_read, no_write, reserved;
};

static const struct reasons *reasons_of(const struct image *img,
					enum vtd_format f)
{
	/* A top table that cannot be read is the context entry's fault: 7 is
	 * for tables that a paging entry names. */
	static const struct reasons legacy = {
		VTD_BEYOND_WIDTH, VTD_CONTEXT_INVALID, VTD_ENTRY_ACCESS,
		VTD_NO_READ,	  VTD_NO_WRITE,	       VTD_ENTRY_RESERVED};
	static const struct reasons second = {
		VTD_SS_BEYOND_WIDTH,  VTD_SS_ROOT_ACCESS,   VTD_SS_ACCESS,
		VTD_SS_NO_PERMISSION, VTD_SS_NO_PERMISSION, VTD_SS_RESERVED};
	static const struct reasons first = {
		VTD_FS_NOT_CANONICAL, VTD_FS_ROOT_ACCESS, VTD_FS_ACCESS,
		VTD_FS_NOT_PRESENT,   VTD_FS_NO_WRITE,	  VTD_FS_RESERVED};

	if (f == VTD_FS)
		return &first;
	return img->scalable ? &second : &legacy;
}

static uint64_t above_host_width(const struct image *img)
{
	unsigned width = img->host_width ? img->host_width : 52;

	return width >= 52 ? 0 : BITS(51, width);
}

/* Reserved bits of a present entry of @level; 0 = none is set. */
static uint64_t reserved_bits(const struct image *img, enum vtd_format f,
			      unsigned level, uint64_t entry)
{
	unsigned max_leaf = img->max_leaf_level ? img->max_leaf_level
						: VTD_LEAF_LEVEL_MAX;
	uint64_t mask = above_host_width(img);
	bool leaf = level == 1 || (level <= max_leaf && (entry & VTD_PS));

	if (level > max_leaf && level > 1)
		mask |= VTD_PS;
	if (leaf && level > 1) /* bit 12 is PAT in the first stage */
		mask |= BITS(vtd_shift(level) - 1, f == VTD_FS ? 13 : 12);
	if (f == VTD_SS) {
		if (!leaf || !img->snoop)
			mask |= VTD_SS_SNP;
		if (!leaf || !img->transient)
			mask |= VTD_SS_TM;
	}
	return MUTANT(image_reserved_ignored) ? 0 : entry & mask;
}

static unsigned second_stage_check(const struct reasons *why, uint64_t entry,
				   unsigned access)
{
	if ((access & VTD_W) && !(entry & VTD_W))
		return why->no_write;
	if ((access & VTD_R) && !(entry & VTD_R))
		return why->no_read;
	return VTD_OK;
}

static unsigned first_stage_check(const struct image *img, uint64_t entry,
				  unsigned access)
{
	bool supervisor = access & IMAGE_SUPERVISOR;

	if (!(entry & VTD_FS_P))
		return VTD_FS_NOT_PRESENT;
	if (!supervisor && !(entry & VTD_FS_U))
		return VTD_FS_SUPERVISOR;
	if ((access & VTD_W) && !(entry & VTD_FS_W) &&
	    (!supervisor || img->write_protect))
		return VTD_FS_NO_WRITE;
	return VTD_OK;
}

/* Whether an entry lets @access through, and what it says is well-formed. */
static unsigned entry_check(const struct image *img, enum vtd_format f,
			    unsigned level, uint64_t entry, unsigned access)
{
	const struct reasons *why = reasons_of(img, f);
	unsigned reason = f == VTD_SS ? second_stage_check(why, entry, access)
				      : first_stage_check(img, entry, access);

	if (!reason && reserved_bits(img, f, level, entry))
		reason = why->reserved;
	return reason;
}

/* The base of the page that a leaf of @level maps. */
static uint64_t leaf_pa(uint64_t entry, unsigned level)
{
	if (MUTANT(image_superpage_low_bits))
		return entry & VTD_ADDR_MASK;
	return entry & VTD_ADDR_MASK & ~(vtd_span(level) - 1);
}

static void note_accessed(struct image_result *r, enum vtd_format f,
			  unsigned access)
{
	if (!(r->entry & (f == VTD_FS ? VTD_FS_A : VTD_SS_A)))
		r->need_a |= 1u << (r->refs - 1);
	if (vtd_is_leaf(r->entry, r->level) && (access & VTD_W))
		r->need_d = !(r->entry & (f == VTD_FS ? VTD_FS_D : VTD_SS_D));
}

int image_walk(const struct image *img, const struct image_tree *tree,
	       uint64_t iova, unsigned access, struct image_result *r)
{
	const enum vtd_format f = tree->format;
	const struct reasons *why = reasons_of(img, f);
	uint64_t table = tree->table & VTD_ADDR_MASK;

	memset(r, 0, sizeof(*r));
	if (!levels_ok(tree))
		return -EINVAL;
	if (img->interrupts && iova >= INTERRUPT_FIRST &&
	    iova <= INTERRUPT_LAST)
		return (int)(r->reason = VTD_FS_INTERRUPT);
	if (!vtd_iova_ok(f, tree->levels, iova))
		return (int)(r->reason = why->beyond);
	r->perm = VTD_R | VTD_W;
	for (unsigned level = tree->levels; level; level--) {
		const uint64_t *page = img->page(img->arg, table);
		unsigned index = vtd_index(iova, level);

		r->level = level;
		if (!page)
			return (int)(r->reason = level == tree->levels
							 ? why->root_access
							 : why->access);
		r->entry = page[index];
		r->entry_pa[r->refs++] = table + index * sizeof(uint64_t);
		if (MUTANT(image_parent_permission))
			r->perm = VTD_R | VTD_W;
		r->perm &= vtd_present(f, r->entry) ? vtd_perm(f, r->entry) : 0;
		if (!MUTANT(image_parent_unchecked) ||
		    vtd_is_leaf(r->entry, level))
			r->reason =
				entry_check(img, f, level, r->entry, access);
		if (r->reason)
			return (int)r->reason;
		note_accessed(r, f, access);
		if (vtd_is_leaf(r->entry, level))
			break;
		table = r->entry & VTD_ADDR_MASK;
	}
	r->pa = leaf_pa(r->entry, r->level) | (iova & (vtd_span(r->level) - 1));
	return VTD_OK;
}

struct listing {
	const struct image *img;
	const struct image_tree *tree;
	image_visitor *visit;
	void *arg;
	uint64_t tables_left;
};

static int list_table(struct listing *l, unsigned level, uint64_t table,
		      uint64_t iova, unsigned perm);

/* Sign-extends the address of a first-stage entry. */
static uint64_t entry_iova(const struct image_tree *t, uint64_t iova)
{
	unsigned unused = 64 - vtd_width(t->levels);

	if (t->format == VTD_SS)
		return iova;
	return (uint64_t)((int64_t)(iova << unused) >> unused);
}

static int list_entry(struct listing *l, unsigned level, uint64_t entry,
		      uint64_t entry_pa, uint64_t iova, unsigned perm)
{
	const enum vtd_format f = l->tree->format;
	struct image_leaf leaf = {
		.iova = entry_iova(l->tree, iova),
		.bytes = vtd_span(level),
		.perm = perm & vtd_perm(f, entry),
		.level = level,
		.entry = entry,
		.entry_pa = entry_pa,
	};

	if (!leaf.perm)
		return 0;
	if (reserved_bits(l->img, f, level, entry)) {
		leaf.reason = reasons_of(l->img, f)->reserved;
		return l->visit(l->arg, &leaf);
	}
	if (vtd_is_leaf(entry, level)) {
		leaf.pa = leaf_pa(entry, level);
		return l->visit(l->arg, &leaf);
	}
	if (!l->img->page(l->img->arg, entry & VTD_ADDR_MASK)) {
		leaf.reason = reasons_of(l->img, f)->access;
		return l->visit(l->arg, &leaf);
	}
	return list_table(l, level - 1, entry & VTD_ADDR_MASK, iova, leaf.perm);
}

/* Recurses once a level: at most VTD_LEVELS_MAX deep, whatever the image. */
static int list_table(struct listing *l, unsigned level, uint64_t table,
		      uint64_t iova, unsigned perm)
{
	const uint64_t *page = l->img->page(l->img->arg, table);

	if (!l->tables_left--)
		return -ELOOP;
	for (unsigned i = 0; page && i < VTD_ENTRIES; i++) {
		int rc;

		if (!vtd_present(l->tree->format, page[i]))
			continue;
		rc = list_entry(l, level, page[i], table + i * sizeof(*page),
				iova + i * vtd_span(level), perm);
		if (rc)
			return rc;
	}
	return 0;
}

static struct listing listing_of(const struct image *img,
				 const struct image_tree *tree,
				 image_visitor *visit, void *arg)
{
	return (struct listing){
		.img = img,
		.tree = tree,
		.visit = visit,
		.arg = arg,
		.tables_left = img->max_tables ? img->max_tables
					       : MAX_TABLES_DEFAULT,
	};
}

int image_leaves(const struct image *img, const struct image_tree *tree,
		 image_visitor *visit, void *arg)
{
	struct listing l = listing_of(img, tree, visit, arg);
	uint64_t top = tree->table & VTD_ADDR_MASK;

	if (!levels_ok(tree))
		return -EINVAL;
	if (!img->page(img->arg, top)) {
		struct image_leaf missing = {
			.reason = reasons_of(img, tree->format)->root_access,
			.bytes = vtd_span(tree->levels) * VTD_ENTRIES,
			.level = tree->levels,
			.entry_pa = top,
		};
		return visit(arg, &missing);
	}
	return list_table(&l, tree->levels, top, 0, VTD_R | VTD_W);
}

static int ignore_leaf(void *arg, const struct image_leaf *leaf)
{
	return 0;
}

uint64_t image_tables(const struct image *img, const struct image_tree *tree)
{
	struct listing l = listing_of(img, tree, ignore_leaf, NULL);
	uint64_t max = l.tables_left, top = tree->table & VTD_ADDR_MASK;

	if (!levels_ok(tree) || !img->page(img->arg, top))
		return 0;
	if (list_table(&l, tree->levels, top, 0, VTD_R | VTD_W))
		return max;
	return max - l.tables_left;
}
