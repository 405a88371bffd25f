/* Assertions for programmers' mistakes. They stay on in every build: NDEBUG has no effect on them. */
#ifndef WCD_BASE_ASSERT_H
#define WCD_BASE_ASSERT_H

/* Prints file, line and the condition to standard error and aborts. */
_Noreturn void wcd_assert_failed(const char *condition, const char *file, int line);

#define WCD_ASSERT(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            wcd_assert_failed(#condition, __FILE__, __LINE__);                                     \
        }                                                                                          \
    } while (0)

#endif
