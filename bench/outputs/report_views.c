/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns of the report's tables. */
#include "outputs/report_views.h"

static const struct report_column walks[] = {
	{"walk ns", "p50", 0, NS_SINGLE, METRIC_walk_p50_ns, 0},
	{"walk ns", "p99", 3, NS_SINGLE, METRIC_walk_p99_ns, 0},
	{"walk ns", "p99.9", 8, NS_SINGLE, METRIC_walk_p999_ns, 0},
	{"x", "floor", 0, RATIO, METRIC_walk_x_floor, 0},
	{"", "walks/s", 1, RATE, METRIC_walk_ops_per_s, 0},
	{"", "scale", 2, SCALE, METRIC_walk_ops_per_s, 0},
	/* The table of translations has it as well. */
	{"IOTLB", "hits", 11, PERCENT, METRIC_iotlb_hit_ratio, 0},
	{REPORT_MISSES, "L1d", 9, MISSES, METRIC_sim_l1d_misses_per_walk,
	 METRIC_l1d_misses_per_op},
	{REPORT_MISSES, "L2", 10, MISSES, METRIC_sim_l2_misses_per_walk,
	 METRIC_l2_misses_per_op},
	{REPORT_MISSES, "LLC", 7, MISSES, METRIC_sim_llc_misses_per_walk,
	 METRIC_llc_misses_per_op},
	{"tables", "held", 4, BYTES, METRIC_table_bytes_held_peak,
	 METRIC_table_bytes_held_end},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

/* Where mappers change what is walked. */
static const struct report_column mixed[] = {
	{"walks that", "find nothing", 0, PERCENT, METRIC_walk_fault_ratio, 0},
	{"single walk, ns", "page found", 1, NS, METRIC_walk_hit_ns, 0},
	{"single walk, ns", "nothing", 2, NS, METRIC_walk_fault_ns, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct report_column updates[] = {
	{"map ns", "p50", 0, NS_SINGLE, METRIC_map_p50_ns, 0},
	{"map ns", "p99", 5, NS_SINGLE, METRIC_map_p99_ns, 0},
	{"map ns", "p99.9", 8, NS_SINGLE, METRIC_map_p999_ns, 0},
	{"unmap ns", "p50", 0, NS_SINGLE, METRIC_unmap_p50_ns, 0},
	{"unmap ns", "p99", 4, NS_SINGLE, METRIC_unmap_p99_ns, 0},
	{"unmap ns", "p99.9", 7, NS_SINGLE, METRIC_unmap_p999_ns, 0},
	{"", "updates/s", 1, RATE, METRIC_update_ops_per_s, 0},
	{"dump", "ms", 6, PLAIN, METRIC_dump_ms, 0},
	{"pass", "ms", 9, PLAIN, METRIC_update_pass_ms, 0},
	{"reclaim", "stalls", 2, PLAIN, METRIC_reclaim_stalls, 0},
	{"tables", "held", 3, BYTES, METRIC_table_bytes_held_peak,
	 METRIC_table_bytes_held_end},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

/* Beside walkers that run free. */
static const struct report_column paced[] = {
	{"map from intended start, ns", "p50", 0, NS_SINGLE, METRIC_map_p50_ns,
	 0},
	{"map from intended start, ns", "p99", 3, NS_SINGLE, METRIC_map_p99_ns,
	 0},
	{"unmap", "p50", 0, NS_SINGLE, METRIC_unmap_p50_ns, 0},
	{"unmap", "p99", 4, NS_SINGLE, METRIC_unmap_p99_ns, 0},
	{"rate", "kept", 0, PERCENT, METRIC_update_rate_kept, 0},
	{"reclaim", "stalls", 1, PLAIN, METRIC_reclaim_stalls, 0},
	{"tables", "held", 2, BYTES, METRIC_table_bytes_held_peak,
	 METRIC_table_bytes_held_end},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct report_column sizes[] = {
#define MAP_SIZE(size, level, pages, slots, text, brief, caption, bits) \
	{"map / unmap, ns",                                             \
	 text,                                                          \
	 METRIC_map_##size##_ns - METRIC_map_4k_ns,                     \
	 PAIR,                                                          \
	 METRIC_map_##size##_ns,                                        \
	 METRIC_unmap_##size##_ns},
#include "trial/map_sizes.def"
#undef MAP_SIZE
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct report_column replay[] = {
	{"", "ns / event", 0, NS_INTERVAL, METRIC_event_ns, 0},
	{"of it", "inv ns", 0, NS_IF_ANY, METRIC_event_inv_ns, 0},
	{"device", "ns", 5, NS_IF_ANY, METRIC_device_translate_ns, 0},
	{"", "events", 2, PLAIN, METRIC_events, 0},
	{"unmaps of", "nothing", 4, PLAIN, METRIC_events_unmapped_nothing, 0},
	{"tables", "freed", 3, PLAIN, METRIC_tables_freed, 0},
	{"tables", "held", 1, BYTES, METRIC_table_bytes_held_peak,
	 METRIC_table_bytes_held_end},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

/* Who walks what a replay maps. */
static const struct report_column beside[] = {
	{"walk ns", "mean", 0, NS, METRIC_replay_walk_ns, 0},
	{"walk ns", "p50", 1, NS_SINGLE, METRIC_walk_p50_ns, 0},
	{"walk ns", "p99", 2, NS_SINGLE, METRIC_walk_p99_ns, 0},
	{"walks", "kept", 0, PERCENT, METRIC_walks_kept, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct report_column translates[] = {
	{"translate", "ns", 0, NS, METRIC_translate_ns, 0},
	{"", "p99", 2, NS_SINGLE, METRIC_translate_p99_ns, 0},
	{"", "translates/s", 1, RATE, METRIC_translate_ops_per_s, 0},
	{"IOTLB", "hits", 0, PERCENT, METRIC_iotlb_hit_ratio, 0},
	{"same, one", "thread", 3, PERCENT, METRIC_iotlb_pass_hit_ratio, 0},
	{"invali-", "dations", 4, PLAIN, METRIC_iotlb_invalidations, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct report_column open_loop[] = {
	{"from intended start, ns", "p50", 0, NS_SINGLE,
	 METRIC_walk_open_p50_ns, 0},
	{"from intended start, ns", "p99", 0, NS_SINGLE,
	 METRIC_walk_open_p99_ns, 0},
	{"from intended start, ns", "p99.9", 1, NS_SINGLE,
	 METRIC_walk_open_p999_ns, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

static const struct report_column devices[] = {
	{"device translate ns", "mean", 0, NS, METRIC_device_lat_ns, 0},
	{"device translate ns", "p50", 0, NS_SINGLE, METRIC_device_p50_ns, 0},
	{"device translate ns", "p99", 1, NS_SINGLE, METRIC_device_p99_ns, 0},
	{"device translate ns", "p99.9", 4, NS_SINGLE, METRIC_device_p999_ns,
	 0},
	{"IOTLB", "hit ns", 2, NS, METRIC_device_hit_ns, 0},
	{"IOTLB", "miss ns", 2, NS, METRIC_device_miss_ns, 0},
	{"IOTLB", "hits", 3, PERCENT, METRIC_device_hit_ratio, 0},
	{"", "translates/s", 0, RATE, METRIC_device_ops_per_s, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

/* Where there is a queue: without one nothing is timed. */
static const struct report_column invalidations[] = {
	{"invalidation per unmap", "ns", 0, NS, METRIC_inv_ns_per_unmap, 0},
	{"invalidation per unmap", "share", 0, PERCENT, METRIC_inv_share, 0},
	{"invalidation per unmap", "descriptors", 0, SMALL,
	 METRIC_inv_descriptors_per_unmap, 0},
	{"invalidation per unmap", "waits", 1, SMALL,
	 METRIC_inv_waits_per_unmap, 0},
	{"invalidation per unmap", "flushes", 2, SMALL,
	 METRIC_inv_flushes_per_unmap, 0},
	{"sim lines moved", "a submit", 0, SMALL,
	 METRIC_sim_queue_lines_per_submit, 0},
	{"dis-", "turbed", 0, DISTURBED, 0, 0},
	{0},
};

const struct report_view report_views[] = {
	{METRIC_walk_lat_ns, walks},
	{METRIC_walk_open_p50_ns, open_loop},
	{METRIC_walk_fault_ratio, mixed},
	{METRIC_event_ns, replay},
	{METRIC_replay_walk_ns, beside},
	{METRIC_update_ops_per_s, updates},
	{METRIC_map_4k_ns, sizes},
	{METRIC_translate_ns, translates},
	{METRIC_device_translate_ns, devices},
	{METRIC_update_rate_kept, paced},
	{METRIC_inv_ns_per_unmap, invalidations},
	{0},
};
