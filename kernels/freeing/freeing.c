/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of freeing.def, and the defaults. */
#include "freeing.h"

const struct free_way_row free_ways[FREE_WAYS] = {
#define FREE_WAY(name, help) {#name, help},
#include "freeing.def"
#undef FREE_WAY
};

struct freeing freeing_settled(const struct freeing *f)
{
	struct freeing s = *f;

	s.batch = s.batch ? s.batch : FREE_BATCH;
	s.bytes = s.bytes ? s.bytes : FREE_BYTES;
	s.time_ns = s.time_ns ? s.time_ns : FREE_TIME_NS;
	return s;
}
