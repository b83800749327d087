/*
 * package.c - where require looks. Only the fields are made here, at boot,
 * because they depend on the environment; require is in stdlib/package.lua.
 *
 * The path is LUA_PATH_5_4 or LUA_PATH, in which ";;" stands for the default:
 * that of Debian's lua5.4, with a folder of our own in front when there is one.
 */
#include <stdlib.h>
#include <string.h>

#include "stdlib/native/libs.h"

#ifdef MOONLET_DATADIR
#define OURS MOONLET_DATADIR "/?.lua;" MOONLET_DATADIR "/?/init.lua;"
#else
#define OURS ""
#endif

#define LUA "/usr/local/share/lua/5.4/"
#define LUALIB "/usr/local/lib/lua/5.4/"
#define DEBIAN "/usr/share/lua/5.4/"

static const char default_path[] =
    OURS LUA "?.lua;" LUA "?/init.lua;" LUALIB "?.lua;" LUALIB "?/init.lua;"
    DEBIAN "?.lua;" DEBIAN "?/init.lua;./?.lua;./?/init.lua";

#if defined __aarch64__
#define TRIPLET "aarch64-linux-gnu"
#else
#define TRIPLET "x86_64-linux-gnu"
#endif

/* Nothing is loaded from there: what is found is told to be a C module. */
static const char default_cpath[] =
    LUALIB "?.so;/usr/lib/" TRIPLET "/lua/5.4/?.so;/usr/lib/lua/5.4/?.so;" LUALIB "loadall.so;./?.so";

/* `set` with the default in place of ";;", without a separator too many. */
static Str *expand(Heap *h, const char *set, const char *def)
{
    const char *mark = strstr(set, ";;");
    if (!mark)
        return ml_str_new(h, set, strlen(set));
    size_t before = (size_t)(mark - set), len = strlen(def);
    size_t after = strlen(mark + 2);
    char *out;
    Str *s = ml_str_room(h, before + (before > 0) + len + (after > 0) + after,
                         &out);
    memcpy(out, set, before);
    out += before;
    if (before)
        *out++ = ';';
    memcpy(out, def, len);
    out += len;
    if (after)
        *out++ = ';';
    memcpy(out, mark + 2, after);
    return s;
}

static Str *path_of(Heap *h, const char *name, const char *other,
                    const char *def)
{
    const char *set = getenv(name);
    if (!set)
        set = getenv(other);
    return set ? expand(h, set, def) : ml_str_new(h, def, strlen(def));
}

void ml_lib_open_package(Vm *vm, Heap *h, Tab *lib)
{
    Str *path = path_of(h, "LUA_PATH_5_4", "LUA_PATH", default_path);
    Str *cpath = path_of(h, "LUA_CPATH_5_4", "LUA_CPATH", default_cpath);
    ml_tab_sets(h, lib, "path", ml_v_str(path));
    ml_tab_sets(h, lib, "cpath", ml_v_str(cpath));
    ml_tab_sets(h, lib, "config", ml_v_str(ml_sym(vm, "/\n;\n?\n!\n-\n")));
}
