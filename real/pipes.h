/* Connections between processes of the machine the program runs on: named pipes of Windows. Calls wait; any
 * thread may make them. Elsewhere there are none, and listening and connecting say so. */
#ifndef REAL_PIPES_H
#define REAL_PIPES_H

#include "core/base/error.h"

#include <stddef.h>

struct pipes_listener;
struct pipes_end;

/* The process at the other end. */
struct pipes_peer {
    uint32_t process; /* 0: not known */
    char program[64]; /* the file's name without folders; "": not known */
};

/* `name` is \\.\pipe\ with a name. WCD_E_CONFLICT when another process listens there already; the message
 * names it. */
enum wcd_errc pipes_listen(const char *name, struct pipes_listener **out, struct wcd_error *err);
/* Waits for a client. False once pipes_stop was called, or when no more clients can be had; one that fails alone
 * is passed over. */
bool pipes_accept(struct pipes_listener *listener, struct pipes_end **out, struct pipes_peer *peer);
void pipes_stop(struct pipes_listener *listener);
/* When nothing waits any more. NULL is fine. */
void pipes_listener_free(struct pipes_listener *listener);

/* WCD_E_NOT_FOUND when nobody listens there. */
enum wcd_errc pipes_connect(const char *name, struct pipes_end **out, struct wcd_error *err);

/* One thread sends and one receives at a time. */
bool pipes_send(struct pipes_end *end, const void *data, size_t size);
/* At least one byte; false at the end. */
bool pipes_receive(struct pipes_end *end, void *data, size_t size, size_t *got);
/* Ends what waits; bytes that were sent stay readable at the other end. */
void pipes_close(struct pipes_end *end);
void pipes_free(struct pipes_end *end);

#endif
