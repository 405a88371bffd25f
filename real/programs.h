/* Programs of the machine, run for somebody who cannot wait: their streams are looked at, and an end is the end
 * of all that the program has started. Elsewhere than on Windows there are none. */
#ifndef REAL_PROGRAMS_H
#define REAL_PROGRAMS_H

#include "core/json/json.h"
#include "core/platform/types.h"

#include <stdbool.h>
#include <stddef.h>

struct programs_one;

/* As CreateProcess takes it. `folder` "": this process's own; `environment`: an object of texts, put over this
 * process's own variables; an empty text takes one away. Without `in` it meets the end of its input at once. */
plat_hr programs_start(const char *command_line, const char *folder,
                       const struct wcd_json *environment, bool in, struct programs_one **out);

/* A file or a folder. */
bool programs_exists(const char *path);

/* What stdout or stderr has, 0 for nothing yet; *ended once nobody can write to it any more. */
size_t programs_read(struct programs_one *one, bool error, void *data, size_t room, bool *ended);
/* How many bytes stdin takes now. One that is closed takes all. */
size_t programs_write(struct programs_one *one, const void *data, size_t size);
void programs_close_input(struct programs_one *one);

/* What it has started is ended then. */
bool programs_has_ended(struct programs_one *one, uint32_t *exit_code);
/* It and all that it has started. */
void programs_terminate(struct programs_one *one, uint32_t exit_code);
void programs_free(struct programs_one *one);

#endif
