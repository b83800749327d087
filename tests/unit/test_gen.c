/* test_gen.c - from text to code: what the compiler makes of a program. */

#include <stdbool.h>

#include "lang/compile.h"
#include "tests/unit/test.h"
#include "vm/base/buf.h"
#include "vm/code/verify.h"
#include "vm/data/str.h"

typedef struct Lab {            /* a compiler and what it made last */
    Mem          mem;
    struct Symtab *symtab;
    Image       *im;
    CompileError err;
    Buf          dump;
} Lab;

static void lab_init(Lab *l)
{
    ml_mem_init(&l->mem, NULL, NULL, 0);
    l->symtab = ml_symtab_new(&l->mem, 7);
    l->im = NULL;
    l->err = (CompileError){ .mem = &l->mem };
    ml_buf_init(&l->dump, &l->mem);
}

static void lab_clear(Lab *l)
{
    if (l->im)
        ml_image_unref(l->im);
    l->im = NULL;
    ml_compile_error_fini(&l->err);
    ml_buf_fini(&l->dump);
    ml_buf_init(&l->dump, &l->mem);
}

/* Bytes that are left. */
static size_t lab_fini(Lab *l)
{
    lab_clear(l);
    ml_symtab_free(l->symtab);
    return ml_mem_used(&l->mem);
}

/* The listing, or the message of what is wrong with text or code. */
static const char *compile(Lab *l, const char *src, unsigned flags)
{
    CompileEnv env = { &l->mem, l->symtab, 7, 0 };
    lab_clear(l);
    l->im = ml_compile(&env, "=t", src, strlen(src), flags, &l->err);
    if (!l->im)
        return l->err.msg ? l->err.msg : "no message";
    const char *bad = ml_image_verify(l->im, NULL);
    if (bad)
        return bad;
    ml_image_dump(l->im, &l->dump);
    return ml_buf_cstr(&l->dump);
}

/* Instructions of this kind in the function number `child` of the main
 * function, -1: in the main function itself. */
static int ops(const Lab *l, int child, Op op)
{
    const Proto *p = child < 0 ? l->im->main : l->im->main->protos[child];
    int n = 0;
    for (uint32_t i = 0; i < p->ncode; i++)
        n += p->code[i].op == op;
    return n;
}

static const char *const programs[] = {
    "",
    "return",
    "local a, b, c = f() local d, e = 1, 2, g() return a, b, c, d, e",
    "local a, b <const>, c = 1, 5, f() return a + b, c",
    "local a <close> = x do local b <close> = y return b end",
    "a.b.c, d[e], g = h(), 2 a, b = b, a local i, t i, t[i], t.x = i + 1, 20, 3",
    "local t = {} t.x, t = t, {t} return {f(), f()}, {n = 1, [2] = 3; ...}",
    "return a.b[c](d, ...):e{f}:g's'.h, (f()), ...",
    "while a do if b then break elseif c then goto out end a = a - 1 end ::out::",
    "repeat local x <close> = f() if x then goto c end y() ::c:: until x",
    "for i = 1, 10 do f(function() i = i + 1 return i end) end",
    "for i = 10, 1, -1 do local x = i f(function() return x end) end",
    "for k, v, w in pairs(t) do if k then break end t[k] = function() v = w end end",
    "do goto a; local x; ::a:: end ::b:: goto b",
    "local x = a and b or c and not d or (e == f) local y = not (a < b and c)",
    "if not (a == nil or b ~= false and 'x' == c) and 5 < d and d <= 6 then e() end",
    "x = - - not # ~ y ^ -2 ^ z .. a .. b // 1 % 2.5 << 3 >> 4 & 5 | 6 ~ 7",
    "local function f(n) if n > 0 then return f(n - 1) end return function() return f end end",
    "function a.b.c:d(e) self.x = e end function g(...) return select('#', ...) end",
    "local f; function f() return f end f = nil",
    "local _ENV = {a = 1} a = b local function f() return a end",
    "_ENV = _ENV.x local function f() _ENV = y end return a",
    "local function f(a, ...) local b <close> = a return f(b, ...) end",
    "p ! {1, 2} (f()) ! nil",
    "receive end",
    "receive after 10 then f() end receive else g() end",
    "receive case x then f(x) case {'a', y: integer, ...} if y > 3 then return y after z then end",
    "local r, n = f() receive case {^r, x} | {x, ^(n + 1)} if x then n = x case {a = ^r} then end",
    "while true do receive case {1, [true] = x or 5, k = {y or g(), z = {} or nil, ...r} or nil, "
        "...q} as m if f(function() return x, y, q, m end) then x, y, q, m, r = 1 break "
        "case 'a' | {_: pid, _ or nil} | 1.5 | -3 | nil then goto e else h() end end ::e::",
};

TEST(code_is_fit_to_run)
{
    Lab l;
    lab_init(&l);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        for (unsigned flags = 0; flags < 16; flags++) {
            const char *out = compile(&l, programs[i], flags);
            if (!l.im || l.dump.len == 0)
                TEST_FAIL("%s: %s", programs[i], out);
        }
    }
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(running_out_of_memory_gives_everything_back)
{
    Lab l;
    lab_init(&l);
    CompileEnv env = { &l.mem, l.symtab, 7, 0 };
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        for (int nth = 1;; nth++) {
            CompileError err;
            atomic_store(&l.mem.fail_in, nth);
            Image *im = ml_compile(&env, "=t", programs[i], strlen(programs[i]),
                                   COMPILE_KEEP_SOURCE | (nth & COMPILE_DYNAMIC), &err);
            atomic_store(&l.mem.fail_in, 0);
            if (im) {
                ml_image_unref(im);
                break;
            }
            CHECK(err.oom);
            ml_compile_error_fini(&err);
        }
    }
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(constants_are_folded_as_far_as_it_is_safe)
{
    Lab l;
    lab_init(&l);
    compile(&l, "return 2 + 3 * 4 ^ 2 // 1 - (7 & 3), 'a' .. 'b', not nil", 0);
    CHECK_EQ(ops(&l, -1, OP_ADDI) + ops(&l, -1, OP_MULK) + ops(&l, -1, OP_POWK), 0);
    CHECK_EQ(ops(&l, -1, OP_CONCAT), 1);
    compile(&l, "return 1 // 0, 1 % 0, 1 / 0, 0.0 * 1, -0.0, 1 << 1.5, 2 ^ 1024 - 2 ^ 1024", 0);
    CHECK_EQ(ops(&l, -1, OP_IDIVK), 1);
    CHECK_EQ(ops(&l, -1, OP_MODK), 1);
    CHECK_EQ(ops(&l, -1, OP_DIVK), 1);
    CHECK_EQ(ops(&l, -1, OP_MULK), 1);
    CHECK_EQ(ops(&l, -1, OP_UNM), 1);
    CHECK_EQ(ops(&l, -1, OP_SHL), 1);
    CHECK_EQ(ops(&l, -1, OP_SUBK), 1);
    compile(&l, "local x <const>, s <const> = 5, 'k' return function() return x + 1, t[s] end", 0);
    CHECK_EQ(l.im->main->protos[0]->nups, 0);
    CHECK_EQ(ops(&l, 0, OP_GETFIELD), 1);
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(equal_constants_are_one_and_zeros_differ)
{
    Lab l;
    lab_init(&l);
    compile(&l, "f(1e300, 1e300, 'a', 'a', 0.5, 1 << 40, 1 << 40)", 0);
    CHECK_EQ(l.im->main->nk, 5);
    compile(&l, "f(x * 0, x * 0.0)", 0);
    CHECK_EQ(l.im->main->nk, 4);
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(what_is_never_assigned_is_captured_by_value)
{
    Lab l;
    lab_init(&l);
    compile(&l, "local a, b = f() return function() b = 1 return a, b end", 0);
    const Proto *p = l.im->main->protos[0];
    CHECK_EQ(p->nups, 2);
    for (int i = 0; i < 2; i++)
        CHECK_EQ(p->head.ups[i].boxed, ml_str_data(p->head.ups[i].name)[0] == 'b');
    CHECK_EQ(ops(&l, -1, OP_NEWBOX), 1);

    compile(&l, "local x; local function f() return x end x = 1", 0);
    CHECK_EQ(ops(&l, -1, OP_NEWBOX), 1);
    CHECK_EQ(ops(&l, -1, OP_SETBOX), 1);

    compile(&l, "local x = 1 x = 2 x = x + 1 return x", 0);
    CHECK_EQ(ops(&l, -1, OP_NEWBOX), 0);

    compile(&l, "return function(p) return function() p = p + 1 end end", 0);
    CHECK_EQ(ops(&l, 0, OP_NEWBOX), 1);
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(functions_that_capture_nothing_are_constants)
{
    Lab l;
    lab_init(&l);
    compile(&l,
            "local function even(n) if n == 0 then return true end return even(n - 2) end\n"
            "local half = function(x) return x // 2 end\n"
            "local function both(n) return function() return even(n), half(n), both end end\n"
            "return both", 0);
    CHECK_EQ(ops(&l, -1, OP_CLOSURE), 0);
    CHECK_EQ(ops(&l, -1, OP_LOADK), 3);
    CHECK_EQ(l.im->main->protos[2]->protos[0]->nups, 1);
    CHECK(l.im->main->protos[0]->closure != NULL);
    CHECK_EQ(ops(&l, 0, OP_GETSELF), 1);

    /* assigned later: an ordinary variable */
    compile(&l, "local function f() return f end f = 1", 0);
    CHECK_EQ(ops(&l, -1, OP_CLOSURE), 1);
    CHECK_EQ(l.im->main->protos[0]->head.ups[0].boxed, 1);

    /* captures something, and an inner function names it */
    compile(&l, "local x = g() local function f() return x, function() return f end end", 0);
    CHECK_EQ(l.im->main->protos[0]->nups, 1);
    CHECK_EQ(ops(&l, 0, OP_GETSELF), 1);
    CHECK_EQ(ops(&l, 0, OP_CLOSURE), 1);
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(globals_and_env)
{
    Lab l;
    lab_init(&l);
    compile(&l, "local function f() return print, function() x = y end end return f, print", 0);
    CHECK_EQ(l.im->main->nglobals, 3);
    CHECK_EQ(l.im->main->protos[0]->nglobals, 3);
    CHECK_EQ(l.im->main->uses_env, 0);
    CHECK_EQ(l.im->explicit_env, 0);

    /* a constant function brings its globals to who mentions it */
    compile(&l, "local function f() return print end local function g() return f end", 0);
    CHECK_EQ(l.im->main->protos[1]->nglobals, 1);

    compile(&l, "return _G", 0);
    CHECK_EQ(l.im->main->uses_env, 1);
    compile(&l, "x = 1 return _ENV, function() return y end", 0);
    CHECK_EQ(l.im->explicit_env, 1);
    CHECK_EQ(l.im->main->nups, 1);
    CHECK_EQ(l.im->main->head.ups[0].boxed, 0);
    CHECK_EQ(ops(&l, -1, OP_SETFIELD), 1);
    CHECK_EQ(ops(&l, 0, OP_GETFIELD), 1);
    CHECK_STR(ml_str_data(l.im->main->protos[0]->head.ups[0].name), "_ENV");
    compile(&l, "return function() _ENV = {} end", COMPILE_ENV);
    CHECK_EQ(l.im->main->head.ups[0].boxed, 1);
    compile(&l, "local _ENV = {} x = 1", 0);
    CHECK_EQ(l.im->explicit_env, 0);
    CHECK_EQ(l.im->main->nglobals, 0);
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(the_prompt_keeps_locals)
{
    Lab l;
    lab_init(&l);
    compile(&l, "local x <const>, y = 41 local function f() return x end do local z = 1 end",
            COMPILE_REPL);
    CHECK_EQ(ops(&l, -1, OP_SETGLOBAL), 3);
    CHECK_EQ(l.im->main->nlocals, 1);
    compile(&l, "for i = 1, 3 do", COMPILE_REPL);
    CHECK(!l.im && l.err.incomplete);
    compile(&l, "for i = 1, = do", COMPILE_REPL);
    CHECK(!l.im && !l.err.incomplete);
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(mistakes_are_told_as_stock_lua_does)
{
    static const char *const wrong[][2] = {
        { "goto x", "t:1: no visible label 'x' for <goto> at line 1" },
        { "goto x do ::x:: end", "t:1: no visible label 'x' for <goto> at line 1" },
        { "do goto x local y ::x:: print(y) end",
          "t:1: <goto x> at line 1 jumps into the scope of local 'y'" },
        { "repeat goto x local y ::x:: until y",
          "t:1: <goto x> at line 1 jumps into the scope of local 'y'" },
        { "\n::a::\n::a::", "t:3: label 'a' already defined on line 2" },
        { "break", "t:1: break outside a loop at line 1" },
        { "while x do f(function() break end) end", "t:1: break outside a loop at line 1" },
        { "local x <const> = 1 x = 2", "t:1: attempt to assign to const variable 'x'" },
        { "local x <close> = f() function x() end",
          "t:1: attempt to assign to const variable 'x'" },
        { "local a <close>, b <close> = f()",
          "t:1: multiple to-be-closed variables in local list" },
    };
    Lab l;
    lab_init(&l);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_STR(compile(&l, wrong[i][0], 0), wrong[i][1]);
    CHECK_EQ(lab_fini(&l), 0);
}

/* n times `part`, between `before` and `after` */
static char *many(const char *before, const char *part, int n, const char *after)
{
    size_t size = strlen(before) + strlen(part) * (size_t)n + strlen(after) + 1;
    char *s = malloc(size), *p = s;
    p += sprintf(p, "%s", before);
    for (int i = 0; i < n; i++)
        p += sprintf(p, "%s", part);
    sprintf(p, "%s", after);
    return s;
}

TEST(limits)
{
    static const struct { const char *before, *part, *after; int n; const char *says; } t[] = {
        { "", "local a ", "", 201, "too many local variables (limit is 200) in main function" },
        { "f(", "1,", "1)", 300, "function or expression needs too many registers" },
        { "x = a", " .. a", "", 300, "function or expression needs too many registers" },
        { "", "local a ", "", 200, NULL },
        { "f(", "1,", "1)", 200, NULL },
    };
    Lab l;
    lab_init(&l);
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char *src = many(t[i].before, t[i].part, t[i].n, t[i].after);
        const char *out = compile(&l, src, 0);
        free(src);
        if (t[i].says)
            CHECK(!l.im && strstr(out, t[i].says));
        else
            CHECK(l.im && l.dump.len > 0);
    }
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(long_chains_need_no_stack)
{
    static const char *const t[][3] = {
        { "x = a", " + a", "" }, { "x = a", " == a", "" }, { "x = a", ".b[c]", "" },
        { "x = a", "()", "" }, { "x = a", " and a", "" }, { "x = ", "not ", "a" },
        { "x = ", "- ", "1" }, { "x = 1", " + 1", "" },
        { "if a then ", " elseif b then c()", " end" },
        { "receive case {1}", " | {2}", " if x then end" },
    };
    Lab l;
    lab_init(&l);
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char *src = many(t[i][0], t[i][1], (int)test_scale(20000, 300), t[i][2]);
        compile(&l, src, 0);
        free(src);
        CHECK(l.im && l.dump.len > 0);
    }
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(a_receive_says_where_its_guards_and_bodies_are)
{
    Lab l;
    lab_init(&l);
    compile(&l, "receive\n"
                "  case {'add', n: integer} if n > f() then g(n)\n"
                "  case {x = x or h()} then g(x)\n"
                "  after 10 then g()\n"
                "end", 0);
    const Proto *p = l.im->main;
    CHECK_EQ(p->nclauses, 2);
    CHECK_STR(ml_str_data(p->clauses[0].text), "{'add', n: integer}");
    CHECK_EQ(p->clauses[0].line, 2);
    CHECK_EQ(p->code[p->clauses[1].recv].op, OP_RECV);
    CHECK_EQ(p->nguards, 2);
    for (uint32_t i = 0; i < p->nguards; i++) {
        CHECK_EQ(p->code[p->guards[i].start - 1].op, OP_GUARD);
        CHECK_EQ(p->code[p->guards[i].end].op, OP_GUARD);
        CHECK(p->guards[i].fail > p->guards[i].end);
    }
    CHECK_EQ(ops(&l, -1, OP_RECVHOLD), 2);
    CHECK_EQ(ops(&l, -1, OP_RECVMARK), 0);
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(a_receive_that_only_pins_is_marked)
{
    Lab l;
    lab_init(&l);
    compile(&l, "local r, s = f() receive case {^r, x} then case {'D', {^s}} | ^r then end", 0);
    CHECK_EQ(ops(&l, -1, OP_RECVMARK), 1);
    CHECK_EQ(ops(&l, -1, OP_PINCHECK), 2);
    compile(&l, "local r = f() receive case {^r, x} then case {y = ^r or nil} then end", 0);
    CHECK_EQ(ops(&l, -1, OP_RECVMARK), 0);
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(places_of_errors)
{
    Lab l;
    lab_init(&l);
    compile(&l, "a =\nb\n+\nc\nf\n.g\n(\n1)", 0);
    const Proto *p = l.im->main;
    for (uint32_t i = 0; i < p->ncode; i++) {
        if (p->code[i].op == OP_ADD)
            CHECK_EQ(p->pos[i].line, 3);
        if (p->code[i].op == OP_GETFIELD)
            CHECK_EQ(p->pos[i].line, 6);
        if (p->code[i].op == OP_CALL)          /* where its expression begins */
            CHECK_EQ(p->pos[i].line, 5);
    }
    compile(&l, "local t = x  print(t.y.z + 1)", 0);
    p = l.im->main;
    for (uint32_t i = 0; i < p->ncode; i++) {
        if (p->code[i].op == OP_ADDI) {
            CHECK_EQ(p->pos[i].col, 20);
            CHECK_EQ(p->pos[i].endcol, 29);
        }
    }
    CHECK_EQ(lab_fini(&l), 0);
}

TEST(the_listing_reads_well)
{
    Lab l;
    lab_init(&l);
    CHECK_STR(compile(&l, "local function add(a, b)\n  return a + b\nend\nprint(add(1, x))", 0),
              "main chunk of t: 5 registers, no upvalues, 3 constants (one shared function)\n"
              "     0     1  LOADK    R0 function add          add = function add\n"
              "     1     4  GETGLOBAL R1 \"print\"              R1 = global print\n"
              "     2     4  MOVE     R2 R0                    R2 = add\n"
              "     3     4  LOADI    R3 1                     R3 = 1\n"
              "     4     4  GETGLOBAL R4 \"x\"                  R4 = global x\n"
              "     5     4  CALL     R2 3 0                   call R2 with 2 arguments, all values to R2\n"
              "     6     4  CALL     R1 0 1                   call R1 with all values\n"
              "     7     4  RETURN   R0 1 1                   return\n"
              "\n"
              "function add(a, b), lines 1-3: 3 registers, no upvalues, no constants (one shared function)\n"
              "     0     2  ADD      R2 R0 R1                 R2 = a + b\n"
              "     1     2  RETURN1  R2                       return R2\n");
    CHECK_EQ(lab_fini(&l), 0);
}

TEST_MAIN
