/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which metric is the time of which operation. */
#include <stddef.h>

#include "judge/timed.h"

const struct timed timed[] = {
	{"walk_lat", "walk_lat_ns", "ns", NULL},
	{"walk_thr", "walk_thr_ns", "ns", "walk_ops_per_s"},
	{"walk_open", "walk_open_p50_ns", "ns", NULL},
	{"translate", "translate_ns", "ns", "translate_ops_per_s"},
	{"map", "map_p50_ns", "ns", "update_ops_per_s"},
	{"unmap", "unmap_p50_ns", "ns", "update_ops_per_s"},
	{"map_4k", "map_4k_ns", "ns", NULL},
	{"unmap_4k", "unmap_4k_ns", "ns", NULL},
	{"map_2m", "map_2m_ns", "ns", NULL},
	{"unmap_2m", "unmap_2m_ns", "ns", NULL},
	{"map_1g", "map_1g_ns", "ns", NULL},
	{"unmap_1g", "unmap_1g_ns", "ns", NULL},
	{"map_256x4k", "map_256x4k_ns", "ns", NULL},
	{"unmap_256x4k", "unmap_256x4k_ns", "ns", NULL},
	{"map_256x2m", "map_256x2m_ns", "ns", NULL},
	{"unmap_256x2m", "unmap_256x2m_ns", "ns", NULL},
	{"map_256x1g", "map_256x1g_ns", "ns", NULL},
	{"unmap_256x1g", "unmap_256x1g_ns", "ns", NULL},
	{"update_pass", "update_pass_ms", "ms", NULL},
	{"dump", "dump_ms", "ms", "dumps_per_s"},
	{"trace_event", "event_ns", "ns", NULL},
	{NULL, NULL, NULL, NULL}};
