/* `drydock schema`: the JSON Schema of scenario files, for editors. */
#include "scenarios/lang/schema.h"
#include "core/base/limits.h"
#include "scenarios/cli/cli.h"
#include "scenarios/cli/options.h"

int cli_schema(int argc, char **argv, struct cli *cli)
{
    const struct cli_page page = {
        .command = "schema",
        .usage = "",
        .about =
            "Prints the JSON Schema of scenario and fragment files, made from the tables that\n"
            "the reader of the files works by.\n",
        .examples = "  drydock schema > scenarios/scenario.schema.json\n"};
    enum cli_parse parsed = cli_parse_options(cli, &page, argc, argv, NULL);
    if (parsed != CLI_PARSE_OK) {
        return cli_parse_exit(cli, parsed);
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    int result = scn_schema_json(&buf) && !buf.failed ? CLI_PASSED : cli_no_memory(cli);
    (void)fputs(wcd_buf_str(&buf), cli->out);
    wcd_buf_release(&buf);
    return result;
}
