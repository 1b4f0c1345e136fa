/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regular expressions: regexec() says "no match" when memory is out, too. */
#ifndef BASE_MATCH_H
#define BASE_MATCH_H

#include <regex.h>
#include <stdbool.h>

/* Whether @text matches; must_fail() if it cannot be told. */
bool match(const regex_t *re, const char *text);

#endif
