/* A scenario file as text. */
#include "tests/lang/runs.h"

#include "scenarios/lang/scenario.h"

bool lang_runs(const char *path, struct wcd_buf *out)
{
    struct scenario *scenario = NULL;
    struct scn_source *source = NULL;
    struct scn_diags diags = {0};
    enum scn_load_result result = scn_load(&scenario, path, scn_reader_files(), &diags, &source);
    if (result != SCN_LOAD_OK) {
        scn_diags_print(&diags, source, out);
        wcd_buf_text(out, result == SCN_LOAD_FRAGMENTS ? "fragments\n" : "");
        scn_source_free(source);
    }
    scn_diags_release(&diags);
    for (size_t i = 0; scenario != NULL && i < scenario_run_count(scenario); i++) {
        struct scn_instance instance;
        if (scenario_instance(scenario, i, &instance)) {
            wcd_buf_format(
                out, "[%s] %s %s%s%s\n", scenario_run_id(scenario, i), instance.build->id,
                instance.engine,
                instance.gap == NULL ? "" : " gap: ", instance.gap == NULL ? "" : instance.gap);
            scn_node_to_json(&instance.root, out);
            wcd_buf_char(out, '\n');
            scn_instance_release(&instance);
        }
    }
    scenario_free(scenario);
    return result == SCN_LOAD_OK || result == SCN_LOAD_FRAGMENTS;
}
