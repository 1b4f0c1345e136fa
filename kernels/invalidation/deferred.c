/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flush queues: entries and their order; engine_flush.inc flushes. */
#include "deferred.h"

#include <stdlib.h>
#include <time.h>

#include "../aligned.h"
#include "../check.h"
#include "../engine.h"

struct flush_state *flush_state_new(void)
{
	return aligned_zalloc(64, 1,
			      (sizeof(struct flush_state) + 63) & ~(size_t)63);
}

void flush_state_free(struct flush_state *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i <= ENGINE_THREADS_MAX; i++) {
		if (s->of[i])
			flush_queue_unlink(s->of[i]);
		free(s->of[i]);
	}
	free(s);
}

struct flush_queue *flush_queue_get(struct flush_state *s, struct domain *d,
				    const struct engine_thread *t)
{
	struct flush_queue **q = &s->of[t->number];

	if (!*q) {
		*q = calloc(1, sizeof(**q));
		if (*q)
			(*q)->domain = d;
	}
	return *q;
}

static uint64_t now_ns(const struct flush_state *s)
{
	struct timespec now;

	if (s->now)
		return s->now(s->arg);
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t flush_queue_add(struct flush_queue *q, struct flush_state *s,
			 struct engine_thread *t, uint64_t iova, uint64_t last,
			 struct pool_page *tables, unsigned ntables)
{
	struct flush_entry *e = &q->entry[q->end % FLUSH_SLOTS];

	check(!flush_queue_full(q), "a flush queue overflows");
	if (!flush_queue_used(q)) {
		q->since_ns = now_ns(s);
		q->next = t->flush_queues;
		q->link = &t->flush_queues;
		if (q->next)
			q->next->link = &q->next;
		t->flush_queues = q;
	}
	*e = (struct flush_entry){.iova = iova,
				  .last = last,
				  .tables = tables,
				  .ntables = ntables};
	/* seq_cst: pairs with flush_begin() */
	e->ticket = __atomic_load_n(&s->begun, __ATOMIC_SEQ_CST) + 1;
	q->end++;
	return e->ticket;
}

const struct flush_entry *flush_queue_take(struct flush_queue *q,
					   const struct flush_state *s)
{
	struct flush_entry *e = &q->entry[q->first % FLUSH_SLOTS];

	if (!flush_queue_used(q) || !flush_done(s, e->ticket))
		return NULL;
	if (++q->first == q->end)
		flush_queue_unlink(q);
	return e;
}

bool flush_queue_has(const struct flush_queue *q, uint64_t iova, uint64_t last)
{
	for (size_t i = q->first; i != q->end; i++) {
		const struct flush_entry *e = &q->entry[i % FLUSH_SLOTS];

		if (e->iova <= last && e->last >= iova)
			return true;
	}
	return false;
}

bool flush_queue_old(const struct flush_queue *q, const struct flush_state *s)
{
	return now_ns(s) - q->since_ns >= FLUSH_TIME_NS;
}

void flush_queue_unlink(struct flush_queue *q)
{
	if (!q->link)
		return;
	*q->link = q->next;
	if (q->next)
		q->next->link = q->link;
	q->next = NULL;
	q->link = NULL;
}
