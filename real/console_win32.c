/* The console of Windows. */
#include "real/console.h"

#include <fcntl.h>
#include <io.h>
#include <windows.h>

#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#endif

static HANDLE handle_of(FILE *stream)
{
    return (HANDLE)_get_osfhandle(_fileno(stream));
}

void console_prepare(FILE *stream)
{
    DWORD mode = 0;
    (void)_setmode(_fileno(stream), _O_BINARY);
    if (GetConsoleMode(handle_of(stream), &mode)) {
        (void)SetConsoleOutputCP(CP_UTF8);
        (void)SetConsoleMode(handle_of(stream), mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
    }
}

bool console_is_terminal(FILE *stream)
{
    /* _isatty() takes the NUL device for a terminal as well. */
    DWORD mode = 0;
    return GetConsoleMode(handle_of(stream), &mode) != 0;
}

size_t console_width(FILE *stream)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!GetConsoleScreenBufferInfo(handle_of(stream), &info)) {
        return 0;
    }
    int columns = info.srWindow.Right - info.srWindow.Left + 1;
    return columns < 0 ? 0 : (size_t)columns;
}

size_t console_processors(void)
{
    DWORD count = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    return count < 1 ? 1 : count;
}

uint64_t console_clock_us(void)
{
    LARGE_INTEGER now;
    LARGE_INTEGER per_second;
    (void)QueryPerformanceCounter(&now);
    (void)QueryPerformanceFrequency(&per_second);
    uint64_t seconds = (uint64_t)(now.QuadPart / per_second.QuadPart);
    uint64_t rest = (uint64_t)(now.QuadPart % per_second.QuadPart);
    return seconds * 1000000u + rest * 1000000u / (uint64_t)per_second.QuadPart;
}
