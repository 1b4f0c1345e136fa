/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event names to perf_event_attr, by libpfm4.
 */
#include "counters/perf_set.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <perfmon/pfmlib_perf_event.h>

/* libpfm4 says nothing about threads. Protects every call into it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int encode(const char *event, int plm, struct perf_event_attr *attr)
{
	pfm_perf_encode_arg_t arg = {.attr = attr, .size = sizeof(arg)};

	memset(attr, 0, sizeof(*attr));
	attr->size = sizeof(*attr);
	return pfm_get_os_event_encoding(event, plm, PFM_OS_PERF_EVENT_EXT,
					 &arg);
}

int perf_encode(const char *event, struct perf_event_attr *attr,
		char reason[COUNTER_REASON])
{
	int rc;

	pthread_mutex_lock(&lock);
	rc = pfm_initialize();
	if (rc == PFM_SUCCESS)
		rc = encode(event, PFM_PLM3, attr);
	if (rc == PFM_SUCCESS && attr->type == PERF_TYPE_SOFTWARE)
		rc = encode(event, PFM_PLM0 | PFM_PLM3, attr);
	pthread_mutex_unlock(&lock);
	if (rc == PFM_SUCCESS)
		return 0;
	snprintf(reason, COUNTER_REASON, "libpfm4 on '%.100s': %s", event,
		 pfm_strerror(rc));
	return -ENOENT;
}

/* The last PMU there is that is called @name or, NULL, that is of the core. */
static bool find_pmu(const char *wanted, char *name, size_t len)
{
	bool found = false;
	int i;

	pthread_mutex_lock(&lock);
	if (pfm_initialize() == PFM_SUCCESS) {
		pfm_for_all_pmus(i)
		{
			pfm_pmu_info_t info = {.size = sizeof(info)};

			if (pfm_get_pmu_info((pfm_pmu_t)i, &info) !=
				    PFM_SUCCESS ||
			    !info.is_present ||
			    (wanted ? strcmp(info.name, wanted) != 0
				    : info.type != PFM_PMU_TYPE_CORE))
				continue;
			snprintf(name, len, "%s", info.name);
			found = true;
		}
	}
	pthread_mutex_unlock(&lock);
	return found;
}

bool perf_pmu_present(const char *name)
{
	char found[64];

	return find_pmu(name, found, sizeof(found));
}

void perf_pmu_core(char *name, size_t len)
{
	snprintf(name, len, "unknown");
	find_pmu(NULL, name, len);
}
