/* The language as data. One set of const tables says what may stand where; the checker, the JSON
 * Schema and the key tables of LANGUAGE.md are all made from it.
 *
 * A shape says what a value may be: a scalar of a type, a list of items, a mapping, or several of
 * them, told apart by their form. A mapping that stands where a scalar or a list is expected is a
 * choice, unless the shape is fixed. */
#ifndef SCN_LANG_SCHEMA_H
#define SCN_LANG_SCHEMA_H

#include "scenarios/lang/value.h"

struct scn_map;

struct scn_shape {
    const char *name; /* of the definition in the JSON Schema; NULL: written in place */
    const struct scn_scalar *scalar; /* NULL: no scalar */
    const struct scn_shape *item;    /* NULL: no list */
    const struct scn_map *map;       /* NULL: no mapping but choices */
    bool free; /* anything, nested as one likes; `map` above then only says what stands outermost */
    bool fixed; /* no variables and no choices: it must be known before the runs are */
    bool empty; /* may be left empty: `start daemon:` */
    size_t items_min, items_max; /* of a list; max 0: no limit of its own */
};

/* What a key is besides a key. */
#define SCN_REQUIRED 1u
#define SCN_VERB     2u    /* of a step: exactly one of them stands there */
#define SCN_BARE     4u    /* a verb that may stand alone as text */
#define SCN_RESULT   8u    /* a verb with a result: `as` and `expect: gives` make sense */
#define SCN_RUNNING  16u   /* a verb that needs a running daemon */
#define SCN_WARNS    64u   /* a verb that gives warnings */
#define SCN_ALONE    128u  /* nothing may stand beside it */
#define SCN_MERGED   32u   /* a mapping beside `like` that is merged name by name, not replaced */
#define SCN_NAMED    256u  /* the key ends in NAME, for which any name stands */
#define SCN_LASTING  512u  /* a verb whose work takes time: it can be begun and finished later */
#define SCN_WAITS    1024u /* a verb that lets time pass, or stands for other steps: in no race */

/* What stands for the name in a key with SCN_NAMED: "container NAME". */
#define SCN_NAME_WORD "NAME"

struct scn_field {
    const char *key;
    const struct scn_shape *shape;
    unsigned flags;
    const char *doc;     /* one sentence */
    const char *example; /* of the value, or of the whole step for a verb; NULL: none needed */
};

enum scn_rule {
    SCN_RULE_NONE,
    SCN_RULE_REGISTRY,  /* `data` is what its `type` takes */
    SCN_RULE_DRIVE,     /* `free` is no more than `size` */
    SCN_RULE_LIBRARIES, /* the keys are names of files, without folders */
    SCN_RULE_HNS_CALL   /* `method` and `path` are for HNSCall alone */
};

struct scn_map {
    const char *title; /* in messages: "unknown key "x" in host"; also the anchor of its table */
    const struct scn_field *fields;
    size_t count;
    const struct scn_shape *any;      /* the value of every other key; NULL: there are no others */
    const char *any_name;             /* what the other keys are: "name of a service" */
    const struct scn_scalar *any_key; /* what the other keys look like; NULL: any text */
    bool (*any_word)(size_t index,
                     const char **word); /* or the words they are, until it is false */
    const char *const *one_of;  /* exactly one of these keys; NULL-terminated; NULL: no such rule */
    const char *const *if_then; /* pairs: the first needs the second; NULL-terminated */
    const char *const *not_both; /* pairs that exclude each other; NULL-terminated */
    bool filled;                 /* at least one key */
    enum scn_rule rule;          /* what else must be true of it */
};

/* The two kinds of files. */
extern const struct scn_map scn_scenario_map;
extern const struct scn_map scn_fragments_map;

/* The third kind: a description, which becomes a scenario (describe.h). */
#define SCN_DESCRIPTION_KEYS_MAX 8u
extern const struct scn_map scn_description_map;

/* The fourth kind: a host that `drydock host` serves, which becomes a scenario too (host_file.h). */
extern const struct scn_map scn_host_file_map;
extern const struct scn_map scn_fault_map;

extern const struct scn_map scn_host_map;
extern const struct scn_map scn_daemon_map;
extern const struct scn_map scn_matrix_map;
extern const struct scn_map scn_when_map;
extern const struct scn_map scn_let_map;
extern const struct scn_map scn_container_map;
extern const struct scn_map scn_step_map;
extern const struct scn_map scn_step_expect_map;
extern const struct scn_map scn_fails_map;
extern const struct scn_map scn_expect_map;
extern const struct scn_map scn_expect_entry_map;
extern const struct scn_map scn_log_map;
extern const struct scn_map scn_call_map;

extern const struct scn_shape scn_host_shape;
extern const struct scn_shape scn_daemon_shape;
extern const struct scn_shape scn_matrix_shape;
extern const struct scn_shape scn_steps_shape;
extern const struct scn_shape scn_expect_shape;

/* Shapes that several tables use. */
extern const struct scn_shape scn_text_shape;
extern const struct scn_shape scn_texts_shape; /* a list */
extern const struct scn_shape scn_yes_shape;
extern const struct scn_shape scn_uint_shape;
extern const struct scn_shape scn_free_shape;     /* anything */
extern const struct scn_shape scn_free_map_shape; /* a mapping of anything */
extern const struct scn_shape scn_data_shape;     /* a text or a list of texts */
extern const struct scn_shape scn_duration_shape;
extern const struct scn_shape scn_like_shape;
extern const struct scn_shape scn_when_shape;
extern const struct scn_shape scn_condition_shape; /* of a service */
extern const struct scn_shape scn_services_shape;
extern const struct scn_shape scn_scm_shape;
extern const struct scn_shape scn_dlls_shape;
extern const struct scn_shape scn_names_shape; /* name -> text */
extern const struct scn_shape scn_win32_shape;
extern const struct scn_shape scn_reg_key_shape;
extern const struct scn_shape scn_reg_type_shape;
extern const struct scn_shape scn_resources_shape; /* the API's Resources */
extern const struct scn_shape scn_images_shape;
extern const struct scn_shape scn_layers_shape; /* of a host, that no daemon knows */
extern const struct scn_shape scn_pull_shape;
extern const struct scn_shape scn_container_shape;
extern const struct scn_shape scn_new_container_shape; /* of a verb: a name will do */
extern const struct scn_shape scn_fail_layer_shape;
extern const struct scn_shape scn_fails_shape;
extern const struct scn_shape scn_nothing_shape;
extern const struct scn_shape scn_restart_shape; /* a restart policy */
extern const struct scn_shape scn_function_shape;
extern const struct scn_shape scn_error_shape;
extern const struct scn_shape scn_times_shape;
extern const struct scn_shape scn_seconds_shape;

/* schema_life.c */
extern const struct scn_shape scn_health_check_shape;
extern const struct scn_shape scn_log_driver_shape;
extern const struct scn_shape scn_stop_shape;
extern const struct scn_shape scn_kill_shape;
extern const struct scn_shape scn_wait_shape;
extern const struct scn_shape scn_remove_shape;
extern const struct scn_shape scn_rename_shape;
extern const struct scn_shape scn_update_shape;
extern const struct scn_shape scn_exec_shape;
extern const struct scn_shape scn_attach_shape;
extern const struct scn_shape scn_write_input_shape;
extern const struct scn_shape scn_resize_shape;
extern const struct scn_shape scn_resize_exec_shape;
extern const struct scn_shape scn_read_logs_shape;
extern const struct scn_shape scn_top_shape;
extern const struct scn_shape scn_list_shape;
extern const struct scn_shape scn_until_shape;
extern const struct scn_shape scn_expect_container_shape;
extern const struct scn_shape scn_output_shape;
extern const struct scn_shape scn_events_shape;
extern const struct scn_shape scn_check_shape; /* `expect` of a moment */
extern const struct scn_shape scn_race_shape;

/* schema_network.c */
extern const struct scn_shape scn_port_shape;
extern const struct scn_shape scn_used_ports_shape;
extern const struct scn_shape scn_publish_shape; /* a list, as docker's -p */
extern const struct scn_shape scn_expose_shape;  /* a list */
extern const struct scn_shape scn_create_network_shape;
extern const struct scn_shape scn_list_networks_shape;
extern const struct scn_shape scn_connect_network_shape;
extern const struct scn_shape scn_disconnect_network_shape;
extern const struct scn_shape scn_container_networks_shape;
extern const struct scn_shape scn_expect_network_shape;
extern const struct scn_shape scn_expect_networks_shape; /* of a container */

/* schema_hns.c */
extern const struct scn_shape scn_host_hns_shape;
extern const struct scn_shape scn_hns_method_shape;
extern const struct scn_shape scn_call_hns_shape;
extern const struct scn_shape scn_adapter_shape;
extern const struct scn_shape scn_expect_hns_shape;

/* schema_guest.c */
extern const struct scn_shape scn_programs_shape;
extern const struct scn_shape scn_hcs_shape;

/* schema_fault.c */
extern const struct scn_shape scn_service_shape; /* one that can disconnect */
extern const struct scn_shape scn_notification_shape;
extern const struct scn_shape scn_fail_call_shape;
extern const struct scn_shape scn_delay_call_shape;
extern const struct scn_shape scn_hold_shape;
extern const struct scn_shape scn_never_shape;
extern const struct scn_shape scn_kill_at_shape;
extern const struct scn_shape scn_drop_shape;
extern const struct scn_shape scn_repeat_shape;
extern const struct scn_shape scn_delay_shape;
extern const struct scn_shape scn_change_shape;
extern const struct scn_shape scn_code_shape; /* an HRESULT */

/* The row of a key, NULL when the map has no such field. */
const struct scn_field *scn_map_field(const struct scn_map *map, const char *key);
/* How much of the key stands before the name: all of it without one. */
size_t scn_field_prefix(const struct scn_field *field);
/* The name in a key of such a field: "web" of "container web". */
const char *scn_field_name(const struct scn_field *field, const char *key);
/* True when the shape takes scalars or lists, so that a mapping there can be a choice. */
bool scn_shape_has_choice(const struct scn_shape *shape);

/* All maps with a title, for printing tables; returns how many (SCN_MAPS_MAX is enough). */
#define SCN_MAPS_MAX 192u
size_t scn_schema_maps(const struct scn_map *maps[SCN_MAPS_MAX]);

/* The JSON Schema (draft-07) of both kinds of files. False without memory. */
bool scn_schema_json(struct wcd_buf *out);
/* The key table of a map as Markdown. */
void scn_schema_table(const struct scn_map *map, struct wcd_buf *out);

#endif
