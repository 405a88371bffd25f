/* What the results of verbs have for members: for mistakes in `gives` and in `${name.member}`. */
#include "scenarios/lang/gives.h"

#include "scenarios/lang/diag.h"

#include <string.h>

#define GIVES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/* A verb that is not here gives a document of the daemon, whose members are not listed. */
static const struct {
    const char *verb;
    const char *const *members;
} gives[] = {
    {"start daemon",
     GIVES("state", "default isolation", "root", "exec root", "plugin exec root", "runtime",
           "remote runtime", "bridge", "parallel limit", "processors", "exit code", "error")},
    {"stop daemon",
     GIVES("state", "default isolation", "root", "exec root", "plugin exec root", "runtime",
           "remote runtime", "bridge", "parallel limit", "processors", "exit code", "error")},
    {"kill daemon",
     GIVES("state", "default isolation", "root", "exec root", "plugin exec root", "runtime",
           "remote runtime", "bridge", "parallel limit", "processors", "exit code", "error")},
    {"verify", GIVES("isolation", "resources", "warnings", "error")},
    {"run hook", GIVES("answer")},
    {"resolve runtime", GIVES("name", "path", "shim", "stock")},
    {"pull image", GIVES("id")},
    {"remove image", GIVES("removed")},
    {"read image", GIVES("id", "os", "version", "layers", "chain", "references")},
    {"create container",
     GIVES("id", "name", "image", "isolation", "hostname", "root", "layer", "warnings")},
    {"run", GIVES("id", "name", "image", "isolation", "hostname", "root", "layer", "warnings")},
    {"mount container", GIVES("path", "mounts")},
    {"unmount container", GIVES("path", "mounts")},
    {"remove container", GIVES("removed")},
    {"update container", GIVES("warnings")},
    {"wait container", GIVES("exit code", "error")},
    {"exec", GIVES("id", "running", "exit code", "stdout", "stderr")},
    {"read output", GIVES("stdout", "stderr", "ended")},
    {"read logs", GIVES("lines", "stdout", "stderr", "entries")},
    {"top", GIVES("Titles", "Processes", "names")},
    {"list containers", GIVES("names", "containers")},
    {"read events", GIVES("events")},
    {"create network", GIVES("id", "name", "warnings")},
    {"list networks", GIVES("names", "networks")},
    {"prune networks", GIVES("removed")},
    {"call hns", GIVES("response", "output")},
    {"read layer", GIVES("state", "chain", "build", "revision")},
    {"read registry", GIVES("type", "data")},
    {"read file", GIVES("content", "size")},
    {"read version",
     GIVES("major", "minor", "build", "suite mask", "product type", "product info")},
};

const char *const *scn_verb_gives(const char *verb)
{
    for (size_t i = 0; i < sizeof(gives) / sizeof(gives[0]); i++) {
        if (strcmp(gives[i].verb, verb) == 0) {
            return gives[i].members;
        }
    }
    return NULL;
}

bool scn_verb_gives_not(const char *verb, const char *member, size_t len)
{
    const char *const *members = scn_verb_gives(verb);
    for (size_t i = 0; members != NULL && members[i] != NULL; i++) {
        if (strlen(members[i]) == len && memcmp(members[i], member, len) == 0) {
            return false;
        }
    }
    return members != NULL;
}
