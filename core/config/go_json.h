/* Go's encoding/json as a judge of syntax: it says whether a text is JSON to Go, and if not, with
 * which words. The values themselves are read by core/json.
 *
 * Evidence: the state machine of Go's encoding/json (scanner.go, stream.go); its messages are the
 * same from Go 1.7 (v17) to Go 1.21 (v25). */
#ifndef WCD_CONFIG_GO_JSON_H
#define WCD_CONFIG_GO_JSON_H

#include "core/base/error.h"
#include "core/json/json.h"

#include <stdbool.h>
#include <stddef.h>

enum go_json_reader {
    GO_JSON_UNMARSHAL, /* json.Unmarshal: the whole text is one value */
    GO_JSON_DECODER    /* json.Decoder.Decode: the first value; what follows it is not looked at */
};

/* Refuses (WCD_E_PLAIN) what Go refuses, with Go's message. Otherwise *clean is the value as text
 * that core/json reads as Go would: without what follows it, each byte that is no UTF-8 and each
 * lone half of a surrogate pair replaced by U+FFFD. The caller frees *clean, which is
 * NUL-terminated for convenience; *clean_len counts its bytes. */
enum wcd_errc go_json_check(const char *text, size_t len, enum go_json_reader reader, char **clean,
                            size_t *clean_len, struct wcd_error *err);

/* The value in a text that Go takes. A text that only this program's limits refuse answers WCD_OK, too, with *out NULL
 * and *fault filled. */
enum wcd_errc go_json_read(const char *text, size_t len, enum go_json_reader reader,
                           struct wcd_json **out, struct wcd_json_fault *fault,
                           struct wcd_error *err);

#endif
