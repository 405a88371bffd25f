/* `drydock facts`: what the emulator claims about Windows, and where each claim comes from. */
#include "fakes/host/facts.h"
#include "core/json/json.h"
#include "scenarios/cli/cli.h"
#include "scenarios/cli/options.h"

#include <stdlib.h>
#include <string.h>

struct selection {
    const char *evidence;
    const char *service;
};

static bool selected(const struct fake_fact *fact, const struct selection *selection)
{
    return (selection->evidence == NULL ||
            strcmp(selection->evidence, fake_evidence_name(fact->evidence)) == 0) &&
           (selection->service == NULL || strcmp(selection->service, fact->service) == 0);
}

static bool print_json(FILE *out, const struct fake_fact *fact)
{
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL && wcd_json_set_string(json, "id", fact->id) &&
              wcd_json_set_string(json, "service", fact->service) &&
              wcd_json_set_string(json, "behaviour", fact->behaviour) &&
              wcd_json_set_string(json, "evidence", fake_evidence_name(fact->evidence)) &&
              wcd_json_set_string(json, "source", fact->source);
    return cli_print_json(out, json, ok);
}

static void print_text(FILE *out, const struct fake_fact *fact)
{
    (void)fprintf(out, "%s\n    %s\n    %s: %s\n", fact->id, fact->behaviour,
                  fake_evidence_name(fact->evidence), fact->source);
}

/* A word that no fact has: which ones there are. */
static int nothing_selected(struct cli *cli, const struct selection *selection)
{
    size_t count = 0;
    const struct fake_fact *facts = fake_facts(&count);
    struct wcd_strlist words;
    wcd_strlist_init(&words);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        const char *const both[] = {fake_evidence_name(facts[i].evidence), facts[i].service};
        for (size_t j = 0; ok && j < 2; j++) {
            ok = wcd_strlist_contains(&words, both[j]) || wcd_strlist_add(&words, both[j]);
        }
    }
    wcd_strlist_sort(&words);
    char *list = ok ? wcd_strlist_join(&words, ", ") : NULL;
    wcd_strlist_release(&words);
    if (list == NULL) {
        return cli_no_memory(cli);
    }
    (void)fprintf(cli->err, "drydock facts: no fact has%s%s%s%s; words are: %s\n",
                  selection->evidence == NULL ? "" : " evidence ",
                  selection->evidence == NULL ? "" : selection->evidence,
                  selection->service == NULL ? "" : " service ",
                  selection->service == NULL ? "" : selection->service, list);
    free(list);
    return CLI_USAGE;
}

static int print_facts(struct cli *cli, const struct selection *selection, bool as_json)
{
    size_t count = 0;
    size_t printed = 0;
    const struct fake_fact *facts = fake_facts(&count);
    for (size_t i = 0; i < count; i++) {
        if (!selected(&facts[i], selection)) {
            continue;
        }
        printed++;
        if (!as_json) {
            print_text(cli->out, &facts[i]);
        } else if (!print_json(cli->out, &facts[i])) {
            return cli_no_memory(cli);
        }
    }
    if (printed == 0) {
        return nothing_selected(cli, selection);
    }
    if (!as_json) {
        (void)fprintf(cli->out, "%zu of %zu facts\n", printed, count);
    }
    return CLI_PASSED;
}

int cli_facts(int argc, char **argv, struct cli *cli)
{
    struct selection selection = {0};
    bool as_json = false;
    const struct cli_option options[] = {
        {"evidence", "WORD", "only facts with this kind of evidence", .text = &selection.evidence},
        {"service", "NAME", "only facts about this service", .text = &selection.service},
        {"json", NULL, "one JSON object per line", .flag = &as_json}};
    const struct cli_page page = {
        .command = "facts",
        .usage = "[OPTION...]",
        .about = "Lists what the emulator claims about Windows: an id, the behaviour, and what is\n"
                 "known to support it.\n",
        .examples = "  drydock facts --service scm\n"
                    "  drydock facts --evidence assumed\n",
        .options = options,
        .option_count = sizeof(options) / sizeof(options[0])};
    enum cli_parse parsed = cli_parse_options(cli, &page, argc, argv, NULL);
    if (parsed != CLI_PARSE_OK) {
        return cli_parse_exit(cli, parsed);
    }
    return print_facts(cli, &selection, as_json);
}
