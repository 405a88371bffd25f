/* The report of a served host; see host_report.h. */
#include "scenarios/cli/host_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_US_PER_SECOND 1000000u

/* ---- the document ---- */

static struct wcd_json *texts(const struct fake_host *host,
                              bool (*collect)(const struct fake_host *host,
                                              struct wcd_strlist *out))
{
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    struct wcd_json *json = wcd_json_new_array();
    bool ok = json != NULL && collect(host, &list);
    for (size_t i = 0; ok && i < list.count; i++) {
        ok = wcd_json_append(json, wcd_json_new_string(list.items[i]));
    }
    wcd_strlist_release(&list);
    return wcd_json_if(ok, json);
}

/* As HcsEnumerateComputeSystems shows them; an error where the service is down. */
static struct wcd_json *systems(struct fake_host *host)
{
    struct platform platform = fake_host_platform(host);
    struct wcd_json_fault fault = {0};
    char *text = NULL;
    char *result = NULL;
    plat_hr hr = platform.hcs.ops->enumerate_systems(platform.hcs.ctx, "{}", &text, &result);
    struct wcd_json *json = NULL;
    if (plat_succeeded(hr) && text != NULL) {
        json = wcd_json_parse(text, strlen(text), &fault);
    }
    free(text);
    free(result);
    return json == NULL || !wcd_json_is(json, WCD_JSON_ARRAY)
               ? (wcd_json_free(json), wcd_json_new_array())
               : json;
}

/* The members that tell one object from another. */
static struct wcd_json *shorten(const struct wcd_json *object)
{
    static const char *const names[] = {"ID", "Name", "Type", "IPAddress", "VirtualNetwork", NULL};
    struct wcd_json *json = wcd_json_new_object();
    bool ok = json != NULL;
    for (size_t i = 0; ok && names[i] != NULL; i++) {
        const struct wcd_json *member = wcd_json_get(object, names[i]);
        ok = member == NULL || wcd_json_set(json, names[i], wcd_json_copy(member));
    }
    return wcd_json_if(ok, json);
}

static bool add_objects(struct wcd_json *to, const char *name, const struct wcd_json *state)
{
    struct wcd_json *list = wcd_json_new_array();
    const struct wcd_json *all = wcd_json_get(state, name);
    bool ok = list != NULL;
    for (const struct wcd_json *item = all == NULL ? NULL : wcd_json_first(all); ok && item != NULL;
         item = wcd_json_next(item)) {
        ok = wcd_json_append(list, shorten(item));
    }
    return wcd_json_set(to, name, wcd_json_if(ok, list));
}

struct wcd_json *host_report_make(struct fake_host *host)
{
    struct wcd_json *json = wcd_json_new_object();
    struct wcd_json *state = fake_hns_state(host);
    bool ok = json != NULL && state != NULL &&
              wcd_json_set_string(json, "os", fake_host_build(host)->id) &&
              wcd_json_set(json, "up_us", wcd_json_new_uint64(fake_host_now_us(host))) &&
              wcd_json_set(json, "misuse", texts(host, fake_host_misuse)) &&
              wcd_json_set(json, "open", texts(host, fake_host_leftovers)) &&
              wcd_json_set(json, "systems", systems(host)) &&
              add_objects(json, "networks", state) && add_objects(json, "endpoints", state);
    wcd_json_free(state);
    return wcd_json_if(ok, json);
}

/* ---- for people ---- */

static const char *text_of(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = wcd_json_get(object, name);
    return member != NULL && wcd_json_is(member, WCD_JSON_STRING) ? wcd_json_string(member) : "";
}

static uint64_t number_of(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = wcd_json_get(object, name);
    uint64_t number = 0;
    if (member != NULL && wcd_json_is(member, WCD_JSON_NUMBER)) {
        (void)wcd_json_uint64(member, &number);
    }
    return number;
}

static void print_text(FILE *out, const struct wcd_json *item)
{
    (void)fprintf(out, "  %s\n", wcd_json_is(item, WCD_JSON_STRING) ? wcd_json_string(item) : "");
}

static void print_system(FILE *out, const struct wcd_json *item)
{
    const char *owner = text_of(item, "Owner");
    (void)fprintf(out, "  %s  %s%s%s\n", text_of(item, "Id"), text_of(item, "State"),
                  *owner == '\0' ? "" : ", of ", owner);
}

static void print_object(FILE *out, const struct wcd_json *item)
{
    (void)fprintf(out, "  %s  %s%s%s\n", text_of(item, "ID"), text_of(item, "Name"),
                  *text_of(item, "Name") == '\0' ? "" : " ",
                  *text_of(item, "Type") == '\0' ? text_of(item, "IPAddress")
                                                 : text_of(item, "Type"));
}

static void print_client(FILE *out, const struct wcd_json *item)
{
    (void)fprintf(out, "  %" PRIu64 "  process %" PRIu64 " %s\n", number_of(item, "client"),
                  number_of(item, "process"), text_of(item, "program"));
}

static void print_list(FILE *out, const struct wcd_json *report, const char *name,
                       const char *title, void (*print)(FILE *out, const struct wcd_json *item))
{
    const struct wcd_json *list = wcd_json_get(report, name);
    if (list == NULL || !wcd_json_is(list, WCD_JSON_ARRAY)) {
        return;
    }
    size_t count = wcd_json_size(list);
    if (count == 0) {
        (void)fprintf(out, "%s: none\n", title);
        return;
    }
    (void)fprintf(out, "%s: %zu\n", title, count);
    for (const struct wcd_json *item = wcd_json_first(list); item != NULL;
         item = wcd_json_next(item)) {
        print(out, item);
    }
}

/* A report that is none prints what there is. */
static void print_report(FILE *out, const struct wcd_json *report)
{
    (void)fprintf(out, "%s: %s, up %" PRIu64 " s, %" PRIu64 " clients so far\n",
                  text_of(report, "pipe"), text_of(report, "os"),
                  number_of(report, "up_us") / REPORT_US_PER_SECOND, number_of(report, "served"));
    print_list(out, report, "clients", "clients now", print_client);
    print_list(out, report, "misuse", "misuse", print_text);
    print_list(out, report, "open", "open or left behind", print_text);
    print_list(out, report, "systems", "compute systems", print_system);
    print_list(out, report, "networks", "networks", print_object);
    print_list(out, report, "endpoints", "endpoints", print_object);
    if (*text_of(report, "trouble") != '\0') {
        (void)fprintf(out, "trouble: %s\n", text_of(report, "trouble"));
    }
}

int host_report_show(struct cli *cli, const char *text, size_t size, bool as_json)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *report = wcd_json_parse(text, size, &fault);
    if (report == NULL || !wcd_json_is(report, WCD_JSON_OBJECT)) {
        wcd_json_free(report);
        (void)fputs("drydock host: what the service says is no report\n", cli->err);
        return CLI_BROKEN;
    }
    const struct wcd_json *misuse = wcd_json_get(report, "misuse");
    int result = misuse != NULL && wcd_json_size(misuse) > 0 ? CLI_FAILED : CLI_PASSED;
    if (as_json) {
        return cli_print_json(cli->out, report, true) ? result : cli_no_memory(cli);
    }
    print_report(cli->out, report);
    wcd_json_free(report);
    return result;
}
