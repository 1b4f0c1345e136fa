/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Concurrency Kit's locks (Bahra; BSD licence), as its headers have them. Its
 * loops that wait call ck_pr_stall(): a pause here as there, but in checking
 * builds check_spin(). It is assembly, which ThreadSanitizer does not see
 * through: kinds say with ck_entered() and ck_leaving() what it orders.
 */
#ifndef LOCKS_CK_H
#define LOCKS_CK_H

#include <ck_pr.h>

#include "../check.h"
#include "../tsan.h"

#define ck_pr_stall() check_spin()
#include <ck_brlock.h>
#include <ck_pflock.h>
#include <ck_spinlock.h>
#include <ck_tflock.h>
#undef ck_pr_stall

/* After @lock was taken, and before it is left. */
#define ck_entered(lock) tsan_acquire(lock)
#define ck_leaving(lock) tsan_release(lock)

#endif
