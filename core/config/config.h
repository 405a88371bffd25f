/* The daemon's configuration: dockerd's command line merged with daemon.json, judged as the
 * original of either generation does, with its messages to the letter.
 *
 * Which keys exist, what they are called as a flag, their type and default is one table per
 * generation (keys.c); reading, conflicts and validation are driven by it. */
#ifndef WCD_CONFIG_CONFIG_H
#define WCD_CONFIG_CONFIG_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/engine/engine.h"
#include "core/json/json.h"
#include "core/platform/platform.h"

struct wcd_config;

/* Reads flags and daemon.json through the platform (environment for %ProgramData%, the file itself)
 * and validates. *out is owned by the caller. What the original writes to its log on the way goes
 * to `log`. On failure *out is NULL and nothing is left behind. */
enum wcd_errc wcd_config_load(struct wcd_config **out, const struct engine_rules *engine,
                              const struct platform *platform, const char *const *flags,
                              size_t flag_count, const struct wcd_log_sink *log,
                              struct wcd_error *err);
void wcd_config_free(struct wcd_config *config);

/* Merged values by their daemon.json name, borrowed from config: a text is NULL when it is not set
 * or empty, a list empty, a number 0, a bool false; so is what only the other generation knows.
 * Asserts that some generation has the key with that type. */
const char *wcd_config_text(const struct wcd_config *config, const char *key);
bool wcd_config_bool(const struct wcd_config *config, const char *key);
int64_t wcd_config_int(const struct wcd_config *config, const char *key);
const struct wcd_strlist *wcd_config_list(const struct wcd_config *config, const char *key);
/* One text of a map such as log-opts; NULL when it is not there. */
const char *wcd_config_map_text(const struct wcd_config *config, const char *key, const char *name);

/* What the daemon derives from them. */
const char *wcd_config_root(const struct wcd_config *config);      /* data-root (v17: graph) */
const char *wcd_config_exec_root(const struct wcd_config *config); /* v17: none, "" */
bool wcd_config_bridge_disabled(const struct wcd_config *config);  /* bridge is "none" */
bool wcd_config_only_validate(const struct wcd_config *config);    /* --validate was given */
/* The least level that is logged: "debug" wins over "log-level"; without either, info. */
enum wcd_log_level wcd_config_log_level(const struct wcd_config *config);
/* Path of the daemon.json that was read, NULL when there was none. */
const char *wcd_config_file(const struct wcd_config *config);

/* Steps of the start that come later than loading; each does nothing where the generation has no
 * such step. wcd_config_listen_addresses: v17 parses "hosts" only when it begins to listen, behind
 * the making of the root folder ("error parsing -H <host> : ..."). wcd_config_check_cluster: v17,
 * inside NewDaemon. wcd_config_check_registries: v25, inside NewDaemon behind the system check:
 * registries and mirrors of daemon.json, which unlike those of flags nobody has looked at
 * (WCD_E_INVALID_PARAMETER). */
enum wcd_errc wcd_config_listen_addresses(struct wcd_config *config, struct wcd_error *err);
enum wcd_errc wcd_config_check_cluster(const struct wcd_config *config, struct wcd_error *err);
enum wcd_errc wcd_config_check_registries(const struct wcd_config *config,
                                          const struct wcd_log_sink *log, struct wcd_error *err);

/* The whole merged configuration as JSON, sorted by key, for display; NULL without memory. */
struct wcd_json *wcd_config_to_json(const struct wcd_config *config);

#endif
