/* What the parts of a system's creation share. */
#ifndef FAKE_HCS_CREATE_H
#define FAKE_HCS_CREATE_H

#include "fakes/hcs/check.h"
#include "fakes/hcs/hcs.h"
#include "fakes/storage/ground.h"

struct fake_creation {
    struct fake_host *host;
    const char *id;
    struct fake_system *system;
    const struct wcd_json *document; /* checked against its table */
    struct fake_hcs_check check;     /* says what is wrong */
    uint32_t event;                  /* the number of the event that tells it; 0: none of its own */

    const struct wcd_json *layers; /* of the container, nearest parent first; NULL: none */
    const char *layer_id;          /* the name of a layer's member: "ID", in schema 2 "Id" */
    char *files;                   /* the folder of the nearest parent's; NULL: none */
    const void *disk;              /* the scratch */
};

/* ---- each fills the system with what the document asks for, or says why it cannot ---- */

plat_hr fake_creation_schema_1(struct fake_creation *creation);
plat_hr fake_creation_schema_2(struct fake_creation *creation);
/* The version that a document of schema 2 is written in has to be one that the build knows. */
plat_hr fake_creation_version(struct fake_creation *creation, const struct wcd_json *document);

/* A failure of which the document is not to blame. */
plat_hr fake_creation_fail(struct fake_creation *creation, plat_hr hr, uint32_t event,
                           const char *format, ...) __attribute__((format(__printf__, 4, 5)));
/* Keeps a text; "" is kept as NULL. */
plat_hr fake_creation_keep(char **slot, const char *text);
/* There has to be a hypervisor. */
plat_hr fake_creation_needs_hyperv(struct fake_creation *creation);
/* The memory of a virtual machine has to be there. */
plat_hr fake_creation_memory(struct fake_creation *creation, uint64_t megabytes);

/* ---- layers and disks (hcs/layers.c) ---- */

/* Are the layers there, and of a Windows that runs here? Holds them. */
plat_hr fake_creation_layers(struct fake_creation *creation);
/* The volume of a prepared scratch over these layers. Holds it. */
plat_hr fake_creation_volume(struct fake_creation *creation, const char *path);
/* The folder of a scratch that a virtual machine opens itself, and that has at least `bytes` then.
 * Holds its disk. */
plat_hr fake_creation_scratch(struct fake_creation *creation, const char *path, uint64_t bytes);
/* A file that exists; holds it. A folder that exists; holds it if asked to. */
plat_hr fake_creation_file(struct fake_creation *creation, const char *path);
plat_hr fake_creation_folder(struct fake_creation *creation, const char *path, bool hold);
/* What is at "folder\\name". */
plat_hr fake_creation_look(struct fake_creation *creation, const char *folder, const char *name,
                           enum fake_ground_kind *kind);

/* ---- what is mapped into a container (hcs/mounts.c) ---- */

/* Notes where a folder of the container is on the machine, if real programs may want to know. */
plat_hr fake_creation_place(struct fake_creation *creation, const char *container,
                            const char *machine);
plat_hr fake_creation_directories(struct fake_creation *creation, const struct wcd_json *list);
plat_hr fake_creation_pipes(struct fake_creation *creation, const struct wcd_json *list);

/* ---- templates (hcs/template.c) ---- */

/* The first container with a utility VM of that image leaves a template behind, on builds that have
 * them. */
plat_hr fake_creation_template(struct fake_creation *creation, const char *image_path);

#endif
