/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows of one results file copied to another or compared with it, whatever
 * columns the schema gives them. Private to bench/store_*.c and tests.
 */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "store/db.h"

/*
 * Rows of @table for which @where holds, an expression with ?1 and ?2. `id`
 * and the column @owner (or NULL) are given anew in a copy and not compared;
 * nor are the columns @loose: names, each with a blank before and after it.
 */
struct store_rows {
	const char *table, *where, *owner, *loose;
};

/*
 * Copies the rows of @in with ?1 = @a and ?2 = @b; @owner is @to in the
 * copies. Within the caller's transaction. 0 or as store_db_fail().
 */
int store_rows_copy(struct store *in, struct store *out,
		    const struct store_rows *rows, int64_t a, int64_t b,
		    int64_t to, struct err *e);

/*
 * Whether the rows of @in with ?1 = @a are those of @out with ?1 = @to; ?2 is
 * @b in both. 1: they are; 0: not, @what says "TABLE.COLUMN" of the first that
 * differs; or -errno.
 */
int store_rows_same(struct store *in, struct store *out,
		    const struct store_rows *rows, int64_t a, int64_t to,
		    int64_t b, char what[96], struct err *e);

#endif
