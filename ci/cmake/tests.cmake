# drydock_add_test(NAME LABEL label SOURCES file... LIBS target... [ALLOC_FAIL] [ARGS arg...])
#
# A cmocka program that runs as one test. ALLOC_FAIL links the allocation fault injector of
# tests/support, which wraps malloc, calloc and realloc of the program's own objects.
function(drydock_add_test name)
    cmake_parse_arguments(arg "ALLOC_FAIL" "LABEL" "SOURCES;LIBS;ARGS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE drydock_flags ${arg_LIBS} PkgConfig::CMOCKA)
    if(arg_ALLOC_FAIL)
        target_link_libraries(${name} PRIVATE drydock_alloc_fail)
    endif()
    add_test(NAME ${name} COMMAND ${name} ${arg_ARGS} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT 300)
endfunction()

# drydock_skip_test(NAME LABEL REASON)
#
# A test that this build cannot run: it is counted and shown as skipped.
function(drydock_skip_test name label reason)
    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "skipped: ${reason}")
    set_tests_properties(${name} PROPERTIES LABELS ${label} SKIP_REGULAR_EXPRESSION "^skipped: ")
endfunction()
