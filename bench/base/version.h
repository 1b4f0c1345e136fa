/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The version, as `vtdbench --version` prints it and every run stores it. The
 * Makefile defines it, with the commit, for every file that names it.
 */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#ifndef VTDBENCH_VERSION
#define VTDBENCH_VERSION "unknown"
#endif

#endif
