/* The table of network types. */
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

static const struct fake_hns_type types_rows[] = {
#define TYPE_ROW(id, name, external, chooses, gateway, shares, build, kept_before, kept_since,     \
                 behaviour, evidence, source)                                                      \
    {(id),     (name),  (external),    (chooses),   (gateway),                                     \
     (shares), (build), (kept_before), (kept_since)},
#include "fakes/hns/types.inc"
#undef TYPE_ROW
};

const struct fake_hns_type *fake_hns_type_find(const struct fake_host *host, const char *name)
{
    for (size_t i = 0; i < sizeof(types_rows) / sizeof(types_rows[0]); i++) {
        const struct fake_hns_type *row = &types_rows[i];
        if (fake_name_equal(row->id, name)) {
            return row->first_build <= host->build->build ? row : NULL;
        }
    }
    return NULL;
}

bool fake_hns_type_is_nat(const struct fake_hns_type *type)
{
    return fake_name_equal(type->id, "nat");
}

bool fake_hns_type_survives(const struct fake_host *host, const struct fake_hns_type *type)
{
    return fake_build_has(host->build, FAKE_FEATURE_HNS_9) ? type->kept_since : type->kept_before;
}
