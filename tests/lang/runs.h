/* A scenario file as text: what golden files of the language are made of. */
#ifndef TEST_LANG_RUNS_H
#define TEST_LANG_RUNS_H

#include "core/base/buf.h"

/* Appends two lines per run (its id, build, engine and gap; its instance as JSON), or all mistakes.
 * True when there are none. */
bool lang_runs(const char *path, struct wcd_buf *out);

#endif
