/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disjoint address ranges in a treap. */
#include "trace/ranges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct ranges_node {
	struct range range;
	uint32_t priority;
	uint32_t left, right; /* 0: none; of a free node: left is the next */
};

void ranges_init(struct ranges *r)
{
	memset(r, 0, sizeof(*r));
	r->seed = 2463534242u;
}

void ranges_release(struct ranges *r)
{
	free(r->nodes);
	ranges_init(r);
}

/* Marsaglia's xorshift32: the shape matters, not the quality. */
static uint32_t draw(struct ranges *r)
{
	r->seed ^= r->seed << 13;
	r->seed ^= r->seed >> 17;
	r->seed ^= r->seed << 5;
	return r->seed;
}

/* Makes sure that @want nodes can be taken. The free list is not counted. */
static int reserve(struct ranges *r, uint32_t want)
{
	uint32_t room = r->room ? 2 * r->room : 64;
	void *nodes;

	if (r->used + want < r->room)
		return 0;
	if (room < r->room)
		return -ENOMEM;
	nodes = realloc(r->nodes, room * sizeof(*r->nodes));
	if (!nodes)
		return -ENOMEM;
	r->nodes = nodes;
	r->room = room;
	if (!r->used)
		r->used = 1; /* node 0 stands for "none" */
	return 0;
}

static uint32_t take(struct ranges *r, uint64_t start, uint64_t last,
		     uint64_t value)
{
	uint32_t i = r->free;

	if (i)
		r->free = r->nodes[i].left;
	else
		i = r->used++;
	r->nodes[i] = (struct ranges_node){
		.range = {start, last, value},
		.priority = draw(r),
	};
	r->n++;
	return i;
}

/* Splits tree @t: ranges that start below @at, and the others. */
static void split(struct ranges_node *nodes, uint32_t t, uint64_t at,
		  uint32_t *below, uint32_t *above)
{
	/* Top-down: the open links of both results move along. */
	while (t) {
		if (nodes[t].range.start < at) {
			*below = t;
			below = &nodes[t].right;
			t = *below;
		} else {
			*above = t;
			above = &nodes[t].left;
			t = *above;
		}
	}
	*below = *above = 0;
}

/* Joins trees of which all of @a lies below all of @b. */
static uint32_t join(struct ranges_node *nodes, uint32_t a, uint32_t b)
{
	uint32_t root = 0, *link = &root;

	while (a && b) {
		if (nodes[a].priority > nodes[b].priority) {
			*link = a;
			link = &nodes[a].right;
			a = *link;
		} else {
			*link = b;
			link = &nodes[b].left;
			b = *link;
		}
	}
	*link = a ? a : b;
	return root;
}

static void insert(struct ranges *r, uint32_t node)
{
	uint32_t below, above;

	split(r->nodes, r->root, r->nodes[node].range.start, &below, &above);
	r->root = join(r->nodes, join(r->nodes, below, node), above);
}

/* The range that holds @at, or 0. */
static uint32_t holding(const struct ranges *r, uint64_t at)
{
	uint32_t t = r->root;

	while (t) {
		const struct ranges_node *n = &r->nodes[t];

		if (at < n->range.start)
			t = n->left;
		else if (at > n->range.last)
			t = n->right;
		else
			return t;
	}
	return 0;
}

/* Splits the range that holds @at - 1 and @at in two, if there is one. */
static void cut(struct ranges *r, uint64_t at)
{
	uint32_t t = holding(r, at);
	uint64_t last;

	if (!t || r->nodes[t].range.start == at)
		return;
	last = r->nodes[t].range.last;
	r->nodes[t].range.last = at - 1;
	insert(r, take(r, at, last, r->nodes[t].range.value));
}

/* Gives the nodes of tree @t back: rotates left children up, no recursion. */
static void give_back(struct ranges *r, uint32_t t)
{
	while (t) {
		struct ranges_node *n = &r->nodes[t];
		uint32_t next;

		if (n->left) {
			next = n->left;
			n->left = r->nodes[next].right;
			r->nodes[next].right = t;
		} else {
			next = n->right;
			n->left = r->free;
			r->free = t;
			r->n--;
		}
		t = next;
	}
}

int ranges_clear(struct ranges *r, uint64_t start, uint64_t last)
{
	uint32_t below, middle, above = 0;

	if (reserve(r, 3))
		return -ENOMEM;
	cut(r, start);
	if (last < UINT64_MAX)
		cut(r, last + 1);
	split(r->nodes, r->root, start, &below, &middle);
	if (last < UINT64_MAX)
		split(r->nodes, middle, last + 1, &middle, &above);
	give_back(r, middle);
	r->root = join(r->nodes, below, above);
	return 0;
}

int ranges_set(struct ranges *r, uint64_t start, uint64_t last, uint64_t value)
{
	if (reserve(r, 4) || ranges_clear(r, start, last))
		return -ENOMEM;
	insert(r, take(r, start, last, value));
	return 0;
}

bool ranges_next(const struct ranges *r, uint64_t from, struct range *found)
{
	uint32_t t = r->root, best = 0;

	while (t) {
		if (r->nodes[t].range.last >= from) {
			best = t;
			t = r->nodes[t].left;
		} else {
			t = r->nodes[t].right;
		}
	}
	if (best)
		*found = r->nodes[best].range;
	return best;
}
