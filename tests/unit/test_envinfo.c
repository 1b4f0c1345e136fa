/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machine facts: small files read right, nothing invented, a fingerprint that
 * depends on what it should and on nothing else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "machine/envinfo.h"
#include "store/machine_class.h"
#include "machine/proc.h"

static char path[] = "/tmp/test-envinfo-XXXXXX";

static void file_with(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void small_files(void **state)
{
	char text[32];
	long long v;

	file_with("always [madvise] never\n");
	assert_true(envinfo_choice(path, text, sizeof(text)));
	assert_string_equal(text, "madvise");
	assert_false(envinfo_long(path, &v));
	file_with("42\n");
	assert_true(envinfo_long(path, &v));
	assert_int_equal(v, 42);
	assert_false(envinfo_choice(path, text, sizeof(text)));
	file_with("cpu family\t: 25\nmodel\t\t: 17\nmodel name\t: A b C\n"
		  "model name\t: second\nempty\t:\n");
	assert_true(envinfo_field(path, "model", text, sizeof(text)));
	assert_string_equal(text, "17");
	assert_true(envinfo_field(path, "model name", text, sizeof(text)));
	assert_string_equal(text, "A b C");
	assert_true(envinfo_field(path, "empty", text, sizeof(text)));
	assert_string_equal(text, "");
	assert_false(envinfo_field(path, "cpu", text, sizeof(text)));
	assert_false(envinfo_field(path, "none", text, sizeof(text)));
	file_with("");
	assert_false(envinfo_line(path, text, sizeof(text)));
	assert_false(envinfo_line("/nonexistent", text, sizeof(text)));
}

static void facts_are_true(void **state)
{
	json_t *env = envinfo_json();
	struct utsname u;
	double v;

	assert_non_null(env);
	uname(&u);
	assert_string_equal(envinfo_text(env, "kernel.release"), u.release);
	assert_true(envinfo_number(env, "cpu.online", &v));
	assert_true(v == (double)sysconf(_SC_NPROCESSORS_ONLN));
	assert_true(envinfo_number(env, "memory.bytes", &v));
	assert_true(v > 1 << 20);
	assert_true(strncmp(envinfo_text(env, "program.compiler"), "gcc ", 4) ==
			    0 ||
		    strncmp(envinfo_text(env, "program.compiler"), "clang ",
			    6) == 0);
	assert_string_not_equal(envinfo_text(env, "program.cflags"), "unknown");
	assert_string_not_equal(envinfo_text(env, "program.version"),
				"unknown");
	/* Absent is unknown, a number or not. */
	assert_string_equal(envinfo_text(env, "settings.no_such"), "unknown");
	assert_string_equal(envinfo_text(env, "cpu.online"), "unknown");
	assert_false(envinfo_number(env, "settings.governor", &v));
	assert_false(envinfo_number(env, "cpu.online.deeper", &v));
	if (access("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
		   R_OK))
		assert_string_equal(envinfo_text(env, "settings.governor"),
				    "unknown");
	json_decref(env);
}

static void fingerprint(void **state)
{
	static const char *const that_count[][2] = {
		{"cpu", "model"},	  {"cpu", "microcode"},
		{"kernel", "release"},	  {"program", "compiler"},
		{"settings", "governor"},
	};
	json_t *env = envinfo_json();
	char a[ENVINFO_FINGERPRINT], b[ENVINFO_FINGERPRINT];

	assert_non_null(env);
	envinfo_fingerprint(env, a);
	assert_int_equal(strlen(a), 16);
	assert_string_equal(envinfo_text(env, "fingerprint"), a);
	for (size_t i = 0; i < sizeof(that_count) / sizeof(that_count[0]);
	     i++) {
		json_t *other = json_deep_copy(env);

		json_object_set_new(json_object_get(other, that_count[i][0]),
				    that_count[i][1], json_string("another"));
		envinfo_fingerprint(other, b);
		assert_string_not_equal(a, b);
		json_decref(other);
	}
	json_object_set_new(json_object_get(env, "now"), "load_1min",
			    json_real(99));
	json_object_set_new(json_object_get(env, "settings"), "aslr",
			    json_integer(7));
	envinfo_fingerprint(env, b);
	assert_string_equal(a, b);
	json_object_set_new(json_object_get(env, "cpu"), "online",
			    json_integer(4711));
	envinfo_fingerprint(env, b);
	assert_string_not_equal(a, b);
	json_decref(env);
}

/* It is stored with results: the same on every machine, for ever. */
static void fingerprint_is_stable(void **state)
{
	json_t *env = json_pack("{s{sssssi}s{ss}s{ss}s{ss}}", "cpu", "model",
				"M", "microcode", "0x1", "online", 2, "kernel",
				"release", "6.1", "program", "compiler",
				"gcc 12", "settings", "governor", "unknown");
	char a[ENVINFO_FINGERPRINT];

	assert_non_null(env);
	envinfo_fingerprint(env, a);
	assert_string_equal(a, "1e68076439606692");
	json_decref(env);
}

/* What a run stores leaves out what is unknown. */
static void stored_form(void **state)
{
	struct topo_cpu cpus[3] = {
		{.ncaches = 1, .caches = {{.level = 1, .bytes = 32768}}}};
	struct topo_core_kind kinds[2] = {
		{.type = "IntelCore", .ncpus = 3, .ncores = 2, .ncpus_all = 4},
		{.mhz = 3900, .ncpus_all = 8}};
	struct topo topo = {.cpus = cpus,
			    .ncpus = 3,
			    .nnodes = 1,
			    .ncores = 2,
			    .npackages = 1,
			    .core_kinds = kinds,
			    .ncore_kinds = 1};
	char text[128];
	json_t *env = envinfo_json(), *machine, *noise, *cache;

	assert_non_null(env);
	json_object_set_new(json_object_get(env, "settings"), "governor",
			    json_string("unknown"));
	json_object_set_new(json_object_get(env, "settings"), "turbo",
			    json_string("off"));
	json_object_set_new(json_object_get(env, "limits"), "cgroup_cpus",
			    json_null());
	machine = envinfo_machine(env, &topo);
	noise = envinfo_noise(env);
	assert_string_equal(envinfo_text(machine, "cpu"),
			    envinfo_text(env, "cpu.model"));
	assert_int_equal(json_integer_value(json_object_get(machine, "cpus")),
			 3);
	cache = json_array_get(json_object_get(machine, "caches"), 0);
	assert_int_equal(json_integer_value(json_object_get(cache, "bytes")),
			 32768);
	assert_null(json_object_get(cache, "ways"));
	assert_int_equal(
		json_integer_value(json_object_get(machine, "l1d_bytes")),
		32768);
	assert_int_equal(json_array_size(json_object_get(noise, "load_avg")),
			 3);
	assert_null(json_object_get(noise, "governor"));
	assert_null(json_object_get(noise, "cgroup_cpus"));
	assert_string_equal(envinfo_text(noise, "turbo"), "off");
	assert_null(json_object_get(machine, "core_kinds"));
	json_decref(machine);
	topo.ncore_kinds = 2;
	machine = envinfo_machine(env, &topo);
	machine_kinds_text(machine, text, sizeof(text));
	assert_string_equal(text, "core kind 0: 3 of 4 CPUs, IntelCore; core "
				  "kind 1: 0 of 8 CPUs, up to 3900 MHz");
	json_decref(machine);
	machine = envinfo_machine(env, NULL);
	assert_null(json_object_get(machine, "cpus"));
	json_decref(machine);
	json_decref(noise);
	json_decref(env);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_files),
		cmocka_unit_test(facts_are_true),
		cmocka_unit_test(fingerprint),
		cmocka_unit_test(fingerprint_is_stable),
		cmocka_unit_test(stored_form),
	};
	int fd = mkstemp(path), rc;

	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests_name("envinfo", tests, NULL, NULL);
	unlink(path);
	return rc;
}
