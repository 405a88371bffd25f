/* The tables of host files: a machine that programs of their own use. */
#include "scenarios/lang/scenario.h"
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct scn_field fault_fields[] = {
#include "scenarios/lang/verbs_broken.inc"
};
static const char *const fault_one_of[] = {
    "fail call",          "delay call",          "hold completion",
    "never complete",     "drop notification",   "repeat notification",
    "delay notification", "change notification", NULL};
const struct scn_map scn_fault_map = {.title = "a fault",
                                      .fields = fault_fields,
                                      .count = COUNT(fault_fields),
                                      .one_of = fault_one_of};
static const struct scn_shape fault_shape = {.name = "fault", .map = &scn_fault_map, .fixed = true};
static const struct scn_shape faults_shape = {.name = "faults",
                                              .item = &fault_shape,
                                              .fixed = true,
                                              .items_min = 1,
                                              .items_max = SCN_STEPS_MAX};

static const struct scn_field host_file_fields[] = {
    {"host", &scn_host_shape, 0, "The Windows machine that programs see; left out: the usual one.",
     "{ os: server-2022, hyper-v: yes }"},
    {"programs", &scn_programs_shape, 0,
     "What the programs do that containers run; may stand in `host` as well.",
     "{ web: { stays: yes } }"},
    {"faults", &faults_shape, 0,
     "What goes wrong from the start on, as steps of a scenario have it.",
     "[{ delay call: { call: HcsStartComputeSystem, by: 2s } }]"},
};
const struct scn_map scn_host_file_map = {
    .title = "host file", .fields = host_file_fields, .count = COUNT(host_file_fields)};
