/* A container's configuration: read from the API's JSON, and merged with its image's. */
#ifndef WCD_CONTAINER_CONFIG_H
#define WCD_CONTAINER_CONFIG_H

#include "core/container/container.h"
#include "core/json/json.h"

void wcd_container_config_release(struct wcd_container_config *config);

/* Reads an API Config (an object). Unknown members are ignored; a wrong type is WCD_E_INVALID_PARAMETER with
 * Go's words. Cmd and Entrypoint may be one text. *out is empty on failure. */
enum wcd_errc wcd_container_config_from_json(struct wcd_container_config *out,
                                             const struct wcd_json *json, struct wcd_error *err);

/* The API's Config with all members that Go's encoder writes, in its order. NULL without memory. */
struct wcd_json *wcd_container_config_to_json(const struct wcd_container_config *config);

/* validateContainerConfig, as far as it looks at members that Windows has: the health check's times
 * ("Interval in Healthcheck cannot be less than 1ms"). */
enum wcd_errc wcd_container_config_verify(const struct wcd_container_config *config,
                                          const struct engine_rules *engine, struct wcd_error *err);

/* What the image says where the container says nothing (mergeAndVerifyConfig): variables it does not name,
 * command, folder, user, labels, ports, volumes, health check, stop signal. "no command specified" when there is none then. */
enum wcd_errc wcd_container_config_merge(struct wcd_container_config *config,
                                         const struct wcd_container_config *image,
                                         struct wcd_error *err);

#endif
