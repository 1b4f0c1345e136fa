/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `vtdbench topo` shows: the machine, and where threads would go. */
#ifndef VIEWS_TOPO_H
#define VIEWS_TOPO_H

#include <jansson.h>
#include <stddef.h>

#include "../topology/place.h"
#include "../topology/topo.h"

/* One placement for one number of threads. */
struct topo_row {
	const struct placement *placement;
	unsigned threads;
	int ret;	    /* of place_threads() */
	struct place place; /* when ret is 0 */
	char why[256];	    /* when not */
};

struct topo_report {
	const char *spec; /* as given */
	const char *memory;
	const struct topo *topo;
	struct topo_row *rows; /* by placement, then threads */
	size_t nrows;
};

/* To stdout; -EIO when it could not be written, -ENOMEM. */
int topo_print_text(const struct topo_report *r);
int topo_print_json(const struct topo_report *r);
/* What latency_measure() made of @t; as these. */
int topo_print_latency(const struct topo *t, const json_t *latency);

#endif
