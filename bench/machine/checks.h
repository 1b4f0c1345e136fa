/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checks of `vtdbench doctor`. */
#ifndef MACHINE_CHECKS_H
#define MACHINE_CHECKS_H

#include <jansson.h>

#include "../topology/topo.h"

enum doctor_status {
	DOCTOR_OK,
	DOCTOR_WARN, /* possible, but less is measured, or less well */
	DOCTOR_NO,   /* no run is possible */
};

/* What one check found. */
struct finding {
	const char *name; /* of the check */
	enum doctor_status status;
	char what[200];
	char consequence[200]; /* unless ok */
	char remedy[256];      /* unless ok */
};

/* What checks look at; the machine's topology may be NULL. */
struct doctor {
	const json_t *env;
	const struct topo *topo;
	char topo_why[200]; /* there is none */
};

struct check {
	const char *name;
	void (*look)(const struct doctor *d, struct finding *f);
};
/* Ended by name == NULL. A check takes at most half a second. */
extern const struct check doctor_checks[];

#endif
