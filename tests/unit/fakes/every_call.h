/* A call of each op of each service of the seam. */
#ifndef TEST_FAKES_EVERY_CALL_H
#define TEST_FAKES_EVERY_CALL_H

#include "core/platform/platform.h"

/* Which outs a call has. */
enum every_out {
    EVERY_TEXT = 1 << 0,
    EVERY_DETAIL = 1 << 1,
    EVERY_HANDLE = 1 << 2,
    EVERY_VERSION = 1 << 3,
    EVERY_NUMBER = 1 << 4,
    EVERY_MEMORY = 1 << 5,
    EVERY_SERVICE = 1 << 6,
    EVERY_FLAG = 1 << 7,
    EVERY_VALUE = 1 << 8,
    EVERY_INFO = 1 << 9,
    EVERY_LIST = 1 << 10,
    EVERY_STREAMS = 1 << 11,
    EVERY_SIZE = 1 << 12,
    EVERY_VOLUME = 1 << 13,
    EVERY_PROCESS = 1 << 14
};

/* Room for the outs of any call. */
struct every_bag {
    unsigned used; /* enum every_out */
    char *texts[2];
    plat_handle handle;
    struct plat_os_version version;
    uint32_t number;
    struct plat_memory_status memory;
    struct plat_service_status service;
    bool flag;
    struct plat_registry_value value;
    struct plat_file_info info;
    struct plat_dir_list list;
    struct plat_stream_list streams;
    size_t size;
    struct plat_volume_info volume;
    struct plat_hcs_process_info process;
    char bytes[4];
};

struct every_call {
    const char *function;
    plat_hr (*make)(const struct platform *platform, struct every_bag *bag);
    bool closes; /* ends a handle or a registration */
};

/* All but the reads of the clock. */
const struct every_call *every_calls(size_t *count);
/* Fills the bag with what no call would leave in it. */
void every_bag_fill(struct every_bag *bag);
/* True when the outs of the call are all zero. */
bool every_bag_zero(const struct every_bag *bag);
void every_bag_release(struct every_bag *bag);

#endif
