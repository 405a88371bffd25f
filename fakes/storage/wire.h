/* The transport format of a layer's file, in pieces of any size: its attributes, then its backup stream as
 * BackupRead gives it (Microsoft Learn, WIN32_STREAM_ID), parts with a header each. Data, alternate streams,
 * sparse blocks and links are told; security, extended attributes and the rest are skipped over. And
 * tombstones.txt, the list of what a layer removes. */
#ifndef FAKE_STORAGE_WIRE_H
#define FAKE_STORAGE_WIRE_H

#include "core/base/buf.h"
#include "core/platform/types.h"

/* Of a stream's name; 255 units and ":" and ":$DATA" are 524 bytes. */
#define FAKE_WIRE_NAME_BYTES_MAX 1024u
/* MAXIMUM_REPARSE_DATA_BUFFER_SIZE of ntifs.h. */
#define FAKE_WIRE_LINK_BYTES_MAX 16384u
/* More than any file system of Windows keeps in a file. */
#define FAKE_WIRE_OFFSET_MAX ((uint64_t)1 << 56)
/* Of tombstones.txt: 32,767 units, of three bytes at most, and the end of the line. */
#define FAKE_TOMB_LINE_BYTES_MAX ((size_t)3 * 32767 + 2)

/* Attributes that a file keeps. */
#define FAKE_WIRE_ATTRIBUTES                                                                       \
    (PLAT_FILE_READONLY | PLAT_FILE_HIDDEN | PLAT_FILE_SYSTEM | PLAT_FILE_ARCHIVE)

#define FAKE_WIRE_BAD plat_hr_win32(PLAT_ERROR_INVALID_DATA)

/* Names of the transport format. */
#define FAKE_WIRE_FOLDER_SUFFIX ".$wcidirs$"
#define FAKE_WIRE_TOMBSTONES    "tombstones.txt"
#define FAKE_WIRE_TOMB_HEADER   "\xEF\xBB\xBFVersion 1.0"

/* The name's part before the suffix, by its length: of the folder that a file describes; 0 for a usual file. */
size_t fake_wire_described(const char *name);

/* ---- reading ---- */

/* What a file's transport says, in its order. A failure ends the reading. */
struct fake_wire_sink {
    plat_hr (*attributes)(void *ctx, uint32_t attributes);
    /* A stream ("" for the data) is to be written: anew, or a block of the one that is there. */
    plat_hr (*stream)(void *ctx, const char *name, bool block);
    /* Bytes of that stream. */
    plat_hr (*bytes)(void *ctx, uint64_t offset, const void *data, size_t size);
    plat_hr (*link)(void *ctx, const char *target);
};

enum fake_wire_state {
    FAKE_WIRE_ATTRIBUTES_NEXT,
    FAKE_WIRE_HEADER_NEXT,
    FAKE_WIRE_NAME_NEXT,
    FAKE_WIRE_OFFSET_NEXT,
    FAKE_WIRE_LINK_NEXT,
    FAKE_WIRE_BODY
};

struct fake_wire_reader {
    const struct fake_wire_sink *sink;
    void *ctx;
    enum fake_wire_state state;
    size_t wanted; /* bytes of `held` until the state is done */
    size_t got;
    uint32_t id;
    uint64_t left; /* of the part's bytes */
    uint64_t offset;
    bool skipped;
    unsigned char held[FAKE_WIRE_LINK_BYTES_MAX];
};

void fake_wire_begin(struct fake_wire_reader *reader, const struct fake_wire_sink *sink, void *ctx);
/* ERROR_INVALID_DATA, ERROR_NOT_ENOUGH_MEMORY, and what the sink answers. */
plat_hr fake_wire_feed(struct fake_wire_reader *reader, const void *data, size_t size);
/* The file is at its end; ERROR_INVALID_DATA in the middle of something. */
plat_hr fake_wire_end(const struct fake_wire_reader *reader);

/* ---- writing: appended to a buffer, which tells at its end whether all went well ---- */

void fake_wire_put_attributes(struct wcd_buf *buf, uint32_t attributes);
/* The header of a stream ("" for the data) of that size, whose bytes follow. */
void fake_wire_put_stream(struct wcd_buf *buf, const char *name, uint64_t size);
void fake_wire_put_link(struct wcd_buf *buf, const char *target);

/* ---- tombstones.txt ---- */

struct fake_tombs {
    plat_hr (*path)(void *ctx, const char *path); /* "\folder\file" */
    void *ctx;
    bool headed; /* its first line has been read */
    struct wcd_buf line;
    uint64_t bytes; /* of the line */
};

void fake_tombs_begin(struct fake_tombs *tombs, plat_hr (*path)(void *ctx, const char *path),
                      void *ctx);
plat_hr fake_tombs_feed(struct fake_tombs *tombs, const char *data, size_t size);
/* Reads a last line without an end, and releases the reader if `hr` is a failure, too. */
plat_hr fake_tombs_end(struct fake_tombs *tombs, plat_hr hr);

#endif
