/* Included by libfyaml for the width of a terminal; nothing of it is used on Windows. */
#ifndef LIBFYAML_MINGW_SYS_IOCTL_H
#define LIBFYAML_MINGW_SYS_IOCTL_H
#endif
