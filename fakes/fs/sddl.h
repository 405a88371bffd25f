/* Security descriptors in text form (SDDL), as far as a file system needs them: is the text one,
 * which part is the DACL, what does a new child inherit.
 *
 * ACLs stay the text they were given as. Windows also maps generic rights to file rights and splits
 * inheritable entries with generic rights in two; here GA stays GA. */
#ifndef FAKE_FS_SDDL_H
#define FAKE_FS_SDDL_H

#include <stdbool.h>

/* True when the whole text is a security descriptor. */
bool fake_sddl_valid(const char *sddl);

/* The DACL of a valid descriptor as "D:..."; NULL without memory. *present tells whether it has
 * one; without one the answer is "". */
char *fake_sddl_dacl(const char *sddl, bool *present);

/* The DACL of a child: what `own` ("D:..." or NULL) says itself, and what it inherits from `parent`
 * unless it is protected. Entries in `own` that are marked as inherited are dropped first, so this
 * also renews the DACL of an existing child. NULL without memory. */
char *fake_sddl_child(const char *parent, const char *own, bool directory);

/* True for "D:P...": nothing is inherited. */
bool fake_sddl_protected(const char *dacl);

#endif
