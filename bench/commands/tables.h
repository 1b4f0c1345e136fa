/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `vtdbench tables`. */
#ifndef COMMANDS_TABLES_H
#define COMMANDS_TABLES_H

#include "cli/command.h"

extern const struct command tables_walk, tables_build;

#endif
