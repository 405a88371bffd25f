/* A spec's members in the order of Go's structures, and their release. */
#include "core/oci/spec.h"

#include "core/oci/spec_table.h"

#include <stdlib.h>
#include <string.h>

#define MEMBER(name, kind, type, field)                                                            \
    {                                                                                              \
        name, kind, offsetof(struct type, field), NULL                                             \
    }
#define PART(name, kind, type, field, part)                                                        \
    {                                                                                              \
        name, kind, offsetof(struct type, field), part                                             \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, SPEC_BOOL, 0, NULL                                                                   \
    }

static const struct spec_member box_members[] = {
    MEMBER("height", SPEC_UINT64, wcd_spec_box, height),
    MEMBER("width", SPEC_UINT64, wcd_spec_box, width), END};
static const struct spec_part box_table = {box_members};

static const struct spec_member user_members[] = {
    MEMBER("uid", SPEC_UINT32, wcd_spec_user, uid), MEMBER("gid", SPEC_UINT32, wcd_spec_user, gid),
    MEMBER("username", SPEC_TEXT, wcd_spec_user, username), END};
static const struct spec_part user_table = {user_members};

static const struct spec_member process_members[] = {
    MEMBER("terminal", SPEC_BOOL, wcd_spec_process, terminal),
    PART("consoleSize", SPEC_PART, wcd_spec_process, console_size, &box_table),
    PART("user", SPEC_PART_ALWAYS, wcd_spec_process, user, &user_table),
    MEMBER("args", SPEC_STRINGS, wcd_spec_process, args),
    MEMBER("commandLine", SPEC_TEXT, wcd_spec_process, command_line),
    MEMBER("env", SPEC_STRINGS, wcd_spec_process, env),
    MEMBER("cwd", SPEC_TEXT_ALWAYS, wcd_spec_process, cwd),
    END};
static const struct spec_part process_table = {process_members};

static const struct spec_member root_members[] = {
    MEMBER("path", SPEC_TEXT_ALWAYS, wcd_spec_root, path),
    MEMBER("readonly", SPEC_BOOL, wcd_spec_root, readonly), END};
static const struct spec_part root_table = {root_members};

static const struct spec_member mount_members[] = {
    MEMBER("destination", SPEC_TEXT_ALWAYS, wcd_spec_mount, destination),
    MEMBER("type", SPEC_TEXT, wcd_spec_mount, type),
    MEMBER("source", SPEC_TEXT, wcd_spec_mount, source),
    MEMBER("options", SPEC_STRINGS, wcd_spec_mount, options), END};
const struct spec_part spec_mount_table = {mount_members};

static const struct spec_member device_members[] = {
    MEMBER("id", SPEC_TEXT_ALWAYS, wcd_spec_device, id),
    MEMBER("idType", SPEC_TEXT_ALWAYS, wcd_spec_device, id_type), END};
const struct spec_part spec_device_table = {device_members};

static const struct spec_member memory_members[] = {
    MEMBER("limit", SPEC_NUMBER, wcd_spec_memory, limit), END};
static const struct spec_part memory_table = {memory_members};

static const struct spec_member cpu_members[] = {
    MEMBER("count", SPEC_NUMBER, wcd_spec_cpu, count),
    MEMBER("shares", SPEC_NUMBER16, wcd_spec_cpu, shares),
    MEMBER("maximum", SPEC_NUMBER16, wcd_spec_cpu, maximum), END};
static const struct spec_part cpu_table = {cpu_members};

static const struct spec_member storage_members[] = {
    MEMBER("iops", SPEC_NUMBER, wcd_spec_storage, iops),
    MEMBER("bps", SPEC_NUMBER, wcd_spec_storage, bps),
    MEMBER("sandboxSize", SPEC_NUMBER, wcd_spec_storage, sandbox_size), END};
static const struct spec_part storage_table = {storage_members};

static const struct spec_member resource_members[] = {
    PART("memory", SPEC_PART, wcd_spec_resources, memory, &memory_table),
    PART("cpu", SPEC_PART, wcd_spec_resources, cpu, &cpu_table),
    PART("storage", SPEC_PART, wcd_spec_resources, storage, &storage_table), END};
static const struct spec_part resources_table = {resource_members};

static const struct spec_member hyperv_members[] = {
    MEMBER("utilityVMPath", SPEC_TEXT, wcd_spec_hyperv, utility_vm_path), END};
static const struct spec_part hyperv_table = {hyperv_members};

static const struct spec_member network_members[] = {
    MEMBER("endpointList", SPEC_STRINGS, wcd_spec_network, endpoints),
    MEMBER("allowUnqualifiedDNSQuery", SPEC_BOOL, wcd_spec_network, allow_unqualified_dns_query),
    MEMBER("DNSSearchList", SPEC_STRINGS, wcd_spec_network, dns_search),
    MEMBER("networkSharedContainerName", SPEC_TEXT, wcd_spec_network, shared_container_name),
    MEMBER("networkNamespace", SPEC_TEXT, wcd_spec_network, network_namespace),
    END};
static const struct spec_part network_table = {network_members};

static const struct spec_member windows_members[] = {
    MEMBER("layerFolders", SPEC_STRINGS_OR_NULL, wcd_spec_windows, layer_folders),
    PART("devices", SPEC_DEVICES, wcd_spec_windows, devices, &spec_device_table),
    PART("resources", SPEC_PART, wcd_spec_windows, resources, &resources_table),
    MEMBER("credentialSpec", SPEC_ANY, wcd_spec_windows, credential_spec),
    MEMBER("servicing", SPEC_BOOL, wcd_spec_windows, servicing),
    MEMBER("ignoreFlushesDuringBoot", SPEC_BOOL, wcd_spec_windows, ignore_flushes_during_boot),
    PART("hyperv", SPEC_PART, wcd_spec_windows, hyperv, &hyperv_table),
    PART("network", SPEC_PART, wcd_spec_windows, network, &network_table),
    END};
static const struct spec_part windows_table = {windows_members};

static const struct spec_member members[] = {
    MEMBER("ociVersion", SPEC_TEXT_ALWAYS, wcd_spec, version),
    PART("process", SPEC_PART, wcd_spec, process, &process_table),
    PART("root", SPEC_PART, wcd_spec, root, &root_table),
    MEMBER("hostname", SPEC_TEXT, wcd_spec, hostname),
    PART("mounts", SPEC_MOUNTS, wcd_spec, mounts, &spec_mount_table),
    MEMBER("annotations", SPEC_MAP, wcd_spec, annotations),
    PART("windows", SPEC_PART, wcd_spec, windows, &windows_table),
    END};
const struct spec_part spec_table = {members};

static void mounts_release(struct wcd_spec_mounts *mounts)
{
    for (size_t i = 0; i < mounts->count; i++) {
        spec_part_release(&spec_mount_table, &mounts->items[i]);
    }
    free(mounts->items);
    *mounts = (struct wcd_spec_mounts){0};
}

void wcd_spec_devices_release(struct wcd_spec_devices *devices)
{
    for (size_t i = 0; i < devices->count; i++) {
        spec_part_release(&spec_device_table, &devices->items[i]);
    }
    free(devices->items);
    *devices = (struct wcd_spec_devices){0};
}

static void member_release(const struct spec_member *member, void *slot)
{
    switch (member->kind) {
    case SPEC_TEXT:
    case SPEC_TEXT_ALWAYS:
        wcd_text_replace(slot, NULL);
        break;
    case SPEC_STRINGS:
    case SPEC_STRINGS_OR_NULL:
    case SPEC_MAP:
        wcd_strlist_release(slot);
        break;
    case SPEC_ANY: {
        struct wcd_json **any = slot;
        wcd_json_free(*any);
        *any = NULL;
        break;
    }
    case SPEC_PART:
    case SPEC_PART_ALWAYS:
        spec_part_release(member->part, slot);
        break;
    case SPEC_MOUNTS:
        mounts_release(slot);
        break;
    case SPEC_DEVICES:
        wcd_spec_devices_release(slot);
        break;
    default:
        break;
    }
}

void spec_part_release(const struct spec_part *table, void *part)
{
    for (const struct spec_member *member = table->members; member->name != NULL; member++) {
        member_release(member, (char *)part + member->offset);
    }
}

void wcd_spec_release(struct wcd_spec *spec)
{
    spec_part_release(&spec_table, spec);
    *spec = (struct wcd_spec){0};
}
