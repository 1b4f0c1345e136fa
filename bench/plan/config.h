/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run's configuration: a YAML file, the environment and --set, laid over
 * the defaults of the option rows, and all of it checked. What varies stays a
 * list (an axis); plan/product.h makes trials of it.
 *
 * Priority: --set, then VTDBENCH_KEY in the environment, then the sweep, then
 * the top level of the file, then the row's default.
 */
#ifndef PLAN_CONFIG_H
#define PLAN_CONFIG_H

#include <stddef.h>

#include "base/err.h"
#include "options/table.h"
#include "trial/params.h"

enum config_origin {
	CONFIG_DEFAULT, /* nobody said anything */
	CONFIG_FILE,
	CONFIG_ENVIRONMENT,
	CONFIG_SET,
};

/* One value, as written (paths: joined to the folder of the file). */
struct config_value {
	char *text;
	enum config_origin origin;
	unsigned line, column; /* from 1; of CONFIG_FILE only */
};

/* What one key may be: more than one value only if the row is an axis. */
struct config_axis {
	const struct option_row *row;
	struct config_value *values;
	size_t n; /* at least 1 once loaded */
};

struct config_sweep {
	char name[PARAMS_NAME];
	/* One per row of scope OPTION_TRIAL, in the order of the rows. */
	struct config_axis *axes;
	size_t naxes;
};

struct config {
	char path[PARAMS_PATH]; /* as given; messages begin with it */
	char *text;		/* the file verbatim; "" without a file */
	struct params_run run;
	struct config_sweep *sweeps;
	size_t nsweeps;
};

/* All that is wrong with a config, as far as there is room. */
enum { CONFIG_ERRORS_MAX = 20 };
struct config_errors {
	struct err e[CONFIG_ERRORS_MAX];
	size_t n;
};

/*
 * config_load() - read @path (NULL: no file, defaults only) and lay the
 * environment and @sets ("key=value", @nsets of them) over it.
 *
 * Returns 0 and *c, which config_release() releases; or -errno with at least
 * one error in @errs, each with its place: -ENOENT, -EACCES, … (the file),
 * -EINVAL (what is in it, in the environment or in @sets), -ENOMEM.
 */
int config_load(struct config *c, const char *path, const char *const *sets,
		size_t nsets, struct config_errors *errs);

/* The same for a @text that is in memory; @path for messages and folder. */
int config_parse(struct config *c, const char *path, const char *text,
		 size_t length, const char *const *sets, size_t nsets,
		 struct config_errors *errs);

/* What is laid over and under a text. */
struct config_over {
	const char *const *sets;
	size_t nsets;
	/* Of a stored config, the defaults of its time: "key=value" where they
	 * are known, else option_before(). */
	bool stored;
	const char *const *defaults;
	size_t ndefaults;
};
int config_parse_over(struct config *c, const char *path, const char *text,
		      size_t length, const struct config_over *over,
		      struct config_errors *errs);

void config_release(struct config *c);

/*
 * config_sweep_names() - the names of the sweeps in @text (NULL: none), the
 * config of a run, in their order; what else is in it may be wrong today.
 * Returns how many; the caller frees *@names.
 */
size_t config_sweep_names(const char *text, char (**names)[PARAMS_NAME]);

/*
 * config_run_keys() - what holds for the run as a whole, by @text (NULL: the
 * defaults), the stored config of a run with what was laid over it; what else
 * is in it may be wrong today.
 */
void config_run_keys(const char *text, struct params_run *run);

/* Prints all of @errs. */
void config_errors_print(const struct config_errors *errs);

/* The axis of @key in @sweep; aborts when there is none. */
const struct config_axis *config_axis(const struct config_sweep *sweep,
				      const char *key);

/* Where @value of @row comes from: "FILE:3:5", "--set walkers=2". */
void config_where(const struct config *c, const struct option_row *row,
		  const struct config_value *value, char *buf, size_t n);

#endif
