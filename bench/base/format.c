/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as people read them. */
#include <stdio.h>
#include <string.h>

#include "base/format.h"

void format_ns(double ns, char *text, size_t size)
{
	if (ns < 9.995)
		snprintf(text, size, "%.2f", ns);
	else if (ns < 99.95)
		snprintf(text, size, "%.1f", ns);
	else if (ns < 99999.5)
		snprintf(text, size, "%.0f", ns);
	else if (ns < 99999500)
		snprintf(text, size, "%.0fk", ns / 1e3);
	else
		snprintf(text, size, "%.0fM", ns / 1e6);
}

static void scaled(double value, double base, const char *units, char *text,
		   size_t size)
{
	while (value >= 999.5 && units[1]) {
		value /= base;
		units++;
	}
	snprintf(text, size,
		 value < 9.995	 ? "%.2f"
		 : value < 99.95 ? "%.1f"
				 : "%.0f",
		 value);
	if (*units != ' ' && strlen(text) + 1 < size)
		strncat(text, units, 1);
}

void format_si(double value, char *text, size_t size)
{
	scaled(value, 1000, " kMGT", text, size);
}

void format_bytes(double bytes, char *text, size_t size)
{
	if (bytes < 999.5)
		snprintf(text, size, "%.0f", bytes);
	else
		scaled(bytes, 1024, " KMGTP", text, size);
}
