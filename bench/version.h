/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The version, as `vtdbench --version` prints it and every run stores it. */
#ifndef VERSION_H
#define VERSION_H

#define VTDBENCH_VERSION "0.1.0"

#endif
