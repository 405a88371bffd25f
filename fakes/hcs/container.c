/* Containers of schema 1: are the things there that the document names? */
#include "fakes/hcs/create.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

plat_hr fake_creation_schema_1(struct fake_creation *creation)
{
    struct fake_system *system = creation->system;
    const struct wcd_json *document = creation->document;
    if (!fake_name_equal(fake_hcs_text(document, "SystemType"), "Container")) {
        return fake_hcs_blame(&creation->check, PLAT_HCS_INVALID_JSON,
                              "only containers are emulated in schema 1");
    }
    system->kind = fake_hcs_bool(document, "HvPartition") ? FAKE_HCS_HYPERV : FAKE_HCS_PROCESS;
    system->servicing = fake_hcs_bool(document, "Servicing");
    system->terminate_on_close = fake_hcs_bool(document, "TerminateOnLastHandleClosed");
    system->guest_connection = true;
    return PLAT_S_OK;
}
