/* The daemon's client of the Host Networking Service, schema 1: what hcsshim's HNSCall functions are to the
 * original. Every call is synchronous. */
#ifndef WCD_NETWORK_HNS_H
#define WCD_NETWORK_HNS_H

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/engine/engine.h"
#include "core/json/json.h"
#include "core/platform/platform.h"

/* Borrowed; all live as long as the client is used. */
struct wcd_hns {
    const struct platform *platform;
    const struct engine_rules *engine;
    const struct wcd_log_sink *log;
};

/* A response of more bytes than that is refused. */
#define WCD_HNS_RESPONSE_BYTES_MAX ((size_t)16 * 1024 * 1024)

/* hnsCall: method, path ("/networks/", "/endpoints/<id>") and body ("" for none). *output is what the envelope holds under
 * Output (NULL when it holds none), the caller's to free.
 *
 * Errors, in the words of the generation's hcsshim: "HNS failed with error : <text>" (v17) or "hns failed with error : <text>"
 * (v25) for an envelope without success; "failed during hnsCallRawResponse: hnsCall failed in Win32: <text> (0x803b0013)" (v25)
 * for a failing HRESULT, which err->hresult holds (2017: without the words in front of "hnsCall"); a response is then not
 * looked at. After a success the envelope has the last word. */
enum wcd_errc wcd_hns_call(const struct wcd_hns *hns, const char *method, const char *path,
                           const char *body, struct wcd_json **output, struct wcd_error *err);

/* HNSListNetworkRequest: all networks of HNS, NULL for none. Each is an object or null, whose members ID, Name, Type, ManagementIP
 * and Subnets, and of a subnet AddressPrefix and GatewayAddress, have their type where they are there and are not null. One
 * that has not spoils the whole list, in the words of Go's JSON. */
enum wcd_errc wcd_hns_list_networks(const struct wcd_hns *hns, struct wcd_json **out,
                                    struct wcd_error *err);

/* Is it what v25's drivers take for "there is no such object"? They compare to the letter, with the "HNS" of older versions of
 * hcsshim: with their own it never matches. */
bool wcd_hns_is_not_found(const struct wcd_error *err);

#endif
