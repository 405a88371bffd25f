/* cmocka with the headers it wants before it, and the checks that every suite uses. */
#ifndef TEST_SUPPORT_CMOCKA_H
#define TEST_SUPPORT_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* An error with exactly this code and message; releases it. */
#define assert_error(err, expected_code, expected_message)                                         \
    do {                                                                                           \
        assert_string_equal(wcd_error_message(&(err)), (expected_message));                        \
        assert_string_equal(wcd_errc_name((err).code), wcd_errc_name(expected_code));              \
        wcd_error_release(&(err));                                                                 \
    } while (0)

#endif
