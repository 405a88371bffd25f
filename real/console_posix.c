/* The console of POSIX systems. */
#include "real/console.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

void console_prepare(FILE *stream)
{
    (void)stream; /* bytes are bytes here */
    /* A reader that goes away is a failed write, which is seen; other outputs are finished. */
    (void)signal(SIGPIPE, SIG_IGN);
}

bool console_is_terminal(FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

size_t console_width(FILE *stream)
{
    struct winsize size = {0};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    return size.ws_col;
}

size_t console_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (size_t)count;
}

uint64_t console_clock_us(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}
