/* Integers in resources; see resources.h. */
#include "scenarios/lang/resources.h"

#include "core/hostconfig/hostconfig.h"

#include <string.h>

/* NULL without memory. */
static struct wcd_json *as_number(const char *text)
{
    size_t len = strlen(text);
    size_t sign = text[0] == '-';
    bool whole = len > sign && text[sign + strspn(text + sign, "0123456789")] == '\0';
    struct wcd_json_fault fault = {0};
    return whole ? wcd_json_parse(text, len, &fault) : wcd_json_new_string(text);
}

struct wcd_json *scn_resources_with_numbers(const struct wcd_json *resources)
{
    struct wcd_json *out = resources == NULL ? NULL : wcd_json_new_object();
    bool ok = out != NULL;
    for (const struct wcd_json *member = wcd_json_first(resources); ok && member != NULL;
         member = wcd_json_next(member)) {
        const char *name = wcd_json_name(member);
        bool written = wcd_json_is(member, WCD_JSON_STRING) && wcd_resources_is_integer(name);
        ok = wcd_json_set(out, name,
                          written ? as_number(wcd_json_string(member)) : wcd_json_copy(member));
    }
    if (!ok) {
        wcd_json_free(out);
        return NULL;
    }
    return out;
}
