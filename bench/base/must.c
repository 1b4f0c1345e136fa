/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory or the end. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/must.h"

void must_fail(void)
{
	static const char said[] = "vtdbench: out of memory\n";

	/* Past stdio, which might want memory, and past what other threads
	 * still use. */
	ssize_t written = write(STDERR_FILENO, said, sizeof(said) - 1);

	(void)written; /* a message that gets lost cannot be helped */
	_exit(EXIT_RUN_FAILED);
}

void *must(void *memory)
{
	if (!memory)
		must_fail();
	return memory;
}

void *must_calloc(size_t n, size_t size)
{
	return must(calloc(n ? n : 1, size));
}

void *must_grow(void *array, size_t n, size_t size)
{
	/* By powers of two: room is there unless n is one. */
	if (n & (n - 1))
		return array;
	return must(realloc(array, (n ? 2 * n : 1) * size));
}

char *must_copy(const char *text)
{
	return must(strdup(text ? text : ""));
}
