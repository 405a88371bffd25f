/* `drydock hosts`: the Windows versions that the emulator can be. */
#include "scenarios/cli/hosts.h"

#include "core/json/json.h"
#include "fakes/host/builds.h"
#include "scenarios/cli/cli.h"
#include "scenarios/cli/options.h"

#include <string.h>

static const char *edition_name(enum fake_edition edition)
{
    switch (edition) {
    case FAKE_EDITION_SERVER:
        return "server";
    case FAKE_EDITION_SERVER_CORE:
        return "server core";
    case FAKE_EDITION_NANO:
        return "nano";
    case FAKE_EDITION_CLIENT:
        return "client";
    case FAKE_EDITION_IOT_CORE:
        return "iot core";
    }
    return "unknown";
}

static bool print_json(FILE *out, const struct fake_build *build)
{
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL && wcd_json_set_string(json, "id", build->id) &&
              wcd_json_set_string(json, "title", build->title) &&
              wcd_json_set_string(json, "edition", edition_name(build->edition)) &&
              wcd_json_set_int64(json, "build", build->build) &&
              wcd_json_set_int64(json, "revision", build->revision) &&
              wcd_json_set_bool(json, "client", fake_build_is_client(build)) &&
              wcd_json_set_bool(json, "hyperv", build->hyperv) &&
              wcd_json_set_string(json, "evidence", fake_evidence_name(build->evidence)) &&
              wcd_json_set_string(json, "source", build->source);
    return cli_print_json(out, json, ok);
}

static void print_table(FILE *out, const struct fake_build *builds, size_t count)
{
    size_t widest = strlen("id");
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(builds[i].id);
        widest = len > widest ? len : widest;
    }
    (void)fprintf(out, "%-*s  %-11s  %-11s  %-8s  %s\n", (int)widest, "id", "build", "edition",
                  "evidence", "title");
    for (size_t i = 0; i < count; i++) {
        char version[32];
        (void)snprintf(version, sizeof(version), "%lu.%lu", (unsigned long)builds[i].build,
                       (unsigned long)builds[i].revision);
        (void)fprintf(out, "%-*s  %-11s  %-11s  %-8s  %s\n", (int)widest, builds[i].id, version,
                      edition_name(builds[i].edition), fake_evidence_name(builds[i].evidence),
                      builds[i].title);
    }
}

static int print_registry(struct cli *cli, const char *id)
{
    const struct fake_build *build = fake_build_find(id);
    if (build == NULL) {
        (void)fprintf(cli->err,
                      "drydock hosts: \"%s\" is not an emulated Windows version: `drydock hosts` "
                      "prints them\n",
                      id);
        return CLI_USAGE;
    }
    cli_print_registry(cli->out, build);
    return CLI_PASSED;
}

int cli_hosts(int argc, char **argv, struct cli *cli)
{
    bool as_json = false;
    const char *registry = NULL;
    const struct cli_option options[] = {
        {"json", NULL, "one JSON object per line, with sources", .flag = &as_json},
        {"registry", "ID", "what the registry of this one says, as a file for a Wine prefix",
         .text = &registry}};
    const struct cli_page page = {
        .command = "hosts",
        .usage = "[--json | --registry ID]",
        .about = "Lists the Windows versions that can be emulated: the ids that `os` takes in\n"
                 "scenarios and on the command line.\n",
        .examples = "  drydock hosts\n"
                    "  drydock hosts --json\n"
                    "  drydock hosts --registry server-2022 >server-2022.reg\n",
        .options = options,
        .option_count = sizeof(options) / sizeof(options[0])};
    enum cli_parse parsed = cli_parse_options(cli, &page, argc, argv, NULL);
    if (parsed != CLI_PARSE_OK) {
        return cli_parse_exit(cli, parsed);
    }
    if (registry != NULL) {
        return print_registry(cli, registry);
    }
    size_t count = 0;
    const struct fake_build *builds = fake_builds(&count);
    if (!as_json) {
        print_table(cli->out, builds, count);
        return CLI_PASSED;
    }
    for (size_t i = 0; i < count; i++) {
        if (!print_json(cli->out, &builds[i])) {
            return cli_no_memory(cli);
        }
    }
    return CLI_PASSED;
}
