/* Files that tests write and read back, and texts kept beside the tests to compare with. */
#ifndef TEST_RUN_SCRATCH_H
#define TEST_RUN_SCRATCH_H

#include <stdbool.h>
#include <stdio.h>

/* TEST_SCRATCH "/name"; the caller frees. */
char *scratch_path(const char *name);
/* Opens a file of the scratch folder for writing bytes. */
FILE *scratch_open(const char *name);
/* The whole content of a file; fails the test when there is none. The caller frees. */
char *file_text(const char *path);
/* file_text() of a file of the scratch folder. */
char *scratch_text(const char *name);

/* Compares with tests/run/golden/NAME. With DRYDOCK_UPDATE_GOLDEN in the environment the file is
 * written instead: look at the difference in git before you believe it. */
void assert_golden(const char *name, const char *text);

#endif
