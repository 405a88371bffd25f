# Flags that every target of the project is built with, as the interface target drydock_flags.
set(DRYDOCK_SANITIZE "" CACHE STRING "Sanitizers to build with, as for -fsanitize=")
option(DRYDOCK_TESTS "Build the tests" ON)
option(DRYDOCK_COVERAGE "Measure coverage" OFF)
option(DRYDOCK_FUZZ "Build the libFuzzer targets (needs clang)" OFF)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

add_library(drydock_flags INTERFACE)
target_include_directories(drydock_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(drydock_flags INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(drydock_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wundef -Wformat=2 -Wcast-qual -Wwrite-strings
    -Wvla -Werror)

if(DRYDOCK_SANITIZE)
    target_compile_options(drydock_flags INTERFACE
        -fsanitize=${DRYDOCK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(drydock_flags INTERFACE -fsanitize=${DRYDOCK_SANITIZE})
endif()
if(DRYDOCK_COVERAGE)
    # Counters that are not atomic make tests several times faster. Threads would lose updates, which makes counts
    # negative: tests run scenarios one by one here, and those that are about threads are not counted.
    # The bindings to Windows and the DLL are made for threads: what is measured of them counts with care.
    if(WIN32)
        set(update atomic)
    else()
        set(update single)
    endif()
    set(DRYDOCK_MEASURE --coverage -fprofile-update=${update} -O0)
    target_link_options(drydock_flags INTERFACE --coverage)
    set(DRYDOCK_TEST_JOBS 1)
else()
    set(DRYDOCK_MEASURE)
    set(DRYDOCK_TEST_JOBS 2)
endif()

# drydock_measure(TARGET)
#
# Counts what of the target's sources is run, where coverage is measured. All else is built as fast as it gets.
function(drydock_measure target)
    target_compile_options(${target} PRIVATE ${DRYDOCK_MEASURE})
endfunction()

if(DRYDOCK_FUZZ)
    target_compile_options(drydock_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
