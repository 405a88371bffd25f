# drydock_add_test(NAME LABEL label SOURCES file... LIBS target... [ALLOC_FAIL] [OWN] [ARGS arg...])
#
# A cmocka program that runs as one test. ALLOC_FAIL links the allocation fault injector of
# tests/support, which wraps malloc, calloc and realloc of the program's own objects. Sources that are not called
# test_* are compiled once for all tests that name them, unless the test has OWN objects of them.
function(drydock_add_test name)
    cmake_parse_arguments(arg "ALLOC_FAIL;OWN" "LABEL" "SOURCES;LIBS;ARGS" ${ARGN})
    set(own)
    set(shared)
    foreach(source IN LISTS arg_SOURCES)
        get_filename_component(stem ${source} NAME_WE)
        if(arg_OWN OR stem MATCHES "^test_")
            list(APPEND own ${source})
        else()
            drydock_shared_objects(objects ${source} ${arg_LIBS})
            list(APPEND shared $<TARGET_OBJECTS:${objects}>)
        endif()
    endforeach()
    add_executable(${name} ${own} ${shared})
    target_link_libraries(${name} PRIVATE drydock_flags ${arg_LIBS} PkgConfig::CMOCKA)
    if(arg_ALLOC_FAIL)
        target_link_libraries(${name} PRIVATE drydock_alloc_fail)
    endif()
    set_property(GLOBAL APPEND PROPERTY DRYDOCK_TEST_PROGRAMS ${name})
    add_test(NAME ${name} COMMAND ${name} ${arg_ARGS} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT 900)
endfunction()

# drydock_shared_objects(OUT SOURCE LIB...)
#
# The object library of a source that several tests may share, compiled once for all of them.
function(drydock_shared_objects out source)
    get_filename_component(path ${source} ABSOLUTE)
    file(RELATIVE_PATH objects ${CMAKE_SOURCE_DIR} ${path})
    string(MAKE_C_IDENTIFIER ${objects} objects)
    if(NOT TARGET ${objects})
        add_library(${objects} OBJECT ${source})
        target_link_libraries(${objects} PRIVATE drydock_flags ${ARGN} PkgConfig::CMOCKA)
    endif()
    set(${out} ${objects} PARENT_SCOPE)
endfunction()

# drydock_test_has_threads(NAME)
#
# A test whose threads count beside each other where coverage is measured: its counts go elsewhere.
function(drydock_test_has_threads name)
    if(DRYDOCK_COVERAGE)
        set_tests_properties(${name} PROPERTIES ENVIRONMENT "GCOV_PREFIX=${CMAKE_BINARY_DIR}/uncounted")
    endif()
endfunction()

# drydock_test_sweeps(NAME...)
#
# Tests that do the same many times over, each time with something else failing: what there is to fail is tried
# in full by the optimised build (`ctest --preset native -L sweep`, targets `sweeps`), where the C library fills
# memory that is new or given back with rubbish. Builds with instruments, and Wine, try a sample of it.
# What takes longest comes first, lest a processor idles at the end.
function(drydock_test_sweeps)
    set(cost 99)
    if(NOT TARGET sweeps)
        add_custom_target(sweeps)
    endif()
    add_dependencies(sweeps ${ARGN})
    foreach(name IN LISTS ARGN)
        set_tests_properties(${name} PROPERTIES COST ${cost})
        math(EXPR cost "${cost} - 5")
    endforeach()
    set_property(TEST ${ARGN} APPEND PROPERTY LABELS sweep)
    if(DRYDOCK_SANITIZE OR DRYDOCK_COVERAGE OR WIN32)
        set_property(TEST ${ARGN} APPEND PROPERTY ENVIRONMENT DRYDOCK_SAMPLE=7)
    else()
        set_property(TEST ${ARGN} APPEND PROPERTY ENVIRONMENT MALLOC_PERTURB_=165)
    endif()
endfunction()

# drydock_skip_test(NAME LABEL REASON)
#
# A test that this build cannot run: it is counted and shown as skipped.
function(drydock_skip_test name label reason)
    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "skipped: ${reason}")
    set_tests_properties(${name} PROPERTIES LABELS ${label} SKIP_REGULAR_EXPRESSION "^skipped: ")
endfunction()

# drydock_tests_target(NAME PATTERN)
#
# A target of all tests so far whose names fit the pattern.
function(drydock_tests_target target pattern)
    get_property(names GLOBAL PROPERTY DRYDOCK_TEST_PROGRAMS)
    list(FILTER names INCLUDE REGEX ${pattern})
    add_custom_target(${target})
    if(names)
        add_dependencies(${target} ${names})
    endif()
endfunction()
