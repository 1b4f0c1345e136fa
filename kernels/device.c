/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for the flights of devices; the protocol is in device.h. */
#include "device.h"

#include <sched.h>

#include "check.h"

/* Until @flight of @dev is over. */
static void device_wait(const struct device *dev, uint64_t flight)
{
	/* Hardware does not lose the CPU. The thread that stands for it may,
	 * perhaps to the caller. */
	enum { SPINS = 1 << 14 };

	/* acquire: B, pairs with the release in device_end() */
	for (unsigned spins = 1;
	     __atomic_load_n(&dev->flight, __ATOMIC_ACQUIRE) == flight; spins++)
		if (spins % SPINS)
			check_spin();
		else
			sched_yield();
}

unsigned devices_drain(const struct device *first, struct match m)
{
	unsigned n = 0;

	for (const struct device *dev = first; dev; dev = dev->next) {
		/* acquire: with it comes `what` of this flight, or of a later
		 * one: then this one is over */
		uint64_t flight =
			__atomic_load_n(&dev->flight, __ATOMIC_ACQUIRE);

		if (!(flight & 1) ||
		    !matches(m, __atomic_load_n(&dev->what, __ATOMIC_RELAXED)))
			continue;
		device_wait(dev, flight);
		n++;
	}
	return n;
}
