/* Services that this emulator, or a platform made of it, does not have. Every op of these tables answers PLAT_E_NOTIMPL
 * and sets its outs to NULL, zero or PLAT_NO_HANDLE; nothing is kept and no event is ever posted.
 *
 * A host that lacks a service is something else, and no gap: it answers ERROR_PROC_NOT_FOUND or
 * ERROR_MOD_NOT_FOUND. So E_NOTIMPL from the emulator always means "not emulated". */
#ifndef FAKE_ABSENT_ABSENT_H
#define FAKE_ABSENT_ABSENT_H

#include "core/platform/platform.h"

struct plat_hcs fake_absent_hcs(void);
struct plat_hns fake_absent_hns(void);
struct plat_hcn fake_absent_hcn(void);
struct plat_os fake_absent_os(void);
struct plat_scm fake_absent_scm(void);
struct plat_registry fake_absent_registry(void);
struct plat_fs fake_absent_fs(void);
struct plat_clock fake_absent_clock(void); /* whose time stands still at 0 */

#endif
