/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory or the end. */
#include <errno.h>
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

int try_grow(void *array, size_t n, size_t size)
{
	void *old, *more;

	/* By powers of two: room is there unless n is one. */
	if (n & (n - 1))
		return 0;
	memcpy(&old, array, sizeof(old));
	more = realloc(old, (n ? 2 * n : 1) * size);
	if (!more)
		return -ENOMEM;
	memcpy(array, &more, sizeof(more));
	return 0;
}

void *must_grow(void *array, size_t n, size_t size)
{
	must(try_grow(&array, n, size) ? NULL : array);
	return array;
}

char *must_copy(const char *text)
{
	return must(strdup(text ? text : ""));
}
