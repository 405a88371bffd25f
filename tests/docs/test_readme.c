/* The README: every session in it is run and must print what stands there.
 *
 * A block ```yaml NAME is a file of that name. In a block ```console each line that begins with "$ " is a
 * command, and the lines behind it are its output: "..." stands for any lines, and the wall time in a
 * summary is not compared. Commands are those of drydock (also as ci/drydock), with a text piped into them
 * or not. */
#include "core/base/text.h"
#include "tests/run/scratch.h"
#include "tests/run/shell.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

/* What the README's blocks have given so far. */
struct page {
    char *file_name; /* of the last ```yaml NAME; NULL before */
    char *file_path;
    size_t commands;
};

static char *line_end(char *line)
{
    char *end = strchr(line, '\n');
    return end == NULL ? line + strlen(line) : end;
}

/* Replaces every `from` in text, which is freed. */
static char *replace_all(char *text, const char *from, const char *to)
{
    char *at = NULL;
    while ((at = strstr(text, from)) != NULL) {
        char *longer = wcd_text_format("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
        assert_non_null(longer);
        bool again = strstr(to, from) != NULL;
        free(text);
        text = longer;
        if (again) {
            break;
        }
    }
    return text;
}

/* " in 0.71 s" at the end of a summary becomes " in T s". */
static void mask_time(char *line)
{
    size_t len = strlen(line);
    char *in = strstr(line, " in ");
    if (in != NULL && len > 2 && strcmp(line + len - 2, " s") == 0 &&
        strspn(in + 4, "0123456789.") == (size_t)(line + len - 2 - (in + 4))) {
        memcpy(in + 4, "T s", 4);
    }
}

static bool lines_match(char **expected, size_t expected_count, char **got, size_t got_count)
{
    if (expected_count == 0) {
        return got_count == 0;
    }
    if (strcmp(expected[0], "...") == 0) {
        for (size_t skip = 0; skip <= got_count; skip++) {
            if (lines_match(expected + 1, expected_count - 1, got + skip, got_count - skip)) {
                return true;
            }
        }
        return false;
    }
    return got_count > 0 && strcmp(expected[0], got[0]) == 0 &&
           lines_match(expected + 1, expected_count - 1, got + 1, got_count - 1);
}

static void split_lines(struct wcd_strlist *out, const char *text)
{
    while (*text != '\0') {
        const char *end = strchr(text, '\n');
        size_t len = end == NULL ? strlen(text) : (size_t)(end - text);
        char *line = wcd_text_copy_n(text, len);
        assert_non_null(line);
        mask_time(line);
        assert_true(wcd_strlist_take(out, line));
        text += len + (end == NULL ? 0 : 1);
    }
}

static void compare(const char *command, const char *expected, const char *got)
{
    struct wcd_strlist left = {0};
    struct wcd_strlist right = {0};
    split_lines(&left, expected);
    split_lines(&right, got);
    if (!lines_match(left.items, left.count, right.items, right.count)) {
        print_message("$ %s\n---- the README says:\n%s---- it printed:\n%s", command, expected,
                      got);
        fail();
    }
    wcd_strlist_release(&left);
    wcd_strlist_release(&right);
}

/* echo 'TEXT' | drydock WORDS: moves *command to the words and gives the text with a line end. */
static char *piped_text(const char **command)
{
    const char *echo = "echo '";
    if (!wcd_text_has_prefix(*command, echo)) {
        return NULL;
    }
    const char *text = *command + strlen(echo);
    const char *end = strstr(text, "' | ");
    assert_non_null(end);
    *command = end + strlen("' | ");
    return wcd_text_format("%.*s\n", (int)(end - text), text);
}

static void run_command(struct page *page, const char *command, const char *expected)
{
    struct shell shell = {0};
    const char *words = command;
    char *input = piped_text(&words);
    if (wcd_text_has_prefix(words, "ci/")) {
        words += strlen("ci/");
    }
    assert_true(wcd_text_has_prefix(words, "drydock "));
    char *line = wcd_text_copy(words + strlen("drydock "));
    if (page->file_name != NULL) {
        line = replace_all(line, page->file_name, page->file_path);
    }
    shell_run_input(&shell, line, input == NULL ? "" : input);
    char *got = wcd_text_format("%s%s", shell.err, shell.out);
    if (page->file_name != NULL) {
        got = replace_all(got, page->file_path, page->file_name);
    }
    compare(command, expected, got);
    free(got);
    free(line);
    free(input);
    shell_release(&shell);
    page->commands++;
}

/* Runs the commands of one block, which ends before `end`. */
static void run_block(struct page *page, char *block, const char *end)
{
    while (block < end) {
        assert_true(wcd_text_has_prefix(block, "$ "));
        char *command_end = line_end(block);
        char *output = command_end < end ? command_end + 1 : command_end;
        char *next = output;
        while (next < end && !wcd_text_has_prefix(next, "$ ")) {
            next = line_end(next) + 1;
        }
        char *command = wcd_text_copy_n(block + 2, (size_t)(command_end - block) - 2);
        char *expected = wcd_text_copy_n(output, (size_t)(next - output));
        run_command(page, command, expected);
        free(command);
        free(expected);
        block = next;
    }
}

static void keep_file(struct page *page, const char *name, size_t name_len, const char *text,
                      size_t len)
{
    wcd_text_replace(&page->file_name, wcd_text_copy_n(name, name_len));
    wcd_text_replace(&page->file_path, scratch_path(page->file_name));
    FILE *file = scratch_open(page->file_name);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void every_session_prints_what_stands_there(void **state)
{
    (void)state;
    struct page page = {0};
    char *readme = file_text("README.md");
    char *at = readme;
    while ((at = strstr(at, "\n```")) != NULL) {
        char *info = at + strlen("\n```");
        char *body = line_end(info) + 1;
        char *end = strstr(body, "\n```");
        assert_non_null(end);
        if (wcd_text_has_prefix(info, "console\n")) {
            run_block(&page, body, end + 1);
        } else if (wcd_text_has_prefix(info, "yaml ")) {
            char *name = info + strlen("yaml ");
            keep_file(&page, name, (size_t)(body - 1 - name), body, (size_t)(end + 1 - body));
        }
        at = end + strlen("\n```");
    }
    print_message("%zu commands\n", page.commands);
    assert_true(page.commands >= 8);
    free(page.file_name);
    free(page.file_path);
    free(readme);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_session_prints_what_stands_there),
    };
    return cmocka_run_group_tests_name("readme", tests, NULL, NULL);
}
