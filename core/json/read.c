/* Reading JSON: the strict scan, then cJSON, then the numbers get their literal text back. */
#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/json/internal.h"

#include <string.h>

/* cJSON frees what hangs on its nodes with its own free function, so it must allocate it, too. */
static char *node_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = cJSON_malloc(size);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

/* Walks the tree in the order of the text and hands each number its literal. */
static bool restore_numbers(cJSON *node, const char **literal)
{
    if (cJSON_IsNumber(node)) {
        node->valuestring = node_text(*literal);
        if (node->valuestring == NULL) {
            return false;
        }
        node->type = cJSON_Raw;
        *literal += strlen(*literal) + 1;
        return true;
    }
    for (cJSON *child = node->child; child != NULL; child = child->next) {
        if (!restore_numbers(child, literal)) {
            return false;
        }
    }
    return true;
}

struct wcd_json *wcd_json_parse(const char *text, size_t len, struct wcd_json_fault *fault)
{
    struct json_scan scan = {0};
    if (!json_scan(&scan, text, len, fault)) {
        return NULL;
    }
    cJSON *node = cJSON_ParseWithLengthOpts(scan.text, strlen(scan.text) + 1, NULL, true);
    const char *literal = scan.literals;
    bool ok = node != NULL && restore_numbers(node, &literal);
    /* A text that passed the scan is refused by cJSON only for want of memory. */
    if (!ok) {
        cJSON_Delete(node);
        node = NULL;
        *fault = (struct wcd_json_fault){.line = 1, .column = 1, .reason = "out of memory"};
    } else {
        WCD_ASSERT(literal == scan.literals + scan.literal_bytes);
    }
    json_scan_release(&scan);
    return json_value(node);
}
