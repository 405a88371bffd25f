/* What the two files on the compute service share. */
#ifndef REAL_WIN32_HCS_H
#define REAL_WIN32_HCS_H

#include "real/win32_internal.h"

typedef void(CALLBACK *win32_notification)(DWORD type, void *ctx, HRESULT status, PCWSTR data);

/* HRESULT function(object, options, &result). */
plat_hr win32_hcs_with_options(struct win32_machine *machine, const char *function,
                               plat_handle object, const char *options, char **result);
/* HRESULT function(object). */
plat_hr win32_hcs_close(struct win32_machine *machine, enum win32_registration_kind kind,
                        const char *function, plat_handle object);
plat_hr win32_hcs_register(struct win32_machine *machine, enum win32_registration_kind kind,
                           const char *function, plat_handle object, struct plat_event_sink sink,
                           uint64_t key, plat_handle *out);
plat_hr win32_hcs_unregister(struct win32_machine *machine, enum win32_registration_kind kind,
                             const char *function, plat_handle number);

plat_hr win32_hcs_create_process(void *ctx, plat_handle system, const char *parameters,
                                 struct plat_hcs_process_info *info, plat_handle *process,
                                 char **result);
plat_hr win32_hcs_open_process(void *ctx, plat_handle system, uint32_t process_id,
                               plat_handle *process, char **result);
plat_hr win32_hcs_close_process(void *ctx, plat_handle process);
plat_hr win32_hcs_terminate_process(void *ctx, plat_handle process, char **result);
plat_hr win32_hcs_signal_process(void *ctx, plat_handle process, const char *options,
                                 char **result);
plat_hr win32_hcs_process_info(void *ctx, plat_handle process, struct plat_hcs_process_info *info,
                               char **result);
plat_hr win32_hcs_process_properties(void *ctx, plat_handle process, char **properties,
                                     char **result);
plat_hr win32_hcs_modify_process(void *ctx, plat_handle process, const char *settings,
                                 char **result);
plat_hr win32_hcs_register_process(void *ctx, plat_handle process, struct plat_event_sink sink,
                                   uint64_t key, plat_handle *registration);
plat_hr win32_hcs_unregister_process(void *ctx, plat_handle registration);

#endif
