/* Any requests thrown at an emulated network service: each has an answer in the form of its build, what was created is
 * found and can be deleted, and nothing is left then.
 *
 * The first byte chooses the build, 0 to 4. Every line behind it is a request: G, P or D for the method, the path up to a
 * blank, and the document. In both, @N stands for the id of the network that was made last and @E for the endpoint's. */
#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/json/json.h"
#include "fakes/host/host.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REQUEST_BYTES_MAX ((size_t)64 * 1024)
#define ID_BYTES          37u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct rig {
    struct fake_host *host;
    struct plat_hns hns;
    char network[ID_BYTES]; /* of the last ones; "": none */
    char endpoint[ID_BYTES];
};

static void put_host(struct rig *rig, uint8_t which)
{
    static const char *const builds[] = {"server-2016", "server-1709", "server-1803",
                                         "windows-10-1809", "server-2022"};
    const struct fake_build *build = fake_build_find(builds[which % 5]);
    const struct fake_host_options options = fake_host_defaults(build);
    struct wcd_error err = WCD_ERROR_INIT;
    *rig = (struct rig){0};
    WCD_ASSERT(fake_host_create(&rig->host, &options, &err) == WCD_OK);
    rig->hns = fake_host_platform(rig->host).hns;
}

/* One call; the output is the caller's, NULL when there is none or it failed. */
static struct wcd_json *call(struct rig *rig, const char *method, const char *path,
                             const char *body, bool *done)
{
    struct wcd_json_fault fault = {0};
    char *response = NULL;
    plat_hr hr = rig->hns.ops->call(rig->hns.ctx, method, path, body, &response);
    WCD_ASSERT(response != NULL);
    struct wcd_json *envelope = wcd_json_parse(response, strlen(response), &fault);
    WCD_ASSERT(envelope != NULL);
    *done = wcd_json_bool(wcd_json_get(envelope, "Success"));
    WCD_ASSERT(*done || wcd_json_is(wcd_json_get(envelope, "Error"), WCD_JSON_STRING));
    WCD_ASSERT(!*done || hr == PLAT_S_OK);
    const struct wcd_json *output = wcd_json_get(envelope, "Output");
    struct wcd_json *copy = output == NULL ? NULL : wcd_json_copy(output);
    WCD_ASSERT(output == NULL || copy != NULL);
    wcd_json_free(envelope);
    free(response);
    return copy;
}

static void remember(char slot[ID_BYTES], const struct wcd_json *output)
{
    const struct wcd_json *id = wcd_json_get(output, "ID");
    WCD_ASSERT(wcd_json_is(id, WCD_JSON_STRING) && strlen(wcd_json_string(id)) == ID_BYTES - 1);
    memcpy(slot, wcd_json_string(id), ID_BYTES);
}

/* The text of a request with the ids put in; NULL when it is too long. */
static char *fill(const struct rig *rig, const char *text, size_t len)
{
    struct wcd_buf out;
    wcd_buf_init(&out, REQUEST_BYTES_MAX);
    wcd_buf_text(&out, "");
    for (size_t i = 0; i < len; i++) {
        bool mark = text[i] == '@' && i + 1 < len;
        if (mark && text[i + 1] == 'N') {
            wcd_buf_text(&out, rig->network);
            i++;
        } else if (mark && text[i + 1] == 'E') {
            wcd_buf_text(&out, rig->endpoint);
            i++;
        } else {
            wcd_buf_char(&out, text[i]);
        }
    }
    return wcd_buf_take(&out);
}

static void request(struct rig *rig, const char *line)
{
    static const char *const methods[] = {"GET", "POST", "DELETE"};
    static const char letters[] = "GPD";
    const char *letter = line[0] == '\0' ? NULL : strchr(letters, line[0]);
    size_t path_len = letter == NULL ? 0 : strcspn(line + 1, " ");
    const char *rest = letter == NULL ? line : line + 1 + path_len;
    rest += *rest == ' ' ? 1 : 0;
    char *path = letter == NULL ? NULL : fill(rig, line + 1, path_len);
    char *body = fill(rig, rest, strlen(rest));
    if (path != NULL) {
        bool done = false;
        struct wcd_json *output =
            call(rig, methods[letter - letters], path, body == NULL ? "" : body, &done);
        bool made = done && *letter == 'P';
        if (made && (strcmp(path, "/networks/") == 0 || strcmp(path, "/networks") == 0)) {
            remember(rig->network, output);
        } else if (made && (strcmp(path, "/endpoints/") == 0 || strcmp(path, "/endpoints") == 0)) {
            remember(rig->endpoint, output);
        }
        wcd_json_free(output);
    }
    free(path);
    free(body);
}

/* Deletes all of a collection, one by one. */
static void clear(struct rig *rig, const char *collection)
{
    bool done = false;
    struct wcd_json *list = call(rig, "GET", collection, "", &done);
    WCD_ASSERT(done);
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        char id[ID_BYTES];
        remember(id, at);
        char *path = wcd_text_format("%s%s", collection, id);
        WCD_ASSERT(path != NULL);
        wcd_json_free(call(rig, "GET", path, "", &done));
        WCD_ASSERT(done);
        wcd_json_free(call(rig, "DELETE", path, "", &done));
        WCD_ASSERT(done);
        free(path);
    }
    wcd_json_free(list);
    list = call(rig, "GET", collection, "", &done);
    WCD_ASSERT(done && wcd_json_size(list) == 0);
    wcd_json_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rig rig;
    if (size == 0 || size > REQUEST_BYTES_MAX) {
        return 0;
    }
    put_host(&rig, data[0]);
    for (size_t i = 1; i < size;) {
        const uint8_t *end = memchr(data + i, '\n', size - i);
        size_t len = end == NULL ? size - i : (size_t)(end - (data + i));
        char *line = wcd_text_copy_n((const char *)data + i, len);
        WCD_ASSERT(line != NULL);
        request(&rig, line);
        free(line);
        i += len + 1;
    }
    clear(&rig, "/policylists/");
    clear(&rig, "/endpoints/");
    clear(&rig, "/networks/");
    fake_host_destroy(rig.host);
    return 0;
}
