/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record on its way from the process that measured to the one that stores. */
#ifndef TRIAL_RECORD_JSON_H
#define TRIAL_RECORD_JSON_H

#include <jansson.h>

#include "trial/record.h"

/* A new reference; NULL without memory. */
json_t *record_to_json(const struct record *r);
/* Fills @r, which the caller has initialised; -EINVAL: not one of ours. */
int record_from_json(struct record *r, json_t *json);

#endif
