/* Which build brought what. The only place where a build number is compared. */
#include "fakes/host/builds.h"

#include "core/base/assert.h"

static const struct fake_feature_row feature_rows[FAKE_FEATURE_COUNT] = {
#define X(feature, id, behaviour, build, evidence, source)                                         \
    [feature] = {(feature), (id), (behaviour), (build), (evidence), (source)},
#include "fakes/host/features.inc"
#undef X
};

const struct fake_feature_row *fake_features(size_t *count)
{
    *count = FAKE_FEATURE_COUNT;
    return feature_rows;
}

bool fake_build_has(const struct fake_build *build, enum fake_feature feature)
{
    WCD_ASSERT(feature < FAKE_FEATURE_COUNT);
    return build->build >= feature_rows[feature].first_build;
}
