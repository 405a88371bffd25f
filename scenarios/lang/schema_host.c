/* The tables of `host` and `daemon`. */
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct scn_scalar text_scalar = {SCN_TEXT, "a text", NULL, 0, 0};

/* ---- services, libraries, environment ---- */

static const char *const condition_words[] = {"running", "stopped",       "disabled",
                                              "missing", "access denied", NULL};
static const struct scn_scalar condition_scalar = {SCN_WORD, "a service's condition",
                                                   condition_words, 0, 0};
const struct scn_shape scn_condition_shape = {.name = "service condition",
                                              .scalar = &condition_scalar};
static const struct scn_map services_map = {.any = &scn_condition_shape,
                                            .any_name = "the name of a service"};
const struct scn_shape scn_services_shape = {.name = "services", .map = &services_map};

static const char *const scm_words[] = {"reachable", "unreachable", "access denied", NULL};
static const struct scn_scalar scm_scalar = {SCN_WORD, "a condition of the service control manager",
                                             scm_words, 0, 0};
const struct scn_shape scn_scm_shape = {.name = "scm condition", .scalar = &scm_scalar};

static const char *const dll_words[] = {"present", "missing", NULL};
static const struct scn_scalar dll_scalar = {SCN_WORD, "a library's condition", dll_words, 0, 0};
static const struct scn_shape dll_shape = {.scalar = &dll_scalar};
static const struct scn_map dlls_map = {
    .any = &dll_shape, .any_name = "the name of a library", .rule = SCN_RULE_LIBRARIES};
const struct scn_shape scn_dlls_shape = {.name = "libraries", .map = &dlls_map};

static const struct scn_map names_map = {.any = &scn_text_shape, .any_name = "a name"};
const struct scn_shape scn_names_shape = {.name = "variables", .map = &names_map};

/* ---- registry ---- */

static const struct scn_scalar win32_scalar = {SCN_WIN32, "a Windows error", NULL, 0, 0};
const struct scn_shape scn_win32_shape = {.name = "windows error", .scalar = &win32_scalar};
static const struct scn_scalar key_scalar = {SCN_REG_KEY, "a registry key", NULL, 0, 0};
const struct scn_shape scn_reg_key_shape = {.name = "registry key", .scalar = &key_scalar};
static const char *const type_words[] = {"sz",       "expand_sz", "dword", "qword",
                                         "multi_sz", "binary",    NULL};
static const struct scn_scalar type_scalar = {SCN_WORD, "a registry type", type_words, 0, 0};
const struct scn_shape scn_reg_type_shape = {.name = "registry type", .scalar = &type_scalar};

static const struct scn_field registry_fields[] = {
    {"key", &scn_reg_key_shape, SCN_REQUIRED, "The key, with its root.",
     "'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'"},
    {"value", &scn_text_shape, 0, "The value's name; left out: the key's default value.",
     "CurrentBuildNumber"},
    {"type", &scn_reg_type_shape, 0, "The value's type; left out: sz.", "dword"},
    {"data", &scn_data_shape, 0, "A text, a number, hex digits (binary) or a list (multi_sz).",
     "5"},
    {"fails", &scn_win32_shape, 0, "Every call on this key or below it fails with this error.",
     "access denied"},
};
static const char *const registry_one_of[] = {"data", "fails", NULL};
static const char *const registry_if_then[] = {"value", "data", "type", "data", NULL};
static const struct scn_map registry_map = {.title = "registry",
                                            .fields = registry_fields,
                                            .count = COUNT(registry_fields),
                                            .one_of = registry_one_of,
                                            .if_then = registry_if_then,
                                            .rule = SCN_RULE_REGISTRY};
static const struct scn_shape registry_entry_shape = {.name = "registry entry",
                                                      .map = &registry_map};
static const struct scn_shape registry_shape = {.item = &registry_entry_shape};

/* ---- files and drives ---- */

static const struct scn_field file_fields[] = {
    {"content", &scn_text_shape, 0, "The file's bytes.", "'{\"debug\": true}'"},
    {"directory", &scn_yes_shape, 0, "It is a folder.", "yes"},
    {"acl", &scn_text_shape, 0, "The folder's access list, as SDDL.", "'D:P(A;;GA;;;BA)'"},
    {"fails", &scn_win32_shape, 0, "Every call on this path or below it fails with this error.",
     "sharing violation"},
};
static const char *const file_one_of[] = {"content", "directory", "fails", NULL};
static const char *const file_if_then[] = {"acl", "directory", NULL};
static const struct scn_map file_map = {.title = "file",
                                        .fields = file_fields,
                                        .count = COUNT(file_fields),
                                        .one_of = file_one_of,
                                        .if_then = file_if_then};
static const struct scn_shape file_shape = {
    .name = "file", .scalar = &text_scalar, .map = &file_map};
static const struct scn_map files_map = {.any = &file_shape, .any_name = "a path"};
static const struct scn_shape files_shape = {.map = &files_map};

static const struct scn_scalar size_scalar = {SCN_SIZE, "a size", NULL, 0, 0};
static const struct scn_shape size_shape = {.name = "size", .scalar = &size_scalar};
static const struct scn_field drive_fields[] = {
    {"size", &size_shape, 0, "How large it is; left out: 127GiB.", "64GiB"},
    {"free", &size_shape, 0, "What is left of it; left out: half.", "4KiB"},
    {"file system", &scn_text_shape, 0, "Its file system; left out: NTFS.", "ReFS"},
};
static const struct scn_map drive_map = {
    .title = "drive", .fields = drive_fields, .count = COUNT(drive_fields), .rule = SCN_RULE_DRIVE};
static const struct scn_shape drive_shape = {.map = &drive_map};
static const struct scn_scalar drive_key = {SCN_DRIVE, "a drive", NULL, 0, 0};
static const struct scn_map drives_map = {
    .any = &drive_shape, .any_name = "a drive, such as `C:`", .any_key = &drive_key};
static const struct scn_shape drives_shape = {.map = &drives_map};

/* ---- the machine ---- */

static const struct scn_scalar part_scalar = {SCN_UINT, "a part of a version", NULL, 0, UINT32_MAX};
static const struct scn_shape part_shape = {.name = "version part", .scalar = &part_scalar};
static const struct scn_field version_fields[] = {
    {"major", &part_shape, 0, "The major version; left out: 10.", "6"},
    {"minor", &part_shape, 0, "The minor version; left out: 0.", "3"},
    {"build", &part_shape, 0, "The build; left out: the one of `os`.", "9600"},
};
static const struct scn_map version_map = {
    .title = "version", .fields = version_fields, .count = COUNT(version_fields), .filled = true};
static const struct scn_shape version_shape = {.map = &version_map};

static const struct scn_scalar build_scalar = {SCN_BUILD, "an emulated Windows version", NULL, 0,
                                               0};
static const struct scn_shape build_shape = {.name = "windows version", .scalar = &build_scalar};
static const struct scn_scalar cpus_scalar = {SCN_UINT, "a number of processors", NULL, 1, 2048};
static const struct scn_shape cpus_shape = {.scalar = &cpus_scalar};
static const struct scn_scalar time_scalar = {SCN_TIME, "a point in time", NULL, 0, 0};
static const struct scn_shape time_shape = {.scalar = &time_scalar};
static const char *const product_words[] = {"workstation", "domain controller", "server", NULL};
static const struct scn_scalar product_scalar = {SCN_WORD, "a product type", product_words, 0, 0};
static const struct scn_shape product_shape = {.scalar = &product_scalar};

static const char *const storage_words[] = {"emulated", "on disk", NULL};
static const struct scn_scalar storage_scalar = {SCN_WORD, "a place for layers", storage_words, 0,
                                                 0};
static const struct scn_shape storage_shape = {.scalar = &storage_scalar};

static const struct scn_field host_fields[] = {
    {"like", &scn_like_shape, 0, "A fragment's host to begin with; keys beside it win.",
     "../fragments/hosts.yaml#bare server"},
    {"os", &build_shape, 0,
     "The Windows version, an id that `drydock hosts` prints; left out: the matrix's `os`, else "
     "server-2022.",
     "server-2019"},
    {"cpus", &cpus_shape, 0, "How many processors it has; left out: 4.", "2"},
    {"memory", &size_shape, 0, "How much memory it has; left out: 16GiB.", "4GiB"},
    {"containers feature", &scn_yes_shape, 0,
     "Whether the Containers feature is installed; left out: yes.", "no"},
    {"hyper-v", &scn_yes_shape, 0, "Whether Hyper-V is on; left out: as the version has it.",
     "yes"},
    {"name", &scn_text_shape, 0, "The machine's name; left out: WIN-DRYDOCK.", "BUILD-7"},
    {"version", &version_shape, SCN_MERGED, "What RtlGetVersion says, if not the truth.",
     "{ major: 6, minor: 3, build: 9600 }"},
    {"product type", &product_shape, 0, "What RtlGetVersion says of the edition, if not the truth.",
     "workstation"},
    {"services", &scn_services_shape, SCN_MERGED, "Services and the condition each is in.",
     "{ hns: stopped, vmcompute: missing }"},
    {"scm", &scn_scm_shape, 0, "Whether the service control manager answers; left out: reachable.",
     "access denied"},
    {"dlls", &scn_dlls_shape, SCN_MERGED, "Libraries of System32 that are there or not.",
     "{ vmcompute.dll: missing }"},
    {"environment", &scn_names_shape, SCN_MERGED, "Variables of the daemon's environment.",
     "{ ProgramData: 'D:\\Data' }"},
    {"registry", &registry_shape, 0, "Values that are there, and keys that cannot be read.", NULL},
    {"files", &files_shape, SCN_MERGED,
     "Files, folders, and paths that fail: text is a file's content.",
     "{ 'C:\\docker\\key': { fails: access denied } }"},
    {"images", &scn_images_shape, 0, "Images that the daemon's root folder holds.",
     "[{ name: servercore, layers: 2 }]"},
    {"layers", &scn_layers_shape, 0,
     "Read-only layers that lie somewhere, in the order in which they stand on each other.",
     "[{ folder: 'C:\\layers\\base' }]"},
    {"storage", &storage_shape, 0,
     "Where layers lie: in the emulator, or as files of the machine that `drydock host` runs on; left "
     "out: on disk, unless images or layers are described. A run has them in the emulator always.",
     "on disk"},
    {"programs", &scn_programs_shape, SCN_MERGED,
     "What the programs do that containers run, by file name or by whole command line.",
     "{ web: { stays: yes }, job: { output: hello, exit: 3, after: 2s } }"},
    {"container users", &scn_texts_shape, 0,
     "Users that containers know, beside Windows' own and the one who started them.", "[app]"},
    {"container lacks", &scn_texts_shape, 0,
     "Folders that containers do not have; they have all others.", "['C:\\gone']"},
    {"hcs", &scn_hcs_shape, SCN_MERGED, "How the compute service answers.",
     "{ completion: synchronous }"},
    {"hns", &scn_host_hns_shape, SCN_MERGED,
     "Networks, adapters and ports of the host, and what other programs made of them.",
     "{ networks: [{ name: other }], used ports: [tcp 80] }"},
    {"drives", &drives_shape, SCN_MERGED, "Drives beside the usual C:, or its size.",
     "{ 'D:': { size: 64GiB, free: 4KiB } }"},
    {"time", &time_shape, 0, "The wall clock at the start; left out: a day in the build's life.",
     "2019-03-01T12:00:00Z"},
};
const struct scn_map scn_host_map = {
    .title = "host", .fields = host_fields, .count = COUNT(host_fields)};
const struct scn_shape scn_host_shape = {.name = "host", .map = &scn_host_map};

/* ---- daemon ---- */

static const char *const engine_words[] = {"v17", "v25", NULL};
static const struct scn_scalar engine_scalar = {SCN_WORD, "an engine generation", engine_words, 0,
                                                0};
static const struct scn_shape engine_shape = {.name = "engine", .scalar = &engine_scalar};
static const struct scn_map config_map = {.any = &scn_free_shape,
                                          .any_name = "a configuration key"};
static const struct scn_shape config_shape = {
    .scalar = &text_scalar, .map = &config_map, .free = true};

static const struct scn_field daemon_fields[] = {
    {"like", &scn_like_shape, 0, "A fragment's daemon to begin with; keys beside it win.",
     "../fragments/daemons.yaml#debugging"},
    {"engine", &engine_shape, 0, "The generation; left out: the matrix's `engine`, else v25.",
     "v17"},
    {"flags", &scn_texts_shape, 0, "Words of dockerd's command line.",
     "[--exec-opt, isolation=hyperv]"},
    {"config", &config_shape, SCN_MERGED,
     "daemon.json: a mapping is written as JSON (plain scalars by YAML's core rules), a text as it "
     "is.",
     "{ debug: true, hosts: ['npipe://'] }"},
};
const struct scn_map scn_daemon_map = {
    .title = "daemon", .fields = daemon_fields, .count = COUNT(daemon_fields)};
const struct scn_shape scn_daemon_shape = {.name = "daemon", .map = &scn_daemon_map};
