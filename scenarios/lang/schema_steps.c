/* The tables of `steps`: the verbs with what they take, the words beside a verb, and what a step
 * can expect of itself. */
#include "core/base/error.h"
#include "core/hostconfig/hostconfig.h"
#include "scenarios/lang/scenario.h"
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct scn_scalar text_scalar = {SCN_TEXT, "a text", NULL, 0, 0};

/* ---- what verbs take ---- */

static const struct scn_map nothing_map = {.title = "a step that takes nothing"};
const struct scn_shape scn_nothing_shape = {.name = "nothing", .map = &nothing_map, .empty = true};

static const struct scn_field flags_fields[] = {
    {"flags", &scn_texts_shape, 0, "More words of the command line, behind those of `daemon`.",
     "[--debug]"},
};
static const struct scn_map flags_map = {
    .title = "flags", .fields = flags_fields, .count = COUNT(flags_fields)};
static const struct scn_shape flags_shape = {.name = "flags", .map = &flags_map, .empty = true};

static const struct scn_map resources_map = {.title = "resources",
                                             .any = &scn_free_shape,
                                             .any_name = "a member of the API's Resources",
                                             .any_word = wcd_resources_name};
const struct scn_shape scn_resources_shape = {.name = "resources", .map = &resources_map};
static const struct scn_scalar count_scalar = {SCN_INT, "a count", NULL, 0, 0};
static const struct scn_shape count_shape = {.name = "integer", .scalar = &count_scalar};
static const struct scn_field restart_fields[] = {
    {"name", &scn_text_shape, SCN_REQUIRED, "The policy.", "on-failure"},
    {"retries", &count_shape, 0, "How often it may be tried again; left out: 0.", "3"},
};
static const struct scn_map restart_map = {
    .title = "restart policy", .fields = restart_fields, .count = COUNT(restart_fields)};
const struct scn_shape scn_restart_shape = {.name = "restart policy", .map = &restart_map};
static const struct scn_field verify_fields[] = {
    {"isolation", &scn_text_shape, 0, "The isolation it asks for; left out: the default.",
     "hyperv"},
    {"resources", &scn_resources_shape, 0,
     "Limits, by their names in the API: numbers, memory in bytes.", "{ CpuShares: 512 }"},
    {"runtime", &scn_text_shape, 0, "The runtime it asks for.", "io.containerd.runhcs.v1"},
    {"network mode", &scn_text_shape, 0, "The network it asks for.", "'container:web'"},
    {"privileged", &scn_yes_shape, 0, "It asks for all rights; left out: no.", "yes"},
    {"read-only root", &scn_yes_shape, 0, "It asks for a root it cannot write; left out: no.",
     "yes"},
    {"auto remove", &scn_yes_shape, 0, "It is removed when it ends; left out: no.", "yes"},
    {"restart policy", &scn_restart_shape, 0, "When it is started again.", "{ name: always }"},
    {"update", &scn_yes_shape, 0, "Judge it as an update of a container; left out: no.", "yes"},
    {"no host config", &scn_yes_shape, 0, "Give none at all, as old clients may; left out: no.",
     "yes"},
};
static const struct scn_map verify_map = {
    .title = "verify", .fields = verify_fields, .count = COUNT(verify_fields)};
static const struct scn_shape verify_shape = {.map = &verify_map, .empty = true};

static const struct scn_scalar hook_scalar = {SCN_HOOK, "a hook of the daemon", NULL, 0, 0};
static const struct scn_shape hook_shape = {.scalar = &hook_scalar};

static const struct scn_field value_fields[] = {
    {"key", &scn_reg_key_shape, SCN_REQUIRED, "The key, with its root.", "'HKLM\\SOFTWARE\\x'"},
    {"value", &scn_text_shape, 0, "The value's name; left out: the key's default value.", NULL},
    {"type", &scn_reg_type_shape, 0, "The value's type; left out: sz.", "dword"},
    {"data", &scn_data_shape, SCN_REQUIRED, "As in `host: registry`.", "5"},
};
static const struct scn_map value_map = {.title = "set registry",
                                         .fields = value_fields,
                                         .count = COUNT(value_fields),
                                         .rule = SCN_RULE_REGISTRY};
static const struct scn_shape value_shape = {.map = &value_map};

static const struct scn_field read_value_fields[] = {
    {"key", &scn_reg_key_shape, SCN_REQUIRED, "The key, with its root.", NULL},
    {"value", &scn_text_shape, 0, "The value's name; left out: the key's default value.", NULL},
};
static const struct scn_map read_value_map = {
    .title = "read registry", .fields = read_value_fields, .count = COUNT(read_value_fields)};
static const struct scn_shape read_value_shape = {.map = &read_value_map};

static const struct scn_field write_fields[] = {
    {"path", &scn_text_shape, SCN_REQUIRED, "The file; folders before it are made.", NULL},
    {"content", &scn_text_shape, SCN_REQUIRED, "What is in it then.", NULL},
};
static const struct scn_map write_map = {
    .title = "write file", .fields = write_fields, .count = COUNT(write_fields)};
static const struct scn_shape write_shape = {.map = &write_map};

static const struct scn_field directory_fields[] = {
    {"path", &scn_text_shape, SCN_REQUIRED, "The folder; those before it are made.", NULL},
    {"acl", &scn_text_shape, 0, "Its access list, as SDDL.", NULL},
};
static const struct scn_map directory_map = {
    .title = "make directory", .fields = directory_fields, .count = COUNT(directory_fields)};
static const struct scn_shape directory_shape = {.scalar = &text_scalar, .map = &directory_map};

static const struct scn_field fail_fields[] = {
    {"path", &scn_text_shape, SCN_REQUIRED, "The file or folder.", NULL},
    {"with", &scn_win32_shape, SCN_REQUIRED, "The error; `none` ends it.", "disk full"},
};
static const struct scn_map fail_map = {
    .title = "fail file", .fields = fail_fields, .count = COUNT(fail_fields)};
static const struct scn_shape fail_shape = {.map = &fail_map};

/* ---- what a step expects of itself ---- */

#define CLASS_NAME(code, name) name,
static const char *const class_words[] = {WCD_ERRORS(CLASS_NAME) NULL};
#undef CLASS_NAME
static const struct scn_scalar class_scalar = {SCN_WORD, "an error class", class_words, 0, 0};
static const struct scn_shape class_shape = {.scalar = &class_scalar};
static const struct scn_scalar code_scalar = {SCN_INT, "an HRESULT", NULL, 0, 0};
const struct scn_shape scn_code_shape = {.name = "hresult", .scalar = &code_scalar};

static const struct scn_field fails_fields[] = {
    {"message", &scn_text_shape, 0, "The whole message.", NULL},
    {"contains", &scn_text_shape, 0, "A part of the message.", NULL},
    {"class", &class_shape, 0, "The error's class, as the API has it.", "InvalidParameter"},
    {"code", &scn_code_shape, 0, "The HRESULT.", "0x80070005"},
};
static const char *const fails_not_both[] = {"message", "contains", NULL};
const struct scn_map scn_fails_map = {.title = "fails",
                                      .fields = fails_fields,
                                      .count = COUNT(fails_fields),
                                      .not_both = fails_not_both,
                                      .filled = true};
const struct scn_shape scn_fails_shape = {
    .name = "failure", .scalar = &text_scalar, .map = &scn_fails_map};

static const char *const succeeds_words[] = {"yes", NULL};
static const struct scn_scalar succeeds_scalar = {
    SCN_WORD, "possible here (a failure is told with `fails`)", succeeds_words, 0, 0};
static const struct scn_shape succeeds_shape = {.scalar = &succeeds_scalar};
static const struct scn_field step_expect_fields[] = {
    {"succeeds", &succeeds_shape, 0, "The step succeeds; a step without `fails` must anyway.",
     "yes"},
    {"fails", &scn_fails_shape, 0, "The step fails: the whole message, or what is known of it.",
     "{ contains: vmcompute.dll }"},
    {"warnings", &scn_texts_shape, 0, "Exactly these warnings, in order; [] for none.", "[]"},
    {"gives", &scn_free_map_shape, 0,
     "Members of the step's result; only those named are compared. A key that begins with / is a "
     "JSON Pointer.",
     "{ isolation: hyperv, /windows/layerFolders/0: 'C:\\base' }"},
    {"document", &scn_free_shape, 0,
     "The whole result, as a mapping or as JSON text: these members and no others.",
     "{ state: running }"},
};
static const char *const step_expect_not_both[] = {"succeeds", "fails", NULL};
const struct scn_map scn_step_expect_map = {.title = "expect of a step",
                                            .fields = step_expect_fields,
                                            .count = COUNT(step_expect_fields),
                                            .not_both = step_expect_not_both,
                                            .filled = true};
static const struct scn_shape step_expect_shape = {.name = "step expectation",
                                                   .map = &scn_step_expect_map};

/* ---- steps ---- */

static const struct scn_scalar capture_scalar = {SCN_NAME, "a name", NULL, 0, 0};
static const struct scn_shape capture_shape = {.scalar = &capture_scalar, .fixed = true};
static const struct scn_shape background_shape = {.scalar = &text_scalar, .fixed = true};

static const struct scn_field step_fields[] = {
    {"start daemon", &flags_shape, SCN_VERB | SCN_BARE | SCN_RESULT | SCN_LASTING,
     "Starts a daemon; waits for it.", "start daemon: { flags: [--debug] }"},
    {"stop daemon", &scn_nothing_shape,
     SCN_VERB | SCN_BARE | SCN_RESULT | SCN_RUNNING | SCN_LASTING, "Stops it in good order.",
     "stop daemon"},
    {"kill daemon", &scn_nothing_shape, SCN_VERB | SCN_BARE | SCN_RESULT | SCN_RUNNING,
     "Ends it as if its process died: nothing is cleaned up.", "kill daemon"},
    {"check configuration", &flags_shape, SCN_VERB | SCN_BARE,
     "What `dockerd --validate` does: reads and judges, starts nothing.", "check configuration"},
    {"verify", &verify_shape, SCN_VERB | SCN_BARE | SCN_RESULT | SCN_RUNNING | SCN_WARNS,
     "Has the daemon judge a container's host configuration. Gives isolation, resources, warnings, "
     "error.",
     "verify: { isolation: process, resources: { CpuCount: 2 } }"},
    {"run hook", &hook_shape, SCN_VERB | SCN_RESULT,
     "Runs a place where the original has nothing to do on Windows. Gives answer.",
     "run hook: verifyDaemonSettings"},
    {"resolve runtime", &scn_text_shape, SCN_VERB | SCN_RESULT | SCN_RUNNING,
     "Looks a runtime up by name.", "resolve runtime: io.containerd.runhcs.v1"},
    {"pull image", &scn_pull_shape, SCN_VERB | SCN_RESULT | SCN_RUNNING,
     "Pulls an image that a registry has. Gives id.", "pull image: { name: app }"},
    {"remove image", &scn_text_shape, SCN_VERB | SCN_RESULT | SCN_RUNNING,
     "Removes an image. Gives removed, the chain ids of the layers that went.",
     "remove image: app"},
    {"read image", &scn_text_shape, SCN_VERB | SCN_RESULT | SCN_RUNNING,
     "Looks an image up. Gives id, os, version, layers, chain, references.",
     "read image: servercore"},
    {"create container", &scn_new_container_shape, SCN_VERB | SCN_RESULT | SCN_RUNNING | SCN_WARNS,
     "Creates a container. Gives id, name, image, isolation, hostname, root, layer, warnings.",
     "create container: { name: web, image: servercore }"},
#include "scenarios/lang/verbs_life.inc"
#include "scenarios/lang/verbs_network.inc"
    {"mount container", &scn_text_shape, SCN_VERB | SCN_RESULT | SCN_RUNNING,
     "Mounts a container's file system for one more user. Gives path, mounts.",
     "mount container: web"},
    {"unmount container", &scn_text_shape, SCN_VERB | SCN_RESULT | SCN_RUNNING,
     "Gives a mount back. Gives mounts.", "unmount container: web"},
    {"make spec", &scn_text_shape, SCN_VERB | SCN_RESULT | SCN_RUNNING,
     "Does what a start of v25 does up to the runtime, and undoes the mount. Gives the OCI spec.",
     "make spec: web"},
    {"read layer", &scn_text_shape, SCN_VERB | SCN_RESULT,
     "Looks at a layer's folder. Gives state (nothing, image, scratch, activated, prepared), chain, build, revision.",
     "read layer: '${web.layer}'"},
    {"fail layer", &scn_fail_layer_shape, SCN_VERB, "Makes a call on layers fail from now on.",
     "fail layer: { call: PrepareLayer, with: not ready }"},
#include "scenarios/lang/verbs_fault.inc"
    {"advance", &scn_duration_shape, SCN_VERB | SCN_WAITS, "Lets virtual time pass.",
     "advance: 5s"},
    {"set service", &scn_services_shape, SCN_VERB, "Changes services.",
     "set service: { hns: stopped }"},
    {"set scm", &scn_scm_shape, SCN_VERB, "Changes the service control manager.",
     "set scm: unreachable"},
    {"set dll", &scn_dlls_shape, SCN_VERB, "Installs or removes libraries.",
     "set dll: { vmcompute.dll: missing }"},
    {"set environment", &scn_names_shape, SCN_VERB, "Changes environment variables.",
     "set environment: { TEMP: 'D:\\t' }"},
    {"set registry", &value_shape, SCN_VERB, "Writes a registry value.",
     "set registry: { key: 'HKLM\\SOFTWARE\\x', value: y, type: dword, data: 1 }"},
    {"write file", &write_shape, SCN_VERB, "Writes a file.",
     "write file: { path: 'C:\\x.txt', content: hello }"},
    {"make directory", &directory_shape, SCN_VERB, "Makes a folder.",
     "make directory: 'C:\\docker'"},
    {"remove file", &scn_text_shape, SCN_VERB, "Removes a file.", "remove file: 'C:\\x.txt'"},
    {"fail file", &fail_shape, SCN_VERB, "Makes calls on a path fail from now on.",
     "fail file: { path: 'C:\\docker', with: access denied }"},
    {"read registry", &read_value_shape, SCN_VERB | SCN_RESULT,
     "Reads a value as any program could. Gives type, data.",
     "read registry: { key: 'HKLM\\SOFTWARE\\x', value: y }"},
    {"read file", &scn_text_shape, SCN_VERB | SCN_RESULT, "Reads a file. Gives content, size.",
     "read file: 'C:\\x.txt'"},
    {"read version", &scn_nothing_shape, SCN_VERB | SCN_BARE | SCN_RESULT,
     "Asks Windows for its version. Gives major, minor, build, suite mask, product type, product "
     "info.",
     "read version"},
    {"do", &scn_like_shape, SCN_VERB | SCN_WAITS, "Puts a fragment's steps here.",
     "do: ../fragments/steps.yaml#a restart"},
    {"when", &scn_when_shape, 0, "The runs that have this step.", "{ engine: v17 }"},
    {"as", &capture_shape, 0, "A name for the step's result: `${name.member}` reads it later.",
     "first"},
    {"expect", &step_expect_shape, 0, "What the step must do.", "{ fails: no such thing }"},
    {"in background", &background_shape, 0,
     "The step is only begun, under this name; `finish` waits for it and says what it must do.",
     "stopping"},
};
static const char *const step_not_both[] = {"do",     "as",
                                            "do",     "expect",
                                            "do",     "in background",
                                            "race",   "as",
                                            "race",   "expect",
                                            "race",   "in background",
                                            "finish", "in background",
                                            "as",     "in background",
                                            "expect", "in background",
                                            NULL};
const struct scn_map scn_step_map = {.title = "a step",
                                     .fields = step_fields,
                                     .count = COUNT(step_fields),
                                     .not_both = step_not_both};
static const struct scn_shape step_shape = {.name = "step", .map = &scn_step_map};
const struct scn_shape scn_race_shape = {
    .name = "race", .item = &step_shape, .fixed = true, .items_min = 2, .items_max = SCN_STEPS_MAX};
const struct scn_shape scn_steps_shape = {.name = "steps",
                                          .item = &step_shape,
                                          .fixed = true,
                                          .items_min = 1,
                                          .items_max = SCN_STEPS_MAX};
