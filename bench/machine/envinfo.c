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

static void set_text(json_t *o, const char *key, const char *value)
{
	json_t *s = json_string(value);

	/* Not UTF-8: the machine said nothing that can be kept. */
	json_object_set_new(o, key, s ? s : json_string("unknown"));
}

static void set_number(json_t *o, const char *key, bool known, double value)
{
	if (!known)
		json_object_set_new(o, key, json_null());
	else if (value == (double)(json_int_t)value)
		json_object_set_new(o, key, json_integer((json_int_t)value));
	else
		json_object_set_new(o, key, json_real(value));
}

static void set_line(json_t *o, const char *key, const char *path)
{
	char text[256];

	set_text(o, key,
		 envinfo_line(path, text, sizeof(text)) ? text : "unknown");
}

static void set_choice(json_t *o, const char *key, const char *path)
{
	char text[64];

	set_text(o, key,
		 envinfo_choice(path, text, sizeof(text)) ? text : "unknown");
}

static void set_long(json_t *o, const char *key, const char *path)
{
	long long v = 0;
	bool known = envinfo_long(path, &v);

	set_number(o, key, known, (double)v);
}

static void set_cpuinfo(json_t *o, const char *key, const char *field)
{
	char text[256];

	set_text(o, key,
		 envinfo_field("/proc/cpuinfo", field, text, sizeof(text))
			 ? text
			 : "unknown");
}

static void set_hypervisor(json_t *o)
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
	set_text(o, "hypervisor", name);
}

static void set_tsc(json_t *o)
{
	static const char *const wanted[] = {"constant_tsc", "nonstop_tsc",
					     "tsc_reliable", "tsc_known_freq",
					     "rdtscp"};
	json_t *list = json_array();
	char *flags = malloc(8192);

	if (flags && envinfo_field("/proc/cpuinfo", "flags", flags, 8192)) {
		char *save, *word = strtok_r(flags, " ", &save);

		for (; word; word = strtok_r(NULL, " ", &save))
			for (size_t i = 0;
			     i < sizeof(wanted) / sizeof(wanted[0]); i++)
				if (!strcmp(word, wanted[i]))
					json_array_append_new(
						list, json_string(word));
	}
	free(flags);
	json_object_set_new(o, "tsc_flags", list);
}

static json_t *cpu_section(void)
{
	json_t *o = json_object();
	char pmu[48], mhz[32];
	cpu_set_t set;
	bool known;

	set_cpuinfo(o, "model", "model name");
	set_cpuinfo(o, "family", "cpu family");
	set_cpuinfo(o, "model_number", "model");
	set_cpuinfo(o, "stepping", "stepping");
	set_cpuinfo(o, "microcode", "microcode");
	known = envinfo_field("/proc/cpuinfo", "cpu MHz", mhz, sizeof(mhz));
	set_number(o, "mhz", known, known ? strtod(mhz, NULL) : 0);
	known = !sched_getaffinity(0, sizeof(set), &set);
	set_number(o, "online", true, (double)sysconf(_SC_NPROCESSORS_ONLN));
	set_number(o, "allowed", known, known ? CPU_COUNT(&set) : 0);
	set_long(o, "smt_active", "/sys/devices/system/cpu/smt/active");
	set_hypervisor(o);
	set_tsc(o);
	perf_pmu_core(pmu, sizeof(pmu));
	set_text(o, "pmu", pmu);
	return o;
}

/* Words of the kernel's command line that change what is measured. */
static json_t *boot_parameters(void)
{
	static const char *const wanted[] = {
		"isolcpus",
		"nohz_full",
		"rcu_nocbs",
		"mitigations",
		"intel_iommu",
		"amd_iommu",
		"iommu",
		"idle",
		"intel_pstate",
		"nosmt",
		"tsc",
		"clocksource",
		"numa_balancing",
		"maxcpus",
		"intel_idle.max_cstate",
		"processor.max_cstate",
		"transparent_hugepage",
		"preempt",
	};
	json_t *list = json_array();
	char *line = malloc(8192), *save, *word;

	if (line && envinfo_line("/proc/cmdline", line, 8192)) {
		word = strtok_r(line, " ", &save);
		for (; word; word = strtok_r(NULL, " ", &save)) {
			size_t n = strcspn(word, "=");

			for (size_t i = 0;
			     i < sizeof(wanted) / sizeof(wanted[0]); i++)
				if (strlen(wanted[i]) == n &&
				    !strncmp(word, wanted[i], n))
					json_array_append_new(
						list, json_string(word));
		}
	}
	free(line);
	return list;
}

static json_t *kernel_section(void)
{
	json_t *o = json_object();
	struct utsname u;

	if (!uname(&u)) {
		set_text(o, "release", u.release);
		set_text(o, "version", u.version);
		set_text(o, "machine", u.machine);
	}
	set_line(o, "clocksource",
		 "/sys/devices/system/clocksource/clocksource0/"
		 "current_clocksource");
	json_object_set_new(o, "boot_parameters", boot_parameters());
	return o;
}

static void set_meminfo(json_t *o, const char *key, const char *field)
{
	unsigned long long kib = 0;
	char text[64];
	bool known =
		envinfo_field("/proc/meminfo", field, text, sizeof(text)) &&
		sscanf(text, "%llu", &kib) == 1;

	set_number(o, key, known, (double)kib * 1024);
}

static json_t *huge_pages(void)
{
	static const char base[] = "/sys/kernel/mm/hugepages";
	json_t *list = json_array();
	struct dirent *d;
	DIR *dir = opendir(base);

	while (dir && (d = readdir(dir))) {
		unsigned long long kib;
		char path[512];
		json_t *o;

		if (sscanf(d->d_name, "hugepages-%llukB", &kib) != 1)
			continue;
		o = json_object();
		set_number(o, "bytes", true, (double)kib * 1024);
		snprintf(path, sizeof(path), "%s/%s/nr_hugepages", base,
			 d->d_name);
		set_long(o, "pages", path);
		snprintf(path, sizeof(path), "%s/%s/free_hugepages", base,
			 d->d_name);
		set_long(o, "free", path);
		json_array_append_new(list, o);
	}
	if (dir)
		closedir(dir);
	return list;
}

static json_t *memory_section(void)
{
	json_t *o = json_object();

	set_meminfo(o, "bytes", "MemTotal");
	set_number(o, "page_bytes", true, (double)sysconf(_SC_PAGESIZE));
	set_choice(o, "thp", "/sys/kernel/mm/transparent_hugepage/enabled");
	set_choice(o, "thp_defrag",
		   "/sys/kernel/mm/transparent_hugepage/defrag");
	json_object_set_new(o, "huge_pages", huge_pages());
	return o;
}

static const char *turbo(void)
{
	long long v;

	if (envinfo_long("/sys/devices/system/cpu/intel_pstate/no_turbo", &v))
		return v ? "off" : "on";
	if (envinfo_long("/sys/devices/system/cpu/cpufreq/boost", &v))
		return v ? "on" : "off";
	return "unknown";
}

static json_t *settings_section(void)
{
	json_t *o = json_object();

	set_line(o, "governor",
		 "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	set_text(o, "turbo", turbo());
	set_long(o, "aslr", "/proc/sys/kernel/randomize_va_space");
	set_long(o, "numa_balancing", "/proc/sys/kernel/numa_balancing");
	set_long(o, "perf_event_paranoid",
		 "/proc/sys/kernel/perf_event_paranoid");
	set_long(o, "nmi_watchdog", "/proc/sys/kernel/nmi_watchdog");
	return o;
}

static json_t *limits_section(void)
{
	json_t *o = json_object();
	double cpus = 0;
	bool limited = envinfo_cpu_quota(&cpus);

	/* null: no limit is set. */
	set_number(o, "cgroup_cpus", limited, cpus);
	return o;
}

static json_t *program_section(void)
{
	json_t *o = json_object(), *libs = json_object();
	char text[64];
	int pfm = pfm_get_version();

	set_text(o, "version", VTDBENCH_VERSION);
	set_text(o, "compiler", COMPILER);
	set_text(o, "cflags", VTDBENCH_CFLAGS);
	snprintf(text, sizeof(text), "%u.%u.%u", hwloc_get_api_version() >> 16,
		 hwloc_get_api_version() >> 8 & 0xff,
		 hwloc_get_api_version() & 0xff);
	set_text(libs, "hwloc_api", text);
	snprintf(text, sizeof(text), "%d.%d", PFM_MAJ_VERSION(pfm),
		 PFM_MIN_VERSION(pfm));
	set_text(libs, "libpfm4", text);
	set_text(libs, "sqlite3", sqlite3_libversion());
	set_text(libs, "libyaml", yaml_get_version_string());
	set_text(libs, "jansson", jansson_version_str());
	set_text(libs, "zlib", zlibVersion());
	json_object_set_new(o, "libraries", libs);
	return o;
}

/* Share of all CPU time since boot that the hypervisor kept. */
static bool steal_share(double *share)
{
	unsigned long long t[8], all = 0;
	char text[256];

	if (!envinfo_field("/proc/stat", "cpu", text, sizeof(text)) ||
	    sscanf(text, "%llu %llu %llu %llu %llu %llu %llu %llu", &t[0],
		   &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) != 8)
		return false;
	for (size_t i = 0; i < 8; i++)
		all += t[i];
	if (!all)
		return false;
	*share = (double)t[7] / (double)all;
	return true;
}

static json_t *now_section(void)
{
	json_t *o = json_object();
	double load[1] = {0}, psi = 0, steal = 0;
	char text[256];
	bool known = getloadavg(load, 1) == 1;

	set_number(o, "load_1min", known, load[0]);
	known = envinfo_line("/proc/pressure/cpu", text, sizeof(text)) &&
		sscanf(text, "some avg10=%lf", &psi) == 1;
	set_number(o, "cpu_pressure_percent", known, psi);
	known = steal_share(&steal);
	set_number(o, "steal_share_since_boot", known, steal);
	set_meminfo(o, "memory_available_bytes", "MemAvailable");
	return o;
}

json_t *envinfo_json(void)
{
	char fingerprint[ENVINFO_FINGERPRINT];
	json_t *env = json_object();

	if (!env)
		return NULL;
	json_object_set_new(env, "cpu", cpu_section());
	json_object_set_new(env, "kernel", kernel_section());
	json_object_set_new(env, "memory", memory_section());
	json_object_set_new(env, "settings", settings_section());
	json_object_set_new(env, "limits", limits_section());
	json_object_set_new(env, "program", program_section());
	json_object_set_new(env, "now", now_section());
	envinfo_fingerprint(env, fingerprint);
	set_text(env, "fingerprint", fingerprint);
	if (json_object_size(env) == 8)
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
