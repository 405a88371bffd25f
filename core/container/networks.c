/* A container's networks; see networks.h. */
#include "core/container/networks.h"

#include "core/json/members.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(field)     offsetof(struct wcd_endpoint_settings, field)
#define WORDS_MAX        4096u

static const struct wcd_member asked_items[] = {
    {"IPAMConfig", WCD_MEMBER_JSON, FIELD(ipam_config), false},
    {"Links", WCD_MEMBER_LIST, FIELD(links), false},
    {"Aliases", WCD_MEMBER_LIST, FIELD(aliases), false},
};
static const struct wcd_member mac_items[] = {
    {"MacAddress", WCD_MEMBER_TEXT, FIELD(mac_address), false},
};
static const struct wcd_member operational_items[] = {
    {"NetworkID", WCD_MEMBER_TEXT, FIELD(network_id), false},
    {"EndpointID", WCD_MEMBER_TEXT, FIELD(endpoint_id), false},
    {"Gateway", WCD_MEMBER_TEXT, FIELD(gateway), false},
    {"IPAddress", WCD_MEMBER_TEXT, FIELD(ip_address), false},
    {"IPPrefixLen", WCD_MEMBER_INT, FIELD(ip_prefix_len), false},
    {"IPv6Gateway", WCD_MEMBER_TEXT, FIELD(ipv6_gateway), false},
    {"GlobalIPv6Address", WCD_MEMBER_TEXT, FIELD(ipv6_address), false},
    {"GlobalIPv6PrefixLen", WCD_MEMBER_INT, FIELD(ipv6_prefix_len), false},
};
/* Members that came between the generations. */
static const struct wcd_member later_items[] = {
    {"DriverOpts", WCD_MEMBER_MAP, FIELD(driver_opts), false},
    {"DNSNames", WCD_MEMBER_LIST, FIELD(dns_names), false},
};
/* What only the file has. */
static const struct wcd_member kept_items[] = {
    {"IPAMOperational", WCD_MEMBER_BOOL, FIELD(ipam_operational), false},
};
static const struct wcd_member kept_later_items[] = {
    {"DesiredMacAddress", WCD_MEMBER_TEXT, FIELD(desired_mac), false},
};

#define PART(part)                                                                                 \
    {                                                                                              \
        "EndpointSettings", part, LENGTH_OF(part), WORDS_MAX                                       \
    }
static const struct wcd_members asked = PART(asked_items);
static const struct wcd_members mac = PART(mac_items);
static const struct wcd_members operational = PART(operational_items);
static const struct wcd_members later = PART(later_items);
static const struct wcd_members kept = PART(kept_items);
static const struct wcd_members kept_later = PART(kept_later_items);

static const struct wcd_members *const all_parts[] = {&asked, &mac,  &operational,
                                                      &later, &kept, &kept_later};

static const struct wcd_member settings_items[] = {
    {"SandboxID", WCD_MEMBER_TEXT, offsetof(struct wcd_network_settings, sandbox_id), false},
    {"Ports", WCD_MEMBER_MAP, offsetof(struct wcd_network_settings, ports), false},
};
static const struct wcd_members settings_members = {"Settings", settings_items,
                                                    LENGTH_OF(settings_items), 0};

static struct wcd_json *discard(struct wcd_json *json)
{
    wcd_json_free(json);
    return NULL;
}

/* ---- one ---- */

void wcd_endpoint_settings_free(struct wcd_endpoint_settings *settings)
{
    if (settings == NULL) {
        return;
    }
    for (size_t i = 0; i < LENGTH_OF(all_parts); i++) {
        wcd_members_release(settings, all_parts[i]);
    }
    free(settings->network);
    free(settings);
}

static bool is_absent(const struct wcd_json *json)
{
    return json == NULL || wcd_json_is(json, WCD_JSON_NULL);
}

static enum wcd_errc check_ipam(const struct wcd_json *config, struct wcd_error *err)
{
    static const char *const texts[] = {"IPv4Address", "IPv6Address"};
    if (is_absent(config)) {
        return WCD_OK;
    }
    if (!wcd_json_is(config, WCD_JSON_OBJECT)) {
        return wcd_members_wrong_type(err, config, "EndpointSettings", "IPAMConfig",
                                      "network.EndpointIPAMConfig");
    }
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        const struct wcd_json *value = wcd_json_get(config, texts[i]);
        if (!is_absent(value) && !wcd_json_is(value, WCD_JSON_STRING)) {
            return wcd_members_wrong_type(err, value, "EndpointIPAMConfig", texts[i], "string");
        }
    }
    return WCD_OK;
}

static enum wcd_errc check_options(const struct wcd_json *options, struct wcd_error *err)
{
    for (const struct wcd_json *item = wcd_json_first(options); item != NULL;
         item = wcd_json_next(item)) {
        if (!is_absent(item) && !wcd_json_is(item, WCD_JSON_STRING)) {
            return wcd_members_wrong_type(err, item, "EndpointSettings", "DriverOpts", "string");
        }
    }
    return WCD_OK;
}

enum wcd_errc wcd_endpoint_settings_read(struct wcd_endpoint_settings *out,
                                         const struct wcd_json *json, struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    if (is_absent(json)) {
        return WCD_OK;
    }
    for (size_t i = 0; code == WCD_OK && i < LENGTH_OF(all_parts); i++) {
        code = wcd_members_read(out, all_parts[i], json, err);
    }
    if (code == WCD_OK) {
        code = check_ipam(out->ipam_config, err);
    }
    return code == WCD_OK ? check_options(out->driver_opts, err) : code;
}

static struct wcd_json *write_parts(const struct wcd_endpoint_settings *settings,
                                    const struct engine_rules *engine, bool to_file)
{
    struct wcd_json *out = wcd_json_new_object();
    bool later_ones = engine->endpoints_have_names;
    bool ok = out != NULL && wcd_members_write(settings, &asked, out) &&
              (!later_ones || wcd_members_write(settings, &mac, out)) &&
              wcd_members_write(settings, &operational, out) &&
              wcd_members_write(settings, later_ones ? &later : &mac, out);
    if (ok && to_file) {
        ok = wcd_members_write(settings, &kept, out) &&
             (!later_ones || wcd_members_write(settings, &kept_later, out));
    }
    return ok ? out : discard(out);
}

struct wcd_json *wcd_endpoint_settings_to_json(const struct wcd_endpoint_settings *settings,
                                               const struct engine_rules *engine)
{
    return write_parts(settings, engine, false);
}

const char *wcd_endpoint_settings_address(const struct wcd_endpoint_settings *settings,
                                          const char *member)
{
    const struct wcd_json *value = wcd_json_get(settings->ipam_config, member);
    return wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : "";
}

void wcd_endpoint_settings_clean(struct wcd_endpoint_settings *settings)
{
    char **const texts[] = {&settings->endpoint_id,  &settings->gateway,
                            &settings->ip_address,   &settings->mac_address,
                            &settings->ipv6_gateway, &settings->ipv6_address};
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        wcd_text_replace(texts[i], NULL);
    }
    settings->ip_prefix_len = 0;
    settings->ipv6_prefix_len = 0;
    if (settings->ipam_operational) {
        wcd_json_free(settings->ipam_config);
        settings->ipam_config = NULL;
    }
}

static bool copy_json(struct wcd_json **to, const struct wcd_json *from)
{
    *to = from == NULL ? NULL : wcd_json_copy(from);
    return from == NULL || *to != NULL;
}

static bool copy_text(char **to, const char *from)
{
    *to = from == NULL ? NULL : wcd_text_copy(from);
    return from == NULL || *to != NULL;
}

static bool copy_operational(struct wcd_endpoint_settings *to,
                             const struct wcd_endpoint_settings *from)
{
    to->ip_prefix_len = from->ip_prefix_len;
    to->ipv6_prefix_len = from->ipv6_prefix_len;
    return copy_text(&to->mac_address, from->mac_address) &&
           copy_text(&to->network_id, from->network_id) &&
           copy_text(&to->endpoint_id, from->endpoint_id) &&
           copy_text(&to->gateway, from->gateway) && copy_text(&to->ip_address, from->ip_address) &&
           copy_text(&to->ipv6_gateway, from->ipv6_gateway) &&
           copy_text(&to->ipv6_address, from->ipv6_address) &&
           wcd_strlist_copy(&to->dns_names, &from->dns_names);
}

bool wcd_endpoint_settings_copy(struct wcd_endpoint_settings *to,
                                const struct wcd_endpoint_settings *from)
{
    for (size_t i = 0; i < LENGTH_OF(all_parts); i++) {
        wcd_members_release(to, all_parts[i]);
    }
    to->ipam_operational = from->ipam_operational;
    return copy_json(&to->ipam_config, from->ipam_config) &&
           copy_json(&to->driver_opts, from->driver_opts) &&
           wcd_strlist_copy(&to->links, &from->links) &&
           wcd_strlist_copy(&to->aliases, &from->aliases) &&
           copy_text(&to->desired_mac, from->desired_mac) && copy_operational(to, from);
}

/* ---- all ---- */

void wcd_network_settings_release(struct wcd_network_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        wcd_endpoint_settings_free(settings->items[i]);
    }
    free(settings->items);
    wcd_members_release(settings, &settings_members);
    *settings = (struct wcd_network_settings){0};
}

/* Where it stands, or would have to stand. */
static size_t place_of(const struct wcd_network_settings *settings, const char *network,
                       bool *found)
{
    size_t i = 0;
    *found = false;
    for (; i < settings->count; i++) {
        int order = strcmp(settings->items[i]->network, network);
        if (order >= 0) {
            *found = order == 0;
            break;
        }
    }
    return i;
}

struct wcd_endpoint_settings *wcd_network_settings_get(const struct wcd_network_settings *settings,
                                                       const char *network)
{
    bool found = false;
    size_t place = place_of(settings, network, &found);
    return found ? settings->items[place] : NULL;
}

static void insert(struct wcd_network_settings *settings, size_t place,
                   struct wcd_endpoint_settings *item)
{
    memmove(&settings->items[place + 1], &settings->items[place],
            (settings->count - place) * sizeof(struct wcd_endpoint_settings *));
    settings->items[place] = item;
    settings->count++;
}

struct wcd_endpoint_settings *wcd_network_settings_put(struct wcd_network_settings *settings,
                                                       const char *network)
{
    bool found = false;
    size_t place = place_of(settings, network, &found);
    if (found) {
        return settings->items[place];
    }
    if (settings->count >= WCD_CONTAINER_NETWORKS_MAX) {
        return NULL;
    }
    struct wcd_endpoint_settings **grown =
        realloc(settings->items, (settings->count + 1) * sizeof(struct wcd_endpoint_settings *));
    if (grown == NULL) {
        return NULL;
    }
    settings->items = grown;
    struct wcd_endpoint_settings *item = calloc(1, sizeof(*item));
    if (item == NULL) {
        return NULL;
    }
    item->network = wcd_text_copy(network);
    if (item->network == NULL) {
        free(item);
        return NULL;
    }
    insert(settings, place, item);
    settings->present = true;
    return item;
}

/* Takes it out of the list. */
static struct wcd_endpoint_settings *take(struct wcd_network_settings *settings,
                                          const char *network)
{
    bool found = false;
    size_t place = place_of(settings, network, &found);
    if (!found) {
        return NULL;
    }
    struct wcd_endpoint_settings *item = settings->items[place];
    memmove(&settings->items[place], &settings->items[place + 1],
            (--settings->count - place) * sizeof(struct wcd_endpoint_settings *));
    return item;
}

void wcd_network_settings_remove(struct wcd_network_settings *settings, const char *network)
{
    wcd_endpoint_settings_free(take(settings, network));
}

bool wcd_network_settings_rename(struct wcd_network_settings *settings, const char *from,
                                 const char *to)
{
    bool found = false;
    if (strcmp(from, to) == 0 || wcd_network_settings_get(settings, from) == NULL) {
        return true;
    }
    char *name = wcd_text_copy(to);
    if (name == NULL) {
        return false;
    }
    struct wcd_endpoint_settings *item = take(settings, from);
    wcd_network_settings_remove(settings, to);
    wcd_text_replace(&item->network, name);
    insert(settings, place_of(settings, item->network, &found), item);
    return true;
}

/* ---- the file ---- */

static struct wcd_json *networks_to_json(const struct wcd_network_settings *settings,
                                         const struct engine_rules *engine)
{
    if (!settings->present) {
        return wcd_json_new_null();
    }
    struct wcd_json *out = wcd_json_new_object();
    for (size_t i = 0; out != NULL && i < settings->count; i++) {
        const struct wcd_endpoint_settings *item = settings->items[i];
        if (!wcd_json_set(out, item->network, write_parts(item, engine, true))) {
            return discard(out);
        }
    }
    return out;
}

struct wcd_json *wcd_network_settings_to_json(const struct wcd_network_settings *settings,
                                              const struct engine_rules *engine)
{
    const char *sandbox = wcd_text_or_empty(settings->sandbox_id);
    struct wcd_json *out = wcd_json_new_object();
    bool ok = out != NULL && wcd_json_set_string(out, "Bridge", "") &&
              wcd_json_set_string(out, "SandboxID", sandbox) &&
              wcd_json_set_bool(out, "HairpinMode", false) &&
              wcd_json_set_string(out, "LinkLocalIPv6Address", "") &&
              wcd_json_set_int64(out, "LinkLocalIPv6PrefixLen", 0) &&
              wcd_json_set(out, "Networks", networks_to_json(settings, engine)) &&
              wcd_json_set(out, "Service", wcd_json_new_null()) &&
              wcd_json_set(out, "Ports",
                           settings->ports == NULL ? wcd_json_new_null()
                                                   : wcd_json_copy(settings->ports)) &&
              wcd_json_set_string(out, "SandboxKey", sandbox) &&
              wcd_json_set(out, "SecondaryIPAddresses", wcd_json_new_null()) &&
              wcd_json_set(out, "SecondaryIPv6Addresses", wcd_json_new_null()) &&
              wcd_json_set_bool(out, "HasSwarmEndpoint", false);
    return ok ? out : discard(out);
}

static enum wcd_errc read_networks(struct wcd_network_settings *out, const struct wcd_json *map,
                                   struct wcd_error *err)
{
    enum wcd_errc code = WCD_OK;
    if (is_absent(map)) {
        return WCD_OK;
    }
    if (!wcd_json_is(map, WCD_JSON_OBJECT)) {
        return wcd_members_wrong_type(err, map, "Settings", "Networks",
                                      "map[string]*network.EndpointSettings");
    }
    if (wcd_json_size(map) > WCD_CONTAINER_NETWORKS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "more than %u networks",
                             WCD_CONTAINER_NETWORKS_MAX);
    }
    out->present = true;
    for (const struct wcd_json *item = wcd_json_first(map); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        struct wcd_endpoint_settings *one = wcd_network_settings_put(out, wcd_json_name(item));
        code = one == NULL ? wcd_error_no_memory(err) : wcd_endpoint_settings_read(one, item, err);
    }
    return code;
}

enum wcd_errc wcd_network_settings_read(struct wcd_network_settings *out,
                                        const struct wcd_json *json, struct wcd_error *err)
{
    if (is_absent(json)) {
        return WCD_OK;
    }
    if (!wcd_json_is(json, WCD_JSON_OBJECT)) {
        return wcd_members_wrong_type(err, json, "Container", "NetworkSettings",
                                      "network.Settings");
    }
    enum wcd_errc code = wcd_members_read(out, &settings_members, json, err);
    return code == WCD_OK ? read_networks(out, wcd_json_get(json, "Networks"), err) : code;
}
