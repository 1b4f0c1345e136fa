/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regular expressions, and no memory for them. */
#include "base/match.h"

#include "base/must.h"

bool match(const regex_t *re, const char *text)
{
	int rc = regexec(re, text, 0, NULL, 0);

	if (rc == REG_ESPACE)
		must_fail();
	return !rc;
}
