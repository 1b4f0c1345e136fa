/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as input files and options write them: decimal, or hex after 0x. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * number_parse() - all of the @n characters at @text must be one number below
 * 2^64, without sign or blanks. False: they are not; *value is unchanged.
 */
bool number_parse(const char *text, size_t n, uint64_t *value);

/* The same for a NUL-terminated string, such as an option's argument. */
bool number_parse_string(const char *text, uint64_t *value);

#endif
