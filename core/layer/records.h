/* What the layer store remembers on disk, in <root>\image\windowsfilter\layerdb:
 *
 *     sha256\<chain id>\cache-id, diff, size, parent     a read-only layer
 *     mounts\<name>\mount-id, init-id, parent            a container's layer
 *     tmp\write-set-<random>                             a record that is not finished
 *
 * A record is written under tmp and moved to its place whole, so that it is there or not. (The original
 * does so for read-only layers, and writes the files of a mount one by one.)
 *
 * Source: layer/filestore.go of both generations. */
#ifndef WCD_LAYER_RECORDS_H
#define WCD_LAYER_RECORDS_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/platform/platform.h"

#include <stdint.h>

struct wcd_layer_records {
    const struct platform *platform;
    char *root; /* ...\layerdb */
};

/* Makes the folder. `root` is <daemon root>\image\windowsfilter\layerdb. */
enum wcd_errc wcd_layer_records_open(struct wcd_layer_records *out, const struct platform *platform,
                                     const char *root, struct wcd_error *err);
void wcd_layer_records_close(struct wcd_layer_records *records);

struct wcd_layer_record {
    char *cache_id; /* the folder in the driver's home */
    char *diff_id;
    char *parent; /* chain id; NULL for a base layer */
    uint64_t size_bytes;
};
void wcd_layer_record_release(struct wcd_layer_record *record);

struct wcd_mount_record {
    char *mount_id;
    char *init_id; /* NULL: none */
    char *parent;  /* chain id; NULL: none */
};
void wcd_mount_record_release(struct wcd_mount_record *record);

struct wcd_layer_names {
    struct wcd_strlist chain_ids; /* of the read-only layers */
    struct wcd_strlist mounts;
    struct wcd_strlist orphans; /* folders of records that were moved aside */
    struct wcd_strlist ignored; /* folders that are no record, those of orphans among them */
};
void wcd_layer_names_release(struct wcd_layer_names *names);

/* *out is empty on failure. */
enum wcd_errc wcd_layer_records_list(const struct wcd_layer_records *records,
                                     struct wcd_layer_names *out, struct wcd_error *err);

enum wcd_errc wcd_layer_record_read(const struct wcd_layer_records *records, const char *chain_id,
                                    struct wcd_layer_record *out, struct wcd_error *err);
enum wcd_errc wcd_layer_record_write(const struct wcd_layer_records *records, const char *chain_id,
                                     const struct wcd_layer_record *record, struct wcd_error *err);
/* Moves a layer's record to sha256\<chain id>-<random>-removing, where *orphan (the caller's) then names the
 * folder. */
enum wcd_errc wcd_layer_record_move_aside(const struct wcd_layer_records *records,
                                          const char *chain_id, char **orphan,
                                          struct wcd_error *err);
enum wcd_errc wcd_layer_record_remove(const struct wcd_layer_records *records, const char *chain_id,
                                      struct wcd_error *err);
/* The folder of the driver that a record which was moved aside speaks of; the caller frees. NULL: it was
 * removed, and its record half so. */
enum wcd_errc wcd_layer_orphan_cache_id(const struct wcd_layer_records *records, const char *orphan,
                                        char **out, struct wcd_error *err);
enum wcd_errc wcd_layer_orphan_remove(const struct wcd_layer_records *records, const char *orphan,
                                      struct wcd_error *err);

enum wcd_errc wcd_mount_record_read(const struct wcd_layer_records *records, const char *name,
                                    struct wcd_mount_record *out, struct wcd_error *err);
enum wcd_errc wcd_mount_record_write(const struct wcd_layer_records *records, const char *name,
                                     const struct wcd_mount_record *record, struct wcd_error *err);
enum wcd_errc wcd_mount_record_remove(const struct wcd_layer_records *records, const char *name,
                                      struct wcd_error *err);

#endif
