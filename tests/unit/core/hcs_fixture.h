/* What the suites around HCS share: a platform whose HCS answers what a test tells it to, and writes down what
 * it was asked. All else is the emulator's. It takes no memory of its own, so that the allocations that fail
 * are the core's. */
#ifndef TEST_UNIT_CORE_HCS_FIXTURE_H
#define TEST_UNIT_CORE_HCS_FIXTURE_H

#include "core/hcs/client.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#define HCS_BED_TEXT_BYTES 16384u
#define HCS_BED_ANSWERS    32u
#define HCS_BED_HANDLES    256u

#define HCS_BED_SECOND_US ((uint64_t)1000000)

struct hcs_bed_text {
    char data[HCS_BED_TEXT_BYTES];
    size_t len;
};

struct hcs_bed_answer {
    const char *call;
    plat_hr hr;
    const char *text; /* of the success: properties; of a failure: the error document */
};

struct hcs_bed {
    struct fake_host *host;
    struct platform plain;
    struct platform platform;
    const struct engine_rules *engine;
    struct wcd_reactor *reactor;
    struct wcd_log_sink log;
    struct wcd_hcs *hcs;
    struct hcs_bed_answer answers[HCS_BED_ANSWERS]; /* each for the next call of its name */
    struct {
        struct plat_event_sink sink;
        uint64_t key;
        bool open;
        bool registered;
    } handles[HCS_BED_HANDLES];
    plat_handle last_handle;
    uint32_t last_pid;
    const char *stdio; /* which streams a process has: "ioe" */
    struct hcs_bed_text calls;
    struct hcs_bed_text logs;
    struct hcs_bed_text heard;
};

void hcs_bed_set_up(struct hcs_bed *bed, enum wcd_engine engine);
/* Closes the client; every handle must be closed by then. */
void hcs_bed_tear_down(struct hcs_bed *bed);

/* The next call of that name ("start", "process properties", ...) answers so; without a word from the test calls
 * answer S_OK, and properties "{}". Texts must last. */
void hcs_bed_answer(struct hcs_bed *bed, const char *call, plat_hr hr, const char *text);
/* The registration with that handle is told something. */
void hcs_bed_notify(struct hcs_bed *bed, plat_handle registration, uint32_t type, plat_hr status);
/* All events until now are lost. */
void hcs_bed_lose_events(struct hcs_bed *bed);
/* Runs the event loop until nothing is left to do. */
void hcs_bed_turn(struct hcs_bed *bed);
void hcs_bed_advance_s(struct hcs_bed *bed, uint64_t seconds);
size_t hcs_bed_open_handles(const struct hcs_bed *bed);

/* What was asked, logged, heard since the last look: lines with "\n" between them. */
void hcs_bed_assert_calls(struct hcs_bed *bed, const char *expected);
void hcs_bed_assert_logs(struct hcs_bed *bed, const char *expected);
void hcs_bed_assert_heard(struct hcs_bed *bed, const char *expected);
void hcs_bed_forget(struct hcs_bed *bed);

/* A wcd_hcs_done whose ctx is the bed: hears "ok", or the class and the message. */
void hcs_bed_done(void *ctx, const struct wcd_error *err);
void hcs_bed_hear(struct hcs_bed *bed, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

#endif
