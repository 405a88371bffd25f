/* Not here: who asks is a Windows program, and so is what it wants to run. */
#include "real/programs.h"

plat_hr programs_start(const char *command_line, const char *folder,
                       const struct wcd_json *environment, bool in, struct programs_one **out)
{
    (void)command_line;
    (void)folder;
    (void)environment;
    (void)in;
    *out = NULL;
    return plat_hr_win32(PLAT_ERROR_NOT_SUPPORTED);
}

bool programs_exists(const char *path)
{
    (void)path;
    return false;
}

size_t programs_read(struct programs_one *one, bool error, void *data, size_t room, bool *ended)
{
    (void)one;
    (void)error;
    (void)data;
    (void)room;
    *ended = true;
    return 0;
}

size_t programs_write(struct programs_one *one, const void *data, size_t size)
{
    (void)one;
    (void)data;
    return size;
}

void programs_close_input(struct programs_one *one)
{
    (void)one;
}

bool programs_has_ended(struct programs_one *one, uint32_t *exit_code)
{
    (void)one;
    *exit_code = 1;
    return true;
}

void programs_terminate(struct programs_one *one, uint32_t exit_code)
{
    (void)one;
    (void)exit_code;
}

void programs_free(struct programs_one *one)
{
    (void)one;
}
