/* Facts and their evidence. Every behaviour of the emulator that claims something about Windows is
 * a row of a table, with where it is known from; `drydock facts` prints them all. */
#ifndef FAKE_HOST_FACTS_H
#define FAKE_HOST_FACTS_H

#include <stddef.h>

enum fake_evidence {
    FAKE_EVIDENCE_DOC,      /* Microsoft's documentation or a public SDK header says so */
    FAKE_EVIDENCE_CODE,     /* client code (hcsshim, moby, ...) depends on it */
    FAKE_EVIDENCE_RECORDED, /* somebody measured it on a real host */
    FAKE_EVIDENCE_ISSUE,    /* users reported it; the source names the thread */
    FAKE_EVIDENCE_ASSUMED   /* nothing known; a sensible choice */
};

struct fake_fact {
    const char *id; /* "scm.open-stopped-service": stable, used in test names and reports */
    const char
        *service; /* the folder in fakes/ that it is about: "scm", "fs", "hcs", "hcs-matrix", ... */
    const char *behaviour;
    enum fake_evidence evidence;
    const char *source; /* page, repository#thread, repository path; what is assumed and why */
};

/* All facts, sorted by service, then id. */
const struct fake_fact *fake_facts(size_t *count);
const char *fake_evidence_name(enum fake_evidence evidence);

#endif
