/* What the parts of core/config share: the key table, the rules of a generation, and values.
 *
 * A configuration is an array of values, one per row of the generation's key table. It exists twice
 * while it is loaded: as the command line (with the defaults) and as daemon.json give it; then the
 * two become one. */
#ifndef WCD_CONFIG_INTERNAL_H
#define WCD_CONFIG_INTERNAL_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/engine/engine.h"
#include "core/json/json.h"
#include "core/platform/platform.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_type {
    CONFIG_BOOL,
    CONFIG_INT,
    CONFIG_UINT32,
    CONFIG_TEXT,
    CONFIG_IP,          /* one address; its text in canonical form */
    CONFIG_LIST,        /* of texts */
    CONFIG_MAP,         /* text to text */
    CONFIG_MAP_OF_MAPS, /* text to text to text */
    CONFIG_BOOL_MAP,    /* text to bool */
    CONFIG_OBJECT,      /* kept as it is */
    CONFIG_GROUP,       /* an object whose members are keys themselves */
    CONFIG_IGNORED,     /* of no type: read and forgotten */
    CONFIG_TYPE_COUNT
};

/* What a value is before anybody sets it. */
enum config_default {
    CONFIG_DEFAULT_NONE,
    CONFIG_DEFAULT_VALUE,        /* `text`, read like a flag's argument */
    CONFIG_DEFAULT_PROGRAM_DATA, /* `text` below %ProgramData% */
    CONFIG_DEFAULT_CERTIFICATES  /* `text` in the folder of certificates */
};

/* Marks of a key. */
#define CONFIG_FROM_FILE_AT_ONCE                                                                   \
    1u /* a bool that daemon.json also sets by the flag's name alone  \
                                     */
#define CONFIG_DEPRECATED 2u

struct config_rules;

/* One test of a whole configuration. */
typedef enum wcd_errc config_check(const struct wcd_config *config, struct wcd_error *err);

/* Judges one argument of a flag. *normal (owned by the caller) is what is kept in its place; NULL
 * keeps the argument. */
typedef enum wcd_errc config_validator(const struct config_rules *rules, const char *value,
                                       char **normal, struct wcd_error *err);

struct config_key {
    const char *flag;  /* without dashes; NULL when there is no flag */
    const char *json;  /* in daemon.json; NULL when it cannot be set there */
    const char *group; /* the member of daemon.json that it stands in; NULL: at the top */
    char shorthand;    /* 0: none */
    bool named;        /* the flag's value carries the name `json` (opts.NamedOption) */
    enum config_type type;
    enum config_default initial;
    const char *text;
    config_validator *validate;
    unsigned int marks;
};

/* A text of a map. */
struct config_entry {
    char *group; /* outer key of a map of maps, else "" */
    char *key;
    char *value;
};

struct config_value {
    bool given;   /* by a flag of the command line */
    bool present; /* tells false from nothing where the original has a pointer to a bool */
    bool flag;    /* CONFIG_BOOL */
    int64_t number;
    char *text; /* CONFIG_TEXT, CONFIG_IP; NULL is "" */
    struct wcd_strlist list;
    struct config_entry *entries; /* sorted by group, then key */
    size_t entry_count;
    struct wcd_json *object; /* CONFIG_OBJECT */
};

/* Everything in which the generations differ here. */
struct config_rules {
    const struct config_key *keys; /* those with a flag first, sorted by flag */
    size_t key_count;
    const char *root_key;
    const char *exec_root_key;          /* NULL: there is none */
    const char *const *unflattened;     /* objects that are values, not groups; NULL at the end */
    const char *const *unchecked;       /* keys without a flag that are no mistake */
    bool service_has_no_pid_file;       /* 2017 writes one as a service too */
    bool argument_errors_name_argument; /* pflag of 2017: `for --label=x:`, later `for "--label"
                                           flag:` */
    bool modern_go;                     /* the library's newer number, address and URL syntax */
    bool file_has_byte_order_mark;      /* one is understood (UTF-8, UTF-16); 2017 trips over it */
    bool file_is_one_value;         /* text behind the value is an error; an empty file is none */
    bool mismatches_name_the_field; /* compiled with Go 1.8 or later */
    const char *file_error_end;     /* behind the message about the file */
    bool credentials_are_masked;    /* of proxies, in the message about conflicts */
    bool tls_is_given_or_not;       /* three states; 2017 knows only on and off */
    bool label_namespaces_are_reserved;
    bool label_conflicts_are_errors; /* 2017 only warns, and keeps them */
    bool hosts_are_normalized;       /* at once; 2017 looks at them when it listens */
    bool file_is_validated_alone;    /* before it is merged */
    const char *merged_error_begin;  /* around the message about the merged configuration */
    const char *merged_error_end;
    bool addresses_are_urls;     /* TCP addresses are judged as URLs, each fault with its words */
    config_check *const *checks; /* in the original's order; NULL at the end */
    bool log_level_is_last; /* parsed after everything else, by a parser that knows "warning" */
    bool has_cdi;           /* folders of CDI specifications have a default */
    bool registries_are_checked; /* when the daemon is made; 2017 takes any text */
};

/* What daemon.json sets, with its groups flattened; both borrowed from the document. */
struct config_file_value {
    const char *name;
    const struct wcd_json *value;
};

struct wcd_config {
    const struct engine_rules *engine;
    const struct config_rules *rules;
    struct config_value *values; /* rules->key_count */
    struct wcd_json *document;   /* daemon.json; NULL without one and for an empty one */
    struct config_file_value *file_values;
    size_t file_value_count;
    char *file_path; /* where daemon.json is looked for */
    bool file_given; /* by --config-file */
    bool file_was_read;
    bool takes_certificates;        /* a flag asks for TLS, so those of the command line count */
    const struct wcd_log_sink *log; /* only while it is loaded */
};

/* ---- keys.c ---- */

const struct config_rules *config_rules_of(const struct engine_rules *engine);
/* Index of a key in the table, or rules->key_count. */
size_t config_find_flag(const struct config_rules *rules, const char *flag, size_t len);
size_t config_find_shorthand(const struct config_rules *rules, char shorthand);
size_t config_find_named(const struct config_rules *rules, const char *name);
/* A key that daemon.json knows under this name inside group (NULL: at the top); by exact name. */
size_t config_find_json(const struct config_rules *rules, const char *group, const char *name);
/* The same as Go's decoder finds it: exactly, else without regard to case. */
size_t config_find_member(const struct config_rules *rules, const char *group, const char *name);
bool config_in_list(const char *const *list, const char *name);
const char *config_type_name(enum config_type type); /* Go's name */
/* True when some generation has the key with this type; for assertions. */
bool config_is_key(const char *json, enum config_type type);

/* ---- values.c ---- */

struct config_value *config_values_create(const struct config_rules *rules);
void config_values_free(const struct config_rules *rules, struct config_value *values);
void config_value_reset(struct config_value *value);
bool config_value_is_zero(enum config_type type, const struct config_value *value);
/* Sets key = text in a map; false without memory. */
bool config_value_put(struct config_value *value, const char *group, const char *key,
                      const char *text);
const char *config_value_entry(const struct config_value *value, const char *group,
                               const char *key);
/* What a flag does with its argument. The error is the bare reason. */
enum wcd_errc config_value_set(const struct config_rules *rules, const struct config_key *key,
                               struct config_value *value, const char *argument,
                               struct wcd_error *err);
/* The text of a flag that was given (pflag's Value.String); a list and a map hold
 * something then. */
void config_value_text(struct wcd_buf *out, const struct config_key *key,
                       const struct config_value *value);
/* NULL without memory. */
struct wcd_json *config_value_json(const struct config_key *key, const struct config_value *value);

/* A value of the configuration under its name in daemon.json; the key must be in this generation's
 * table. */
struct config_value *config_value_of(const struct wcd_config *config, const char *json);

/* ---- flags.c ---- */

enum wcd_errc config_set_defaults(struct wcd_config *config, const struct platform *platform,
                                  struct wcd_error *err);
enum wcd_errc config_parse_flags(struct wcd_config *config, const char *const *flags,
                                 size_t flag_count, struct wcd_error *err);
/* A flag without a key in daemon.json that is a bool: "validate", "run-service", ... */
bool config_flag_is_set(const struct wcd_config *config, const char *flag);

/* ---- file.c ---- */

/* Reads and parses daemon.json. *out stays NULL for an empty file and for a missing one that nobody
 * asked for (*missing tells the latter). */
enum wcd_errc config_read_file(struct wcd_config *config, const struct platform *platform,
                               struct wcd_json **out, bool *missing, struct wcd_error *err);

/* ---- decode.c ---- */

/* Fills values from the document as Go's decoder fills the configuration's struct. */
enum wcd_errc config_decode(const struct config_rules *rules, const struct wcd_json *document,
                            struct config_value *values, struct wcd_error *err);

/* ---- merge.c ---- */

/* Merges config->document into the values: unknown keys, conflicts with flags, decoding,
 * validation. */
enum wcd_errc config_merge_file(struct wcd_config *config, struct wcd_error *err);
/* What the file set under this name, groups flattened; NULL for nothing. */
const struct wcd_json *config_file_value(const struct wcd_config *config, const char *name);

/* ---- checks.c ---- */

/* Validators of flags, and of the same things in daemon.json (normal is NULL then). */
config_validator config_validate_ip;
config_validator config_validate_domain;
config_validator config_validate_label;
config_validator config_validate_mirror;
config_validator config_validate_index_name;
config_validator config_validate_generic_resource;
config_validator config_validate_host;

config_check config_check_log_level;
config_check config_check_log_format;
config_check config_check_dns;
config_check config_check_dns_search;
config_check config_check_labels;
config_check config_check_numbers;
config_check config_check_file_numbers;
config_check config_check_generic_resources;
config_check config_check_hosts;
config_check config_check_platform;

/* All checks of the generation. */
enum wcd_errc config_validate(const struct wcd_config *config, struct wcd_error *err);
/* Labels that contradict each other; v25 also sorts and folds them. */
enum wcd_errc config_resolve_labels(struct wcd_config *config, struct wcd_error *err);

/* ---- hosts.c ---- */

/* ParseHost: the full form of an address, with defaults. The caller frees *out. */
enum wcd_errc config_parse_host(const struct config_rules *rules, bool tls, const char *text,
                                char **out, struct wcd_error *err);
enum wcd_errc config_normalize_hosts(struct wcd_config *config, struct wcd_error *err);

#endif
