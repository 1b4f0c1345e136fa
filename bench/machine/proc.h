/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files of /proc and /sys, for envinfo. */
#ifndef MACHINE_PROC_H
#define MACHINE_PROC_H

#include <stdbool.h>
#include <stddef.h>

/* The first line of @path without its end; false if it cannot be read. */
bool envinfo_line(const char *path, char *to, size_t len);
/* The number that the first line of @path begins with. */
bool envinfo_long(const char *path, long long *value);
/*
 * The rest of the first line of @path that begins with @key, without the
 * colon, equals sign and blanks between: "model name" of /proc/cpuinfo.
 */
bool envinfo_field(const char *path, const char *key, char *to, size_t len);
/* The word in brackets: "madvise" of "always [madvise] never". */
bool envinfo_choice(const char *path, char *to, size_t len);
/* CPUs' worth of time that the control group allows; false: no limit. */
bool envinfo_cpu_quota(double *cpus);

#endif
