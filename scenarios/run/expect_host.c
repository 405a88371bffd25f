/* Expectations on the host at the end of the run. What is asked of the platform here goes past the
 * trace. */
#include "scenarios/run/expect.h"
#include "scenarios/run/stage.h"

#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

static const char *kind_name(enum fake_fs_kind kind)
{
    switch (kind) {
    case FAKE_FS_NOTHING:
        return "nothing";
    case FAKE_FS_FILE:
        return "file";
    case FAKE_FS_DIRECTORY:
        return "directory";
    }
    return "unknown";
}

/* The content as text; NULL: no file, or (with world->no_memory) no memory. */
static char *file_text(struct scn_world *world, const char *path)
{
    size_t size = 0;
    char *text = world->stage->content(world, path, &size);
    world->suspect = world->suspect || text == NULL;
    return text;
}

static void expect_content(struct scn_world *world, const char *what, const char *path,
                           const struct scn_node *content, const struct scn_node *contains)
{
    char *text = file_text(world, path);
    const char *got = text == NULL ? "(no such file)" : text;
    if (content != NULL && (text == NULL || strcmp(content->text, text) != 0)) {
        scn_fail(world, content->place, what, content->text, got);
    }
    if (contains != NULL && (text == NULL || strstr(text, contains->text) == NULL)) {
        scn_fail(world, contains->place, what, contains->text, got);
    }
    free(text);
}

static void expect_file(struct scn_world *world, const struct scn_node *file)
{
    char *what = wcd_text_format("host file %s", file->key);
    if (what == NULL) {
        scn_no_memory(world);
        return;
    }
    const struct scn_node *kind = scn_node_get(file, "kind");
    const struct scn_node *acl = scn_node_get(file, "acl");
    const char *got_kind = kind_name(world->stage->kind_of(world, file->key));
    if (kind != NULL && strcmp(kind->text, got_kind) != 0) {
        world->suspect = true;
        scn_fail(world, kind->place, what, kind->text, got_kind);
    }
    char *got_acl = world->stage->sddl(world, file->key);
    if (acl != NULL && !wcd_text_equal(acl->text, got_acl)) {
        world->suspect = true;
        scn_fail(world, acl->place, what, acl->text, got_acl == NULL ? "(none)" : got_acl);
    }
    free(got_acl);
    const struct scn_node *content = scn_node_get(file, "content");
    const struct scn_node *contains = scn_node_get(file, "contains");
    if (content != NULL || contains != NULL) {
        expect_content(world, what, file->key, content, contains);
    }
    free(what);
}

/* ---- registry ---- */

static void expect_type(struct scn_world *world, const char *what, const struct scn_node *type,
                        uint32_t number)
{
    const char *got = scn_registry_type_name(number);
    if (type != NULL && strcmp(type->text, got) != 0) {
        scn_fail(world, type->place, what, type->text, got);
    }
}

static void expect_registry(struct scn_world *world, const struct scn_node *entry)
{
    const char *key = scn_node_text(scn_node_get(entry, "key"), "");
    const char *name = scn_node_text(scn_node_get(entry, "value"), "");
    const struct scn_node *missing = scn_node_get(entry, "missing");
    const struct scn_node *data = scn_node_get(entry, "data");
    struct plat_registry_value value = {0};
    plat_hr hr = scn_registry_read(&world->below.registry, key, name, &value);
    bool is_missing = hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND);
    char *what = wcd_text_format("host registry %s, %s", key, name);
    struct wcd_json *json = plat_succeeded(hr) ? scn_registry_data(&value) : wcd_json_new_null();
    world->suspect = world->suspect || plat_failed(hr);
    if (what == NULL || json == NULL) {
        scn_no_memory(world);
    } else if (missing != NULL && scn_read_yes(missing->text) != is_missing) {
        scn_fail_take(world, missing->place, what, is_missing ? "a value" : "no such value",
                      is_missing ? wcd_text_copy("no such value") : scn_json_text(json));
    } else if (missing == NULL && plat_failed(hr)) {
        scn_fail_take(world, entry->place, what, "a value",
                      is_missing ? wcd_text_copy("no such value")
                                 : wcd_text_format("0x%08x", plat_hr_bits(hr)));
    } else if (missing == NULL) {
        expect_type(world, what, scn_node_get(entry, "type"), value.type);
        scn_expect_value(world, what, data, json);
    }
    wcd_json_free(json);
    free(what);
    free(value.data);
}

/* ---- services ---- */

/* What an administrator sees: running, stopped, missing, access denied. */
static const char *service_condition(const struct plat_scm *scm, const char *name)
{
    plat_handle manager = PLAT_NO_HANDLE;
    plat_handle service = PLAT_NO_HANDLE;
    struct plat_service_status status = {0};
    plat_hr hr = scm->ops->open_manager(scm->ctx, PLAT_SC_MANAGER_CONNECT, &manager);
    if (plat_failed(hr)) {
        return "unknown: no service control manager";
    }
    hr = scm->ops->open_service(scm->ctx, manager, name, PLAT_SERVICE_QUERY_STATUS, &service);
    if (plat_succeeded(hr)) {
        hr = scm->ops->query_status(scm->ctx, service, &status);
        (void)scm->ops->close(scm->ctx, service);
    }
    (void)scm->ops->close(scm->ctx, manager);
    if (hr == plat_hr_win32(PLAT_ERROR_SERVICE_DOES_NOT_EXIST)) {
        return "missing";
    }
    if (plat_failed(hr)) {
        return "access denied";
    }
    return status.state == PLAT_SERVICE_RUNNING ? "running" : "stopped";
}

static void expect_service(struct scn_world *world, const struct scn_node *service)
{
    const char *got = service_condition(&world->below.scm, service->key);
    /* Nobody can tell from outside whether a stopped service is disabled. */
    const char *expected = strcmp(service->text, "disabled") == 0 ? "stopped" : service->text;
    if (strcmp(expected, got) != 0) {
        world->suspect = true;
        char *what = wcd_text_format("host service %s", service->key);
        if (what == NULL) {
            scn_no_memory(world);
            return;
        }
        scn_fail(world, service->place, what, service->text, got);
        free(what);
    }
}

void scn_expect_host(struct scn_world *world, const struct scn_node *host)
{
    const struct scn_node *files = scn_node_get(host, "files");
    const struct scn_node *registry = scn_node_get(host, "registry");
    const struct scn_node *services = scn_node_get(host, "services");
    for (size_t i = 0; files != NULL && i < files->count; i++) {
        expect_file(world, &files->children[i]);
    }
    for (size_t i = 0; registry != NULL && i < registry->count; i++) {
        expect_registry(world, &registry->children[i]);
    }
    for (size_t i = 0; services != NULL && i < services->count; i++) {
        expect_service(world, &services->children[i]);
    }
}
