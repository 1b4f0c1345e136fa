/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that nobody could go on without. Where it is out, the program says so
 * and ends with EXIT_RUN_FAILED, at once, as if it had been killed: what is
 * stored is whole (docs/adr/0013). May be called by any thread.
 */
#ifndef BASE_MUST_H
#define BASE_MUST_H

#include <stddef.h>

void must_fail(void) __attribute__((noreturn));

/* @memory, which is not NULL; else must_fail(). */
void *must(void *memory);

/* must() of a zeroed array of @n, also for 0. */
void *must_calloc(size_t n, size_t size);

/*
 * @array, which this function alone made, with room for one more than the @n
 * elements that it holds.
 */
void *must_grow(void *array, size_t n, size_t size);

/*
 * The same for memory that may well run out, of a large input: -ENOMEM, and
 * the array is as it was. @array is the address of the pointer to it.
 */
int try_grow(void *array, size_t n, size_t size);

/* A copy of @text; NULL becomes "". */
char *must_copy(const char *text);

#endif
