/* The documents that go with an operation: PauseOptions, SaveOptions, ShutdownOptions. Clients mostly
 * pass "". */
#include "fakes/hcs/options.h"

#include "fakes/host/internal.h"

#include <string.h>

#define WORD(member, list)                                                                         \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_WORD, .words = (list)                                   \
    }

static const char *const reasons[] = {"None", "Save", "Template", NULL};
static const struct fake_hcs_field notification_fields[] = {WORD("Reason", reasons)};
static const struct fake_hcs_shape notification_shape = {notification_fields, 1};

static const char *const levels[] = {"Suspend", "MemoryLow", "MemoryMedium", "MemoryHigh", NULL};
static const struct fake_hcs_field pause_fields[] = {
    WORD("SuspensionLevel", levels),
    {.name = "HostedNotification", .type = FAKE_HCS_OBJECT, .shape = &notification_shape},
};
const struct fake_hcs_shape fake_hcs_pause_options = {pause_fields, 2};

static const char *const saves[] = {"ToFile", "AsTemplate", NULL};
static const struct fake_hcs_field save_fields[] = {
    WORD("SaveType", saves),
    {.name = "SaveStateFilePath", .type = FAKE_HCS_TEXT},
};
const struct fake_hcs_shape fake_hcs_save_options = {save_fields, 2};

static const char *const mechanisms[] = {"GuestConnection", "IntegrationService", NULL};
static const char *const shutdowns[] = {"Shutdown", "Hibernate", "Reboot", NULL};
static const struct fake_hcs_field shutdown_fields[] = {
    WORD("Mechanism", mechanisms),
    WORD("Type", shutdowns),
    {.name = "Force", .type = FAKE_HCS_BOOL},
    {.name = "Reason", .type = FAKE_HCS_TEXT},
};
const struct fake_hcs_shape fake_hcs_shutdown_options = {shutdown_fields, 4};

/* What takes no options: an empty object is one all the same. */
const struct fake_hcs_shape fake_hcs_no_options = {NULL, 0};

plat_hr fake_hcs_read_options(struct fake_hcs_check *check, const struct fake_host *host,
                              const struct fake_hcs_shape *shape, const char *options,
                              struct wcd_json **document)
{
    *document = NULL;
    return options[0] == '\0' ? PLAT_S_OK
                              : fake_hcs_read(check, host->build, shape, options, document);
}
