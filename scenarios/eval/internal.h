/* What the parts of scenarios/eval share: typed reads of an input, writes of an output, the rules. */
#ifndef SCN_EVAL_INTERNAL_H
#define SCN_EVAL_INTERNAL_H

#include "core/base/text.h"
#include "core/hostconfig/hostconfig.h"
#include "scenarios/eval/eval.h"

/* Reads of members of the input. A missing member (or null) gives `otherwise`; a wrong type or value is
 * WCD_E_INVALID_PARAMETER naming the member. Texts are borrowed. */
enum wcd_errc eval_text(const struct wcd_json *input, const char *name, const char *otherwise,
                        const char **out, struct wcd_error *err);
enum wcd_errc eval_bool(const struct wcd_json *input, const char *name, bool otherwise, bool *out,
                        struct wcd_error *err);
enum wcd_errc eval_uint32(const struct wcd_json *input, const char *name, uint32_t otherwise,
                          uint32_t *out, struct wcd_error *err);
enum wcd_errc eval_strings(const struct wcd_json *input, const char *name, struct wcd_strlist *out,
                           struct wcd_error *err);

/* The resources of a container in the object `name` of the input; none is all zero. */
enum wcd_errc eval_resources(struct wcd_resources *out, const struct wcd_json *input,
                             const char *name, const struct engine_rules *engine,
                             struct wcd_error *err);
/* WCD_E_NOT_IMPLEMENTED for a generation that the rule was not ported from. */
enum wcd_errc eval_wants(const struct engine_rules *engine, enum wcd_engine generation,
                         const char *rule, struct wcd_error *err);

/* Writes; false without memory. */
bool eval_put_strings(struct wcd_json *output, const char *name, const struct wcd_strlist *list);
/* "error": null, or the message. */
bool eval_put_message(struct wcd_json *output, const struct wcd_error *error);
/* "error": null, or {"class", "msg"} and, for an error of Windows, {"errno", "os_text"}. */
bool eval_put_error(struct wcd_json *output, const struct wcd_error *error, const char *os_text);

enum wcd_errc eval_verify_container_resources(const struct engine_rules *engine,
                                              const struct wcd_json *input, struct wcd_json *output,
                                              struct wcd_error *err);
enum wcd_errc eval_verify_platform_settings(const struct engine_rules *engine,
                                            const struct wcd_json *input, struct wcd_json *output,
                                            struct wcd_error *err);
enum wcd_errc eval_set_default_isolation(const struct engine_rules *engine,
                                         const struct wcd_json *input, struct wcd_json *output,
                                         struct wcd_error *err);
enum wcd_errc eval_daemon_misc(const struct engine_rules *engine, const struct wcd_json *input,
                               struct wcd_json *output, struct wcd_error *err);

enum wcd_errc eval_daemon_stats(const struct engine_rules *engine, const struct wcd_json *input,
                                struct wcd_json *output, struct wcd_error *err);

enum wcd_errc eval_set_resources_in_spec(const struct engine_rules *engine,
                                         const struct wcd_json *input, struct wcd_json *output,
                                         struct wcd_error *err);
enum wcd_errc eval_set_windows_credential_spec(const struct engine_rules *engine,
                                               const struct wcd_json *input,
                                               struct wcd_json *output, struct wcd_error *err);
enum wcd_errc eval_setup_windows_devices(const struct engine_rules *engine,
                                         const struct wcd_json *input, struct wcd_json *output,
                                         struct wcd_error *err);
enum wcd_errc eval_escape_args(const struct engine_rules *engine, const struct wcd_json *input,
                               struct wcd_json *output, struct wcd_error *err);
enum wcd_errc eval_create_spec_windows_fields(const struct engine_rules *engine,
                                              const struct wcd_json *input, struct wcd_json *output,
                                              struct wcd_error *err);
enum wcd_errc eval_create_spec(const struct engine_rules *engine, const struct wcd_json *input,
                               struct wcd_json *output, struct wcd_error *err);
enum wcd_errc eval_create_spec_networks(const struct engine_rules *engine,
                                        const struct wcd_json *input, struct wcd_json *output,
                                        struct wcd_error *err);

enum wcd_errc eval_client_create(const struct engine_rules *engine, const struct wcd_json *input,
                                 struct wcd_json *output, struct wcd_error *err);
enum wcd_errc eval_client_add_process(const struct engine_rules *engine,
                                      const struct wcd_json *input, struct wcd_json *output,
                                      struct wcd_error *err);
enum wcd_errc eval_client_ops(const struct engine_rules *engine, const struct wcd_json *input,
                              struct wcd_json *output, struct wcd_error *err);

enum wcd_errc eval_init_network_controller(const struct engine_rules *engine,
                                           const struct wcd_json *input, struct wcd_json *output,
                                           struct wcd_error *err);

enum wcd_errc eval_name_to_guid(const struct engine_rules *engine, const struct wcd_json *input,
                                struct wcd_json *output, struct wcd_error *err);

enum wcd_errc eval_local_create_windows(const struct engine_rules *engine,
                                        const struct wcd_json *input, struct wcd_json *output,
                                        struct wcd_error *err);
enum wcd_errc eval_local_process_config(const struct engine_rules *engine,
                                        const struct wcd_json *input, struct wcd_json *output,
                                        struct wcd_error *err);
enum wcd_errc eval_local_task_ops(const struct engine_rules *engine, const struct wcd_json *input,
                                  struct wcd_json *output, struct wcd_error *err);

#endif
