/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine and the program as JSON.
 */
#include "machine/envinfo.h"

#include <dirent.h>
#include <hwloc.h>
#include <perfmon/pfmlib.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <yaml.h>
#include <zlib.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "machine/priority.h"
#include "machine/proc.h"
#include "counters/perf_set.h"
#include "base/fnv.h"
#include "base/version.h"

#ifndef VTDBENCH_CFLAGS
#define VTDBENCH_CFLAGS "unknown"
#endif

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* Not UTF-8, or NULL: the machine said nothing that can be kept. */
static json_t *text(const char *value)
{
	json_t *s = value ? json_string(value) : NULL;

	return s ? s : json_string("unknown");
}

static json_t *number(bool known, double value)
{
	if (!known)
		return json_null();
	return value == (double)(json_int_t)value
		       ? json_integer((json_int_t)value)
		       : json_real(value);
}

/* ---- readers: of a file, of a field in one, or of what has no place ------- */

static json_t *line(const char *path)
{
	char line[256];

	return text(envinfo_line(path, line, sizeof(line)) ? line : NULL);
}

static json_t *choice(const char *path)
{
	char word[64];

	return text(envinfo_choice(path, word, sizeof(word)) ? word : NULL);
}

static json_t *integer(const char *path)
{
	long long v = 0;
	bool known = envinfo_long(path, &v);

	return number(known, (double)v);
}

static json_t *cpuinfo(const char *field)
{
	char value[256];

	return text(envinfo_field("/proc/cpuinfo", field, value, sizeof(value))
			    ? value
			    : NULL);
}

static json_t *mhz(const char *field)
{
	char value[32];
	bool known =
		envinfo_field("/proc/cpuinfo", field, value, sizeof(value));

	return number(known, known ? strtod(value, NULL) : 0);
}

static json_t *meminfo(const char *field)
{
	unsigned long long kib = 0;
	char value[64];
	bool known =
		envinfo_field("/proc/meminfo", field, value, sizeof(value)) &&
		sscanf(value, "%llu", &kib) == 1;

	return number(known, (double)kib * 1024);
}

static json_t *online(const char *ignored)
{
	return number(true, (double)sysconf(_SC_NPROCESSORS_ONLN));
}

static json_t *allowed(const char *ignored)
{
	cpu_set_t set;
	bool known = !sched_getaffinity(0, sizeof(set), &set);

	return number(known, known ? CPU_COUNT(&set) : 0);
}

static json_t *page_bytes(const char *ignored)
{
	return number(true, (double)sysconf(_SC_PAGESIZE));
}

static json_t *hypervisor(const char *ignored)
{
	char name[13] = "unknown";

#if defined(__x86_64__)
	unsigned a, b, c, d;

	/* CPUID 1 ECX 31; the vendor's name is in leaf 0x40000000. */
	if (__get_cpuid(1, &a, &b, &c, &d)) {
		strcpy(name, "none");
		if (c >> 31) {
			__cpuid(0x40000000, a, b, c, d);
			memcpy(name, &b, 4);
			memcpy(name + 4, &c, 4);
			memcpy(name + 8, &d, 4);
			name[12] = '\0';
			if (!name[0])
				strcpy(name, "unnamed");
			else if (!strcmp(name, "KVMKVMKVM"))
				strcpy(name, "KVM");
		}
	}
#endif
	return text(name);
}

static json_t *pmu(const char *ignored)
{
	char name[48];

	perf_pmu_core(name, sizeof(name));
	return text(name);
}

static json_t *kernel(const char *field)
{
	struct utsname u;

	if (uname(&u))
		return text(NULL);
	return text(*field == 'r'   ? u.release
		    : *field == 'v' ? u.version
				    : u.machine);
}

/* Those of the words of @words, which it cuts up, that are in @wanted, up to
 * an equals sign; both lists are of words with a blank at each end. */
static json_t *words_of(char *words, const char *wanted)
{
	json_t *list = json_array();
	char *save, *word = strtok_r(words, " ", &save), name[64];

	for (; word; word = strtok_r(NULL, " ", &save)) {
		snprintf(name, sizeof(name), " %.*s ", (int)strcspn(word, "="),
			 word);
		if (strstr(wanted, name))
			json_array_append_new(list, json_string(word));
	}
	return list;
}

static json_t *tsc_flags(const char *field)
{
	char words[8192] = "";

	envinfo_field("/proc/cpuinfo", field, words, sizeof(words));
	return words_of(words, " constant_tsc nonstop_tsc tsc_reliable "
			       "tsc_known_freq rdtscp ");
}

/* What of the kernel's command line changes what is measured. */
static json_t *boot_parameters(const char *path)
{
	char words[8192] = "";

	envinfo_line(path, words, sizeof(words));
	return words_of(words,
			" isolcpus nohz_full rcu_nocbs mitigations intel_iommu "
			"amd_iommu iommu idle intel_pstate nosmt tsc "
			"clocksource numa_balancing maxcpus "
			"intel_idle.max_cstate processor.max_cstate "
			"transparent_hugepage preempt ");
}

static json_t *huge_pages(const char *base)
{
	json_t *list = json_array();
	struct dirent *d;
	DIR *dir = opendir(base);

	while (dir && (d = readdir(dir))) {
		unsigned long long kib;
		char pages[512], free_pages[512];

		if (sscanf(d->d_name, "hugepages-%llukB", &kib) != 1)
			continue;
		snprintf(pages, sizeof(pages), "%s/%s/nr_hugepages", base,
			 d->d_name);
		snprintf(free_pages, sizeof(free_pages), "%s/%s/free_hugepages",
			 base, d->d_name);
		json_array_append_new(
			list,
			json_pack("{so so so}", "bytes",
				  number(true, (double)kib * 1024), "pages",
				  integer(pages), "free", integer(free_pages)));
	}
	if (dir)
		closedir(dir);
	return list;
}

static json_t *turbo(const char *ignored)
{
	static const char *const words[] = {"off", "on"};
	long long v;

	if (envinfo_long("/sys/devices/system/cpu/intel_pstate/no_turbo", &v))
		return text(words[!v]);
	if (envinfo_long("/sys/devices/system/cpu/cpufreq/boost", &v))
		return text(words[v != 0]);
	return text(NULL);
}

/* null: no limit is set. */
static json_t *cgroup_cpus(const char *ignored)
{
	double cpus = 0;
	bool limited = envinfo_cpu_quota(&cpus);

	return number(limited, cpus);
}

/* Of draws. */
static json_t *nice_of_draws(const char *ignored)
{
	return json_integer(priority_allowed());
}

static json_t *load(const char *ignored)
{
	double load = 0;
	bool known = getloadavg(&load, 1) == 1;

	return number(known, load);
}

static json_t *pressure(const char *path)
{
	double psi = 0;
	char some[256];
	bool known = envinfo_line(path, some, sizeof(some)) &&
		     sscanf(some, "some avg10=%lf", &psi) == 1;

	return number(known, psi);
}

/* Share of all CPU time since boot that the hypervisor kept. */
static json_t *steal(const char *field)
{
	unsigned long long t[8] = {0}, all = 0;
	char times[256];

	if (envinfo_field("/proc/stat", field, times, sizeof(times)) &&
	    sscanf(times, "%llu %llu %llu %llu %llu %llu %llu %llu", &t[0],
		   &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) == 8)
		for (size_t i = 0; i < 8; i++)
			all += t[i];
	return number(all, all ? (double)t[7] / (double)all : 0);
}

static json_t *libraries(const char *ignored)
{
	unsigned hwloc = hwloc_get_api_version();
	int pfm = pfm_get_version();
	char hwloc_text[64], pfm_text[64];

	snprintf(hwloc_text, sizeof(hwloc_text), "%u.%u.%u", hwloc >> 16,
		 hwloc >> 8 & 0xff, hwloc & 0xff);
	snprintf(pfm_text, sizeof(pfm_text), "%d.%d", PFM_MAJ_VERSION(pfm),
		 PFM_MIN_VERSION(pfm));
	return json_pack("{ss ss ss ss ss ss}", "hwloc_api", hwloc_text,
			 "libpfm4", pfm_text, "sqlite3", sqlite3_libversion(),
			 "libyaml", yaml_get_version_string(), "jansson",
			 jansson_version_str(), "zlib", zlibVersion());
}

/* Section by section, in the order in which they are printed. */
static const struct {
	const char *section, *key;
	json_t *(*read)(const char *where);
	const char *where;
} rows[] = {
	{"cpu", "model", cpuinfo, "model name"},
	{"cpu", "family", cpuinfo, "cpu family"},
	{"cpu", "model_number", cpuinfo, "model"},
	{"cpu", "stepping", cpuinfo, "stepping"},
	{"cpu", "microcode", cpuinfo, "microcode"},
	{"cpu", "mhz", mhz, "cpu MHz"},
	{"cpu", "online", online, NULL},
	{"cpu", "allowed", allowed, NULL},
	{"cpu", "smt_active", integer, "/sys/devices/system/cpu/smt/active"},
	{"cpu", "hypervisor", hypervisor, NULL},
	{"cpu", "tsc_flags", tsc_flags, "flags"},
	{"cpu", "pmu", pmu, NULL},
	{"kernel", "release", kernel, "release"},
	{"kernel", "version", kernel, "version"},
	{"kernel", "machine", kernel, "machine"},
	{"kernel", "clocksource", line,
	 "/sys/devices/system/clocksource/clocksource0/current_clocksource"},
	{"kernel", "boot_parameters", boot_parameters, "/proc/cmdline"},
	{"memory", "bytes", meminfo, "MemTotal"},
	{"memory", "page_bytes", page_bytes, NULL},
	{"memory", "thp", choice,
	 "/sys/kernel/mm/transparent_hugepage/enabled"},
	{"memory", "thp_defrag", choice,
	 "/sys/kernel/mm/transparent_hugepage/defrag"},
	{"memory", "huge_pages", huge_pages, "/sys/kernel/mm/hugepages"},
	{"settings", "governor", line,
	 "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"},
	{"settings", "turbo", turbo, NULL},
	{"settings", "aslr", integer, "/proc/sys/kernel/randomize_va_space"},
	{"settings", "numa_balancing", integer,
	 "/proc/sys/kernel/numa_balancing"},
	{"settings", "perf_event_paranoid", integer,
	 "/proc/sys/kernel/perf_event_paranoid"},
	{"settings", "nmi_watchdog", integer, "/proc/sys/kernel/nmi_watchdog"},
	{"limits", "cgroup_cpus", cgroup_cpus, NULL},
	{"limits", "nice", nice_of_draws, NULL},
	{"program", "version", text, VTDBENCH_VERSION},
	{"program", "compiler", text, COMPILER},
	{"program", "cflags", text, VTDBENCH_CFLAGS},
	{"program", "libraries", libraries, NULL},
	{"now", "load_1min", load, NULL},
	{"now", "cpu_pressure_percent", pressure, "/proc/pressure/cpu"},
	{"now", "steal_share_since_boot", steal, "cpu"},
	{"now", "memory_available_bytes", meminfo, "MemAvailable"},
};

json_t *envinfo_json(void)
{
	char fingerprint[ENVINFO_FINGERPRINT];
	json_t *env = json_object(), *section = NULL;
	bool all = env;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!i || strcmp(rows[i].section, rows[i - 1].section)) {
			section = json_object();
			all &= !json_object_set_new(env, rows[i].section,
						    section);
		}
		all &= !json_object_set_new(section, rows[i].key,
					    rows[i].read(rows[i].where));
	}
	envinfo_fingerprint(env, fingerprint);
	if (all && !json_object_set_new(env, "fingerprint", text(fingerprint)))
		return env;
	json_decref(env);
	return NULL;
}

static const json_t *member(const json_t *env, const char *path)
{
	char part[64];

	while (env && *path) {
		size_t n = strcspn(path, ".");

		snprintf(part, sizeof(part), "%.*s", (int)n, path);
		env = json_object_get(env, part);
		path += n + (path[n] == '.');
	}
	return env;
}

const char *envinfo_text(const json_t *env, const char *path)
{
	const char *text = json_string_value(member(env, path));

	return text ? text : "unknown";
}

bool envinfo_number(const json_t *env, const char *path, double *value)
{
	const json_t *n = member(env, path);

	if (!json_is_number(n))
		return false;
	*value = json_number_value(n);
	return true;
}

void envinfo_fingerprint(const json_t *env, char to[ENVINFO_FINGERPRINT])
{
	static const char *const parts[] = {
		"cpu.model",	    "cpu.microcode",	 "kernel.release",
		"program.compiler", "settings.governor",
	};
	uint64_t h = FNV_OFFSET;
	double cpus = 0;
	char text[32];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		h = fnv_string(h, envinfo_text(env, parts[i]));
	envinfo_number(env, "cpu.online", &cpus);
	snprintf(text, sizeof(text), "%.0f", cpus);
	snprintf(to, ENVINFO_FINGERPRINT, "%016llx",
		 (unsigned long long)fnv_string(h, text));
}
