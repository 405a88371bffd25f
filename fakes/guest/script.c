/* Scripts; see script.h. */
#include "fakes/guest/script.h"

#include "core/base/text.h"

#include <stdlib.h>

struct guest_script *guest_script_create(void)
{
    struct guest_script *script = calloc(1, sizeof(*script));
    if (script != NULL) {
        script->references = 1;
    }
    return script;
}

struct guest_script *guest_script_hold(struct guest_script *script)
{
    script->references++;
    return script;
}

void guest_script_release(struct guest_script *script)
{
    if (script == NULL || --script->references > 0) {
        return;
    }
    for (size_t i = 0; i < script->count; i++) {
        free(script->acts[i].text);
    }
    free(script->acts);
    free(script);
}

void guest_script_add(struct guest_script *script, struct guest_act act)
{
    if (act.text == NULL) {
        act.text = wcd_text_copy("");
    }
    if (script->count == FAKE_ACTS_MAX || script->failed || act.text == NULL) {
        script->failed = script->failed || act.text == NULL;
        free(act.text);
        return;
    }
    if (script->count == script->capacity) {
        size_t capacity = script->capacity == 0 ? 4 : script->capacity * 2;
        struct guest_act *acts = realloc(script->acts, capacity * sizeof(*acts));
        if (acts == NULL) {
            script->failed = true;
            free(act.text);
            return;
        }
        script->acts = acts;
        script->capacity = capacity;
    }
    script->acts[script->count++] = act;
}

void guest_script_text(struct guest_script *script, int kind, const char *text)
{
    char *copy = wcd_text_copy(text);
    script->failed = script->failed || copy == NULL;
    guest_script_add(script, (struct guest_act){.kind = kind, .text = copy});
}

void guest_script_code(struct guest_script *script, int kind, uint32_t code)
{
    guest_script_add(script, (struct guest_act){.kind = kind, .code = code});
}
