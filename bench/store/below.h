/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of trials, and those whose rows belong to a trial. Private to
 * store/trials.c, which writes them, and store/load.c, which reads them.
 */
#ifndef STORE_BELOW_H
#define STORE_BELOW_H

#include "store/table.h"

/* A trial with what its row has of the record. */
struct trial_row {
	struct store_trial trial;
	const char *status, *reason;
	unsigned disturbed;
};

/* A row below a trial; each table has some of the fields. */
struct below_row {
	const char *name, *unit, *source, *text;
	double value;
	bool deterministic;
};

extern const struct store_table store_trial_table, store_value_table,
	store_missing_table, store_hist_table, store_series_table;

#endif
