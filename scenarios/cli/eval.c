/* `drydock eval`: one rule of the core over JSON Lines. */
#include "scenarios/eval/eval.h"
#include "core/base/buf.h"
#include "core/base/limits.h"
#include "scenarios/cli/cli.h"
#include "scenarios/cli/options.h"

#include <stdlib.h>
#include <string.h>

struct eval_counts {
    size_t lines;
    size_t unanswered;
};

/* The next line without its end; false at the end of the input. A line over the limit is read to its end
 * and makes the buffer fail. */
static bool read_line(FILE *in, struct wcd_buf *line)
{
    int c = getc(in);
    wcd_buf_clear(line);
    if (c == EOF) {
        return false;
    }
    while (c != EOF && c != '\n') {
        wcd_buf_char(line, (char)c);
        c = getc(in);
    }
    return true;
}

static bool is_blank(const struct wcd_buf *line)
{
    return !line->failed && strspn(wcd_buf_str(line), " \t\r") == line->len;
}

static int cannot_write(struct cli *cli)
{
    (void)fputs("drydock eval: cannot write to standard output\n", cli->err);
    return CLI_BROKEN;
}

static int eval_lines(struct cli *cli, const struct eval_rule *rule,
                      const struct engine_rules *engine, struct eval_counts *counts)
{
    struct wcd_buf line;
    wcd_buf_init(&line, WCD_JSON_BYTES_MAX);
    int result = CLI_PASSED;
    while (result == CLI_PASSED && read_line(cli->in, &line)) {
        if (is_blank(&line)) {
            continue;
        }
        bool answered = false;
        char *text = line.failed
                         ? wcd_text_copy("{\"error\":\"the line is too long\"}")
                         : eval_line_checked(rule, engine, wcd_buf_str(&line), line.len, &answered);
        if (text == NULL) {
            result = cli_no_memory(cli);
        } else {
            /* Whoever asks line by line gets the answer before the next question. */
            bool told = fprintf(cli->out, "%s\n", text) >= 0 && fflush(cli->out) == 0;
            result = told ? result : cannot_write(cli);
        }
        free(text);
        counts->lines++;
        counts->unanswered += answered ? 0 : 1;
    }
    wcd_buf_release(&line);
    if (ferror(cli->in) != 0) {
        (void)fputs("drydock eval: cannot read standard input\n", cli->err);
        return CLI_BROKEN;
    }
    return result;
}

static int print_rules(struct cli *cli)
{
    size_t count = 0;
    const struct eval_rule *rules = eval_rules(&count);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(cli->out, "%s\n    %s\n", rules[i].name, rules[i].about);
    }
    return CLI_PASSED;
}

#define RULES_SHOWN_MAX 64u

static int unknown_rule(struct cli *cli, const char *name)
{
    const char *words[RULES_SHOWN_MAX + 1] = {NULL};
    size_t count = 0;
    const struct eval_rule *rules = eval_rules(&count);
    for (size_t i = 0; i < count && i < RULES_SHOWN_MAX; i++) {
        words[i] = rules[i].name;
    }
    (void)fprintf(cli->err, "drydock eval: no rule \"%s\"%s (--list shows them all)\n", name,
                  cli_hint(name, words, "").text);
    return CLI_USAGE;
}

static int eval_rule_named(struct cli *cli, const char *name, const char *engine_name, bool strict)
{
    const struct eval_rule *rule = eval_rule_find(name);
    const struct engine_rules *engine = engine_rules_find(engine_name);
    struct eval_counts counts = {0};
    if (rule == NULL) {
        return unknown_rule(cli, name);
    }
    if (engine == NULL) {
        (void)fprintf(cli->err, "drydock eval: no engine \"%s\"; there are v17 and v25\n",
                      engine_name);
        return CLI_USAGE;
    }
    int result = eval_lines(cli, rule, engine, &counts);
    if (counts.unanswered > 0) {
        (void)fprintf(cli->err, "drydock eval: %zu of %zu lines could not be answered\n",
                      counts.unanswered, counts.lines);
    }
    return result == CLI_PASSED && strict && counts.unanswered > 0 ? CLI_FAILED : result;
}

int cli_eval(int argc, char **argv, struct cli *cli)
{
    const char *engine = "v25";
    bool list = false;
    bool strict = false;
    const struct cli_option options[] = {
        {"engine", "v17|v25", "the generation whose rule it is; v25 when left out",
         .text = &engine},
        {"strict", NULL, "exit with 1 when a line could not be answered", .flag = &strict},
        {"list", NULL, "print the rules and do nothing", .flag = &list}};
    const struct cli_page page = {
        .command = "eval",
        .usage = "RULE [OPTION...] < RECORDS",
        .about =
            "Reads JSON Lines {\"id\": ..., \"input\": {...}} on standard input, applies one\n"
            "rule of the daemon's core to each, and writes {\"id\": ..., \"output\": {...}} in\n"
            "the same order. A line that cannot be answered gets {\"id\": ..., \"error\":\n"
            "\"...\"}; the others go on.\n",
        .examples = "  echo '{\"id\":1,\"input\":{\"resources\":{\"CpuPercent\":101}}}' |\n"
                    "      drydock eval verify_container_resources --engine v25\n",
        .options = options,
        .option_count = sizeof(options) / sizeof(options[0]),
        .operands = true};
    struct wcd_strlist operands;
    wcd_strlist_init(&operands);
    enum cli_parse parsed = cli_parse_options(cli, &page, argc, argv, &operands);
    int result = cli_parse_exit(cli, parsed);
    if (parsed == CLI_PARSE_OK && list) {
        result = print_rules(cli);
    } else if (parsed == CLI_PARSE_OK && operands.count != 1) {
        (void)fputs("drydock eval: name one rule; --list shows them\n", cli->err);
        result = CLI_USAGE;
    } else if (parsed == CLI_PARSE_OK) {
        result = eval_rule_named(cli, operands.items[0], engine, strict);
    }
    wcd_strlist_release(&operands);
    return result;
}
