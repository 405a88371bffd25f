/* What the suites of the network service share: calls, and answers taken out of their envelopes. */
#ifndef TEST_CONTRACT_NETWORKS_H
#define TEST_CONTRACT_NETWORKS_H

#include "core/json/json.h"
#include "tests/contract/contract.h"

/* What a machine's HNS is like. */
enum networks_era {
    NETWORKS_2016,
    NETWORKS_1709,
    NETWORKS_1803,
    NETWORKS_2019 /* and later: failures are HRESULTs, and ids have upper case */
};

struct networks {
    void **state;
    struct contract_machine *machine;
    const struct plat_hns *hns;
    uint32_t build;
    enum networks_era era;
    plat_hr hr;            /* of the last call */
    char *response;        /* as it came; NULL: none */
    struct wcd_json *read; /* the same, read */
};

void networks_init(struct networks *n, void **state);
void networks_release(struct networks *n);

/* Any call. The response is valid until the next one. */
plat_hr networks_call(struct networks *n, const char *method, const char *path, const char *body);
/* One that must succeed: the member Output, NULL when there is none. */
const struct wcd_json *networks_done(struct networks *n, const char *method, const char *path,
                                     const char *body);

/* What a refusal says: up to 1803 only the text is told. */
struct networks_refusal {
    uint32_t old_code;
    const char *old_text; /* with its blank */
    uint32_t code;
    const char *text;
};

extern const struct networks_refusal networks_bad_parameter; /* 0x57 everywhere */
extern const struct networks_refusal networks_bad_document;
extern const struct networks_refusal networks_unknown_id;
extern const struct networks_refusal networks_unknown_path;
extern const struct networks_refusal networks_bad_method;

void networks_refused(struct networks *n, const char *method, const char *path, const char *body,
                      const struct networks_refusal *why);

/* A network of that document; `id` gets its id as HNS writes it. */
void networks_make(struct networks *n, const char *body, char id[37]);
/* An endpoint on a network, of a document that "%s" in it makes whole. */
void networks_make_endpoint(struct networks *n, const char *network, const char *more, char id[37]);

/* A text, number or any member by its JSON pointer; they must be there. */
const char *networks_text(const struct wcd_json *value, const char *pointer);
int64_t networks_number(const struct wcd_json *value, const char *pointer);

/* "/endpoints/<id>" and the like; valid until the fourth next call. */
const char *networks_path(const char *collection, const char *id, const char *action);

#endif
