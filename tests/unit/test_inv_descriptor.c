/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Invalidation descriptors, bit by bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../kernels/invalidation/descriptor.h"

static void is(struct inv_descriptor d, uint64_t qw0, uint64_t qw1)
{
	assert_int_equal(d.qw0, qw0);
	assert_int_equal(d.qw1, qw1);
}

/* Those that Linux 6.1 was seen to submit (qi_submit events). */
static void as_linux_writes_them(void **state)
{
	is(inv_encode_context(INV_GLOBAL, 0, 0, 0), 0x11, 0);
	is(inv_encode_iotlb(INV_GLOBAL, 0), 0xd2, 0);
	is(inv_encode_iotlb(INV_DOMAIN, 3), 0x300e2, 0);
	is(inv_encode_iotlb_pages(3, 0xffffffffd000, 0, false), 0x300f2,
	   0xffffffffd000);
}

static void every_field_has_its_place(void **state)
{
	const struct inv_descriptor d =
		inv_encode_context(INV_PAGE, 2, 0x12f8, 3);

	is(inv_encode_context(INV_DOMAIN, 0xabcd, 0, 0), 0xabcd0021, 0);
	is(inv_encode_context(INV_PAGE, 2, 0x00f8, 3), 0x000300f800020031, 0);
	assert_int_equal(inv_source(&d), 0x12f8);
	is(inv_encode_iotlb_pages(0xffff, 0x1234fff, 18, true), 0xffff00f2,
	   0x1234052);
	is(inv_encode_pasid(7, 0xfffff), 0x000fffff00070026, 0);
	is(inv_encode_pasid_pages(7, 0x12345, 0xffff800000001000, 1, true),
	   0x0001234500070036, 0xffff800000001041);
	is(inv_encode_wait(0x10002000, 0xdead), 0x0000dead00000025, 0x10002000);
}

static void a_device_tlb_has_the_size_in_the_address(void **state)
{
	is(inv_encode_device_tlb(0x0108, 16, 0x5000, 0), 0x0000010800100003,
	   0x5000);
	is(inv_encode_device_tlb(0x0108, 0, 0x4000, 1), 0x0000010800000003,
	   0x4001);
	is(inv_encode_device_tlb(0x0108, 0, 0x5000, 1), 0x0000010800000003,
	   0x4001);
	is(inv_encode_device_tlb(0x0108, 0, 0x8000, 2), 0x0000010800000003,
	   0x9001);
	is(inv_encode_device_tlb(0x0108, 0, 0x200000, 9), 0x0000010800000003,
	   0x2ff001);
	is(inv_encode_device_tlb(0x0108, 0, 0x5000, INV_DEVICE_MASK_MAX),
	   0x0000010800000003, 0x7ffffffffffff001);
	/* one less: half of everything */
	is(inv_encode_device_tlb(0x0108, 0, 0, INV_DEVICE_MASK_MAX - 1),
	   0x0000010800000003, 0x3ffffffffffff001);
}

static void what_was_encoded_is_read_back(void **state)
{
	const struct inv_descriptor d =
		inv_encode_iotlb_pages(0x8001, 0xfffffffff000, 9, true);

	assert_int_equal(inv_type(&d), INV_IOTLB);
	assert_int_equal(inv_granularity(&d), INV_PAGE);
	assert_int_equal(inv_domain(&d), 0x8001);
	assert_int_equal(inv_mask(&d), 9);
	assert_true(inv_leaf_only(&d));
	assert_int_equal(inv_address(&d), 0xfffffffff000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_linux_writes_them),
		cmocka_unit_test(every_field_has_its_place),
		cmocka_unit_test(a_device_tlb_has_the_size_in_the_address),
		cmocka_unit_test(what_was_encoded_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
