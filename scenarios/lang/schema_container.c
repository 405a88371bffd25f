/* The tables of images and containers: what a host has, what a registry sends, what docker create is
 * asked for. */
#include "core/base/limits.h"
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct scn_scalar text_scalar = {SCN_TEXT, "a text", NULL, 0, 0};
static const struct scn_scalar count_scalar = {SCN_UINT, "a number of layers", NULL, 1,
                                               WCD_LAYERS_MAX};
static const struct scn_scalar build_scalar = {SCN_UINT, "a build", NULL, 0, UINT32_MAX};
static const struct scn_shape count_shape = {.scalar = &count_scalar};
static const struct scn_shape build_shape = {.scalar = &build_scalar};

/* ---- images ---- */

static const struct scn_field image_fields[] = {
    {"name", &scn_text_shape, SCN_REQUIRED, "What it is called, with or without a tag.",
     "servercore"},
    {"layers", &count_shape, 0, "How many layers it has, the base included; left out: 1.", "2"},
    {"build", &build_shape, 0, "The Windows in it; left out: the host's.", "17763"},
    {"revision", &build_shape, 0, "The revision of that Windows; left out: 1.", "2628"},
    {"utility vm", &scn_yes_shape, 0, "Its base can run with Hyper-V isolation; left out: yes.",
     "no"},
    {"os", &scn_text_shape, 0, "The system it is for; left out: windows.", "linux"},
    {"config", &scn_free_map_shape, 0, "What containers of it begin with: the API's Config.",
     "{ Cmd: [cmd], Env: ['A=1'] }"},
    {"files", &scn_names_shape, 0, "Files of its topmost layer, by their paths below C:\\.",
     "{ 'app\\run.exe': program }"},
    {"root", &scn_text_shape, 0,
     "The root folder of the daemon that has it; left out: C:\\ProgramData\\docker.",
     "'D:\\docker'"},
};
static const struct scn_map image_map = {
    .title = "image", .fields = image_fields, .count = COUNT(image_fields)};
static const struct scn_shape image_shape = {.name = "image", .map = &image_map};
const struct scn_shape scn_images_shape = {.item = &image_shape};

static const struct scn_field bare_layer_fields[] = {
    {"folder", &scn_text_shape, SCN_REQUIRED, "Where it is: a whole path.", "'C:\\layers\\base'"},
    {"parents", &scn_texts_shape, 0,
     "The layers below it, nearest first, which stand before it; left out: it is a base.",
     "['C:\\layers\\base']"},
    {"build", &build_shape, 0, "The Windows in it; left out: its parents', the host's of a base.",
     "17763"},
    {"revision", &build_shape, 0, "The revision of that Windows; left out: 1.", "2628"},
    {"utility vm", &scn_yes_shape, 0, "It can run with Hyper-V isolation; left out: yes.", "no"},
    {"files", &scn_names_shape, 0, "Its files, by their paths below C:\\.",
     "{ 'app\\run.exe': program }"},
};
static const struct scn_map bare_layer_map = {
    .title = "layer of a host", .fields = bare_layer_fields, .count = COUNT(bare_layer_fields)};
static const struct scn_shape bare_layer_shape = {.name = "layer of a host",
                                                  .map = &bare_layer_map};
const struct scn_shape scn_layers_shape = {.item = &bare_layer_shape};

/* ---- pulling ---- */

static const struct scn_field layer_fields[] = {
    {"files", &scn_names_shape, 0, "Files it brings, by their paths below C:\\.",
     "{ 'app\\run.exe': program }"},
    {"removes", &scn_texts_shape, 0, "Files and folders it takes away.", "['app\\old']"},
    {"base", &scn_yes_shape, 0,
     "The files that every base layer needs are in it; left out: yes for the first layer.", "no"},
    {"utility vm", &scn_yes_shape, 0, "A utility VM is in it; left out: no.", "yes"},
};
static const struct scn_map layer_map = {
    .title = "layer", .fields = layer_fields, .count = COUNT(layer_fields)};
static const struct scn_shape layer_shape = {.name = "layer", .map = &layer_map};
static const struct scn_shape layers_shape = {.item = &layer_shape, .items_max = WCD_LAYERS_MAX};
static const struct scn_field pull_fields[] = {
    {"name", &scn_text_shape, SCN_REQUIRED, "What it is called.", "'app:1.0'"},
    {"os", &scn_text_shape, 0, "The system it is for; left out: windows.", "linux"},
    {"version", &scn_text_shape, 0, "Its os.version; left out: the host's.", "10.0.20348.1"},
    {"config", &scn_free_map_shape, 0, "What containers of it begin with: the API's Config.",
     "{ Cmd: [cmd] }"},
    {"layers", &layers_shape, 0, "Its layers, the base first; left out: a base layer.",
     "[{ utility vm: yes }, { files: { 'a.txt': a } }]"},
};
static const struct scn_map pull_map = {
    .title = "pull image", .fields = pull_fields, .count = COUNT(pull_fields)};
const struct scn_shape scn_pull_shape = {.map = &pull_map};

/* ---- containers ---- */

static const struct scn_field reference_fields[] = {
    {"id", &scn_text_shape, SCN_REQUIRED, "Its id in the store.", "s1"},
    {"name", &scn_text_shape, 0, "Its name.", "password"},
    {"file", &scn_text_shape, 0, "The file it appears as; left out: it is for no file.",
     "'app\\password'"},
    {"data", &scn_text_shape, 0, "What it holds; left out: the store does not have it.", "hunter2"},
};
static const struct scn_map reference_map = {
    .title = "secret or config", .fields = reference_fields, .count = COUNT(reference_fields)};
static const struct scn_shape reference_shape = {.name = "reference", .map = &reference_map};
static const struct scn_shape references_shape = {.item = &reference_shape};

static const struct scn_field endpoint_fields[] = {
    {"network", &scn_text_shape, SCN_REQUIRED, "The network.", "nat"},
    {"hnsid", &scn_text_shape, 0, "The endpoint's id in HNS; left out: it has none.", "e1"},
    {"gateway", &scn_text_shape, 0, "The id of the network's gateway endpoint.", "g1"},
    {"unqualified dns", &scn_yes_shape, 0, "Names without a domain may be asked for; left out: no.",
     "yes"},
};
static const struct scn_map endpoint_map = {
    .title = "endpoint", .fields = endpoint_fields, .count = COUNT(endpoint_fields)};
static const struct scn_shape endpoint_shape = {.name = "endpoint", .map = &endpoint_map};
static const struct scn_shape endpoints_shape = {.item = &endpoint_shape};

static const struct scn_shape words_shape = {.scalar = &text_scalar, .item = &scn_text_shape};
static const struct scn_shape size_shape = {
    .item = &scn_uint_shape, .items_min = 2, .items_max = 2};

static const struct scn_field container_fields[] = {
    {"name", &scn_text_shape, 0, "Its name; left out: the beginning of its id.", "web"},
    {"image", &scn_text_shape, 0, "The image; left out: the first one of the host.", "servercore"},
    {"command", &words_shape, 0, "The command: a list, or a text that is cut at its blanks.",
     "ping -t localhost"},
    {"entrypoint", &words_shape, 0, "The entrypoint, likewise.", "[cmd, /c]"},
    {"env", &scn_texts_shape, 0, "Variables.", "['A=1']"},
    {"working dir", &scn_text_shape, 0, "The folder it begins in.", "'C:\\app'"},
    {"user", &scn_text_shape, 0, "The user.", "ContainerUser"},
    {"hostname", &scn_text_shape, 0, "The host name; left out: the beginning of its id.", "web1"},
    {"domain name", &scn_text_shape, 0, "The domain behind it.", "example.com"},
    {"tty", &scn_yes_shape, 0, "It has a terminal; left out: no.", "yes"},
    {"console size", &size_shape, 0, "Height and width of the terminal.", "[25, 80]"},
    {"args escaped", &scn_yes_shape, 0, "The command is a command line already; left out: no.",
     "yes"},
    {"isolation", &scn_text_shape, 0, "The isolation it asks for; left out: the default.",
     "hyperv"},
    {"resources", &scn_resources_shape, 0,
     "Limits, by their names in the API: numbers, memory in bytes.", "{ CpuShares: 512 }"},
    {"network mode", &scn_text_shape, 0, "The network it asks for.", "'container:web'"},
    {"network", &scn_text_shape, 0, "The same, in docker run's word.", "back"},
    {"networks", &scn_container_networks_shape, 0, "Networks it is connected to, and how.",
     "{ back: { ip: 10.30.0.10 } }"},
    {"ports", &scn_publish_shape, 0, "Ports it publishes, as docker's -p takes them.",
     "['8080:80', 53/udp]"},
    {"publish all", &scn_yes_shape, 0, "All ports that it exposes are published; left out: no.",
     "yes"},
    {"expose", &scn_expose_shape, 0, "Ports it exposes.", "[80, 53/udp]"},
    {"mac address", &scn_text_shape, 0, "The MAC address it asks for.", "'00:15:5D:00:00:10'"},
    {"dns", &scn_texts_shape, 0, "DNS servers.", "[10.0.0.1]"},
    {"dns options", &scn_texts_shape, 0, "Options for names.", "['ndots:2']"},
    {"extra hosts", &scn_texts_shape, 0, "Names with addresses that it knows.", "['db:10.0.0.9']"},
    {"links", &scn_texts_shape, 0, "Containers that it is linked to.", "['db:database']"},
    {"endpoints", &endpoints_shape, 0, "The endpoints it has.", "[{ network: nat, hnsid: e1 }]"},
    {"dns search", &scn_texts_shape, 0, "Domains that names are looked for in.", "[example.com]"},
    {"security opt", &scn_texts_shape, 0, "Security options.",
     "['credentialspec=file://app.json']"},
    {"devices", &scn_texts_shape, 0, "Devices.", "['class/5B45201D-F2F2-4F3B-85BB-30FF1F953599']"},
    {"binds", &scn_texts_shape, 0, "Folders and pipes of the host: `source:destination[:ro]`.",
     "['C:\\data:C:\\data:ro']"},
    {"storage opt", &scn_names_shape, 0, "Options of its scratch.", "{ size: 20GB }"},
    {"annotations", &scn_names_shape, 0, "Annotations of the spec.", "{ a.b: c }"},
    {"task", &scn_yes_shape, 0, "A swarm task: secrets and configs have a store; left out: no.",
     "yes"},
    {"secrets", &references_shape, 0, "Secrets it refers to.", "[{ id: s1, file: s, data: x }]"},
    {"configs", &references_shape, 0, "Configs it refers to.", "[{ id: c1, file: c, data: x }]"},
    {"interactive", &scn_yes_shape, 0, "Its input stays open for clients; left out: no.", "yes"},
    {"attach", &scn_yes_shape, 0,
     "A client attaches before it starts, called as the container is; left out: no.", "yes"},
    {"rm", &scn_yes_shape, 0, "It is removed when it ends; left out: no.", "yes"},
    {"restart policy", &scn_restart_shape, 0, "When it is started again.",
     "{ name: on-failure, retries: 3 }"},
    {"health check", &scn_health_check_shape, 0,
     "How its health is probed: a command line, `none`, or a mapping.",
     "{ test: check.exe, interval: 10s }"},
    {"stop signal", &scn_text_shape, 0, "The signal of a stop; left out: SIGTERM.", "SIGINT"},
    {"stop timeout", &scn_seconds_shape, 0, "How long a stop waits; left out: 10s.", "3s"},
    {"log driver", &scn_log_driver_shape, 0, "What becomes of its output; left out: json-file.",
     "none"},
    {"labels", &scn_names_shape, 0, "Its labels.", "{ tier: web }"},
    {"started before", &scn_yes_shape, 0, "It is not its first start; left out: no.", "yes"},
    {"api", &scn_free_map_shape, 0,
     "The body of the API's POST /containers/create; keys beside it win.",
     "{ Image: servercore, HostConfig: { Memory: 1024 } }"},
};
static const char *const container_not_both[] = {"network", "network mode", NULL};
const struct scn_map scn_container_map = {.title = "container",
                                          .fields = container_fields,
                                          .count = COUNT(container_fields),
                                          .not_both = container_not_both};
const struct scn_shape scn_container_shape = {.name = "container", .map = &scn_container_map};
const struct scn_shape scn_new_container_shape = {
    .name = "new container", .scalar = &text_scalar, .map = &scn_container_map};

/* ---- faults ---- */

static const char *const function_words[] = {
    "ActivateLayer",      "CopyLayer",         "CreateLayer",
    "CreateSandboxLayer", "DeactivateLayer",   "DestroyLayer",
    "DetachVirtualDisk",  "ExpandSandboxSize", "ExportLayer",
    "GetBaseImages",      "GetLayerMountPath", "GrantVmAccess",
    "ImportLayer",        "LayerExists",       "NameToGuid",
    "PrepareLayer",       "ProcessBaseImage",  "ProcessUtilityImage",
    "RevokeVmAccess",     "UnprepareLayer",    NULL};
static const struct scn_scalar function_scalar = {SCN_WORD, "a function of the storage",
                                                  function_words, 0, 0};
static const struct scn_shape function_shape = {.scalar = &function_scalar};
static const struct scn_field fail_layer_fields[] = {
    {"call", &function_shape, SCN_REQUIRED, "The function.", "PrepareLayer"},
    {"layer", &scn_text_shape, 0, "The folder or its name; left out: any layer.", NULL},
    {"with", &scn_win32_shape, 0, "The error; `none` ends it.", "not ready"},
    {"lies", &scn_yes_shape, 0,
     "DestroyLayer says it is done and leaves the layer where it is, as hosts have been seen to.",
     "yes"},
};
static const char *const fail_layer_one_of[] = {"with", "lies", NULL};
static const struct scn_map fail_layer_map = {.title = "fail layer",
                                              .fields = fail_layer_fields,
                                              .count = COUNT(fail_layer_fields),
                                              .one_of = fail_layer_one_of};
const struct scn_shape scn_fail_layer_shape = {.map = &fail_layer_map};
