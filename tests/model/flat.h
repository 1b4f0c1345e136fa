/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reference: a sorted array of runs of leaves and the contract of engine.h
 * read literally. No tables, no levels but for the choice of leaf sizes. A run
 * is leaves of one size that follow each other in both address spaces, as one
 * call maps them, so that a map of thousands of pages is one element.
 */
#ifndef FLAT_H
#define FLAT_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/vtd.h"

struct flat_leaf {
	uint64_t iova, pa, bytes;
	unsigned perm;
};

struct flat_run {
	uint64_t iova, pa, bytes; /* of all leaves */
	uint64_t leaf_bytes;
	unsigned perm;
};

struct flat {
	enum vtd_format format;
	unsigned levels, max_leaf;
	struct flat_run *run; /* ascending */
	size_t n, room;
	uint64_t leaves;
};

static inline void flat_init(struct flat *m, enum vtd_format format,
			     unsigned levels, unsigned max_leaf)
{
	*m = (struct flat){
		.format = format, .levels = levels, .max_leaf = max_leaf};
}

static inline void flat_release(struct flat *m)
{
	free(m->run);
	m->run = NULL;
}

static inline void flat_copy(struct flat *to, const struct flat *from)
{
	*to = *from;
	to->room = from->n + 4;
	to->run = malloc(to->room * sizeof(*to->run));
	if (!to->run)
		abort();
	if (from->n)
		memcpy(to->run, from->run, from->n * sizeof(*to->run));
}

/* Index of the first run that ends at or after @iova. */
static inline size_t flat_find(const struct flat *m, uint64_t iova)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (m->run[mid].iova + (m->run[mid].bytes - 1) < iova)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Replaces runs [at, at + old) by the @n at @by. */
static inline void flat_splice(struct flat *m, size_t at, size_t old,
			       const struct flat_run *by, size_t n)
{
	if (m->n + n > m->room) {
		m->room = 2 * (m->n + n);
		m->run = realloc(m->run, m->room * sizeof(*m->run));
		if (!m->run)
			abort();
	}
	for (size_t i = 0; i < old; i++)
		m->leaves -= m->run[at + i].bytes / m->run[at + i].leaf_bytes;
	for (size_t i = 0; i < n; i++)
		m->leaves += by[i].bytes / by[i].leaf_bytes;
	if (m->n)
		memmove(m->run + at + n, m->run + at + old,
			(m->n - at - old) * sizeof(*m->run));
	if (n)
		memcpy(m->run + at, by, n * sizeof(*by));
	m->n = m->n - old + n;
}

/* The leaf of @run that @iova is in. */
static inline struct flat_leaf flat_leaf_at(const struct flat_run *run,
					    uint64_t iova)
{
	uint64_t off = (iova - run->iova) & ~(run->leaf_bytes - 1);

	return (struct flat_leaf){run->iova + off, run->pa + off,
				  run->leaf_bytes, run->perm};
}

/* The leaves that touch [iova, last], in ascending order. */
struct flat_cursor {
	const struct flat *m;
	size_t run;
	uint64_t iova, last; /* next address to look at; inclusive */
	bool done;
};

static inline struct flat_cursor flat_leaves(const struct flat *m,
					     uint64_t iova, uint64_t last)
{
	return (struct flat_cursor){m, flat_find(m, iova), iova, last, false};
}

/* The next of them, or false: that was all. */
static inline bool flat_next(struct flat_cursor *c, struct flat_leaf *leaf)
{
	const struct flat_run *run = c->m->run + c->run;

	if (c->done || c->run == c->m->n || run->iova > c->last)
		return false;
	*leaf = flat_leaf_at(run, c->iova > run->iova ? c->iova : run->iova);
	c->iova = leaf->iova + leaf->bytes; /* 0: the last address is in it */
	c->done = !c->iova || c->iova > c->last;
	if (c->iova - 1 == run->iova + (run->bytes - 1))
		c->run++;
	return true;
}

static inline int flat_bad_range(const struct flat *m, uint64_t iova,
				 uint64_t size)
{
	const uint64_t width = UINT64_C(1) << (12 + 9 * m->levels);
	uint64_t last = iova + size - 1;

	if (!size || iova % 4096 || size % 4096 || last < iova)
		return 1;
	if (m->format == VTD_SS)
		return last >= width;
	/* canonical: both in the low half or both in the high one */
	return !(last < width / 2 || iova >= -(width / 2));
}

static inline int flat_map(struct flat *m, uint64_t iova, uint64_t pa,
			   uint64_t size, unsigned prot)
{
	struct flat_run add[8];
	size_t at, n = 0;

	if (flat_bad_range(m, iova, size) || pa % 4096 || !prot || prot > 3 ||
	    (pa + size - 1) >> 52 || pa >> 52 ||
	    (m->format == VTD_FS && prot == VTD_W))
		return -EINVAL;
	at = flat_find(m, iova);
	if (at < m->n && m->run[at].iova <= iova + size - 1)
		return -EEXIST;
	while (size) {
		uint64_t bytes = 4096, count;

		if (m->max_leaf >= 2 && size >= 1u << 21 &&
		    !((iova | pa) % (1u << 21)))
			bytes = 1u << 21;
		if (m->max_leaf >= 3 && size >= 1u << 30 &&
		    !((iova | pa) % (1u << 30)))
			bytes = 1u << 30;
		/* up to where a larger leaf might begin */
		count = 1;
		if (bytes < 1u << 30)
			count = bytes == 4096 ? 512 - iova / 4096 % 512
					      : 512 - (iova >> 21) % 512;
		if (count > size / bytes)
			count = size / bytes;
		if (n && add[n - 1].leaf_bytes == bytes) {
			add[n - 1].bytes += count * bytes;
		} else {
			if (n == 8)
				abort();
			add[n++] = (struct flat_run){iova, pa, count * bytes,
						     bytes, prot};
		}
		iova += count * bytes;
		pa += count * bytes;
		size -= count * bytes;
	}
	flat_splice(m, at, 0, add, n);
	return 0;
}

static inline int flat_unmap(struct flat *m, uint64_t iova, uint64_t size,
			     uint64_t *unmapped)
{
	struct flat_run left[2];
	uint64_t last = iova + size - 1;
	size_t i, j, n = 0;

	if (flat_bad_range(m, iova, size))
		return -EINVAL;
	i = j = flat_find(m, iova);
	if (i < m->n && m->run[i].iova < iova) {
		left[0] = m->run[i];
		left[0].bytes = iova - left[0].iova;
		if (left[0].bytes % left[0].leaf_bytes)
			return -EINVAL;
		n = 1;
	}
	for (; j < m->n && m->run[j].iova <= last; j++) {
		const struct flat_run *run = &m->run[j];
		struct flat_leaf leaf;
		uint64_t cut;

		if (last >= run->iova + (run->bytes - 1))
			continue;
		/* the leaf that @last is in goes whole */
		leaf = flat_leaf_at(run, last);
		last = leaf.iova + (leaf.bytes - 1);
		cut = last + 1 - run->iova;
		if (cut == run->bytes)
			continue;
		left[n++] = (struct flat_run){run->iova + cut, run->pa + cut,
					      run->bytes - cut, run->leaf_bytes,
					      run->perm};
	}
	*unmapped = last - iova + 1;
	flat_splice(m, i, j - i, left, n);
	return 0;
}

static inline int flat_walk(const struct flat *m, uint64_t iova,
			    struct flat_leaf *leaf)
{
	const uint64_t width = UINT64_C(1) << (12 + 9 * m->levels);
	size_t i = flat_find(m, iova);

	if (m->format == VTD_SS ? iova >= width
				: iova >= width / 2 && iova < -(width / 2))
		return -EINVAL;
	if (i == m->n || m->run[i].iova > iova)
		return -ENOENT;
	*leaf = flat_leaf_at(&m->run[i], iova);
	return 0;
}

#endif
