/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of CPUs and nodes as people write them: "0-3,8". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* @member: NULL = all; else whether the i-th belongs to what @arg says. */
static int cpus_text(const struct topo *t,
		     bool (*member)(const struct topo_cpu *c, int arg), int arg,
		     char *text, size_t len)
{
	unsigned *numbers = calloc(t->ncpus + 1, sizeof(*numbers));
	size_t n = 0;

	for (size_t i = 0; numbers && i < t->ncpus; i++)
		if (!member || member(&t->cpus[i], arg))
			numbers[n++] = t->cpus[i].os_index;
	return sorted_text(numbers, n, text, len);
}

int topo_cpus_text(const struct topo *t, char *text, size_t len)
{
	return cpus_text(t, NULL, 0, text, len);
}

static bool of_kind(const struct topo_cpu *c, int core_kind)
{
	return (int)c->core_kind == core_kind;
}

int topo_kind_cpus_text(const struct topo *t, unsigned core_kind, char *text,
			size_t len)
{
	return cpus_text(t, of_kind, (int)core_kind, text, len);
}

static int nodes_text(const struct topo *t, bool memory, char *text, size_t len)
{
	unsigned *numbers = calloc(t->nnodes + 1, sizeof(*numbers));
	size_t n = 0;

	for (size_t i = 0; numbers && i < t->nnodes; i++)
		if (!memory || t->nodes[i].memory)
			numbers[n++] = t->nodes[i].os_index;
	return sorted_text(numbers, n, text, len);
}

int topo_nodes_text(const struct topo *t, char *text, size_t len)
{
	return nodes_text(t, false, text, len);
}

int topo_memory_text(const struct topo *t, char *text, size_t len)
{
	return nodes_text(t, true, text, len);
}

/* Of a CPU that has no memory of its own: nodes are told apart by home. */
static bool strayed_to(const struct topo_cpu *c, int home)
{
	return c->home == home && c->node != home;
}

int topo_homes_text(const struct topo *t, char *text, size_t len)
{
	size_t used = 0;

	if (len)
		text[0] = '\0';
	for (size_t node = 0; node < t->nnodes; node++) {
		char *at = used < len ? text + used : NULL;
		char cpus[200];
		int wrote;

		cpus_text(t, strayed_to, (int)node, cpus, sizeof(cpus));
		if (!*cpus)
			continue;
		wrote = snprintf(at, used < len ? len - used : 0,
				 "%sCPU%s %s on node %u", used ? ", " : "",
				 cpus[strspn(cpus, "0123456789")] ? "s" : "",
				 cpus, t->nodes[node].os_index);
		used += wrote > 0 ? (size_t)wrote : 0;
	}
	/* Too much to say: seen that it is not all. */
	if (used >= len && len > 4)
		memcpy(text + len - 4, "...", 4);
	return (int)used;
}

int topo_kind_text(const struct topo_core_kind *k, char *text, size_t len)
{
	int n = snprintf(text, len, "%s", k->type);
	size_t used = n > 0 && (size_t)n < len ? (size_t)n : 0;
	const char *comma = used ? ", " : "";

	if (k->mhz)
		n += snprintf(text + used, len - used, "%sup to %u MHz", comma,
			      k->mhz);
	else if (k->capacity)
		n += snprintf(text + used, len - used, "%scapacity %u", comma,
			      k->capacity);
	return n;
}
