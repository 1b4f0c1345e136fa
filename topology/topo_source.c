/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a topology comes from: this machine, a file, or a description. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "topo_parts.h"

/* Each of these makes hwloc describe something else than this machine. */
static const char *const redirecting[] = {
	"HWLOC_XMLFILE",	   "HWLOC_SYNTHETIC",  "HWLOC_FSROOT",
	"HWLOC_CPUID_PATH",	   "HWLOC_THISSYSTEM", "HWLOC_COMPONENTS",
	"HWLOC_DUMPED_HWDATA_DIR",
};

/* hwloc takes minutes over more children of one object. */
enum { SYNTHETIC_CHILDREN_MAX = 2048 };

/*
 * hwloc builds as many objects as the description asks for; a typo must not
 * take the machine's memory, nor its time.
 */
static bool synthetic_too_large(const char *text)
{
	unsigned long long cpus = 1;
	int nested = 0;

	for (const char *p = text; *p; p++) {
		if (*p == '(' || *p == '[')
			nested++;
		if (*p == ')' || *p == ']')
			nested--;
		bool starts = p == text || p[-1] == ':' || p[-1] == ' ';
		if (nested || !starts || *p < '0' || *p > '9')
			continue;
		unsigned long long n = strtoull(p, NULL, 0);
		if (n > SYNTHETIC_CHILDREN_MAX)
			return true;
		cpus *= n ? n : 1;
		if (cpus > TOPO_CPUS_MAX)
			return true;
	}
	return false;
}

static int source_live(struct topo *t, char *why, size_t len)
{
	for (size_t i = 0; i < sizeof(redirecting) / sizeof(*redirecting); i++)
		if (getenv(redirecting[i]))
			return topo_fail(
				why, len, -EINVAL,
				"topology live: %s is set in the "
				"environment and would describe another "
				"machine: unset it, or name the file or "
				"description as the topology",
				redirecting[i]);
	t->kind = TOPO_LIVE;
	return 0;
}

/* The number in `<topology version="N`; 0: there is none. */
static unsigned xml_version(const char *path)
{
	FILE *f = fopen(path, "re");
	char text[4096];
	const char *at;
	size_t n;

	if (!f)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	at = strstr(text, "<topology");
	at = at ? strstr(at, "version=\"") : NULL;
	return at ? (unsigned)strtoul(at + strlen("version=\""), NULL, 10) : 0;
}

/* hwloc 2 reads its own format and that of 1. */
int topo_bad_xml(const char *path, char *why, size_t len)
{
	unsigned version = xml_version(path);

	if (version > 2 && version < 100)
		return topo_fail(
			why, len, -EINVAL,
			"topology %s: it is of hwloc %u; what can be read "
			"is written, on that machine, with: lstopo "
			"--export-xml-flags v2 FILE.xml",
			path, version);
	return topo_fail(why, len, -EINVAL,
			 "topology %s: not an hwloc XML file, or a damaged one "
			 "(lstopo FILE.xml writes one)",
			 path);
}

static int source_xml(struct topo *t, hwloc_topology_t hw, const char *path,
		      char *why, size_t len)
{
	t->kind = TOPO_XML;
	struct stat st;

	if (access(path, R_OK) || stat(path, &st)) {
		int code = -errno;

		return topo_fail(why, len, code, "topology %s: %s", path,
				 strerror(-code));
	}
	/* A pipe could be read once, and it is read twice. */
	if (!S_ISREG(st.st_mode))
		return topo_fail(why, len, -EINVAL, "topology %s: not a file",
				 path);
	/* hwloc says what it thinks on stderr; we say it once. */
	return hwloc_topology_set_xml(hw, path) ? topo_bad_xml(path, why, len)
						: 0;
}

static int source_synthetic(struct topo *t, hwloc_topology_t hw,
			    const char *text, char *why, size_t len)
{
	t->kind = TOPO_SYNTHETIC;
	if (synthetic_too_large(text))
		return topo_fail(
			why, len, -EINVAL,
			"topology synthetic:%s: more than %d CPUs, or a "
			"number above %d",
			text, TOPO_CPUS_MAX, SYNTHETIC_CHILDREN_MAX);
	/* An empty description would silently mean the live machine. */
	if (!text[strspn(text, " ")] || hwloc_topology_set_synthetic(hw, text))
		return topo_fail(
			why, len, -EINVAL,
			"topology synthetic:%s: hwloc does not understand "
			"it; an example: synthetic:package:2 node:1 core:4 "
			"pu:2",
			text);
	return 0;
}

int topo_source(struct topo *t, hwloc_topology_t hw, const char *spec,
		char *why, size_t len)
{
	static const char prefix[] = "synthetic:";
	size_t n = strlen(spec);

	if (!strcmp(spec, "live"))
		return source_live(t, why, len);
	if (!strncmp(spec, prefix, sizeof(prefix) - 1))
		return source_synthetic(t, hw, spec + sizeof(prefix) - 1, why,
					len);
	if (n > 4 && !strcmp(spec + n - 4, ".xml"))
		return source_xml(t, hw, spec, why, len);
	return topo_fail(why, len, -EINVAL,
			 "topology '%s': give live, the path of an hwloc file "
			 "ending in .xml, or synthetic:DESCRIPTION",
			 spec);
}
