/* The key tables of the reference page. */
#include "tests/lang/page.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "scenarios/lang/scenario.h"
#include "scenarios/lang/schema.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_BEGIN "<!-- table: "
#define TABLE_END   "<!-- end -->"

static bool add_table(const char *name, size_t len, struct wcd_buf *out)
{
    const struct scn_map *maps[SCN_MAPS_MAX];
    size_t count = scn_schema_maps(maps);
    for (size_t i = 0; i < count; i++) {
        if (strlen(maps[i]->title) == len && strncmp(maps[i]->title, name, len) == 0) {
            scn_schema_table(maps[i], out);
            return true;
        }
    }
    return false;
}

/* Copies the text and puts tables between their marks. */
static bool renew(const char *text, struct wcd_buf *out)
{
    const char *begin = NULL;
    while ((begin = strstr(text, TABLE_BEGIN)) != NULL) {
        const char *name = begin + strlen(TABLE_BEGIN);
        const char *close = strstr(name, " -->\n");
        const char *end = close == NULL ? NULL : strstr(close, TABLE_END);
        if (end == NULL) {
            return false;
        }
        wcd_buf_add(out, text, (size_t)(close - text));
        wcd_buf_text(out, " -->\n");
        if (!add_table(name, (size_t)(close - name), out)) {
            return false;
        }
        text = end;
    }
    wcd_buf_text(out, text);
    return true;
}

bool lang_page_renew(const char *path, struct wcd_buf *out)
{
    struct scn_reader reader = scn_reader_files();
    const char *reason = NULL;
    size_t size = 0;
    char *bytes = reader.read(reader.ctx, path, &size, &reason);
    char *text = bytes == NULL ? NULL : wcd_text_copy_n(bytes, size);
    bool ok = text != NULL && renew(text, out);
    free(text);
    free(bytes);
    return ok;
}
