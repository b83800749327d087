/*
 * test_parse.c - the lexer, the parser and their messages.
 *
 * Trees are compared as text: `show` writes an expression with all its
 * brackets, a pattern with the kinds of its parts.
 */

#include "tests/unit/test.h"

#include <ucontext.h>

#include "lang/parse.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BIG_FRAMES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BIG_FRAMES 1
#endif
#endif
#ifndef __OPTIMIZE__
#define BIG_FRAMES 1
#endif

/* One compilation and all it needs. */
typedef struct Try {
    Mem       mem;
    Arena     arena;
    Diags     d;
    Buf       out;
    AstChunk *c;
} Try;

static AstChunk *try_bytes(Try *t, const char *src, size_t len)
{
    ml_mem_init(&t->mem, NULL, NULL, 0);
    ml_arena_init(&t->arena, &t->mem);
    ml_buf_init(&t->out, &t->mem);
    t->c = ml_parse(&t->arena, "=t", src, len, 7, &t->d);
    return t->c;
}

static AstChunk *try(Try *t, const char *src)
{
    return try_bytes(t, src, strlen(src));
}

/* The bytes that were not given back. */
static size_t done(Try *t)
{
    ml_buf_fini(&t->out);
    ml_arena_fini(&t->arena);
    return ml_mem_used(&t->mem);
}

static bool accepts(const char *src)
{
    Try  t;
    bool ok = try(&t, src) != NULL;
    if (!ok && t.d.n > 0)
        printf("# %u:%u: %s\n", t.d.item[0].pos.line, t.d.item[0].pos.col,
               t.d.item[0].msg);
    return done(&t) == 0 && ok;
}

static bool rejects(const char *src)
{
    Try  t;
    bool ok = try(&t, src) == NULL && t.d.n > 0;
    return done(&t) == 0 && ok;
}

/* ---- trees as text --------------------------------------------------------------- */

static void show(Buf *b, const Expr *e);

static void show_list(Buf *b, Expr **e, uint32_t n, const char *sep)
{
    for (uint32_t i = 0; i < n; i++) {
        ml_buf_puts(b, i ? sep : "");
        show(b, e[i]);
    }
}

static void show_suffix(Buf *b, const ExSuffix *s)
{
    switch (s->h.kind) {
    case EX_FIELD:
        ml_buf_printf(b, ".%s", s->name->s);
        return;
    case EX_INDEX:
        ml_buf_puts(b, "[");
        show(b, s->key);
        ml_buf_puts(b, "]");
        return;
    case EX_METHOD:
        ml_buf_printf(b, ":%s", s->name->s);
    }
    ml_buf_puts(b, "(");
    show_list(b, s->args, s->nargs, ",");
    ml_buf_puts(b, ")");
}

static void show_spine(Buf *b, const ExBin *top)
{
    const ExBin *n = top->bottom;
    for (const ExBin *x = n; ; x = x->up) {
        ml_buf_puts(b, "(");
        if (x == top)
            break;
    }
    show(b, n->l);
    for (; ; n = n->up) {
        ml_buf_puts(b, ml_ast_binop_name(n->h.op));
        show(b, n->r);
        ml_buf_puts(b, ")");
        if (n == top)
            break;
    }
}

static void show_table(Buf *b, const ExTable *t)
{
    ml_buf_puts(b, "{");
    for (uint32_t i = 0; i < t->n; i++) {
        const TabItem *it = &t->items[i];
        ml_buf_puts(b, i ? "," : "");
        if (it->name)
            ml_buf_printf(b, "%s=", it->name->s);
        if (it->key) {
            ml_buf_puts(b, "[");
            show(b, it->key);
            ml_buf_puts(b, "]=");
        }
        show(b, it->value);
    }
    ml_buf_puts(b, "}");
}

static void show(Buf *b, const Expr *e)
{
    switch ((ExKind)e->kind) {
    case EX_NIL:    ml_buf_puts(b, "nil"); break;
    case EX_TRUE:   ml_buf_puts(b, "true"); break;
    case EX_FALSE:  ml_buf_puts(b, "false"); break;
    case EX_VARARG: ml_buf_puts(b, "..."); break;
    case EX_INT:
        ml_buf_printf(b, "%lld", (long long)AST_AS(const ExInt, e)->v);
        break;
    case EX_FLT:
        ml_buf_printf(b, "%.17gf", AST_AS(const ExFlt, e)->v);
        break;
    case EX_STR:
        ml_buf_printf(b, "'%s'", AST_AS(const ExStr, e)->s->s);
        break;
    case EX_FUNC:
        ml_buf_printf(b, "func%u", AST_AS(const ExFunc, e)->f->index);
        break;
    case EX_NAME:
        ml_buf_puts(b, AST_AS(const ExName, e)->name->s);
        break;
    case EX_PAREN:
        ml_buf_puts(b, "<");
        show(b, AST_AS(const ExParen, e)->e);
        ml_buf_puts(b, ">");
        break;
    case EX_FIELD: case EX_INDEX: case EX_CALL: case EX_METHOD: {
        const ExSuffix *s = AST_AS(const ExSuffix, e)->bottom;
        show(b, s->obj);
        for (show_suffix(b, s); &s->h != e; show_suffix(b, s))
            s = s->up;
        break;
    }
    case EX_UN:
        ml_buf_printf(b, "(%s ", ml_ast_unop_name(e->op));
        show(b, AST_AS(const ExUn, e)->e);
        ml_buf_puts(b, ")");
        break;
    case EX_BIN:
        show_spine(b, AST_AS(const ExBin, e));
        break;
    case EX_CONCAT: case EX_POW: case EX_AND: case EX_OR:
        ml_buf_puts(b, "(");
        show_list(b, AST_AS(const ExList, e)->e, AST_AS(const ExList, e)->n,
                  e->kind == EX_CONCAT ? ".." : e->kind == EX_POW ? "^" :
                  e->kind == EX_AND ? " and " : " or ");
        ml_buf_puts(b, ")");
        break;
    case EX_TABLE:
        show_table(b, AST_AS(const ExTable, e));
        break;
    }
}

static void show_pat(Buf *b, const Pat *x)
{
    switch ((PatKind)x->kind) {
    case PAT_ANY:  ml_buf_puts(b, "_"); break;
    case PAT_BIND: ml_buf_printf(b, "?%s", x->var->name->s); break;
    case PAT_LIT:  show(b, x->e); break;
    case PAT_PIN:
        ml_buf_printf(b, "^%u:", x->pin);
        show(b, x->e);
        break;
    case PAT_TABLE:
        ml_buf_puts(b, "{");
        for (uint32_t i = 0; i < x->nitems; i++) {
            const PatItem *it = &x->items[i];
            if (it->key) {
                ml_buf_puts(b, it->kind == ITEM_KEY ? "[" : "");
                show(b, it->key);
                ml_buf_puts(b, it->kind == ITEM_KEY ? "]=" : "=");
            } else {
                ml_buf_printf(b, "%u=", it->index);
            }
            show_pat(b, it->pat);
            if (it->dflt) {
                ml_buf_puts(b, " or ");
                show(b, it->dflt);
            }
            ml_buf_puts(b, ";");
        }
        ml_buf_puts(b, x->rest == REST_IGNORE ? "..." : "");
        if (x->rest == REST_NAMED)
            ml_buf_printf(b, "...%s", x->var->name->s);
        ml_buf_puts(b, "}");
    }
    if (x->type != PT_NONE)
        ml_buf_printf(b, ":%s", ml_ast_type_name(x->type));
}

/* What `x = <text>` assigns, or the first message. */
static const char *expr(const char *text)
{
    static char answer[400];
    char src[400];
    Try  t;

    snprintf(src, sizeof src, "x = %s", text);
    if (try(&t, src))
        show(&t.out, AST_AS(StAssign, t.c->main->body.first)->exprs[0]);
    else
        ml_diag_short(&t.d, 0, &t.out);
    snprintf(answer, sizeof answer, "%s", ml_buf_cstr(&t.out));
    return done(&t) == 0 ? answer : "leak";
}

/* The patterns of the first clause of `receive case <text> then end`. */
static const char *pat(const char *text)
{
    static char answer[400];
    char src[400];
    Try  t;

    snprintf(src, sizeof src, "receive case %s then end", text);
    if (try(&t, src)) {
        const Clause *c = AST_AS(StReceive, t.c->main->body.first)->clauses;
        for (uint32_t i = 0; i < c->nalts; i++) {
            ml_buf_puts(&t.out, i ? " | " : "");
            show_pat(&t.out, c->alts[i]);
        }
        if (c->as)
            ml_buf_printf(&t.out, " as %s", c->as->name->s);
        if (c->guard) {
            ml_buf_puts(&t.out, " if ");
            show(&t.out, c->guard);
        }
        ml_buf_puts(&t.out, " /");
        for (uint32_t i = 0; i < c->nvars; i++)
            ml_buf_printf(&t.out, " %s", c->vars[i]->name->s);
    } else {
        ml_diag_short(&t.d, 0, &t.out);
    }
    snprintf(answer, sizeof answer, "%s", ml_buf_cstr(&t.out));
    return done(&t) == 0 ? answer : "leak";
}

/* All messages in the short form, lines joined by " / ". */
static const char *errors_of(const char *src)
{
    static char answer[1000];
    Try t;

    try(&t, src);
    for (uint32_t i = 0; i < t.d.n; i++) {
        ml_buf_puts(&t.out, i ? " / " : "");
        ml_diag_short(&t.d, i, &t.out);
    }
    snprintf(answer, sizeof answer, "%s", ml_buf_cstr(&t.out));
    return done(&t) == 0 ? answer : "leak";
}

static const char *long_form(const char *src)
{
    static char answer[1000];
    Try t;

    try(&t, src);
    ml_diags_long(&t.d, &t.out);
    snprintf(answer, sizeof answer, "%s", ml_buf_cstr(&t.out));
    return done(&t) == 0 ? answer : "leak";
}

/* ---- expressions --------------------------------------------------------------------- */

TEST(numbers)
{
    CHECK_STR(expr("9223372036854775807"), "9223372036854775807");
    CHECK_STR(expr("9223372036854775808"), "9.2233720368547758e+18f");
    CHECK_STR(expr("0xffffffffffffffff"), "-1");
    CHECK_STR(expr("0x1ffffffffffffffff"), "-1");
    CHECK_STR(expr("0x.8p1"), "1f");
    CHECK_STR(expr("0xA.8"), "10.5f");
    CHECK_STR(expr("0x1P-2"), "0.25f");
    CHECK_STR(expr("3."), "3f");
    CHECK_STR(expr(".5"), "0.5f");
    CHECK_STR(expr("1e2"), "100f");
    CHECK_STR(expr("0.1"), "0.10000000000000001f");
    CHECK_STR(expr("123456789012345678901234567890e-20"),
              "1234567890.1234567f");
    CHECK_STR(expr("3x"), "t:1: malformed number near '3x'");
    CHECK_STR(expr("1..2"), "t:1: malformed number near '1..2'");
    CHECK_STR(expr("0x"), "t:1: malformed number near '0x'");
    CHECK_STR(expr("1e+"), "t:1: malformed number near '1e+'");
}

TEST(strings)
{
    CHECK_STR(expr("'\\65\\x42\\u{43}\\z  \n D'"), "'ABCD'");
    CHECK_STR(expr("'a\\\nb\\'\\\"'"), "'a\nb'\"'");
    CHECK_STR(expr("[[\na\r\nb]]"), "'a\nb'");
    CHECK_STR(expr("[==[]]]=]]==]"), "']]]=]'");
    CHECK_STR(expr("'\\u{20AC}'"), "'\xE2\x82\xAC'");
    CHECK_STR(expr("'\\u{7FFFFFFF}'"), "'\xFD\xBF\xBF\xBF\xBF\xBF'");
    CHECK_STR(expr("'\\u{80000000}'"),
              "t:1: UTF-8 value too large near ''\\u{80000000'");
    CHECK_STR(expr("'\\q'"), "t:1: invalid escape sequence near ''\\q'");
    CHECK_STR(expr("'\\300'"), "t:1: decimal escape too large near ''\\300''");
    CHECK_STR(expr("'\\xg'"),
              "t:1: hexadecimal digit expected near ''\\xg'");
    CHECK_STR(expr("'a\n"), "t:1: unfinished string near ''a'");
    CHECK_STR(expr("[=x"),
              "t:1: invalid long string delimiter near '[='");
    CHECK_STR(expr("[[a"), "t:1: unfinished long string (starting at line 1) "
              "near <eof>");

    Try t;
    static const char nul[] = "x = '\0a' .. [[\0]]";
    CHECK(try_bytes(&t, nul, sizeof nul - 1));
    ExList *e = AST_AS(ExList, AST_AS(StAssign, t.c->main->body.first)->exprs[0]);
    CHECK_EQ(AST_AS(ExStr, e->e[0])->s->len, 2);
    CHECK_EQ(AST_AS(ExStr, e->e[1])->s->len, 1);
    CHECK_EQ(done(&t), 0);
}

TEST(operators)
{
    CHECK_STR(expr("a+b-c*d"), "((a+b)-(c*d))");
    CHECK_STR(expr("a..b..c+d"), "(a..b..(c+d))");
    CHECK_STR(expr("-a^-b^c"), "(- (a^(- (b^c))))");
    CHECK_STR(expr("not a == b"), "((not a)==b)");
    CHECK_STR(expr("a or b and c or d"), "(a or (b and c) or d)");
    CHECK_STR(expr("a<b==c"), "((a<b)==c)");
    CHECK_STR(expr("1|2~3&4<<5 ..6"), "(1|(2~(3&(4<<(5..6)))))");
    CHECK_STR(expr("a//b%c"), "((a//b)%c)");
    CHECK_STR(expr("- - ~#a"), "(- (- (~ (# a))))");
    CHECK_STR(expr("2^3^2*2"), "((2^3^2)*2)");
    CHECK_STR(expr("((a))"), "<a>");
}

TEST(suffixes)
{
    CHECK_STR(expr("a.b[c]:d(1,...)'s'{x}"), "a.b[c]:d(1,...)('s')({x})");
    CHECK_STR(expr("(f)()()"), "<f>()()");
    CHECK_STR(expr("{1,a=2,[3]=4;f(),}"), "{1,a=2,[3]=4,f()}");
    CHECK_STR(expr("{{},{{}}}"), "{{},{{}}}");
    CHECK_STR(expr("f{a={f}}.b"), "f({a={f}}).b");
    CHECK_STR(expr("{function() return {1} end, 2}"), "{func1,2}");
}

TEST(functions_are_listed)
{
    Try t;
    CHECK(try(&t, "function a.b:c(x, ...) end local function g() end\n"
                  "local h, t = function() end, { k = function() end }"));
    CHECK_EQ(t.c->nfuncs, 5);
    AstFunc *f = t.c->main->next;
    CHECK_STR(f->path->s, "a.b:c");
    CHECK_STR(f->name->s, "c");
    CHECK(f->method && f->vararg);
    CHECK_EQ(f->nparams, 2);
    CHECK_STR(f->params[0]->name->s, "self");
    CHECK_EQ(f->off, 0);
    CHECK_EQ(f->endoff, 26);
    CHECK_STR(f->next->name->s, "g");
    CHECK_STR(f->next->next->name->s, "h");
    CHECK_STR(f->next->next->next->name->s, "k");
    CHECK(f->next->parent == t.c->main);
    CHECK_EQ(done(&t), 0);
}

TEST(first_line_of_a_script)
{
    CHECK(accepts("\xEF\xBB\xBFx = 1"));
    CHECK(rejects("#!/usr/bin/env moonlet\nx = 1"));      /* is the caller's to skip */
    CHECK(accepts(""));
}

/* ---- the dialect ------------------------------------------------------------------------ */

TEST(patterns)
{
    CHECK_STR(pat("{\"incr\", by: integer}"), "{1='incr';2=?by:integer;} / by");
    CHECK_STR(pat("\"reset\" | {\"reset\"}"), "'reset' | {1='reset';} /");
    CHECK_STR(pat("{^ref, ^(a.b + 1), _}"), "{1=^0:ref;2=^1:(a.b+1);3=_;} /");
    CHECK_STR(pat("{first, ...more} as msg if #more < 100"),
              "{1=?first;...more} as msg if ((# more)<100) / first more");
    CHECK_STR(pat("{kind = k: string, [1] = tag or nil, [-2.5] = 1, ...}"),
              "{'kind'=?k:string;[1]=?tag or nil;[-2.5f]=1;...} / k tag");
    CHECK_STR(pat("{a, b} | {b = a: function, c = {b}}"),
              "{1=?a;2=?b;} | {'b'=?a:function;'c'={1=?b;};} / a b");
    CHECK_STR(pat("as as x"), "?as as x / as");
    CHECK_STR(pat("-9223372036854775807 | nil | true | 1.5"),
              "-9223372036854775807 | nil | true | 1.5f /");
    CHECK_STR(pat("{_: pid, {}, ..._}"), "{1=_:pid;2={};...} /");
    CHECK_STR(pat("{x or function() receive case x then end end}"),
              "{1=?x or func1;} / x");
}

TEST(wrong_patterns)
{
    CHECK_STR(pat("as as x as"), "t:1: 'then' expected near 'as'");
    CHECK_STR(pat("{a, a}"), "t:1: 'a' is bound twice in one pattern");
    CHECK_STR(pat("{a, ...a}"), "t:1: 'a' is bound twice in one pattern");
    CHECK_STR(pat("a as a"), "t:1: 'a' is bound twice in one clause");
    CHECK_STR(pat("{a} | {b}"), "t:1: 'b' is not bound by the other "
              "alternatives of this clause");
    CHECK_STR(pat("{a, b} | {a}"), "t:1: this alternative does not bind 'b', "
              "which the others bind");
    CHECK_STR(pat("x: int"), "t:1: unknown type 'int'");
    CHECK_STR(pat("{[nil] = 1}"), "t:1: nil cannot be a key");
    CHECK_STR(pat("{..., a}"), "t:1: '}' expected near 'a'");
    CHECK_STR(pat("f()"), "t:1: 'then' expected near '('");
    CHECK_STR(pat("-'a'"), "t:1: pattern expected near ''a''");
}

TEST(a_clause_ends_at_the_next)
{
    CHECK(accepts("receive case 1 then return case 2 then end"));
    CHECK(accepts("receive case 1 then return after 2 then end"));
    CHECK(accepts("receive case 1 then case(2) after{3} case[1] = 2 end"));
    CHECK(accepts("receive case 1 then case.x = 1 case:y() after 5 then end"));
    CHECK(accepts("receive case case then after, case = 1, 2 after after "
                  "then end"));
    CHECK(accepts("receive case 1 then after[[x]] case [[x]] then end"));
    CHECK(accepts("receive case 1 then do case{1} end after (2) then end"));
    CHECK(accepts("receive case 1 then case ! 1 after ! 2 end"));
    CHECK(accepts("receive end"));
    CHECK(rejects("receive case 1 then do case {1} then end end"));
    CHECK(rejects("receive after 1 then else end"));
    CHECK(rejects("receive case 1 then else after 1 then end"));
}

/* From doc: rejected by Lua 5.4, free for the dialect. */
TEST(boundary_lines_that_are_new)
{
    CHECK(accepts("receive case {\"incr\", n} then total = total + n end"));
    CHECK(accepts("receive case \"stop\" then return end"));
    CHECK(accepts("receive after 10 then x() end"));
    CHECK(accepts("receive else x() end"));
    CHECK(accepts("f() receive case {1} then end"));
    CHECK(accepts("do receive\ncase x then end end"));
    CHECK(accepts("pid ! {1,2}"));
    CHECK(accepts("receive ! 1"));
    CHECK(rejects("receive do end"));
    CHECK(rejects("x = pid ! {1}"));
    CHECK(rejects("receive local x"));
    CHECK(rejects("receive 5"));
    CHECK(rejects("receive ... "));
    CHECK(rejects("receive nil"));
    CHECK(rejects("receive function() end"));
    CHECK(rejects("receive ^ 2"));
    CHECK(rejects("receive < const >"));
    CHECK(rejects("spawn function() end"));
    CHECK(rejects("local p = spawn function() end"));
    CHECK(rejects("match x case 1 then end"));
}

TEST(boundary_lines_that_are_lua)
{
    static const char *const line[] = {
        "receive{1,2}", "receive(500)", "receive\"x\"", "receive[[x]]",
        "receive.x = 1", "receive:case(1)", "receive, after = 1, 2",
        "receive[1] = 2", "x = receive case{1}", "local receive case{1}",
        "goto receive ::receive:: case{1}", "repeat until receive case{1}",
        "for k in receive do end", "while receive do end",
        "if receive then case{1} end", "local p = spawn function f() end",
        "match(x) case{1}", "case{1} after(5) send\"x\"",
        "function receive() end function case() end",
        "x = receive\n| {\"get\"}", "x = a\n| {\"get\"} y = 1",
        "return receive"
    };
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        CHECK(accepts(line[i]));
}

/* ---- messages ----------------------------------------------------------------------------- */

TEST(messages_are_worded_as_in_stock_lua)
{
    CHECK_STR(errors_of("x ="), "t:1: unexpected symbol near <eof>");
    CHECK_STR(errors_of("x y"), "t:1: syntax error near 'y'");
    CHECK_STR(errors_of("if x\ny"), "t:2: 'then' expected near 'y'");
    CHECK_STR(errors_of("if x then\n\n"),
              "t:3: 'end' expected (to close 'if' at line 1) near <eof>");
    CHECK_STR(errors_of("local 1"), "t:1: <name> expected near '1'");
    CHECK_STR(errors_of("f("), "t:1: unexpected symbol near <eof>");
    CHECK_STR(errors_of("end"), "t:1: <eof> expected near 'end'");
    CHECK_STR(errors_of("for x = 1 do"), "t:1: ',' expected near 'do'");
    CHECK_STR(errors_of("for x do"), "t:1: '=' or 'in' expected near 'do'");
    CHECK_STR(errors_of("a.b:c = 1"),
              "t:1: function arguments expected near '='");
    CHECK_STR(errors_of("f() = 1"), "t:1: syntax error near '='");
    CHECK_STR(errors_of("(a) = 1"), "t:1: syntax error near '='");
    CHECK_STR(errors_of("local x <foo> = 1"),
              "t:1: unknown attribute 'foo'");
    CHECK_STR(errors_of("local x <close>, y <close> = 1"),
              "t:1: multiple to-be-closed variables in local list");
    CHECK_STR(errors_of("function f() return ... end"),
              "t:1: cannot use '...' outside a vararg function near '...'");
    CHECK_STR(errors_of("x = }"), "t:1: unexpected symbol near '}'");
    CHECK_STR(errors_of("x = \1"), "t:1: unexpected symbol near '<\\1>'");
    CHECK_STR(errors_of("function f(a,) end"),
              "t:1: <name> or '...' expected near ')'");
}

TEST(places_and_hints)
{
    CHECK_STR(long_form("local a\nif x = 1 then end"),
              "t:2:6: 'then' expected near '='\n"
              "    2 | if x = 1 then end\n"
              "      |      ^\n"
              "hint: `=` assigns; comparing is written `==`\n");
    CHECK_STR(long_form("\tx = yes != no"),
              "t:1:10: not equal is written '~='; unexpected symbol near '!='\n"
              "    1 | \tx = yes != no\n"
              "      | \t        ^^\n");
    CHECK(strstr(long_form("x += 1"), "hint: there are no operators like"));
    CHECK(strstr(long_form("x++"), "hint: there is no `++`"));
    CHECK(strstr(long_form("x = a && b"), "hint: `&&` is written `and`"));
    CHECK(strstr(long_form("x = a || b"), "hint: `||` is written `or`"));
    CHECK(strstr(long_form("x = !a"), "hint: negation"));
    CHECK(strstr(long_form("x = p ! a"), "hint: `to ! message`"));
    CHECK(strstr(long_form("while x do continue end"), "hint: there is no "
                 "`continue`"));
    CHECK(strstr(long_form("if a then\nelse if b then\nend\n"),
                 "hint: `else if` in line 2"));
    CHECK(strstr(long_form("function f()\n  if a then\n    b()\nend\n"),
                 "hint: the `end` in line 4 closes what begins in line 2"));
    CHECK(strstr(long_form("receive case 1, 2 then end"),
                 "hint: a message is one value"));
}

TEST(several_messages_where_it_is_safe)
{
    CHECK_STR(errors_of("x = = 1\ny = 2\nlocal 3\nf()\nz z\n"),
              "t:1: unexpected symbol near '=' / t:3: <name> expected near '3'"
              " / t:5: syntax error near 'z'");
    CHECK_STR(errors_of("function f()\n  x = = 1\n  y = 2\nend\ny y\n"),
              "t:2: unexpected symbol near '=' / t:5: syntax error near 'y'");
    CHECK_STR(errors_of("if x the\n  f()\nend\ny y\n"),
              "t:1: 'then' expected near 'the' / "
              "t:4: syntax error near 'y'");
    CHECK_STR(errors_of("receive\n  case {1 then\n    f()\n  case x then\n"
                        "    y y\nend\n"),
              "t:2: '}' expected near 'then'");

    Try t;
    try(&t, "a a\nb b\nc c\nd d\ne e\nf f\ng g\nh h\ni i\nj j\nk k\n");
    CHECK_EQ(t.d.n, DIAG_MAX);
    CHECK_EQ(done(&t), 0);
}

static bool unfinished(const char *src)
{
    Try t;
    try(&t, src);
    bool answer = t.d.unfinished;
    done(&t);
    return answer;
}

TEST(the_prompt_knows_what_is_unfinished)
{
    CHECK(unfinished("f("));
    CHECK(unfinished("x = {"));
    CHECK(unfinished("x ="));
    CHECK(unfinished("function f()"));
    CHECK(unfinished("if x then y() else"));
    CHECK(unfinished("x = [[abc"));
    CHECK(unfinished("--[[ abc"));
    CHECK(unfinished("x = 'abc\\"));
    CHECK(unfinished("receive"));
    CHECK(unfinished("receive case {1"));
    CHECK(!unfinished("x = 'abc"));
    CHECK(!unfinished("x = )"));
    CHECK(!unfinished("f()"));
    CHECK(!unfinished("x x\nf("));
}

TEST(chunk_names)
{
    static const struct { const char *name, *id; } c[] = {
        { "@f.lua", "f.lua" }, { "=stdin", "stdin" },
        { "x = 1", "[string \"x = 1\"]" },
        { "x\ny", "[string \"x...\"]" },
        { "0123456789012345678901234567890123456789012345678901234567890",
          "[string \"012345678901234567890123456789012345678901234...\"]" },
        { "@0123456789/0123456789/0123456789/0123456789/0123456789/0123456789",
          "...89/0123456789/0123456789/0123456789/0123456789/0123456789" }
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        Mem m;
        Buf b;
        char got[100];
        ml_mem_init(&m, NULL, NULL, 0);
        ml_buf_init(&b, &m);
        ml_chunk_id(c[i].name, &b);
        snprintf(got, sizeof got, "%s", ml_buf_cstr(&b));
        ml_buf_fini(&b);
        if (strncmp(c[i].name, "@0", 2) == 0)
            CHECK_EQ(strlen(got), 59);
        else
            CHECK_STR(got, c[i].id);
    }
}

/* ---- size and depth -------------------------------------------------------------------- */

enum { MANY = 1000000 };

/* head, n times part, tail */
static void repeat(Buf *b, const char *head, const char *part, long n,
                   const char *tail)
{
    ml_buf_puts(b, head);
    while (n-- > 0)
        ml_buf_puts(b, part);
    ml_buf_puts(b, tail);
}

static bool repeated(long n, const char *head, const char *part,
                     const char *tail, const char *msg)
{
    Mem  m;
    Buf  src;
    Try  t;
    bool ok;

    ml_mem_init(&m, NULL, NULL, 0);
    ml_buf_init(&src, &m);
    repeat(&src, head, part, test_scale(n, 1000), tail);
    try_bytes(&t, src.data, src.len);
    ok = msg ? t.d.n == 1 && strstr(t.d.item[0].msg, msg) &&
               t.d.item[0].pos.line == 1 && t.d.item[0].pos.col > 100
             : t.c != NULL;
    ok = done(&t) == 0 && ok;
    ml_buf_fini(&src);
    if (!ok)
        printf("# %s%s%s\n", head, part, tail);
    return ok;
}

static void check_long_chains(void)
{
    CHECK(repeated(MANY, "x = 1", "+1", "", NULL));
    CHECK(repeated(MANY, "x = a", "..a", "", NULL));
    CHECK(repeated(MANY, "x = a", "^a", "", NULL));
    CHECK(repeated(MANY, "x = a", " and a or b", "", NULL));
    CHECK(repeated(MANY, "x = ", "- not ", "a", NULL));
    CHECK(repeated(MANY, "x = a", ".a", "", NULL));
    CHECK(repeated(MANY, "f", "()", "", NULL));
    CHECK(repeated(MANY, "f", "{}''[1]:a()", "", NULL));
    CHECK(repeated(MANY, "if a then ", "elseif a then ", "end", NULL));
    CHECK(repeated(MANY, "a", ",a", "= 1", NULL));
    CHECK(repeated(MANY, "x = {", "1,a=1;[1]=1,", "}", NULL));
    CHECK(repeated(MANY, "receive ", "case 1 then ", "end", NULL));
    CHECK(repeated(MANY, "receive case 1", "|1", " then end", NULL));
    CHECK(repeated(MANY, "function a", ".a", "() end", NULL));
}

static void check_deep_nesting(void)
{
    static const char *const part[] = {
        "(", "{", "a(", "a[", "a{", "{[", "a:b(", "function() return ",
        "{a = function() local x = ", "-(", "a^-", "1 + (", "a{b = a(",
    };
    static const char *const block[] = {
        "do ", "while x do ", "if x then ", "if x then else ", "repeat ",
        "for i = 1, 2 do ", "for k in x do ", "function f() ",
        "local function f() ", "receive case x then ", "receive else ",
        "receive after 1 then ", "x = function() ", "f(function() ",
        "receive case {a or function() ", "local x = {function() ",
        "for i = f(function() ", "if f(function() "
    };
    const char *levels = "too many syntax levels";
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        CHECK(repeated(i ? MANY / 10 : MANY, "x = ", part[i], "", levels));
    for (size_t i = 0; i < sizeof block / sizeof *block; i++)
        CHECK(repeated(i ? MANY / 10 : MANY, "", block[i], "", levels));
    CHECK(repeated(MANY / 10, "receive case ", "{", "", levels));
    CHECK(repeated(MANY / 10, "receive case ", "{a = ", "", levels));
}

#ifndef BIG_FRAMES
static size_t unpainted(const unsigned char *stack, size_t n, int paint)
{
    while (n > 0 && *stack == paint) {
        stack++;
        n--;
    }
    return n;
}
#endif

/* Runs on a stack of its own; says how much of it was touched. Sanitizers
 * and builds without optimisation have bigger frames: there 0. */
static size_t touched_by(void (*fn)(void))
{
#ifdef BIG_FRAMES
    fn();
    return 0;
#else
    enum { SIZE = 512 * 1024, PAINT = 0xA5 };
    unsigned char *stack = malloc(SIZE);
    ucontext_t     here, there;

    if (!stack)
        return SIZE;
    memset(stack, PAINT, SIZE);
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = SIZE;
    there.uc_link = &here;
    makecontext(&there, fn, 0);
    swapcontext(&here, &there);
    size_t n = unpainted(stack, SIZE, PAINT);
    free(stack);
    printf("# %zu bytes of stack\n", n);
    return n;
#endif
}

TEST(long_chains_need_no_stack)
{
    CHECK(touched_by(check_long_chains) < 16 * 1024);
}

TEST(deep_nesting_is_an_error)
{
    CHECK(touched_by(check_deep_nesting) < 64 * 1024);
}

/* ---- without memory, and with rubbish ----------------------------------------------------- */

typedef struct Failing { long left; } Failing;

static void *failing_alloc(void *ud, void *p, size_t osize, size_t nsize)
{
    Failing *f = ud;
    (void)osize;
    if (nsize == 0) {
        free(p);
        return NULL;
    }
    return f->left-- > 0 ? realloc(p, nsize) : NULL;
}

TEST(no_memory_is_told)
{
    static const char src[] =
        "local a, b = 1, {x = 1, [2] = 'a\\n', f(function(...) end)}\n"
        "receive case {x, y = ^a, ...z} | {x = x, z = z} if x < 1 then\n"
        "  return x .. y .. z ^ 2 after 10 then a.b:c(1) ! {} end\n"
        "x = = 1";
    long n = 0;
    for (;; n++) {
        Failing f = { n };
        Try     t;
        ml_mem_init(&t.mem, failing_alloc, &f, 0);
        ml_arena_init(&t.arena, &t.mem);
        t.c = ml_parse(&t.arena, "=t", src, sizeof src - 1, 0, &t.d);
        bool oom = t.d.oom;
        CHECK(t.c == NULL);
        ml_arena_fini(&t.arena);
        CHECK_EQ(ml_mem_used(&t.mem), 0);
        if (!oom)
            break;
    }
    CHECK(n > 5);
}

static void survive(const char *src, size_t n)
{
    Try t;
    try_bytes(&t, src, n);
    ml_diags_long(&t.d, &t.out);
    if ((t.c != NULL) != (t.d.n == 0) || done(&t) != 0)
        TEST_FAIL("tree and messages, or a leak");
}

TEST(random_bytes)
{
    uint64_t seed = 1;
    for (long i = test_scale(10000, 100); i > 0; i--) {
        char   src[200];
        size_t n = test_random(&seed) % sizeof src;
        for (size_t k = 0; k < n; k++)
            src[k] = (char)test_random(&seed);
        survive(src, n);
    }
}

TEST(random_tokens)
{
    static const char *const word[] = {
        "and", "break", "do", "else", "elseif", "end", "false", "for",
        "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat",
        "return", "then", "true", "until", "while", "+", "-", "*", "//", "^",
        "#", "&", "~", "|", "<<", "==", "<", "=", "(", ")", "{", "}", "[",
        "]", "::", ";", ":", ",", ".", "..", "...", "!", "!=", "x", "y", "1",
        "2.5", "'s'", "[[s]]", "receive", "case", "after", "as", "\n",
        "receive case {", "function(...)", "if x then", "'\\q'", "3x", "--[["
    };
    uint64_t seed = 2;
    for (long i = test_scale(20000, 100); i > 0; i--) {
        char   src[600];
        size_t n = 0;
        for (long k = (long)(test_random(&seed) % 40); k > 0; k--)
            n += (size_t)snprintf(src + n, sizeof src - n, "%s ",
                    word[test_random(&seed) % (sizeof word / sizeof *word)]);
        survive(src, n);
    }
}

TEST_MAIN
