/* Benchmarks of the emulated network service: endpoints created and deleted per second among many others, beside what it
 * costs to read and print their documents. */
#include "tests/bench/networks.h"

#include "core/json/json.h"
#include "fakes/host/host.h"

#include <stdlib.h>
#include <string.h>

/* One endpoint more than are there for each of so many lives. */
#define OTHERS_PER_LIFE 100u

static const char network[] =
    "{\"ID\":\"11111111-0000-4000-8000-000000000001\",\"Name\":\"nat\",\"Type\":\"nat\",\"Subnets\":["
    "{\"AddressPrefix\":\"10.0.0.0/8\"}],\"MacPools\":[{\"StartMacAddress\":\"00-15-5D-00-00-00\","
    "\"EndMacAddress\":\"00-15-5D-FF-FF-FF\"}]}";
static const char other[] =
    "{\"VirtualNetwork\":\"11111111-0000-4000-8000-000000000001\",\"EnableInternalDNS\":true}";
static const char endpoint[] =
    "{\"ID\":\"22222222-0000-4000-8000-000000000001\",\"VirtualNetwork\":"
    "\"11111111-0000-4000-8000-000000000001\",\"EnableInternalDNS\":true,\"Policies\":[{\"Type\":"
    "\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,\"ExternalPort\":8080}]}";

#define ENDPOINT_PATH "/endpoints/22222222-0000-4000-8000-000000000001"

struct nets {
    struct fake_host *host;
    struct plat_hns hns;
    char *answer; /* of the last creation */
};

static bool ask(struct nets *nets, const char *method, const char *path, const char *body)
{
    free(nets->answer);
    return plat_succeeded(nets->hns.ops->call(nets->hns.ctx, method, path, body, &nets->answer));
}

static bool create_and_delete(struct nets *nets)
{
    return ask(nets, "POST", "/endpoints/", endpoint) && ask(nets, "DELETE", ENDPOINT_PATH, "");
}

/* What cannot be done without: the request is read, the answer built and printed. */
static bool read_and_print(const struct wcd_json *answer)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(endpoint, strlen(endpoint), &fault);
    struct wcd_json *built = wcd_json_copy(answer);
    char *text = built == NULL ? NULL : wcd_json_print(built);
    bool ok = json != NULL && text != NULL;
    wcd_json_free(json);
    wcd_json_free(built);
    free(text);
    return ok;
}

static double us_each(uint64_t us, uint64_t count)
{
    return (double)us / (double)(count == 0 ? 1 : count);
}

/* The best of the rounds, in microseconds: with the service, and the documents alone. */
static bool time_rounds(const struct emulator_bench *bench, struct nets *nets,
                        const struct wcd_json *answer, uint64_t best_us[2])
{
    bool ok = true;
    best_us[0] = UINT64_MAX;
    best_us[1] = UINT64_MAX;
    for (uint64_t i = 0; i < bench->rounds && ok; i++) {
        uint64_t times[3] = {bench->clock_us(), 0, 0};
        for (uint64_t j = 0; j < bench->lives && ok; j++) {
            ok = create_and_delete(nets);
        }
        times[1] = bench->clock_us();
        for (uint64_t j = 0; j < bench->lives && ok; j++) {
            ok = read_and_print(answer);
        }
        times[2] = bench->clock_us();
        for (size_t j = 0; j < 2; j++) {
            uint64_t us = times[j + 1] - times[j];
            best_us[j] = us < best_us[j] ? us : best_us[j];
        }
    }
    return ok;
}

static bool time_among(const struct emulator_bench *bench, struct nets *nets, uint64_t others)
{
    uint64_t best_us[2];
    struct wcd_json_fault fault = {0};
    bool ok = ask(nets, "POST", "/endpoints/", endpoint);
    struct wcd_json *answer =
        ok ? wcd_json_parse(nets->answer, strlen(nets->answer), &fault) : NULL;
    ok = answer != NULL && ask(nets, "DELETE", ENDPOINT_PATH, "") &&
         time_rounds(bench, nets, answer, best_us);
    wcd_json_free(answer);
    if (ok) {
        (void)fprintf(bench->out,
                      "%12.0f endpoints created and deleted per second beside %llu others (%.1f us "
                      "each, %.1f us of it their documents)\n",
                      1e6 / us_each(best_us[0] == 0 ? 1 : best_us[0], bench->lives),
                      (unsigned long long)others, us_each(best_us[0], bench->lives),
                      us_each(best_us[1], bench->lives));
    }
    return ok;
}

bool networks_bench(const struct emulator_bench *bench)
{
    static const uint64_t populations[] = {10, 1000, 100000};
    const struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    struct wcd_error err = WCD_ERROR_INIT;
    struct nets nets = {0};
    if (fake_host_create(&nets.host, &options, &err) != WCD_OK) {
        wcd_error_release(&err);
        return false;
    }
    nets.hns = fake_host_platform(nets.host).hns;
    bool ok = ask(&nets, "POST", "/networks/", network);
    uint64_t there = 0;
    for (size_t i = 0; i < sizeof(populations) / sizeof(populations[0]) && ok; i++) {
        if (populations[i] > bench->lives * OTHERS_PER_LIFE) {
            break;
        }
        for (; there < populations[i] && ok; there++) {
            ok = ask(&nets, "POST", "/endpoints/", other);
        }
        ok = ok && time_among(bench, &nets, there);
    }
    free(nets.answer);
    fake_host_destroy(nets.host);
    return ok;
}
