/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of CPUs and nodes as people write them: "0-3,8". */
#include <stdio.h>
#include <stdlib.h>

#include "topo.h"

int topo_list_text(const unsigned *numbers, size_t n, char *text, size_t len)
{
	size_t used = 0;

	if (len)
		text[0] = '\0';
	for (size_t i = 0; i < n;) {
		char *at = used < len ? text + used : NULL;
		size_t room = used < len ? len - used : 0;
		const char *comma = i ? "," : "";
		size_t last = i;
		int wrote;

		while (last + 1 < n && numbers[last + 1] == numbers[last] + 1)
			last++;
		if (last == i)
			wrote = snprintf(at, room, "%s%u", comma, numbers[i]);
		else
			wrote = snprintf(at, room, "%s%u-%u", comma, numbers[i],
					 numbers[last]);
		used += wrote > 0 ? (size_t)wrote : 0;
		i = last + 1;
	}
	return (int)used;
}

static int by_number(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return x < y ? -1 : x > y;
}

static int sorted_text(unsigned *numbers, size_t n, char *text, size_t len)
{
	int ret;

	if (!numbers)
		return snprintf(text, len, "(out of memory)");
	qsort(numbers, n, sizeof(*numbers), by_number);
	ret = topo_list_text(numbers, n, text, len);
	free(numbers);
	return ret;
}

int topo_cpus_text(const struct topo *t, char *text, size_t len)
{
	unsigned *numbers = calloc(t->ncpus + 1, sizeof(*numbers));

	for (size_t i = 0; numbers && i < t->ncpus; i++)
		numbers[i] = t->cpus[i].os_index;
	return sorted_text(numbers, t->ncpus, text, len);
}

int topo_nodes_text(const struct topo *t, char *text, size_t len)
{
	unsigned *numbers = calloc(t->nnodes + 1, sizeof(*numbers));

	for (size_t i = 0; numbers && i < t->nnodes; i++)
		numbers[i] = t->nodes[i].os_index;
	return sorted_text(numbers, t->nnodes, text, len);
}
