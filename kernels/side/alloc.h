/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a side's own data lies. A lock at the same offset in its page as the
 * entries that are walked made walks 46 % slower (a load waits for a store
 * that looks as if it were to the same address), so chance in the heap would
 * drown what is to be measured. A side's objects are linked with --wrap for
 * malloc() and its kin: while a tree is opened, memory comes from the block
 * that the caller placed, at the same offsets on all sides.
 *
 * Context: one tree at a time; the thread that opens it.
 */
#ifndef SIDE_ALLOC_H
#define SIDE_ALLOC_H

#include <stddef.h>

/* Everything from now on comes from @block, which stays the caller's; @block
 * zero-filled. NULL when it is used up. */
void side_alloc_begin(void *block, size_t bytes);
/* From the heap again. What came from the block may still be freed: nothing
 * happens then. */
void side_alloc_end(void);

#endif
