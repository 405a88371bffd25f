/* libfyaml asks a terminal for its width when it emits. There is no such terminal here: the first
 * call fails and libfyaml uses its default. */
#ifndef LIBFYAML_MINGW_TERMIOS_H
#define LIBFYAML_MINGW_TERMIOS_H

#define TCSANOW 0

struct termios {
    unsigned c_lflag;
};

static inline int tcgetattr(int fd, struct termios *settings)
{
    (void)fd;
    (void)settings;
    return -1;
}

static inline int tcsetattr(int fd, int when, const struct termios *settings)
{
    (void)fd;
    (void)when;
    (void)settings;
    return -1;
}

static inline void cfmakeraw(struct termios *settings)
{
    (void)settings;
}

#endif
