/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walker of foreign images: every fault reason by a hand-made table,
 * listings, devices; and random corruption, which must never crash or hang.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "../kernels/image.h"

enum { PAGES = 32 };
#define BASE UINT64_C(0x100000)
#define RW   (UINT64_C(3))

static uint64_t mem[PAGES][VTD_ENTRIES];

static const uint64_t *page(void *arg, uint64_t pa)
{
	if (pa < BASE || (pa - BASE) >> VTD_PAGE_LG2 >= PAGES)
		return NULL;
	assert_int_equal(pa % VTD_PAGE_BYTES, 0);
	return mem[(pa - BASE) >> VTD_PAGE_LG2];
}

/* The address of page @i. */
static uint64_t at(unsigned i)
{
	return BASE + i * (uint64_t)VTD_PAGE_BYTES;
}

static const struct image plain = {.page = page};

/*
 * Tables 0, 1, 2 … from the top for IOVA @iova, all permissions; returns the
 * entry of level @to. First stage: P, W, U.
 */
static uint64_t *build(const struct image_tree *t, uint64_t iova, unsigned to)
{
	const uint64_t bits = t->format == VTD_SS ? RW : 7;
	unsigned i = 0;

	memset(mem, 0, sizeof(mem));
	for (unsigned l = t->levels; l > to; l--, i++)
		mem[i][vtd_index(iova, l)] = at(i + 1) | bits;
	return &mem[i][vtd_index(iova, to)];
}

static const struct image_tree ss3 = {VTD_SS, 3, BASE};
static const struct image_tree ss4 = {VTD_SS, 4, BASE};
static const struct image_tree ss5 = {VTD_SS, 5, BASE};
static const struct image_tree fs4 = {VTD_FS, 4, BASE};
static const struct image_tree fs5 = {VTD_FS, 5, BASE};

static void expect(const struct image *img, const struct image_tree *t,
		   uint64_t iova, unsigned access, int reason, uint64_t pa)
{
	struct image_result r;

	assert_int_equal(image_walk(img, t, iova, access, &r), reason);
	assert_int_equal(r.reason, reason);
	assert_int_equal(r.pa, pa);
}

static void walks_all_levels(void **state)
{
	static const struct image_tree *const trees[] = {&ss3, &ss4, &ss5, &fs4,
							 &fs5};
	const uint64_t iova = 0x2345678123;

	for (size_t i = 0; i < 5; i++) {
		const struct image_tree *t = trees[i];

		for (unsigned level = 1; level <= 3; level++) {
			uint64_t ps = level > 1 ? VTD_PS : 0;
			uint64_t u = t->format == VTD_FS ? VTD_FS_U : 0;
			struct image_result r;

			*build(t, iova, level) = 0x3c0000000 | RW | ps | u;
			assert_int_equal(image_walk(&plain, t, iova,
						    IMAGE_READ | IMAGE_WRITE,
						    &r),
					 VTD_OK);
			assert_int_equal(r.pa,
					 0x3c0000000 | (iova &
							(vtd_span(level) - 1)));
			assert_int_equal(r.level, level);
			assert_int_equal(r.refs, t->levels - level + 1);
			assert_int_equal(r.perm, VTD_R | VTD_W);
			for (unsigned n = 0; n < r.refs; n++)
				assert_int_equal(
					r.entry_pa[n],
					at(n) + 8 * vtd_index(iova,
							      t->levels - n));
		}
	}
}

static void second_stage_faults(void **state)
{
	struct image img = plain;
	struct image_result r;
	uint64_t *leaf = build(&ss3, 0, 1);

	expect(&img, &ss3, UINT64_C(1) << 39, IMAGE_READ, 0x4, 0);
	expect(&img, &ss4, UINT64_C(1) << 48, IMAGE_READ, 0x4, 0);
	expect(&img, &ss5, UINT64_C(1) << 57, IMAGE_WRITE, 0x4, 0);
	expect(&img, &ss3, 0, IMAGE_READ, 0x6, 0); /* not present */
	expect(&img, &ss3, 0, IMAGE_WRITE, 0x5, 0);
	*leaf = 0x5000 | VTD_R;
	expect(&img, &ss3, 0x10, IMAGE_READ, VTD_OK, 0x5010);
	expect(&img, &ss3, 0, IMAGE_WRITE, 0x5, 0);
	*leaf = 0x5000 | VTD_W;
	expect(&img, &ss3, 0, IMAGE_READ, 0x6, 0);
	expect(&img, &ss3, 0, IMAGE_WRITE, VTD_OK, 0x5000);
	*leaf = 0x5000 | 4; /* execute alone is not present */
	expect(&img, &ss3, 0, IMAGE_READ, 0x6, 0);
	*leaf = 0x5000 | RW | UINT64_C(0xbff0000000000478); /* ignored bits */
	expect(&img, &ss3, 0, IMAGE_READ, VTD_OK, 0x5000);
	/* a permission lacks on the way: the leaf does not help */
	*leaf = 0x5000 | RW;
	mem[0][0] = at(1) | VTD_R;
	expect(&img, &ss3, 0, IMAGE_WRITE, 0x5, 0);
	expect(&img, &ss3, 0, IMAGE_READ, VTD_OK, 0x5000);
	image_walk(&img, &ss3, 0, IMAGE_READ, &r);
	assert_int_equal(r.perm, VTD_R);
	/* a table that is not there, at the top and below */
	mem[0][0] = at(PAGES) | RW;
	expect(&img, &ss3, 0, IMAGE_READ, 0x7, 0);
	expect(&img, &(struct image_tree){VTD_SS, 3, at(PAGES)}, 0, IMAGE_READ,
	       0x3, 0);
}

static void second_stage_reserved(void **state)
{
	struct image img = plain;
	uint64_t *entry;

	entry = build(&ss4, 0, 4);
	*entry = at(1) | RW | VTD_PS; /* leaf above level 3 */
	expect(&img, &ss4, 0, IMAGE_READ, 0xc, 0);
	entry = build(&ss5, 0, 5);
	*entry = at(1) | RW | VTD_PS;
	expect(&img, &ss5, 0, IMAGE_READ, 0xc, 0);

	entry = build(&ss3, 0, 2);
	for (unsigned bit = 12; bit < 21; bit++) {
		*entry = RW | VTD_PS | UINT64_C(1) << bit;
		expect(&img, &ss3, 0, IMAGE_READ, 0xc, 0);
	}
	*entry = RW | VTD_PS | 1 << 21;
	expect(&img, &ss3, 0, IMAGE_READ, VTD_OK, 1 << 21);
	img.max_leaf_level = 1;
	expect(&img, &ss3, 0, IMAGE_READ, 0xc, 0);
	img.max_leaf_level = 0;

	entry = build(&ss3, 0, 3);
	for (unsigned bit = 12; bit < 30; bit++) {
		*entry = RW | VTD_PS | UINT64_C(1) << bit;
		expect(&img, &ss3, 0, IMAGE_READ, 0xc, 0);
	}
	*entry = RW | VTD_PS | 1 << 30;
	expect(&img, &ss3, 5, IMAGE_READ, VTD_OK, (1 << 30) + 5);

	entry = build(&ss3, 0, 1);
	*entry = 0x5000 | RW | VTD_PS; /* ignored at level 1 */
	expect(&img, &ss3, 0, IMAGE_READ, VTD_OK, 0x5000);
	*entry = 0x5000 | RW | VTD_SS_SNP;
	expect(&img, &ss3, 0, IMAGE_READ, 0xc, 0);
	img.snoop = true;
	expect(&img, &ss3, 0, IMAGE_READ, VTD_OK, 0x5000);
	mem[1][0] |= VTD_SS_SNP; /* never in an entry that names a table */
	expect(&img, &ss3, 0, IMAGE_READ, 0xc, 0);

	entry = build(&ss3, 0, 1);
	*entry = 0x5000 | RW | VTD_SS_TM;
	expect(&img, &ss3, 0, IMAGE_READ, 0xc, 0);
	img.transient = true;
	expect(&img, &ss3, 0, IMAGE_READ, VTD_OK, 0x5000);
	mem[0][0] |= VTD_SS_TM;
	expect(&img, &ss3, 0, IMAGE_READ, 0xc, 0);

	img.host_width = 39;
	entry = build(&ss3, 0, 1);
	*entry = RW | UINT64_C(1) << 38;
	expect(&img, &ss3, 0, IMAGE_READ, VTD_OK, UINT64_C(1) << 38);
	for (unsigned bit = 39; bit < 52; bit++) {
		*entry = RW | UINT64_C(1) << bit;
		expect(&img, &ss3, 0, IMAGE_READ, 0xc, 0);
	}
	/* The permission of this access is tested first. */
	*entry = VTD_R | UINT64_C(1) << 50;
	expect(&img, &ss3, 0, IMAGE_WRITE, 0x5, 0);
	expect(&img, &ss3, 0, IMAGE_READ, 0xc, 0);
}

static void scalable_reasons(void **state)
{
	struct image img = plain;
	uint64_t *leaf = build(&ss4, 0, 1);

	img.scalable = true;
	expect(&img, &ss4, 0, IMAGE_READ, 0x79, 0);
	*leaf = 0x5000 | VTD_R;
	expect(&img, &ss4, 0, IMAGE_WRITE, 0x79, 0);
	*leaf = 0x5000 | VTD_R | VTD_SS_TM;
	expect(&img, &ss4, 0, IMAGE_READ, 0x7a, 0);
	mem[0][0] = at(PAGES) | RW;
	expect(&img, &ss4, 0, IMAGE_READ, 0x78, 0);
	expect(&img, &(struct image_tree){VTD_SS, 4, 0}, 0, IMAGE_READ, 0x7b,
	       0);
	expect(&img, &ss4, UINT64_C(1) << 48, IMAGE_READ, 0x84, 0);
	img.interrupts = true;
	expect(&img, &ss4, 0xfee00000, IMAGE_WRITE, 0x87, 0);
	expect(&img, &ss4, 0xfeefffff, IMAGE_READ, 0x87, 0);
	expect(&img, &ss4, 0xfef00000, IMAGE_READ, 0x78, 0);
}

static void first_stage_faults(void **state)
{
	const uint64_t high = -(UINT64_C(1) << 47); /* upper half, 4 levels */
	struct image img = plain;
	struct image_result r;
	uint64_t *leaf = build(&fs4, high, 1);

	expect(&img, &fs4, UINT64_C(1) << 47, IMAGE_READ, 0x80, 0);
	expect(&img, &fs5, UINT64_C(1) << 56, IMAGE_READ, 0x80, 0);
	expect(&img, &fs4, high, IMAGE_READ, 0x71, 0);
	*leaf = 0x5000 | VTD_FS_P | VTD_FS_U;
	expect(&img, &fs4, high + 7, IMAGE_READ, VTD_OK, 0x5007);
	expect(&img, &fs4, high, IMAGE_WRITE, 0x85, 0);
	*leaf = 0x5000 | VTD_FS_P | VTD_FS_W;
	expect(&img, &fs4, high, IMAGE_READ, 0x81, 0);
	expect(&img, &fs4, high, IMAGE_READ | IMAGE_SUPERVISOR, VTD_OK, 0x5000);
	*leaf = 0x5000 | VTD_FS_P;
	expect(&img, &fs4, high, IMAGE_WRITE | IMAGE_SUPERVISOR, VTD_OK,
	       0x5000);
	img.write_protect = true;
	expect(&img, &fs4, high, IMAGE_WRITE | IMAGE_SUPERVISOR, 0x85, 0);
	*leaf = 0x5000 | 7 | UINT64_C(1) << 51;
	img.host_width = 48;
	expect(&img, &fs4, high, IMAGE_READ, 0x72, 0);
	leaf = build(&fs4, high, 2);
	*leaf = 7 | VTD_PS | 1 << 13;
	expect(&img, &fs4, high, IMAGE_READ, 0x72, 0);
	*leaf = 7 | VTD_PS | 1 << 12; /* PAT */
	expect(&img, &fs4, high, IMAGE_READ, VTD_OK, 0);
	*leaf = at(PAGES) | 7;
	expect(&img, &fs4, high, IMAGE_READ, 0x70, 0);
	expect(&img, &(struct image_tree){VTD_FS, 4, 0}, 0, IMAGE_READ, 0x73,
	       0);
	/* what the hardware would write */
	leaf = build(&fs4, 0, 1);
	*leaf = 0x5000 | 7 | VTD_FS_A;
	mem[0][0] |= VTD_FS_A;
	image_walk(&img, &fs4, 0, IMAGE_WRITE, &r);
	assert_int_equal(r.need_a, 6); /* entries 1 and 2 of 0..3 */
	assert_true(r.need_d);
	assert_int_equal(image_walk(&img, &(struct image_tree){VTD_FS, 3, BASE},
				    0, IMAGE_READ, &r),
			 -EINVAL);
}

struct seen {
	struct image_leaf leaves[64];
	size_t n;
	uint64_t visits;
};

static int see(void *arg, const struct image_leaf *leaf)
{
	struct seen *s = arg;

	if (s->n < 64)
		s->leaves[s->n++] = *leaf;
	s->visits++;
	return 0;
}

static void listing(void **state)
{
	struct seen s = {.n = 0};

	build(&ss3, 0, 1);
	mem[2][511] = 0x7000 | VTD_R;
	mem[2][0] = 0x6000 | RW;
	mem[2][1] = 0x6000 | 4;		    /* absent */
	mem[1][1] = 0x400000 | RW | VTD_PS; /* 2M */
	mem[1][2] = 0x401000 | RW | VTD_PS; /* reserved */
	mem[1][3] = at(PAGES + 5) | RW;	    /* not there */
	mem[1][511] = at(3) | VTD_W;	    /* write only */
	mem[3][0] = 0x8000 | VTD_R;	    /* unreachable */
	mem[3][1] = 0x9000 | RW;
	mem[0][511] = UINT64_C(0x3c0000000) | RW | VTD_PS; /* 1G */
	assert_int_equal(image_leaves(&plain, &ss3, see, &s), 0);
	assert_int_equal(s.n, 7);
	assert_int_equal(s.leaves[0].iova, 0);
	assert_int_equal(s.leaves[0].pa, 0x6000);
	assert_int_equal(s.leaves[1].iova, 511 << 12);
	assert_int_equal(s.leaves[1].perm, VTD_R);
	assert_int_equal(s.leaves[2].bytes, 1 << 21);
	assert_int_equal(s.leaves[2].pa, 0x400000);
	assert_int_equal(s.leaves[3].reason, 0xc);
	assert_int_equal(s.leaves[3].iova, 2 << 21);
	assert_int_equal(s.leaves[4].reason, 0x7);
	assert_int_equal(s.leaves[5].perm, VTD_W);
	assert_int_equal(s.leaves[5].pa, 0x9000);
	assert_int_equal(s.leaves[6].iova, UINT64_C(511) << 30);
	assert_int_equal(s.leaves[6].bytes, 1 << 30);
	assert_int_equal(image_tables(&plain, &ss3), 4);

	/* canonical addresses, the upper half last */
	s.n = 0;
	build(&fs4, 0, 1);
	mem[3][0] = 0x5000 | 7;
	mem[0][256] = at(1) | 7;
	assert_int_equal(image_leaves(&plain, &fs4, see, &s), 0);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.leaves[1].iova, -(UINT64_C(1) << 47));

	s.n = 0;
	assert_int_equal(image_leaves(&plain,
				      &(struct image_tree){VTD_SS, 3, 0}, see,
				      &s),
			 0);
	assert_int_equal(s.leaves[0].reason, 0x3);
	assert_int_equal(image_leaves(&plain,
				      &(struct image_tree){VTD_SS, 2, BASE},
				      see, &s),
			 -EINVAL);
}

/* A table whose every entry names itself: 512^5 leaves to the hardware. */
static void cycles_end(void **state)
{
	struct image img = plain;
	struct image_result r;
	struct seen s = {.n = 0};

	for (unsigned i = 0; i < VTD_ENTRIES; i++)
		mem[0][i] = BASE | RW;
	img.max_tables = 1000;
	assert_int_equal(image_leaves(&img, &ss5, see, &s), -ELOOP);
	assert_in_range(s.visits, 1, 1000 * VTD_ENTRIES);
	assert_int_equal(image_tables(&img, &ss5), 1000);
	assert_int_equal(image_walk(&img, &ss5, 0x123, IMAGE_READ, &r), VTD_OK);
	assert_int_equal(r.refs, 5);
	assert_int_equal(r.pa, BASE + 0x123);
}

static void legacy_devices(void **state)
{
	struct image_device d;
	const unsigned index = 0x28 * 2; /* 00:05.0 in words */
	uint64_t *root = mem[0], *context = &mem[1][index];

	memset(mem, 0, sizeof(mem));
	assert_int_equal(image_device(&plain, at(PAGES), 0x28, &d), 0x8);
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0x1);
	root[0] = at(1) | 1;
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0x2);
	context[0] = at(2) | 1;
	context[1] = 2 | 7 << 8;
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0);
	assert_int_equal(d.type, IMAGE_SECOND);
	assert_int_equal(d.domain_id, 7);
	assert_int_equal(d.ss.levels, 4);
	assert_int_equal(d.ss.table, at(2));
	assert_int_equal(d.context_pa, at(1) + 8 * index);
	for (unsigned aw = 0; aw < 8; aw++) {
		context[1] = aw | 7 << 8;
		assert_int_equal(image_device(&plain, BASE, 0x28, &d),
				 aw >= 1 && aw <= 3 ? 0 : 0x3);
	}
	context[1] = 1 | 7 << 8;
	context[0] = at(2) | 1 | 1 << 2; /* with a device TLB */
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0);
	assert_true(d.device_tlb);
	context[0] = at(2) | 1 | 2 << 2;
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0);
	assert_int_equal(d.type, IMAGE_PASS_THROUGH);
	context[0] = at(2) | 1 | 3 << 2;
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0x3);
	context[0] = at(2) | 1 | 1 << 5;
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0xb);
	context[0] = at(2) | 1;
	context[1] |= UINT64_C(1) << 30;
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0xb);
	root[1] = 1;
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0xa);
	root[1] = 0;
	root[0] |= 2;
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0xa);
	root[0] = at(PAGES) | 1;
	assert_int_equal(image_device(&plain, BASE, 0x28, &d), 0x9);
}

/* Root, context, directory, PASID table in pages 0 to 3; PASID 0x65. */
static uint64_t *build_scalable(void)
{
	memset(mem, 0, sizeof(mem));
	mem[0][1] = at(1) | 1;	   /* bus 0, devfn 0x80 and above */
	mem[1][4 * 3] = at(2) | 1; /* 00:10.3 */
	mem[1][4 * 3 + 1] = 0x65;  /* RID_PASID */
	mem[2][1] = at(3) | 1;	   /* 0x65 >> 6 */
	return &mem[3][8 * 37];	   /* 0x65 & 63 */
}

static void scalable_devices(void **state)
{
	const uint64_t rtaddr = BASE | VTD_RTADDR_SCALABLE;
	uint64_t *p = build_scalable();
	struct image_device d;
	struct image img = plain;

	assert_int_equal(image_device(&img, rtaddr, 0x03, &d), 0x1);
	assert_int_equal(image_device(&img, rtaddr, 0x84, &d), 0x2);
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x59);
	p[0] = at(4) | 1 | 2 << 2 | 2 << 6; /* second stage, 4 levels */
	p[1] = 9;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0);
	assert_int_equal(d.type, IMAGE_SECOND);
	assert_int_equal(d.domain_id, 9);
	assert_int_equal(d.pasid, 0x65);
	assert_int_equal(d.ss.levels, 4);
	assert_int_equal(d.ss.table, at(4));
	assert_int_equal(d.pasid_pa, at(3) + 37 * 64);
	p[0] = 1 | 1 << 6; /* first stage, 5 levels */
	p[2] = at(5) | 1 << 2 | 1 << 4;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0);
	assert_int_equal(d.type, IMAGE_FIRST);
	assert_int_equal(d.fs.levels, 5);
	assert_int_equal(d.fs.table, at(5));
	assert_true(d.write_protect);
	p[0] = at(4) | 1 | 1 << 2 | 3 << 6;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0);
	assert_int_equal(d.type, IMAGE_NESTED);
	assert_int_equal(d.ss.levels, 3);
	p[0] = 1 | 4 << 6;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0);
	assert_int_equal(d.type, IMAGE_PASS_THROUGH);
	for (unsigned pgtt = 0; pgtt < 8; pgtt++) {
		p[0] = at(4) | 1 | 1 << 2 | pgtt << 6;
		assert_int_equal(image_device(&img, rtaddr, 0x83, &d),
				 pgtt >= 1 && pgtt <= 4 ? 0 : 0x5b);
	}
	p[0] = at(4) | 1 | 2 << 6; /* no such width */
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x5b);
	p[0] = 1 | 1 << 6;
	p[2] = at(5) | 2 << 2; /* no such number of levels */
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x5b);
	p[0] = at(4) | 1 | 2 << 2 | 2 << 6 | 1 << 11;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x5a);
	mem[2][1] = at(PAGES) | 1;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x58);
	mem[2][1] = at(3) | 1 | 1 << 5;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x52);
	mem[2][1] = 0;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x51);
	mem[1][4 * 3] = at(PAGES) | 1;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x50);
	mem[1][4 * 3 + 1] = 128 << 6; /* beyond the directory */
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x3);
	mem[1][4 * 3 + 2] = 1;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0xb);
	mem[0][1] = at(PAGES) | 1;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0x9);
	mem[0][1] |= 1 << 3;
	assert_int_equal(image_device(&img, rtaddr, 0x83, &d), 0xa);
}

struct devices {
	uint16_t ids[16];
	unsigned reasons[16];
	size_t n;
};

static int see_device(void *arg, const struct image_device *dev)
{
	struct devices *d = arg;

	if (d->n < 16) {
		d->ids[d->n] = dev->source_id;
		d->reasons[d->n] = dev->reason;
	}
	d->n++;
	return 0;
}

static void device_list(void **state)
{
	struct devices d = {.n = 0};

	memset(mem, 0, sizeof(mem));
	mem[0][0] = at(1) | 1;
	mem[0][2 * 3] = at(PAGES) | 1; /* bus 3: table not there */
	mem[0][2 * 4] = at(1) | 1 | 2; /* bus 4: reserved bit */
	mem[0][2 * 255] = at(1) | 1;
	mem[1][2 * 8] = at(2) | 1;
	mem[1][2 * 8 + 1] = 1;
	mem[1][2 * 255] = at(2) | 1;
	mem[1][2 * 255 + 1] = 1;
	assert_int_equal(image_devices(&plain, BASE, see_device, &d), 0);
	assert_int_equal(d.n, 6);
	assert_int_equal(d.ids[0], 0x0008);
	assert_int_equal(d.ids[1], 0x00ff);
	assert_int_equal(d.ids[2], 0x0300);
	assert_int_equal(d.reasons[2], 0x9);
	assert_int_equal(d.ids[3], 0x0400);
	assert_int_equal(d.reasons[3], 0xa);
	assert_int_equal(d.ids[4], 0xff08);
	assert_int_equal(d.ids[5], 0xffff);
	d.n = 0;
	assert_int_equal(image_devices(&plain, at(PAGES), see_device, &d), 0);
	assert_int_equal(d.n, 1);
	assert_int_equal(d.reasons[0], 0x8);
}

/* Random pages that mostly name each other: whatever comes, it comes soon. */
static void corruption(void **state)
{
	static const struct image_tree *const trees[] = {&ss3, &ss4, &ss5, &fs4,
							 &fs5};
	struct image img = plain;
	struct seen s;
	struct devices d;
	struct rng r;

	rng_seed(&r, 42, 0);
	img.max_tables = 200;
	for (unsigned round = 0; round < 60; round++) {
		struct image_result w;

		for (unsigned i = 0; i < PAGES; i++)
			for (unsigned e = 0; e < VTD_ENTRIES; e++)
				mem[i][e] =
					rng_below(&r, 4)
						? at((unsigned)rng_below(
							  &r, PAGES + 2)) |
							  rng_below(&r, 4096)
						: rng_u64(&r);
		img.scalable = round & 1;
		img.host_width = round & 2 ? 39 : 0;
		for (size_t i = 0; i < 5; i++) {
			s = (struct seen){.n = 0};
			(void)image_leaves(&img, trees[i], see, &s);
			for (unsigned n = 0; n < 200; n++) {
				uint64_t iova = rng_u64(&r) >>
						rng_below(&r, 52);
				int rc = image_walk(&img, trees[i], iova,
						    1 + n % 3, &w);

				assert_in_range(rc, 0, 0x90);
				assert_in_range(w.refs, 0, trees[i]->levels);
			}
		}
		d.n = 0;
		image_devices(&img,
			      at((unsigned)rng_below(&r, PAGES)) |
				      (round & 1 ? VTD_RTADDR_SCALABLE : 0),
			      see_device, &d);
		assert_in_range(d.n, 0, 65536);
	}
}

static void every_reason_has_words(void **state)
{
	static const unsigned reasons[] = {0,	 1,    2,    3,	   4,	 5,
					   6,	 7,    8,    9,	   0xa,	 0xb,
					   0xc,	 0x50, 0x51, 0x52, 0x58, 0x59,
					   0x5a, 0x5b, 0x70, 0x71, 0x72, 0x73,
					   0x78, 0x79, 0x7a, 0x7b, 0x80, 0x81,
					   0x84, 0x85, 0x87};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		assert_string_not_equal(vtd_reason_text(reasons[i]),
					vtd_reason_text(0xff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_all_levels),
		cmocka_unit_test(second_stage_faults),
		cmocka_unit_test(second_stage_reserved),
		cmocka_unit_test(scalable_reasons),
		cmocka_unit_test(first_stage_faults),
		cmocka_unit_test(listing),
		cmocka_unit_test(cycles_end),
		cmocka_unit_test(legacy_devices),
		cmocka_unit_test(scalable_devices),
		cmocka_unit_test(device_list),
		cmocka_unit_test(corruption),
		cmocka_unit_test(every_reason_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
