/* What the program wants to know from the machine it runs on, beside the Windows that the seam is
 * about: its console, its processors and a stopwatch. One file per operating system; the build
 * chooses. */
#ifndef REAL_CONSOLE_H
#define REAL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Makes the stream write bytes as they are: line ends stay "\n", text is UTF-8, a terminal
 * understands the sequences for colour. To be called before anything was written. */
void console_prepare(FILE *stream);

bool console_is_terminal(FILE *stream);
/* Columns of the terminal; 0 when unknown. */
size_t console_width(FILE *stream);

size_t console_processors(void); /* 1 or more */

/* Microseconds since some moment before; never goes back. */
uint64_t console_clock_us(void);

#endif
