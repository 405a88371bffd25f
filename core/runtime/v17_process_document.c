/* What the runtime of 2017 sends to create a process: hcsshim's ProcessConfig. */
#include "core/runtime/v17_internal.h"

#include "core/json/gowrite.h"

#include <stdlib.h>
#include <string.h>

/* ---- environment: NAME=value as a map ---- */

struct variable {
    char *name;
    const char *value;
    size_t index;
};

/* By name as Go sorts a map's keys; of one name in their order. */
static int compare(const void *a, const void *b)
{
    const struct variable *left = a;
    const struct variable *right = b;
    int order = strcmp(left->name, right->name);
    return order != 0 ? order : (left->index > right->index) - (left->index < right->index);
}

static void release(struct variable *variables, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(variables[i].name);
    }
    free(variables);
}

/* What has no '=' is no variable. *count tells how many are in the list; NULL without memory. */
static struct variable *split(const struct wcd_strlist *env, size_t *count)
{
    struct variable *variables = calloc(env->count, sizeof(*variables));
    *count = 0;
    for (size_t i = 0; variables != NULL && i < env->count; i++) {
        const char *equals = strchr(env->items[i], '=');
        if (equals == NULL) {
            continue;
        }
        char *name = wcd_text_copy_n(env->items[i], (size_t)(equals - env->items[i]));
        if (name == NULL) {
            release(variables, *count);
            return NULL;
        }
        variables[*count] = (struct variable){.name = name, .value = equals + 1, .index = i};
        (*count)++;
    }
    return variables;
}

/* Of several variables of one name the last counts. False without memory. */
static bool write_environment(struct wcd_gojson *out, const struct wcd_strlist *env)
{
    size_t count = 0;
    if (env->count == 0) {
        return true;
    }
    struct variable *variables = split(env, &count);
    if (variables == NULL) {
        return false;
    }
    if (count > 0) {
        qsort(variables, count, sizeof(*variables), compare);
        wcd_gojson_begin_object(out, "Environment");
        for (size_t i = 0; i < count; i++) {
            if (i + 1 == count || strcmp(variables[i].name, variables[i + 1].name) != 0) {
                wcd_gojson_text(out, variables[i].name, variables[i].value);
            }
        }
        wcd_gojson_end_object(out);
    }
    release(variables, count);
    return true;
}

/* ---- the command ---- */

/* Windows gets the arguments joined by blanks, as they are; a Linux guest the list. False without memory. */
static bool write_command(struct wcd_gojson *out, const struct v17_parameters *parameters)
{
    const struct wcd_strlist *args = &parameters->process->args;
    if (parameters->windows) {
        char *line = wcd_strlist_join(args, " ");
        if (line != NULL) {
            wcd_gojson_text_if(out, "CommandLine", line);
        }
        free(line);
        return line != NULL;
    }
    if (args->count > 0) {
        wcd_gojson_begin_array(out, "CommandArgs");
        for (size_t i = 0; i < args->count; i++) {
            wcd_gojson_text(out, NULL, args->items[i]);
        }
        wcd_gojson_end_array(out);
    }
    return true;
}

char *v17_process_document(const struct v17_parameters *parameters)
{
    const struct wcd_spec_process *process = parameters->process;
    struct wcd_gojson out;
    wcd_gojson_init(&out);
    wcd_gojson_begin_object(&out, NULL);
    bool ok = write_command(&out, parameters);
    wcd_gojson_text_if(&out, "User", process->user.username);
    wcd_gojson_text_if(&out, "WorkingDirectory", parameters->cwd);
    ok = write_environment(&out, &process->env) && ok;
    wcd_gojson_bool_if(&out, "EmulateConsole", process->terminal);
    wcd_gojson_bool_if(&out, "CreateStdInPipe", parameters->streams);
    wcd_gojson_bool_if(&out, "CreateStdOutPipe", parameters->streams);
    wcd_gojson_bool_if(&out, "CreateStdErrPipe", parameters->streams && !process->terminal);
    wcd_gojson_begin_array(&out, "ConsoleSize");
    wcd_gojson_uint(&out, NULL, parameters->sized ? process->console_size.height : 0);
    wcd_gojson_uint(&out, NULL, parameters->sized ? process->console_size.width : 0);
    wcd_gojson_end_array(&out);
    if (parameters->spec_document != NULL) {
        wcd_gojson_value(&out, "OCISpecification", parameters->spec_document);
    }
    wcd_gojson_end_object(&out);
    if (!ok) {
        wcd_gojson_release(&out);
        return NULL;
    }
    return wcd_gojson_take(&out);
}
