# Toolchain file: C for 64-bit Windows with Debian's mingw-w64, its tests run by Wine.
#
# The libraries come from the folder that ci/mingw-deps fills. DRYDOCK_MINGW_PREFIX in the
# environment names another one; else the place is worked out as ci/lib.sh does.

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

# The posix flavour has threads and C11 atomics; the unadorned name may be the other one.
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
set(CMAKE_AR x86_64-w64-mingw32-gcc-ar-posix CACHE FILEPATH "")
set(CMAKE_RANLIB x86_64-w64-mingw32-gcc-ranlib-posix CACHE FILEPATH "")

if(NOT "$ENV{DRYDOCK_MINGW_PREFIX}" STREQUAL "")
  set(DRYDOCK_MINGW_PREFIX "$ENV{DRYDOCK_MINGW_PREFIX}")
elseif(NOT "$ENV{DRYDOCK_CACHE}" STREQUAL "")
  set(DRYDOCK_MINGW_PREFIX "$ENV{DRYDOCK_CACHE}/mingw")
elseif(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(DRYDOCK_MINGW_PREFIX "$ENV{XDG_CACHE_HOME}/drydock/mingw")
else()
  set(DRYDOCK_MINGW_PREFIX "$ENV{HOME}/.cache/drydock/mingw")
endif()

set(CMAKE_FIND_ROOT_PATH "${DRYDOCK_MINGW_PREFIX}" /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# pkg-config must not see this machine's own libraries. Set here and not in the preset, so that it
# also holds when the build system runs CMake again by itself.
set(ENV{PKG_CONFIG_LIBDIR} "${DRYDOCK_MINGW_PREFIX}/lib/pkgconfig")
set(ENV{PKG_CONFIG_PATH} "")
set(ENV{PKG_CONFIG_SYSROOT_DIR} "")

# The C library is msvcrt: its own printf knows neither %zu nor %lld. mingw brings one that does;
# the last definition makes __attribute__((format(__printf__, ...))) check by the same rules.
string(APPEND CMAKE_C_FLAGS_INIT
  " -D_WIN32_WINNT=0x0A00 -D__USE_MINGW_ANSI_STDIO=1 -D__printf__=__gnu_printf__")
# Programs must start on a Windows that has no mingw runtime.
string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -static")
string(APPEND CMAKE_SHARED_LINKER_FLAGS_INIT " -static")

get_filename_component(DRYDOCK_CI_DIR "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(CMAKE_CROSSCOMPILING_EMULATOR "${DRYDOCK_CI_DIR}/wine-run")
