/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device half of the image walker: root, context and PASID tables. */
#include "image.h"

#include <string.h>

#define BIT(n)		(UINT64_C(1) << (n))
#define BITS(high, low) (((BIT((high) - (low)) << 1) - 1) << (low))

#define PRESENT	    BIT(0)
#define FPD	    BIT(1)
#define TABLE(word) ((word)&VTD_ADDR_MASK)

enum { DEVFNS = 256, SOURCE_IDS = 65536 };

/* Field @high:@low of a word. */
static unsigned field(uint64_t word, unsigned high, unsigned low)
{
	return (unsigned)((word & BITS(high, low)) >> low);
}

static uint64_t above_host_width(const struct image *img)
{
	unsigned width = img->host_width ? img->host_width : 52;

	/* 63:52 are no address bits on any machine. */
	return BITS(63, 52) | (width >= 52 ? 0 : BITS(51, width));
}

/* Reads @n words at @pa, which do not cross a page. */
static bool read_words(const struct image *img, uint64_t pa, uint64_t *words,
		       size_t n)
{
	const uint64_t *page = img->page(img->arg, TABLE(pa));

	if (!page)
		return false;
	memcpy(words, page + (pa & (VTD_PAGE_BYTES - 1)) / sizeof(*words),
	       n * sizeof(*words));
	return true;
}

/* From an AW code; 0: a code that means nothing. */
static unsigned levels_of_aw(unsigned code)
{
	return code >= 1 && code <= 3 ? code + 2 : 0;
}

/* The context table of a device. */
static unsigned find_context_table(const struct image *img, uint64_t rtaddr,
				   uint16_t source_id, uint64_t *table)
{
	bool scalable = rtaddr & VTD_RTADDR_SCALABLE;
	unsigned bus = source_id >> 8;
	uint64_t root[2];
	/* Scalable mode: the high half is for devfn 0x80 and above. */
	unsigned half = scalable && (source_id & 0x80) ? 1 : 0;
	uint64_t reserved = BITS(11, 1) | above_host_width(img);

	if (!read_words(img, TABLE(rtaddr) + bus * sizeof(root), root, 2))
		return VTD_ROOT_ACCESS;
	if (!(root[half] & PRESENT))
		return VTD_ROOT_NOT_PRESENT;
	if ((root[half] & reserved) || (!scalable && root[1]))
		return VTD_ROOT_RESERVED;
	*table = TABLE(root[half]);
	return VTD_OK;
}

static unsigned legacy_context(const struct image *img,
			       struct image_device *dev)
{
	uint64_t c[2];

	if (!read_words(img, dev->context_pa, c, 2))
		return VTD_CONTEXT_ACCESS;
	if (!(c[0] & PRESENT))
		return VTD_CONTEXT_NOT_PRESENT;
	dev->fault_disable = c[0] & FPD;
	dev->domain_id = (uint16_t)field(c[1], 23, 8);
	if ((c[0] & (BITS(11, 4) | above_host_width(img))) ||
	    (c[1] & (BIT(7) | BITS(63, 24))))
		return VTD_CONTEXT_RESERVED;
	dev->ss = (struct image_tree){VTD_SS, levels_of_aw(field(c[1], 2, 0)),
				      TABLE(c[0])};
	if (!dev->ss.levels)
		return VTD_CONTEXT_INVALID;
	switch (field(c[0], 3, 2)) {
	case 1:
		dev->device_tlb = true;
		/* fall through */
	case 0:
		dev->type = IMAGE_SECOND;
		return VTD_OK;
	case 2:
		dev->type = IMAGE_PASS_THROUGH;
		return VTD_OK;
	default:
		return VTD_CONTEXT_INVALID;
	}
}

/* The address of the PASID entry, through the directory. */
static unsigned find_pasid_entry(const struct image *img, uint64_t directory,
				 struct image_device *dev)
{
	uint64_t de, pa = directory + (dev->pasid >> 6) * sizeof(de);

	if (!read_words(img, pa, &de, 1))
		return VTD_PASID_DIR_ACCESS;
	if (!(de & PRESENT))
		return VTD_PASID_DIR_NOT_PRESENT;
	dev->fault_disable |= (de & FPD) != 0;
	if (de & (BITS(11, 2) | above_host_width(img)))
		return VTD_PASID_DIR_RESERVED;
	dev->pasid_pa = TABLE(de) + (dev->pasid & 63) * 64;
	return VTD_OK;
}

static unsigned pasid_entry(const struct image *img, struct image_device *dev)
{
	uint64_t p[8], width = above_host_width(img);
	bool first, second;

	if (!read_words(img, dev->pasid_pa, p, 8))
		return VTD_PASID_ACCESS;
	if (!(p[0] & PRESENT))
		return VTD_PASID_NOT_PRESENT;
	dev->fault_disable |= (p[0] & FPD) != 0;
	dev->domain_id = (uint16_t)field(p[1], 15, 0);
	dev->write_protect = p[2] & BIT(4);
	first = field(p[0], 8, 6) == 1 || field(p[0], 8, 6) == 3;
	second = field(p[0], 8, 6) == 2 || field(p[0], 8, 6) == 3;
	if ((p[0] & BITS(11, 10)) || (second && (p[0] & width)) ||
	    (first && (p[2] & width)))
		return VTD_PASID_RESERVED;
	if (second)
		dev->ss = (struct image_tree){
			VTD_SS, levels_of_aw(field(p[0], 4, 2)), TABLE(p[0])};
	if (first)
		dev->fs = (struct image_tree){VTD_FS, 4 + field(p[2], 3, 2),
					      TABLE(p[2])};
	if ((second && !dev->ss.levels) ||
	    (first && dev->fs.levels > VTD_LEVELS_MAX))
		return VTD_PASID_INVALID;
	if (first || second)
		dev->type = !second ? IMAGE_FIRST
			    : first ? IMAGE_NESTED
				    : IMAGE_SECOND;
	else if (field(p[0], 8, 6) == 4)
		dev->type = IMAGE_PASS_THROUGH;
	return dev->type == IMAGE_NONE ? VTD_PASID_INVALID : VTD_OK;
}

static unsigned scalable_context(const struct image *img,
				 struct image_device *dev)
{
	uint64_t c[4];
	unsigned reason;

	if (!read_words(img, dev->context_pa, c, 4))
		return VTD_CONTEXT_ACCESS;
	if (!(c[0] & PRESENT))
		return VTD_CONTEXT_NOT_PRESENT;
	dev->fault_disable = c[0] & FPD;
	dev->device_tlb = c[0] & BIT(2);
	if ((c[0] & (BITS(8, 5) | above_host_width(img))) ||
	    (c[1] & BITS(63, 21)) || c[2] || c[3])
		return VTD_CONTEXT_RESERVED;
	dev->pasid = field(c[1], 19, 0);
	/* PDTS: the directory has 2^(PDTS + 7) entries. */
	if (dev->pasid >> 6 >= 1u << (field(c[0], 11, 9) + 7))
		return VTD_CONTEXT_INVALID;
	reason = find_pasid_entry(img, TABLE(c[0]), dev);
	return reason ? reason : pasid_entry(img, dev);
}

int image_device(const struct image *img, uint64_t rtaddr, uint16_t source_id,
		 struct image_device *dev)
{
	bool scalable = rtaddr & VTD_RTADDR_SCALABLE;
	unsigned entry_bytes = scalable ? 32 : 16;
	unsigned index = source_id & (scalable ? 0x7f : 0xff);
	uint64_t table = 0;

	memset(dev, 0, sizeof(*dev));
	dev->source_id = source_id;
	dev->reason = find_context_table(img, rtaddr, source_id, &table);
	if (dev->reason) {
		dev->whole_context = true;
		return (int)dev->reason;
	}
	dev->context_pa = table + index * entry_bytes;
	dev->reason = scalable ? scalable_context(img, dev)
			       : legacy_context(img, dev);
	if (dev->reason)
		dev->type = IMAGE_NONE;
	if (dev->reason == VTD_CONTEXT_ACCESS)
		dev->whole_context = true;
	return (int)dev->reason;
}

int image_devices(const struct image *img, uint64_t rtaddr,
		  image_device_visitor *visit, void *arg)
{
	unsigned half = rtaddr & VTD_RTADDR_SCALABLE ? DEVFNS / 2 : DEVFNS;
	struct image_device dev;

	for (unsigned id = 0; id < SOURCE_IDS; id++) {
		int rc = 0;

		image_device(img, rtaddr, (uint16_t)id, &dev);
		if (dev.reason != VTD_ROOT_NOT_PRESENT &&
		    dev.reason != VTD_CONTEXT_NOT_PRESENT)
			rc = visit(arg, &dev);
		if (rc)
			return rc;
		if (dev.reason == VTD_ROOT_ACCESS)
			break;
		if (dev.whole_context)
			id |= half - 1;
	}
	return 0;
}

const char *image_type_name(enum image_type type)
{
	static const char *const names[] = {
		[IMAGE_NONE] = "none",
		[IMAGE_SECOND] = "second_stage",
		[IMAGE_FIRST] = "first_stage",
		[IMAGE_NESTED] = "nested",
		[IMAGE_PASS_THROUGH] = "pass_through",
	};

	return names[type];
}

static const struct {
	unsigned reason;
	const char *text;
} texts[] = {
	{VTD_OK, "translated"},
	{VTD_ROOT_NOT_PRESENT, "root entry not present"},
	{VTD_CONTEXT_NOT_PRESENT, "context entry not present"},
	{VTD_CONTEXT_INVALID, "context entry invalid"},
	{VTD_BEYOND_WIDTH, "beyond the address width"},
	{VTD_NO_WRITE, "write not permitted"},
	{VTD_NO_READ, "read not permitted"},
	{VTD_ENTRY_ACCESS, "paging entry cannot be read"},
	{VTD_ROOT_ACCESS, "root entry cannot be read"},
	{VTD_CONTEXT_ACCESS, "context entry cannot be read"},
	{VTD_ROOT_RESERVED, "reserved bits in the root entry"},
	{VTD_CONTEXT_RESERVED, "reserved bits in the context entry"},
	{VTD_ENTRY_RESERVED, "reserved bits in a paging entry"},
	{VTD_PASID_DIR_ACCESS, "PASID directory entry cannot be read"},
	{VTD_PASID_DIR_NOT_PRESENT, "PASID directory entry not present"},
	{VTD_PASID_DIR_RESERVED, "reserved bits in the PASID directory entry"},
	{VTD_PASID_ACCESS, "PASID entry cannot be read"},
	{VTD_PASID_NOT_PRESENT, "PASID entry not present"},
	{VTD_PASID_RESERVED, "reserved bits in the PASID entry"},
	{VTD_PASID_INVALID, "PASID entry invalid"},
	{VTD_FS_ACCESS, "first-stage entry cannot be read"},
	{VTD_FS_NOT_PRESENT, "first-stage entry not present"},
	{VTD_FS_RESERVED, "reserved bits in a first-stage entry"},
	{VTD_FS_ROOT_ACCESS, "top first-stage table cannot be read"},
	{VTD_FS_BEYOND_SECOND,
	 "first-stage table beyond the second stage's width"},
	{VTD_FS_ROOT_UNREADABLE,
	 "second stage does not permit reading the top first-stage table"},
	{VTD_FS_UNREADABLE,
	 "second stage does not permit reading a first-stage table"},
	{VTD_SS_ACCESS, "second-stage entry cannot be read"},
	{VTD_SS_NO_PERMISSION, "second stage does not permit it"},
	{VTD_SS_RESERVED, "reserved bits in a second-stage entry"},
	{VTD_SS_ROOT_ACCESS, "top second-stage table cannot be read"},
	{VTD_SS_BEYOND_WIDTH, "beyond the second stage's width"},
	{VTD_FS_NOT_CANONICAL, "not a canonical address"},
	{VTD_FS_SUPERVISOR, "supervisor page, user request"},
	{VTD_FS_NO_WRITE, "first stage does not permit the write"},
	{VTD_FS_INTERRUPT, "interrupt address range"},
};

const char *vtd_reason_text(unsigned reason)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (texts[i].reason == reason)
			return texts[i].text;
	return "unknown reason";
}
