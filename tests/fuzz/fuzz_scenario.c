/* Any bytes as a scenario file: loading must end, with mistakes that can be printed or a scenario
 * whose first run can be made. The file may name itself as a file of fragments. */
#include "core/base/limits.h"
#include "scenarios/lang/scenario.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t size;
};

static char *read_input(void *ctx, const char *path, size_t *size, const char **reason)
{
    const struct input *input = ctx;
    (void)path;
    char *copy = malloc(input->size + 1);
    if (copy == NULL) {
        *reason = "out of memory";
        return NULL;
    }
    if (input->size > 0) {
        memcpy(copy, input->data, input->size);
    }
    *size = input->size;
    return copy;
}

static void use_run(const struct scenario *scenario, size_t run)
{
    struct scn_instance instance;
    if (scenario_instance(scenario, run, &instance)) {
        struct wcd_buf buf;
        wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
        scn_node_to_json(&instance.root, &buf);
        wcd_buf_release(&buf);
        scn_instance_release(&instance);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct scn_reader reader = {.read = read_input, .ctx = &input};
    struct scenario *scenario = NULL;
    struct scn_source *source = NULL;
    struct scn_diags diags;
    enum scn_load_result result = scn_load(&scenario, "in.yaml", reader, &diags, &source);
    if (result == SCN_LOAD_OK) {
        use_run(scenario, 0);
        use_run(scenario, scenario_run_count(scenario) - 1);
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    scn_diags_print(&diags, result == SCN_LOAD_OK ? scenario_source(scenario) : source, &buf);
    wcd_buf_release(&buf);
    scn_diags_release(&diags);
    if (result == SCN_LOAD_OK) {
        scenario_free(scenario);
    } else {
        scn_source_free(source);
    }
    return 0;
}
