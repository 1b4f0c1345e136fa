/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ThreadSanitizer has to be told about grace periods: it does not see
 * inside the packaged liburcu. Nothing in other builds.
 */
#ifndef TSAN_H
#define TSAN_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define TSAN 1
#endif

#ifdef TSAN
/* What a reader releases when its section ends and a callback acquires. */
static char tsan_grace __attribute__((unused));
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
#define tsan_acquire(addr) __tsan_acquire(addr)
#define tsan_release(addr) __tsan_release(addr)
#else
#define tsan_acquire(addr) ((void)0)
#define tsan_release(addr) ((void)0)
#endif

#endif
