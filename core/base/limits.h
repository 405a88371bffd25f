/* Every limit on what comes from outside, with its unit in its name. A limit that is hit is an error
 * with a message, never a silent cut. */
#ifndef WCD_BASE_LIMITS_H
#define WCD_BASE_LIMITS_H

#include <stddef.h>

/* JSON text that is read: HCS and HNS documents, daemon.json, host configurations. */
#define WCD_JSON_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define WCD_JSON_DEPTH_MAX 64u

/* Text that is built in memory: messages, documents, transcripts. */
#define WCD_BUF_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* A path in UTF-16 units, with the \\?\ prefix: the limit of the Windows file system API. */
#define WCD_PATH_UNITS_MAX 32767u

/* Folders inside one another that are removed with all that is in them. */
#define WCD_FOLDER_DEPTH_MAX 1024u

/* Layers on top of each other, the base included: the original's 125, and what layerchain.json may hold. */
#define WCD_LAYERS_MAX           125u
#define WCD_LAYERCHAIN_BYTES_MAX ((size_t)1024 * 1024)

/* Files of the image store: a configuration, repositories.json, the small files of a layer. */
#define WCD_IMAGE_BYTES_MAX          ((size_t)4 * 1024 * 1024)
#define WCD_LAYER_METADATA_BYTES_MAX ((size_t)4096)

/* config.v2.json and hostconfig.json of a container: the original reads any size; usual ones are below 8 KiB. */
#define WCD_CONTAINER_FILE_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* All files of one container's log that are read at once; the original reads any size. */
#define WCD_LOG_FILE_BYTES_MAX ((size_t)32 * 1024 * 1024)

/* daemon.json: the original reads any size; a megabyte is a thousand times a usual one. */
#define WCD_CONFIG_BYTES_MAX ((size_t)1024 * 1024)
#define WCD_FLAGS_MAX        1024u

/* Items of one list of an OCI spec (arguments, variables, mounts, layers, ...), and annotations. */
#define WCD_SPEC_LIST_MAX 4096u

/* A credential spec: the original reads any size; Active Directory's are below 2 KiB. */
#define WCD_CREDENTIAL_SPEC_BYTES_MAX ((size_t)1024 * 1024)

/* Symbolic links that are followed on the way to one path (moby/sys/symlink). */
#define WCD_LINKS_MAX 255u

/* Notifications that wait for the daemon's pump: the most, and what a daemon takes. */
#define WCD_EVENTS_MAX       65536u
#define WCD_DAEMON_QUEUE_MAX 8192u

/* Events of the API that are kept for those who ask later: the original's 64, and enough for a test. */
#define WCD_DAEMON_EVENTS_MAX 4096u

/* What an attached client may have written that no process has read yet, and the output that waits for it. */
#define WCD_ATTACH_BYTES_MAX ((size_t)1024 * 1024)

/* Execs of one container; the original has no limit. */
#define WCD_EXECS_MAX 4096u

#endif
