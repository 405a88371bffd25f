/* A machine whose services are the stand-in, with a count of what they gave out and what was freed. */
#ifndef TEST_REAL_FIXTURE_H
#define TEST_REAL_FIXTURE_H

#include "real/win32.h"
#include "tests/unit/real/stand_in.h"

struct wcd_queue;

struct real_fixture {
    struct win32_machine *machine;
    struct platform platform;
    struct stand_in *stand_in;
    struct wcd_queue *queue;
};

/* cmocka's; the state is the fixture. The stand-in is as it was loaded: answers S_OK and nothing else. */
int real_fixture_setup(void **state);
int real_fixture_teardown(void **state);

/* Texts that CoTaskMemAlloc gave out and nobody has freed. */
long real_fixture_texts(void);

#endif
