/* Compute systems of schema 2. */
#include "fakes/hcs/create.h"

static const struct fake_hcs_field version_fields[] = {
    {.name = "Major", .type = FAKE_HCS_UINT, .max = UINT32_MAX},
    {.name = "Minor", .type = FAKE_HCS_UINT, .max = UINT32_MAX},
};
static const struct fake_hcs_shape version_shape = {version_fields, 2};
static const struct fake_hcs_field system_fields[] = {
    {.name = "Owner", .type = FAKE_HCS_TEXT},
    {.name = "SchemaVersion", .type = FAKE_HCS_OBJECT, .shape = &version_shape},
};
const struct fake_hcs_shape fake_hcs_compute_system = {system_fields, 2};

plat_hr fake_creation_schema_2(struct fake_creation *creation)
{
    return fake_hcs_blame(&creation->check, PLAT_HCS_INVALID_JSON, "schema 2 is not emulated yet");
}
