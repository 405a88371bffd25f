/* A host with a daemon.json, and a configuration loaded on it. */
#ifndef TEST_CONFIG_FIXTURE_H
#define TEST_CONFIG_FIXTURE_H

#include "core/config/config.h"
#include "fakes/host/host.h"
#include "tests/support/cmocka.h"

#include <stddef.h>

#define CONFIG_DEFAULT_FILE "C:\\ProgramData\\docker\\config\\daemon.json"

struct config_fixture {
    struct fake_host *host;
    struct platform platform;
    struct wcd_config *config; /* of the last load that succeeded */
    struct wcd_error err;
    struct wcd_strlist log; /* "warning: text" */
};

int config_fixture_setup(void **state);
int config_fixture_teardown(void **state);

#define config_test(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, config_fixture_setup, config_fixture_teardown)

#define FLAGS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_FLAGS   FLAGS(NULL)

/* Writes the file at its default place; NULL removes it. */
void config_put(struct config_fixture *f, const char *text);
void config_put_bytes(struct config_fixture *f, const char *path, const void *data, size_t size);

/* The sink that fills f->log. */
struct wcd_log_sink config_log(struct config_fixture *f);

/* Loads; the log begins anew. `flags` ends with NULL. */
enum wcd_errc config_load(struct config_fixture *f, const char *engine, const char *const *flags);

/* Puts the file and loads. The load must fail with exactly this message and no class. */
void config_fails(struct config_fixture *f, const char *engine, const char *file,
                  const char *const *flags, const char *message);
/* The load must succeed, and the key have this value, as JSON. */
void config_gives(struct config_fixture *f, const char *engine, const char *file,
                  const char *const *flags, const char *key, const char *json);

/* A message behind the wrapper that every error about the default file gets. */
#define IN_FILE(message)                                                                           \
    "unable to configure the Docker daemon with file " CONFIG_DEFAULT_FILE ": " message

#endif
