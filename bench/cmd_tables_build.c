/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd_tables.h"
#include "err.h"
int tables_build(int argc, char **argv) { (void)argc; (void)argv; return EXIT_UNSUPPORTED; }
