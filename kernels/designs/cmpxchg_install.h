/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linking a table without a lock: one cmpxchg of the empty entry. Release
 * pairs with the acquire of entry_load(), so a walker that sees the link sees
 * the zeroes. The loser's table was never visible and is free at once.
 */
#ifndef CMPXCHG_INSTALL_H
#define CMPXCHG_INSTALL_H

#include "../vtd.h"

VTD_INLINE uint64_t table_install(uint64_t *entry, uint64_t value)
{
	uint64_t seen = 0;

	/* release on success: see above; acquire on failure: pairs with the
	 * winner's release, its zeroes are about to be read */
	return __atomic_compare_exchange_n(entry, &seen, value, false,
					   __ATOMIC_RELEASE, __ATOMIC_ACQUIRE)
		       ? value
		       : seen;
}

#endif
