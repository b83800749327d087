/*
 * libs.c - the list of native libraries. A new library is a line here.
 */
#include "stdlib/native/libs.h"

/* package has no native functions, only fields */
static const NativeDef none[] = { { NULL, NULL, NULL } };

const NativeLib ml_stdlib_native[] = {
    { "_G",        ml_lib_base,             ml_lib_open_base },
    { "_G",        ml_lib_load,             NULL },
    { "_G",        ml_lib_print,            NULL },
    { "_G",        ml_lib_process,          NULL },
    { "coroutine", ml_lib_coroutine,        NULL },
    { "debug",     ml_lib_debug,            NULL },
    { "io",        ml_lib_io,               ml_lib_open_io },
    { "math",      ml_lib_math,             ml_lib_open_math },
    { "os",        ml_lib_os,               NULL },
    { "package",   none,                    ml_lib_open_package },
    { "string",    ml_lib_string,           NULL },
    { "table",     ml_lib_table,            NULL },
    { "table",     ml_lib_concat,           NULL },
    { "table",     ml_lib_sort,             NULL },
    { "utf8",      ml_lib_utf8,             NULL },
    { "native",    ml_lib_native_print,     NULL },
    { "native",    ml_lib_native_coroutine, NULL },
    { "native",    ml_lib_native_io,        NULL },
    { "native",    ml_lib_native_os,        NULL },
    { "native",    ml_lib_native_process,   NULL },
    { "native",    ml_lib_native_realm,     NULL },
    { "native",    ml_lib_native_string,    NULL },
    { "native.lfs", ml_lib_lfs,            NULL },
    { NULL,        NULL,                    NULL }
};
