/* An HNS that does as it is told; see network_fixture.h. */
#include "tests/unit/core/network_fixture.h"

#include <stdio.h>

static void add_line(struct net_bed_text *text, const char *a, const char *b, const char *c)
{
    int len = snprintf(text->data + text->len, sizeof(text->data) - text->len, "%s%s%s%s%s\n", a,
                       b[0] == '\0' ? "" : " ", b, c[0] == '\0' ? "" : " ", c);
    assert_true(len > 0 && (size_t)len < sizeof(text->data) - text->len);
    text->len += (size_t)len;
}

static plat_hr call(void *ctx, const char *method, const char *path, const char *object,
                    char **response)
{
    struct net_bed *bed = ctx;
    plat_hr hr = PLAT_S_OK;
    const char *text = "{\"Success\":true}";
    add_line(&bed->calls, method, path, object);
    if (bed->answered < bed->answer_count) {
        hr = bed->answers[bed->answered].hr;
        text = bed->answers[bed->answered].response;
        bed->answered++;
    }
    *response = NULL;
    if (text != NULL) {
        *response = wcd_text_copy(text);
        hr = *response == NULL ? PLAT_E_OUTOFMEMORY : hr;
    }
    return hr;
}

static const struct plat_hns_ops hns_ops = {.call = call};

static plat_hr message(void *ctx, uint32_t error, char **out)
{
    (void)ctx;
    *out = NULL;
    if (error != PLAT_ERROR_ACCESS_DENIED) {
        return plat_hr_win32(PLAT_ERROR_NOT_FOUND);
    }
    *out = wcd_text_copy("Access is denied.");
    return *out == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static const struct plat_os_ops os_ops = {.message = message};

static void write_log(void *ctx, enum wcd_log_level level, const char *text)
{
    struct net_bed *bed = ctx;
    add_line(&bed->logs, wcd_log_level_name(level), text, "");
}

void net_bed_set_up(struct net_bed *bed, enum wcd_engine engine, const char *type)
{
    *bed = (struct net_bed){0};
    bed->platform.version = PLAT_VERSION;
    bed->platform.hns = (struct plat_hns){&hns_ops, bed};
    bed->platform.os.ops = &os_ops;
    bed->log = (struct wcd_log_sink){write_log, bed, WCD_LOG_INFO};
    bed->hns = (struct wcd_hns){&bed->platform, engine_rules_of(engine), &bed->log};
    bed->driver = wcd_net_driver_new(&bed->hns);
    assert_non_null(bed->driver);
    bed->network.id = wcd_text_copy(NET_ID);
    bed->network.name = wcd_text_copy("net");
    bed->network.type = wcd_text_copy(type);
    bed->network.options = wcd_json_new_object();
    assert_true(wcd_ipam_configs_add(&bed->network.ipv4_pools, "10.5.0.0/16", "10.5.0.1"));
    bed->endpoint.id = wcd_text_copy(EP_ID);
    bed->endpoint.network = &bed->network;
}

void net_bed_tear_down(struct net_bed *bed)
{
    wcd_net_driver_free(bed->driver);
    free(bed->network.id);
    free(bed->network.name);
    free(bed->network.type);
    wcd_json_free(bed->network.options);
    wcd_ipam_configs_release(&bed->network.ipv4);
    wcd_ipam_configs_release(&bed->network.ipv4_pools);
    wcd_ipam_configs_release(&bed->network.ipv6_pools);
    free(bed->endpoint.id);
    free(bed->endpoint.hns_id);
    free(bed->endpoint.address);
    free(bed->endpoint.gateway);
    free(bed->endpoint.mac);
    wcd_port_bindings_release(&bed->endpoint.ports);
    wcd_strlist_release(&bed->endpoint.exposed);
    assert_int_equal(bed->answered, bed->answer_count);
}

void net_bed_fail(struct net_bed *bed, plat_hr hr, const char *response)
{
    assert_true(bed->answer_count < NET_BED_ANSWERS);
    bed->answers[bed->answer_count].hr = hr;
    bed->answers[bed->answer_count].response = response;
    bed->answer_count++;
}

void net_bed_answer(struct net_bed *bed, const char *response)
{
    net_bed_fail(bed, PLAT_S_OK, response);
}

void net_bed_option(struct net_bed *bed, const char *name, const char *value)
{
    assert_true(wcd_json_set_string(bed->network.options, name, value));
}

void net_bed_pool(struct net_bed *bed, const char *pool, const char *gateway)
{
    wcd_ipam_configs_release(&bed->network.ipv4_pools);
    if (pool != NULL) {
        assert_true(wcd_ipam_configs_add(&bed->network.ipv4_pools, pool, gateway));
    }
}

static void assert_text(struct net_bed_text *text, const char *expected)
{
    assert_string_equal(text->data, expected);
    text->len = 0;
    text->data[0] = '\0';
}

void net_bed_assert_calls(struct net_bed *bed, const char *expected)
{
    assert_text(&bed->calls, expected);
}

void net_bed_assert_logs(struct net_bed *bed, const char *expected)
{
    assert_text(&bed->logs, expected);
}

void net_bed_assert_error(struct wcd_error *err, enum wcd_errc code, const char *message_text)
{
    assert_string_equal(wcd_error_message(err), message_text);
    assert_int_equal(err->code, code);
    wcd_error_release(err);
}

void net_bed_make_network(struct net_bed *bed)
{
    struct wcd_error err = WCD_ERROR_INIT;
    net_bed_output(bed, "{\"ID\":\"" HNS_ID "\",\"ManagementIP\":\"192.0.2.7\",\"Subnets\":[{"
                        "\"AddressPrefix\":\"10.5.0.0/16\",\"GatewayAddress\":\"10.5.0.1\"}]}");
    assert_int_equal(wcd_net_driver_create(bed->driver, &bed->network, &err), WCD_OK);
    bed->calls = (struct net_bed_text){0};
}
