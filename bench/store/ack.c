/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Acknowledged changes of the trend in the store. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/utc.h"
#include "store/table.h"

#define ACK(field) STORE_COLUMN(LINE, store_ack, field, field)
static const struct store_column columns[] = {
	ACK(change),	      ACK(name),     ACK(machine), ACK(cell),
	ACK(design),	      ACK(metric),   ACK(reason),  ACK(run_uuid),
	ACK(run_started_utc), ACK(acked_utc)};
static const struct store_table acks = {.name = "ack",
					STORE_TABLE(columns, store_ack)};

int store_acks_add(struct store *s, const struct store_ack *ack, size_t n,
		   struct err *e)
{
	static const char doing[] = "cannot store what is acknowledged";
	char now[UTC_SIZE];
	int rc = store_db_begin(s, doing, e);

	if (rc)
		return rc;
	utc_now(now);
	for (size_t i = 0; i < n && !rc; i++) {
		struct store_ack row = ack[i];

		row.acked_utc = now;
		rc = store_table_add(s, &acks, 0, &row, 1, doing, e);
		if (rc == -EEXIST) {
			err_set(e, rc, "%s: change %s is acknowledged already",
				s->path, row.change);
			err_remedy(e, "undo that first to give another reason");
		}
	}
	return store_db_end(s, rc, doing, e);
}

int store_acks_remove(struct store *s, const char *const *change, size_t n,
		      struct err *e)
{
	static const char doing[] = "cannot remove what was acknowledged";
	int rc = store_db_begin(s, doing, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < n && !rc; i++) {
		rc = store_db_ask(s, NULL, doing, e,
				  "DELETE FROM ack WHERE change = ?", "t",
				  change[i]);
		if (!rc && !sqlite3_changes(s->db))
			rc = err_set(e, -ENOENT,
				     "%s: change %s is not acknowledged",
				     s->path, change[i]);
	}
	return store_db_end(s, rc, doing, e);
}

int store_acks_load(struct store *s, struct store_acks *out, struct err *e)
{
	static const char doing[] = "cannot read what is acknowledged";
	sqlite3_stmt *st;
	int rc = store_table_select(s, &st, &acks, "ORDER BY id", doing, e);

	memset(out, 0, sizeof(*out));
	while (store_db_next(s, st, doing, &rc, e)) {
		out->ack = must_grow(out->ack, out->n, sizeof(*out->ack));
		store_table_read(st, &acks, &out->ack[out->n++]);
	}
	sqlite3_finalize(st);
	if (rc)
		store_acks_release(out);
	return rc;
}

void store_acks_release(struct store_acks *list)
{
	for (size_t i = 0; i < list->n; i++)
		store_table_release(&acks, &list->ack[i]);
	free(list->ack);
	memset(list, 0, sizeof(*list));
}
