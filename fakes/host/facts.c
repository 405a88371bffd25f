/* The list of all facts: each service writes its own down beside its code, in facts.inc, sorted by
 * id. */
#include "fakes/host/facts.h"

#include "core/base/assert.h"

#define DOC      FAKE_EVIDENCE_DOC
#define CODE     FAKE_EVIDENCE_CODE
#define RECORDED FAKE_EVIDENCE_RECORDED
#define ISSUE    FAKE_EVIDENCE_ISSUE
#define ASSUMED  FAKE_EVIDENCE_ASSUMED

static const struct fake_fact fact_rows[] = {
#define FACT(id, behaviour, evidence, source) {"clock." id, "clock", behaviour, evidence, source},
#include "fakes/clock/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source) {"dll." id, "dll", behaviour, evidence, source},
#include "fakes/dll/facts.inc"
#undef FACT
#define EXPORT(name, evidence, source)                                                             \
    {"dll-export." #name, "dll-export", "vmcompute.dll exports " #name, evidence, source},
#define OWN_EXPORT(name)
#include "fakes/dll/exports.inc"
#undef OWN_EXPORT
#undef EXPORT
#define FACT(id, behaviour, evidence, source) {"fs." id, "fs", behaviour, evidence, source},
#include "fakes/fs/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source) {"guest." id, "guest", behaviour, evidence, source},
#include "fakes/guest/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source) {"hcs." id, "hcs", behaviour, evidence, source},
#include "fakes/hcs/facts.inc"
#undef FACT
#define LATENCY(time, name, process_from, process_to, machine_from, machine_to, behaviour,         \
                evidence, source)                                                                  \
    {"hcs-latency." name, "hcs-latency", behaviour, evidence, source},
#include "fakes/hcs/latency.inc"
#undef LATENCY
#define CELL_ANSWER(answer, evidence)   #answer
#define CELL_EVIDENCE(answer, evidence) evidence
#define CELL(name, state, cell, source)                                                            \
    {"hcs-matrix." name "." state, "hcs-matrix",                                                   \
     name " of a system that is " state " answers " CELL_ANSWER cell, CELL_EVIDENCE cell, source},
#define MATRIX(name, operation, kinds, busy, created, creating, failed, held, paused, running,     \
               starting, stopping, template, source)                                               \
    CELL(name, "busy", busy, source)                                                               \
    CELL(name, "created", created, source)                                                         \
    CELL(name, "creating", creating, source)                                                       \
    CELL(name, "failed", failed, source)                                                           \
    CELL(name, "held", held, source)                                                               \
    CELL(name, "paused", paused, source)                                                           \
    CELL(name, "running", running, source)                                                         \
    CELL(name, "starting", starting, source)                                                       \
    CELL(name, "stopping", stopping, source)                                                       \
    CELL(name, "template", template, source)
#include "fakes/hcs/matrix.inc"
#undef MATRIX
#define FACT(id, behaviour, evidence, source) {"helper." id, "helper", behaviour, evidence, source},
#include "fakes/dll/helper/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source) {"hns." id, "hns", behaviour, evidence, source},
#include "fakes/hns/facts.inc"
#undef FACT
#define ERROR_ROW(name, id, rs1, rs3, rs4, rs5, behaviour, evidence, source)                       \
    {"hns-error." id, "hns-error",                                                                 \
     behaviour " is " #rs1 " up to 15063, " #rs3 " in 16299, " #rs4 " in 17134, then " #rs5,       \
     evidence, source},
#include "fakes/hns/errors.inc"
#undef ERROR_ROW
#define EXTENSION(id, guid, newer, build, title, evidence, source)                                 \
    {"hns-extension." id, "hns-extension", "switches have the extension " title, evidence, source},
#include "fakes/hns/extensions.inc"
#undef EXTENSION
#define FACT(id, behaviour, evidence, source)                                                      \
    {"hns-given." id, "hns-given", behaviour, evidence, source},
#include "fakes/hns/facts_given.inc"
#undef FACT
#define MEMBER_OF_ENDPOINT
#define MEMBER_OF_NETWORK
#define MEMBER(of, name, writer, first, last, evidence, source)                                    \
    {"hns-member." #of "." name, "hns-member",                                                     \
     "the " #of " has " name " since " #first ", up to " #last " (0: still)", evidence, source},
#include "fakes/hns/members.inc"
#undef MEMBER
#undef MEMBER_OF_NETWORK
#undef MEMBER_OF_ENDPOINT
#define POLICY(type, id, places, since, shape, judge, behaviour, evidence, source)                 \
    {"hns-policy." id, "hns-policy", behaviour, evidence, source},
#include "fakes/hns/policy.inc"
#undef POLICY
#define TYPE_ROW(id, name, external, chooses, gateway, shares, build, kept_before, kept_since,     \
                 behaviour, evidence, source)                                                      \
    {"hns-type." id, "hns-type", behaviour, evidence, source},
#include "fakes/hns/types.inc"
#undef TYPE_ROW
#define VERSION_ROW(id, build, revision, major, minor, evidence, source)                           \
    {"hns-version." id, "hns-version",                                                             \
     "HNS has version " #major "." #minor " from " #build "." #revision " on", evidence, source},
#include "fakes/hns/version.inc"
#undef VERSION_ROW
#define X(feature, id, behaviour, build, evidence, source)                                         \
    {"host.feature-" id, "host", behaviour, evidence, source},
#include "fakes/host/features.inc"
#undef X
#define X(id, hyperv, host_first, host_last, image_first, image_last, revision, behaviour,         \
          evidence, source)                                                                        \
    {"host.fit-" id, "host", behaviour, evidence, source},
#include "fakes/host/image_fit.inc"
#undef X
#define FACT(id, behaviour, evidence, source) {"host." id, "host", behaviour, evidence, source},
#include "fakes/host/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source) {"layers." id, "layers", behaviour, evidence, source},
#include "fakes/layers/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source) {"os." id, "os", behaviour, evidence, source},
#include "fakes/os/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source)                                                      \
    {"registry." id, "registry", behaviour, evidence, source},
#include "fakes/registry/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source) {"scm." id, "scm", behaviour, evidence, source},
#include "fakes/scm/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source)                                                      \
    {"storage." id, "storage", behaviour, evidence, source},
#include "fakes/storage/facts.inc"
#undef FACT
#define FACT(id, behaviour, evidence, source)                                                      \
    {"transport." id, "transport", behaviour, evidence, source},
#include "fakes/transport/facts.inc"
#undef FACT
};

const struct fake_fact *fake_facts(size_t *count)
{
    *count = sizeof(fact_rows) / sizeof(fact_rows[0]);
    return fact_rows;
}

const char *fake_evidence_name(enum fake_evidence evidence)
{
    static const char *const names[] = {
        [FAKE_EVIDENCE_DOC] = "documented",    [FAKE_EVIDENCE_CODE] = "client code",
        [FAKE_EVIDENCE_RECORDED] = "recorded", [FAKE_EVIDENCE_ISSUE] = "reported",
        [FAKE_EVIDENCE_ASSUMED] = "assumed",
    };
    WCD_ASSERT(evidence < sizeof(names) / sizeof(names[0]));
    return names[evidence];
}
