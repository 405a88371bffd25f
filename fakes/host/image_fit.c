/* Does an image run on a host? The answer is in the table. */
#include "fakes/host/builds.h"

struct image_fit_row {
    bool hyperv;
    uint32_t host_first;
    uint32_t host_last;
    uint32_t image_first; /* 0: the host's build */
    uint32_t image_last;  /* the same */
    bool revision;        /* has to be the host's too */
};

static const struct image_fit_row image_fit_rows[] = {
#define X(id, hyperv, host_first, host_last, image_first, image_last, revision, behaviour,         \
          evidence, source)                                                                        \
    {hyperv, host_first, host_last, image_first, image_last, revision},
#include "fakes/host/image_fit.inc"
#undef X
};

enum fake_image_fit fake_image_fits(const struct fake_build *host, uint32_t image_build,
                                    uint32_t image_revision, bool hyperv)
{
    for (size_t i = 0; i < sizeof(image_fit_rows) / sizeof(image_fit_rows[0]); i++) {
        const struct image_fit_row *row = &image_fit_rows[i];
        bool here = host->build >= row->host_first && host->build <= row->host_last;
        if (row->hyperv != hyperv || !here) {
            continue;
        }
        if (image_build < (row->image_first == 0 ? host->build : row->image_first)) {
            return FAKE_IMAGE_TOO_OLD;
        }
        if (image_build > (row->image_last == 0 ? host->build : row->image_last)) {
            return FAKE_IMAGE_TOO_NEW;
        }
        bool other = row->revision && image_revision != host->revision;
        return other ? FAKE_IMAGE_OTHER_REVISION : FAKE_IMAGE_FITS;
    }
    return FAKE_IMAGE_TOO_OLD;
}
