/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What synchronisation costs when nobody else wants the line. */
#include "machine/latency_batch.h"

#include <stdalign.h>

#include "../kernels/engine.h"
#include "../kernels/threads.h"

/* A line of its own. */
static alignas(128) uint64_t word;

/* Of all of these the order is the cost: sequentially consistent, as x86 has no
 * weaker locked instruction; nobody else reads the word. */
static void atomic_add(void *arg, uint64_t n)
{
	while (n--)
		__atomic_fetch_add(&word, 1, __ATOMIC_SEQ_CST);
}

static void compare_exchange(void *arg, uint64_t n)
{
	uint64_t seen = __atomic_load_n(&word, __ATOMIC_RELAXED);

	while (n--)
		if (__atomic_compare_exchange_n(&word, &seen, seen + 1, false,
						__ATOMIC_SEQ_CST,
						__ATOMIC_RELAXED))
			seen++;
}

static void store_fence(void *arg, uint64_t n)
{
	while (n--) {
		__atomic_store_n(&word, n, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	}
}

static const struct cost {
	const char *name, *help;
	latency_work *work;
} costs[] = {
	{"atomic_add", "a locked add", atomic_add},
	{"compare_exchange", "a locked compare and exchange", compare_exchange},
	{"store_fence", "a store and a full fence", store_fence},
	{"spinlock", "a queued spinlock, taken and left", latency_spinlock},
	{"rwlock_read", "a queued reader-writer lock, to read",
	 latency_rwlock_read},
	{"rwlock_write", "a queued reader-writer lock, to write",
	 latency_rwlock_write},
};

int latency_costs(json_t *to, struct err *e)
{
	struct engine_thread t = {.number = thread_number_get()};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(costs) / sizeof(*costs); i++)
		json_array_append_new(
			list, json_pack("{ss ss so}", "name", costs[i].name,
					"help", costs[i].help, "each",
					latency_of_work(costs[i].work, &t)));
	json_object_set_new(to, "costs", list);
	thread_number_put(t.number);
	return 0;
}
