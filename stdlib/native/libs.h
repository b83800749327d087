#ifndef ML_STDLIB_LIBS_H
#define ML_STDLIB_LIBS_H

#include "vm/native.h"

/*
 * libs.h - every native library, in the order in which they are opened. One
 * name may occur several times: the entries are merged into one table. "_G"
 * is the table of globals, "native" the helpers that only stdlib/ sees,
 * "native.x" a table of that name among them.
 */
extern const NativeLib ml_stdlib_native[];      /* ends with name NULL */

/* base.c, load.c, print.c, package.c */
extern const NativeDef ml_lib_base[];
extern const NativeDef ml_lib_load[];
extern const NativeDef ml_lib_print[];
extern const NativeDef ml_lib_native_print[];
void ml_lib_open_base(Vm *vm, Heap *h, Tab *lib);
void ml_lib_open_package(Vm *vm, Heap *h, Tab *lib);

/* module.c */
extern const NativeDef ml_lib_native_module[];

/* table.c, concat.c, sort.c; math.c; debug.c */
extern const NativeDef ml_lib_table[];
extern const NativeDef ml_lib_concat[];
extern const NativeDef ml_lib_sort[];
extern const NativeDef ml_lib_math[];
void ml_lib_open_math(Vm *vm, Heap *h, Tab *lib);
extern const NativeDef ml_lib_debug[];

/* string.c, utf8.c */
extern const NativeDef ml_lib_string[];
extern const NativeDef ml_lib_utf8[];
extern const NativeDef ml_lib_native_string[];

/* os.c, io.c */
extern const NativeDef ml_lib_os[];
extern const NativeDef ml_lib_native_os[];
extern const NativeDef ml_lib_io[];
extern const NativeDef ml_lib_native_io[];
void ml_lib_open_io(Vm *vm, Heap *h, Tab *lib);

/* lfs.c */
extern const NativeDef ml_lib_lfs[];

/* coroutine.c; process.c (globals: pcall, error, spawn, send, ...) */
extern const NativeDef ml_lib_coroutine[];
extern const NativeDef ml_lib_native_coroutine[];
extern const NativeDef ml_lib_process[];
extern const NativeDef ml_lib_native_process[];
extern const NativeDef ml_lib_leader[];
extern const NativeDef ml_lib_native_leader[];
extern const NativeDef ml_lib_native_coroutine[];
extern const NativeDef ml_lib_native_process[];

#endif
