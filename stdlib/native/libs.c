/*
 * libs.c - the list of native libraries. A new library is a line here.
 */
#include "stdlib/native/libs.h"

/* package has no native functions, only fields */
static const NativeDef none[] = { { NULL, NULL, NULL } };

const NativeLib ml_stdlib_native[] = {
    { "_G",        ml_lib_base,             ml_lib_open_base,
      "next assert getmetatable ipairs pairs rawequal rawget rawlen rawset select setmetatable "
      "tonumber tostring type" },
    { "_G",        ml_lib_load,             NULL, NULL },
    { "_G",        ml_lib_print,            NULL, NULL },
    { "_G",        ml_lib_process,          NULL,
      "pcall xpcall error freeze isfrozen" },
    { "_G",        ml_lib_leader,           NULL, NULL },
    { "coroutine", ml_lib_coroutine,        NULL, "*" },
    { "debug",     ml_lib_debug,            NULL,
      "getinfo getmetatable getupvalue setmetatable traceback" },
    { "io",        ml_lib_io,               ml_lib_open_io, "type" },
    { "math",      ml_lib_math,             ml_lib_open_math,
      "abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp ldexp log log10 max min "
      "modf pow rad sin sinh sqrt tan tanh tointeger type ult" },
    { "os",        ml_lib_os,               NULL, "difftime getenv" },
    { "package",   none,                    ml_lib_open_package, NULL },
    { "string",    ml_lib_string,           NULL, "*" },
    { "table",     ml_lib_table,            NULL, "*" },
    { "table",     ml_lib_concat,           NULL, "*" },
    { "table",     ml_lib_sort,             NULL, "*" },
    { "utf8",      ml_lib_utf8,             NULL, "*" },
    { "native",    ml_lib_native_module,    NULL, "ask is_trial" },
    { "native",    ml_lib_native_print,     NULL, NULL },
    { "native",    ml_lib_native_coroutine, NULL, "*" },
    { "native",    ml_lib_native_io,        NULL, NULL },
    { "native",    ml_lib_native_os,        NULL, NULL },
    { "native",    ml_lib_native_process,   NULL, "freeze_as_is" },
    { "native",    ml_lib_native_leader,    NULL, NULL },
    { "native",    ml_lib_native_string,    NULL, "*" },
    { "native.lfs", ml_lib_lfs,              NULL, NULL },
    { NULL,        NULL,                    NULL, NULL }
};
