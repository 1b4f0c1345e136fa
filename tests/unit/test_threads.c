/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of threads: small, one thread's alone, an end that is said. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../kernels/threads.h"

static void the_lowest_that_is_free(void **state)
{
	assert_int_equal(thread_number_get(), 1);
	assert_int_equal(thread_number_get(), 2);
	assert_int_equal(thread_number_get(), 3);
	thread_number_put(2);
	assert_int_equal(thread_number_get(), 2);
	for (unsigned i = 1; i <= 3; i++)
		thread_number_put(i);
	assert_int_equal(thread_number_get(), 1);
	thread_number_put(1);
}

static void all_and_no_more(void **state)
{
	const struct rlimit no_core = {0, 0};
	int status = 0;
	pid_t child;

	for (unsigned i = 1; i <= ENGINE_THREADS_MAX; i++)
		assert_int_equal(thread_number_get(), i);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		setrlimit(RLIMIT_CORE, &no_core);
		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		thread_number_get();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	for (unsigned i = 1; i <= ENGINE_THREADS_MAX; i++)
		thread_number_put(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lowest_that_is_free),
		cmocka_unit_test(all_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
