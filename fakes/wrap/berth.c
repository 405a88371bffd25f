/* The berth itself, and the services whose calls need little. */
#include "fakes/absent/absent.h"
#include "fakes/wrap/berth_internal.h"

#include <stdlib.h>

/* ---- the operating system ---- */

static plat_hr berth_version(void *ctx, struct plat_os_version *out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->version(os->ctx, out);
}

static plat_hr berth_product_info(void *ctx, uint32_t *out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->product_info(os->ctx, out);
}

static plat_hr berth_processor_count(void *ctx, uint32_t *out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->processor_count(os->ctx, out);
}

static plat_hr berth_memory(void *ctx, struct plat_memory_status *out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->memory(os->ctx, out);
}

static plat_hr berth_host_name(void *ctx, char **out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->host_name(os->ctx, out);
}

static plat_hr berth_environment(void *ctx, const char *name, char **out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->environment;
    return os->ops->environment(os->ctx, name, out);
}

static plat_hr berth_random(void *ctx, void *data, size_t size)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->random(os->ctx, data, size);
}

static plat_hr berth_load_library(void *ctx, const char *name)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->below.os;
    return os->ops->load_library(os->ctx, name);
}

static plat_hr berth_message(void *ctx, uint32_t error, char **out)
{
    const struct plat_os *os = &((struct wrap_berth *)ctx)->words;
    return os->ops->message(os->ctx, error, out);
}

const struct plat_os_ops wrap_berth_os_ops = {
    .version = berth_version,
    .product_info = berth_product_info,
    .processor_count = berth_processor_count,
    .memory = berth_memory,
    .host_name = berth_host_name,
    .environment = berth_environment,
    .random = berth_random,
    .load_library = berth_load_library,
    .message = berth_message,
};

/* ---- its life ---- */

struct wrap_berth *wrap_berth_create(const struct platform *below,
                                     const struct wrap_berth_options *options)
{
    struct wrap_berth *berth = calloc(1, sizeof(*berth));
    if (berth == NULL) {
        return NULL;
    }
    berth->below = *below;
    berth->environment = options->environment != NULL ? *options->environment : below->os;
    berth->words = options->words != NULL ? *options->words : below->os;
    berth->adapters = options->adapters;
    berth->folder = wcd_text_copy(options->folder);
    if (berth->folder == NULL) {
        free(berth);
        return NULL;
    }
    wcd_strlist_init(&berth->systems);
    wcd_strlist_init(&berth->layers);
    wcd_strlist_init(&berth->hns_objects);
    wcd_strlist_init(&berth->volumes);
    return berth;
}

void wrap_berth_destroy(struct wrap_berth *berth)
{
    if (berth != NULL) {
        wcd_strlist_release(&berth->systems);
        wcd_strlist_release(&berth->layers);
        wcd_strlist_release(&berth->hns_objects);
        wcd_strlist_release(&berth->volumes);
        free(berth->folder);
        free(berth);
    }
}

struct platform wrap_berth_platform(struct wrap_berth *berth)
{
    struct platform platform = berth->below;
    platform.os = (struct plat_os){.ops = &wrap_berth_os_ops, .ctx = berth};
    platform.fs = (struct plat_fs){.ops = &wrap_berth_fs_ops, .ctx = berth};
    platform.hcs = (struct plat_hcs){.ops = &wrap_berth_hcs_ops, .ctx = berth};
    platform.hns = (struct plat_hns){.ops = &wrap_berth_hns_ops, .ctx = berth};
    platform.hcn = fake_absent_hcn(); /* the other door to all networks */
    platform.storage = (struct plat_storage){.ops = &wrap_berth_storage_ops, .ctx = berth};
    return platform;
}

const struct wcd_strlist *wrap_berth_systems(const struct wrap_berth *berth)
{
    return &berth->systems;
}

const struct wcd_strlist *wrap_berth_layers(const struct wrap_berth *berth)
{
    return &berth->layers;
}

const struct wcd_strlist *wrap_berth_hns_objects(const struct wrap_berth *berth)
{
    return &berth->hns_objects;
}

bool wrap_berth_failed(const struct wrap_berth *berth)
{
    return berth->failed;
}
