/* What the bindings share. Included by real/win32_*.c alone. */
#ifndef REAL_WIN32_INTERNAL_H
#define REAL_WIN32_INTERNAL_H

#include "real/win32.h"

#include <windows.h>

/* ---- texts ---- */

/* UTF-16 of a text. ERROR_NO_UNICODE_TRANSLATION when it is not UTF-8, ERROR_NOT_ENOUGH_MEMORY. *out is NULL
 * on failure; the caller frees. */
plat_hr win32_wide(const char *text, wchar_t **out);
/* The same for `len` bytes, NULs among them; *units does not count the NUL that is put behind. */
plat_hr win32_wide_n(const char *text, size_t len, wchar_t **out, size_t *units);

/* UTF-8 of `units` UTF-16 units. ERROR_NO_UNICODE_TRANSLATION for a surrogate that stands alone. */
plat_hr win32_text(const wchar_t *wide, size_t units, char **out);
/* The same with the bytes counted, NULs among them. */
plat_hr win32_text_n(const wchar_t *wide, size_t units, char **out, size_t *len);
/* For documents of services, which Go's clients read so too: lone surrogates become U+FFFD. NULL for NULL and
 * without memory. */
char *win32_text_lossy(const wchar_t *wide);

/* ---- answers ---- */

/* HRESULT_FROM_WIN32(GetLastError()); never a success. */
plat_hr win32_last(void);

/* ---- handles ---- */

static inline plat_handle win32_handle_number(const void *handle)
{
    return (plat_handle)(uintptr_t)handle;
}

static inline void *win32_handle(plat_handle number)
{
    return (void *)(uintptr_t)number; /* NOLINT(performance-no-int-to-ptr): it was one */
}

/* ---- DLLs ---- */

typedef void (*win32_function)(void);

struct win32_dll {
    wchar_t *name;
    HMODULE module; /* NULL until it was found; stays loaded */
    SRWLOCK lock;
};

/* NULL for `name` is `standard`. */
plat_hr win32_dll_init(struct win32_dll *dll, const char *name, const char *standard);
void win32_dll_release(struct win32_dll *dll);
/* ERROR_MOD_NOT_FOUND (or what else loading answered), ERROR_PROC_NOT_FOUND. */
plat_hr win32_dll_find(struct win32_dll *dll, const char *function, win32_function *out);

/* A function of a DLL that is always loaded; NULL where this Windows has none. */
win32_function win32_system_function(const wchar_t *dll, const char *name);

/* ---- the machine ---- */

struct win32_clock;
struct win32_streams;
struct win32_registration;

/* The callbacks that are registered with services of Windows. */
struct win32_registrations {
    SRWLOCK lock; /* of all below, and held while posting */
    struct win32_registration *all;
    plat_handle last_number;
};

struct win32_machine {
    struct win32_dll vmcompute;
    struct win32_dll computenetwork;
    struct win32_dll virtdisk;
    struct win32_clock *clock;
    struct win32_registrations registrations;
    struct win32_streams *streams;
};

/* ---- registrations ---- */

enum win32_registration_kind {
    WIN32_OF_SYSTEM,
    WIN32_OF_PROCESS,
    WIN32_OF_HCN
};

void win32_registrations_init(struct win32_registrations *registrations);
void win32_registrations_release(struct win32_registrations *registrations);

/* A registration that posts from now on, of an object or PLAT_NO_HANDLE; its address is the callback's context.
 * E_OUTOFMEMORY. */
plat_hr win32_registration_open(struct win32_registrations *registrations,
                                enum win32_registration_kind kind, plat_handle object,
                                struct plat_event_sink sink, uint64_t key,
                                struct win32_registration **out);
/* Windows took it: its handle is kept with it. The number to hand out. */
plat_handle win32_registration_keep(struct win32_registration *registration, void *handle);
/* Posts nothing from now on. ERROR_INVALID_HANDLE for a number that is none of this kind. */
plat_hr win32_registration_close(struct win32_registrations *registrations,
                                 enum win32_registration_kind kind, plat_handle number,
                                 struct win32_registration **out, void **handle);
/* The object was closed: its registrations post nothing from now on, whatever Windows thinks of them. */
void win32_registrations_closed(struct win32_registrations *registrations,
                                enum win32_registration_kind kind, plat_handle object);
/* Windows has forgotten it: its place may be used again. */
void win32_registration_forget(struct win32_registration *registration);

/* The one callback there is: posts and does nothing else. */
void CALLBACK win32_notified(DWORD type, void *ctx, HRESULT status, PCWSTR data);

/* ---- what services give out ---- */

/* Frees a text of the service's (CoTaskMemAlloc). In *out is its UTF-8 after a success, NULL after a failure or
 * for NULL; the answer is `hr`, or E_OUTOFMEMORY. */
plat_hr win32_take_text(plat_hr hr, wchar_t *wide, char **out);
/* The same for a text that explains the answer, whatever that was. */
void win32_take_detail(wchar_t *wide, char **out);

/* A GUID of its 36 characters. ERROR_INVALID_PARAMETER for another text. */
plat_hr win32_guid(const char *text, GUID *out);
#define WIN32_GUID_BYTES 37u
void win32_guid_text(const GUID *guid, char out[WIN32_GUID_BYTES]);

/* ---- services ---- */

extern const struct plat_os_ops win32_os_ops;
extern const struct plat_registry_ops win32_registry_ops;
extern const struct plat_scm_ops win32_scm_ops;
extern const struct plat_fs_ops win32_fs_ops;
extern const struct plat_clock_ops win32_clock_ops;
extern const struct plat_hcs_ops win32_hcs_ops;
extern const struct plat_hns_ops win32_hns_ops;
extern const struct plat_hcn_ops win32_hcn_ops;
extern const struct plat_storage_ops win32_storage_ops;
extern const struct plat_transport_ops win32_transport_ops;

plat_hr win32_clock_create(struct win32_clock **out);
void win32_clock_destroy(struct win32_clock *clock);
plat_hr win32_streams_create(struct win32_streams **out);
void win32_streams_destroy(struct win32_streams *streams);

/* Parts of fs.h that have files of their own. */
plat_hr win32_fs_create_symlink(void *ctx, const char *path, const char *target, bool directory);
plat_hr win32_fs_read_symlink(void *ctx, const char *path, char **target);
/* Where a reparse point of these bytes leads. ERROR_NOT_A_REPARSE_POINT for one that is no link,
 * ERROR_INVALID_DATA where the bytes contradict themselves. */
plat_hr win32_reparse_target(const void *data, size_t size, char **target);
plat_hr win32_fs_security(void *ctx, const char *path, char **sddl);
plat_hr win32_fs_set_security(void *ctx, const char *path, const char *sddl);
plat_hr win32_fs_list(void *ctx, const char *path, struct plat_dir_list *out);
/* The name in ":name:$DATA", "" in "::$DATA". */
plat_hr win32_stream_name(const wchar_t *given, char **out);
plat_hr win32_fs_streams(void *ctx, const char *path, struct plat_stream_list *out);
plat_hr win32_fs_open(void *ctx, const char *path, uint32_t access,
                      enum plat_file_disposition disposition, plat_handle *out);
plat_hr win32_fs_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got);
plat_hr win32_fs_write(void *ctx, plat_handle file, const void *data, size_t size);
plat_hr win32_fs_seek(void *ctx, plat_handle file, uint64_t offset);
plat_hr win32_fs_flush(void *ctx, plat_handle file);
plat_hr win32_fs_close(void *ctx, plat_handle file);
plat_hr win32_fs_volume(void *ctx, const char *path, struct plat_volume_info *out);

/* A security descriptor of SDDL, to be freed with LocalFree. ERROR_INVALID_SECURITY_DESCR whatever Windows
 * has against the text. */
plat_hr win32_descriptor(const char *sddl, PSECURITY_DESCRIPTOR *out);

struct win32_path_info {
    DWORD attributes;
    DWORD size_low;
    DWORD size_high;
    FILETIME created;
    FILETIME written;
};
void win32_file_info(const struct win32_path_info *from, struct plat_file_info *out);

#endif
