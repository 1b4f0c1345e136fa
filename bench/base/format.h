/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as people read them, three digits wide. */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include <stddef.h>

/* "6.05", "123k" */
void format_ns(double ns, char *text, size_t size);
/* "12.3M" */
void format_si(double value, char *text, size_t size);
/* "1.5G", in powers of 1024 */
void format_bytes(double bytes, char *text, size_t size);

#endif
