/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML's texts and attributes. Write errors are the stream's. */
#ifndef OUTPUTS_XML_H
#define OUTPUTS_XML_H

#include <stdio.h>

/* @text, escaped; what is not printable as in base/printable.h. */
void xml_text(FILE *out, const char *text);
/* ' name="value"', escaped; NULL is "". */
void xml_attribute(FILE *out, const char *name, const char *value);

#endif
