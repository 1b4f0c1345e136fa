/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes within texts, and texts in the order that people expect. */
#ifndef BASE_NATURAL_H
#define BASE_NATURAL_H

/* "64M" as a number, in powers of 1024; *@end is behind it. NaN: none. */
double natural_number(const char *text, char **end);

/* As strcmp(), but numbers in the texts by their value: 4K, 64M, 1G. */
int natural_compare(const char *a, const char *b);

#endif
