/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `vtdbench tables`; each gets argv[0] = its verb. */
#ifndef COMMANDS_TABLES_H
#define COMMANDS_TABLES_H

int tables_walk(int argc, char **argv);
int tables_build(int argc, char **argv);

#endif
