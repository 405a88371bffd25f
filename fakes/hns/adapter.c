/* The adapters of the host that external networks stand on. */
#include "fakes/hns/network.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>

static struct fake_hns_card **adapter_link(struct fake_host *host, const char *name)
{
    struct fake_hns_card **link = &host->hns.cards;
    while (*link != NULL && !fake_name_equal((*link)->name, name)) {
        link = &(*link)->next;
    }
    return link;
}

struct fake_hns_card *fake_hns_card_find(struct fake_host *host, const char *name)
{
    return *adapter_link(host, name);
}

static bool adapter_is_free(const struct fake_hns_card *card)
{
    return card->connected && card->networks == 0;
}

/* May a network of the type stand on it? Networks that share do so with their like. */
static bool adapter_takes(const struct fake_host *host, const struct fake_hns_card *card,
                          const struct fake_hns_type *type)
{
    bool good = card->networks == 0 || type->shares;
    for (const struct fake_hns_network *at = host->hns.first_network; at != NULL && good;
         at = at->after) {
        good = at->card != card || at->type == type;
    }
    return good;
}

plat_hr fake_hns_card_choose(struct fake_host *host, const struct fake_hns_type *type,
                             const char *name, struct fake_hns_card **out)
{
    *out = NULL;
    if (name[0] != '\0') {
        struct fake_hns_card *card = *adapter_link(host, name);
        if (card == NULL) {
            return fake_hns_error(host, FAKE_HNS_E_ADAPTER_NONE);
        }
        if (!adapter_takes(host, card, type)) {
            return fake_hns_error(host, FAKE_HNS_E_ADAPTER_TAKEN);
        }
        *out = card;
        return PLAT_S_OK;
    }
    for (struct fake_hns_card *at = host->hns.cards; at != NULL && *out == NULL; at = at->next) {
        bool good = adapter_is_free(at) || (type->shares && adapter_takes(host, at, type));
        *out = good && at->connected ? at : NULL;
    }
    return *out == NULL ? fake_hns_error(host, FAKE_HNS_E_ADAPTER_NONE) : PLAT_S_OK;
}

/* ---- what a test sets up ---- */

bool fake_hns_set_adapter(struct fake_host *host, const struct fake_hns_adapter *adapter)
{
    struct fake_hns_card **link = adapter_link(host, adapter->name);
    char *address = wcd_text_copy(wcd_text_or_empty(adapter->address));
    if (address == NULL) {
        return false;
    }
    if (*link == NULL) {
        struct fake_hns_card *card = calloc(1, sizeof(*card));
        char *name = wcd_text_copy(adapter->name);
        if (card == NULL || name == NULL) {
            free(address);
            free(name);
            free(card);
            return false;
        }
        card->name = name;
        *link = card;
    }
    wcd_text_replace(&(*link)->address, address);
    (*link)->connected = adapter->connected;
    return true;
}

static void adapter_free(struct fake_hns_card *card)
{
    free(card->name);
    free(card->address);
    free(card);
}

bool fake_hns_remove_adapter(struct fake_host *host, const char *name)
{
    struct fake_hns_card **link = adapter_link(host, name);
    struct fake_hns_card *card = *link;
    if (card == NULL) {
        return false;
    }
    for (struct fake_hns_network *at = host->hns.first_network; at != NULL; at = at->after) {
        at->card = at->card == card ? NULL : at->card;
    }
    *link = card->next;
    adapter_free(card);
    fake_hns_changed(host);
    return true;
}

void fake_hns_cards_release(struct fake_host *host)
{
    while (host->hns.cards != NULL) {
        struct fake_hns_card *card = host->hns.cards;
        host->hns.cards = card->next;
        adapter_free(card);
    }
}
