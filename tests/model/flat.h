/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reference: a sorted array of leaves and the contract of engine.h read
 * literally. No tables, no levels but for the choice of leaf sizes.
 */
#ifndef FLAT_H
#define FLAT_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../kernels/vtd.h"

struct flat_leaf {
	uint64_t iova, pa, bytes;
	unsigned perm;
};

struct flat {
	enum vtd_format format;
	unsigned levels, max_leaf;
	struct flat_leaf *leaf;
	size_t n, room;
};

static inline void flat_init(struct flat *m, enum vtd_format format,
			     unsigned levels, unsigned max_leaf)
{
	*m = (struct flat){
		.format = format, .levels = levels, .max_leaf = max_leaf};
	/* so that there is something to point at when nothing is mapped */
	m->room = 16;
	m->leaf = malloc(m->room * sizeof(*m->leaf));
	if (!m->leaf)
		abort();
}

static inline void flat_release(struct flat *m)
{
	free(m->leaf);
}

/* Index of the first leaf that ends after @iova. */
static inline size_t flat_find(const struct flat *m, uint64_t iova)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (m->leaf[mid].iova + (m->leaf[mid].bytes - 1) < iova)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The leaves that touch [iova, last]: [*first, *end). */
static inline void flat_range(const struct flat *m, uint64_t iova,
			      uint64_t last, const struct flat_leaf **first,
			      const struct flat_leaf **end)
{
	size_t i = flat_find(m, iova), j = i;

	while (j < m->n && m->leaf[j].iova <= last)
		j++;
	*first = m->leaf + i;
	*end = m->leaf + j;
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
	const struct flat_leaf *first, *end;
	struct flat_leaf *add = NULL;
	size_t at, n = 0, room = 0;

	if (flat_bad_range(m, iova, size) || pa % 4096 || !prot || prot > 3 ||
	    (pa + size - 1) >> 52 || pa >> 52 ||
	    (m->format == VTD_FS && prot == VTD_W))
		return -EINVAL;
	flat_range(m, iova, iova + size - 1, &first, &end);
	if (first != end)
		return -EEXIST;
	at = (size_t)(first - m->leaf);
	while (size) {
		uint64_t bytes = 4096;

		if (m->max_leaf >= 2 && size >= 1u << 21 &&
		    !((iova | pa) % (1u << 21)))
			bytes = 1u << 21;
		if (m->max_leaf >= 3 && size >= 1u << 30 &&
		    !((iova | pa) % (1u << 30)))
			bytes = 1u << 30;
		if (n == room) {
			room = room ? 2 * room : 16;
			add = realloc(add, room * sizeof(*add));
		}
		add[n++] = (struct flat_leaf){iova, pa, bytes, prot};
		iova += bytes;
		pa += bytes;
		size -= bytes;
	}
	if (m->n + n > m->room) {
		m->room = 2 * (m->n + n);
		m->leaf = realloc(m->leaf, m->room * sizeof(*m->leaf));
	}
	memmove(m->leaf + at + n, m->leaf + at, (m->n - at) * sizeof(*m->leaf));
	memcpy(m->leaf + at, add, n * sizeof(*add));
	m->n += n;
	free(add);
	return 0;
}

static inline int flat_unmap(struct flat *m, uint64_t iova, uint64_t size,
			     uint64_t *unmapped)
{
	const struct flat_leaf *first, *end;
	uint64_t last = iova + size - 1;

	if (flat_bad_range(m, iova, size))
		return -EINVAL;
	flat_range(m, iova, last, &first, &end);
	if (first != end && first->iova < iova)
		return -EINVAL;
	*unmapped = size;
	if (first != end && end[-1].iova + (end[-1].bytes - 1) > last)
		*unmapped = end[-1].iova + end[-1].bytes - iova;
	memmove(m->leaf + (first - m->leaf), end,
		(size_t)(m->leaf + m->n - end) * sizeof(*m->leaf));
	m->n -= (size_t)(end - first);
	return 0;
}

static inline int flat_walk(const struct flat *m, uint64_t iova,
			    const struct flat_leaf **leaf)
{
	const uint64_t width = UINT64_C(1) << (12 + 9 * m->levels);
	size_t i = flat_find(m, iova);

	if (m->format == VTD_SS ? iova >= width
				: iova >= width / 2 && iova < -(width / 2))
		return -EINVAL;
	*leaf = m->leaf + i;
	return i < m->n && m->leaf[i].iova <= iova ? 0 : -ENOENT;
}

#endif
