/* Any ids, paths and lists of parents thrown at an emulated container storage, that of the host or the one over a file
 * system: each call answers with a code and keeps its promises about what it gives, and whatever was mounted can be taken
 * down again.
 *
 * The first byte is the flavour of the driver, and tells with a letter in upper case that layers have a home folder, and
 * with its bit 3 that they are on a file system. Every
 * line behind it is a call: a letter (see `calls`), then up to three texts with a TAB between, then parents, each of an id,
 * flags and a path with a | between. @B stands for the id of the base layer. */
#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "fakes/host/host.h"
#include "fakes/layers/layers.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_BYTES_MAX ((size_t)16 * 1024)
#define CALLS_MAX       64u
#define TEXTS_MAX       3u
#define PARENTS_MAX     8u
#define LAYERS          "C:\\layers"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct rig {
    struct fake_host *host;
    struct plat_storage storage;
    struct plat_layer_driver driver;
    struct fake_layers *layers; /* NULL: the host's own storage */
    char *base_id;
};

/* A call's words; texts that are not there are "". */
struct words {
    const char *texts[TEXTS_MAX];
    struct plat_layer_descriptor parents[PARENTS_MAX];
    size_t parent_count;
};

static void put_host(struct rig *rig, uint8_t first)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    const struct fake_image_layer base = {.folder = LAYERS "\\base",
                                          .utility_vm = true,
                                          .os_build = options.build->build,
                                          .os_revision = 1};
    struct wcd_error err = WCD_ERROR_INIT;
    WCD_ASSERT(fake_host_create(&rig->host, &options, &err) == WCD_OK);
    WCD_ASSERT(fake_storage_put_layer(rig->host, &base));
    const struct platform platform = fake_host_platform(rig->host);
    rig->storage = platform.storage;
    if ((first & 8u) != 0) {
        WCD_ASSERT(fake_layers_create(&rig->layers, rig->host, &platform.fs, &err) == WCD_OK);
        rig->storage = fake_layers_storage(rig->layers);
    }
    rig->driver.flavour = (enum plat_layer_flavour)(first % 4);
    rig->driver.home = isupper(first) ? LAYERS : "";
    WCD_ASSERT(rig->storage.ops->name_to_guid(rig->storage.ctx, "base", &rig->base_id) ==
               PLAT_S_OK);
}

/* ---- words ---- */

/* Cuts the text, which is changed, behind its first word. */
static char *next_word(char **text, char separator)
{
    char *word = *text;
    char *end = word == NULL ? NULL : strchr(word, separator);
    *text = NULL;
    if (end != NULL) {
        *end = '\0';
        *text = end + 1;
    }
    return word;
}

static struct words cut(char *line)
{
    struct words words = {.texts = {"", "", ""}};
    for (size_t i = 0; i < TEXTS_MAX && line != NULL; i++) {
        words.texts[i] = next_word(&line, '\t');
    }
    while (line != NULL && words.parent_count < PARENTS_MAX) {
        char *parent = next_word(&line, '\t');
        const char *id = next_word(&parent, '|');
        const char *flags = next_word(&parent, '|');
        words.parents[words.parent_count++] = (struct plat_layer_descriptor){
            id, flags == NULL ? 0 : (uint32_t)strtoul(flags, NULL, 16),
            parent == NULL ? "" : parent};
    }
    return words;
}

/* ---- calls ---- */

static void life(struct rig *rig, char call, const struct words *words)
{
    const struct plat_storage *s = &rig->storage;
    const char *const *texts = words->texts;
    bool exists = false;
    switch (call) {
    case 'c':
        (void)s->ops->create_layer(s->ctx, &rig->driver, texts[0], texts[1]);
        break;
    case 's':
        (void)s->ops->create_scratch_layer(s->ctx, &rig->driver, texts[0], texts[1], words->parents,
                                           words->parent_count);
        break;
    case 'x':
        (void)s->ops->expand_scratch_layer(s->ctx, &rig->driver, texts[0],
                                           strtoull(texts[1], NULL, 10));
        break;
    case 'y':
        (void)s->ops->copy_layer(s->ctx, &rig->driver, texts[0], texts[1], words->parents,
                                 words->parent_count);
        break;
    case 'd':
        (void)s->ops->destroy_layer(s->ctx, &rig->driver, texts[0]);
        break;
    default:
        WCD_ASSERT(plat_succeeded(s->ops->layer_exists(s->ctx, &rig->driver, texts[0], &exists)) ||
                   !exists);
        break;
    }
}

static void mount(struct rig *rig, char call, const struct words *words)
{
    const struct plat_storage *s = &rig->storage;
    const char *const *texts = words->texts;
    switch (call) {
    case 'a':
        (void)s->ops->activate_layer(s->ctx, &rig->driver, texts[0]);
        break;
    case 'A':
        (void)s->ops->deactivate_layer(s->ctx, &rig->driver, texts[0]);
        break;
    case 'p':
        (void)s->ops->prepare_layer(s->ctx, &rig->driver, texts[0], words->parents,
                                    words->parent_count);
        break;
    case 'P':
        (void)s->ops->unprepare_layer(s->ctx, &rig->driver, texts[0]);
        break;
    case 'i':
        (void)s->ops->import_layer(s->ctx, &rig->driver, texts[0], texts[1], words->parents,
                                   words->parent_count);
        break;
    default:
        (void)s->ops->export_layer(s->ctx, &rig->driver, texts[0], texts[1], words->parents,
                                   words->parent_count);
        break;
    }
}

static void other(struct rig *rig, char call, const struct words *words)
{
    const struct plat_storage *s = &rig->storage;
    const char *const *texts = words->texts;
    char *text = NULL;
    plat_hr hr = PLAT_S_OK;
    switch (call) {
    case 'm':
        hr = s->ops->layer_mount_path(s->ctx, &rig->driver, texts[0], &text);
        break;
    case 'n':
        hr = s->ops->name_to_guid(s->ctx, texts[0], &text);
        WCD_ASSERT(text == NULL || strlen(text) == 36);
        break;
    case 'b':
        (void)s->ops->process_base_image(s->ctx, texts[0]);
        return;
    case 'u':
        (void)s->ops->process_utility_image(s->ctx, texts[0]);
        return;
    case 'g':
        (void)s->ops->grant_vm_access(s->ctx, texts[0], texts[1]);
        return;
    case 'r':
        (void)s->ops->revoke_vm_access(s->ctx, texts[0], texts[1]);
        return;
    default:
        (void)s->ops->detach_disk(s->ctx, texts[0]);
        return;
    }
    WCD_ASSERT(plat_succeeded(hr) == (text != NULL));
    free(text);
}

static void throw_line(struct rig *rig, char *line)
{
    static const struct {
        const char *letters;
        void (*make)(struct rig *rig, char call, const struct words *words);
    } calls[] = {{"csxyde", life}, {"aApPio", mount}, {"mnbugrk", other}};
    for (size_t i = 0; i < 3 && line[0] != '\0'; i++) {
        if (strchr(calls[i].letters, line[0]) != NULL) {
            struct words words = cut(line + 1);
            calls[i].make(rig, line[0], &words);
        }
    }
}

static char *read_input(const struct rig *rig, const uint8_t *data, size_t size)
{
    struct wcd_buf text;
    wcd_buf_init(&text, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&text, "");
    for (size_t i = 0; i < size && data[i] != '\0'; i++) {
        if (data[i] == '@' && i + 1 < size && data[i + 1] == 'B') {
            wcd_buf_text(&text, rig->base_id);
            i++;
        } else {
            wcd_buf_char(&text, (char)data[i]);
        }
    }
    char *input = wcd_buf_take(&text);
    WCD_ASSERT(input != NULL);
    return input;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rig rig = {0};
    struct wcd_strlist list;
    if (size == 0 || size > INPUT_BYTES_MAX) {
        return 0;
    }
    put_host(&rig, data[0]);
    char *input = read_input(&rig, data + 1, size - 1);
    char *rest = input;
    for (size_t i = 0; i < CALLS_MAX && rest != NULL; i++) {
        throw_line(&rig, next_word(&rest, '\n'));
    }
    free(input);
    fake_layers_destroy(rig.layers);
    fake_host_reboot(rig.host);
    wcd_strlist_init(&list);
    WCD_ASSERT(fake_host_leftovers(rig.host, &list) && list.count == 0);
    WCD_ASSERT(fake_host_misuse(rig.host, &list) && list.count == 0);
    wcd_strlist_release(&list);
    fake_host_destroy(rig.host);
    free(rig.base_id);
    return 0;
}
