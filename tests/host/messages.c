/*
 * messages.c - messages of a host alone: packing, matching, mistakes in
 * formats, looking into, showing, copying, resources. No VM is needed.
 */
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "moonlet.h"

static void shows(int line, ml_msg *m, const char *want)
{
    char *text = ml_show(m);
    check_text(line, text, want);
    ml_free(text);
    ml_free(m);
}
#define SHOWS(want, ...) shows(__LINE__, ml_pack(__VA_ARGS__), want)

static void packing(void)
{
    SHOWS("1", "i", (int64_t)1);
    SHOWS("1.0", "n", 1.0);
    SHOWS("true", "b", 5);
    SHOWS("\"a\\nb\"", "s", "a\nb");
    SHOWS("\"a\\000b\"", "S", "a\0b", (size_t)3);
    SHOWS("nil", "_");
    SHOWS("nil", "s", (char *)NULL);
    SHOWS("{ \"square\", 7 }", "{'square' i}", (int64_t)7);
    SHOWS("{ \"square\", 7 }", "{ 'square', i, }", (int64_t)7);
    SHOWS("{ 1, 2, name = \"x\", [\"two words\"] = true }", "{1 2 name=s 'two words'=true}", "x");
    SHOWS("{ -3, 2.5, false, { {} } }", "{-3 2.5 false {{}}}");
    SHOWS("1, nil, 3", "[1 nil 3]");
    SHOWS("{ 1 }", "{1 nil nil}");
    SHOWS("{ 1, { 2, x = { 3 } }, 4 }", "{1 m 4}", ml_pack("{2 x=m}", ml_pack("{3}")));
    SHOWS("nil", "p", (ml_pid){ { 0, 0 } });
    ml_msg *parts[2] = { ml_pack("i", (int64_t)10), ml_pack("{'deep'}") };
    ml_msg *fields[2] = { ml_pack("i", (int64_t)-1), ml_pack("s", "before") };
    shows(__LINE__, ml_table(parts, 2, fields, 1), "{ 10, { \"deep\" }, [-1] = \"before\" }");
    ml_msg *lost[2] = { ml_pack("i", (int64_t)10), NULL };
    CHECK(!ml_list(lost, 2));
}

static void mistake(int line, const char *fmt, size_t want)
{
    size_t at = 999;
    const char *why = ml_format_check(fmt, &at);
    if (why && at == want)
        return;
    wrong++;
    printf("line %d: '%s': %s at %zu, not at %zu\n", line, fmt, why ? why : "no mistake", at, want);
}
#define MISTAKE(fmt, at) mistake(__LINE__, fmt, at)

static void mistakes(void)
{
    MISTAKE("", 0);
    MISTAKE("{i", 2);
    MISTAKE("{i]", 2);
    MISTAKE("i}", 1);
    MISTAKE("{'a i}", 1);
    MISTAKE("{x}", 1);
    MISTAKE("{is}", 1);
    MISTAKE("i i", 2);
    MISTAKE("{a=}", 3);
    MISTAKE("{a=b=i}", 3);
    MISTAKE("[a=i]", 1);
    MISTAKE("{... i}", 5);
    MISTAKE("...", 0);
    MISTAKE("{1x}", 1);
    MISTAKE("{?}", 1);
    CHECK(!ml_format_check("{i n b s S p r R m _ 'x' \"y\" 1 -2.5e3 nil true k=i 'k k'=[...] ...}", NULL));
    char deep[64];
    memset(deep, '{', 40);
    deep[40] = 0;
    MISTAKE(deep, 32);
    /* what was given is taken in any case: no leak */
    CHECK(!ml_pack("{m x}", ml_pack("{1 2 3}")));
    CHECK(!ml_pack("{m m}", ml_pack("{1 2 3}"), (ml_msg *)NULL));
    ml_msg *m = ml_pack("{1}");
    CHECK(ml_match(m, "{1") == ML_EFORMAT);
    ml_free(m);
}

static void matching(void)
{
    ml_msg *m = ml_pack("{'result' i n s b {1 2 x=m} who=s flag=b}", (int64_t)42, 2.5, "text", 1,
                        ml_pack("{'inner'}"), "me", 0);
    int64_t i = 0;
    double n = 0, whole = 0;
    const char *s = "", *who = "";
    int b = 0, flag = 7;
    const ml_msg *inner = NULL;
    CHECK(ml_match(m, "{'result' i n s b _ who=s flag=b}", &i, &n, &s, &b, &who, &flag) == 1);
    CHECK(i == 42 && n == 2.5 && b == 1 && flag == 0);
    CHECK_TEXT(s, "text");
    CHECK_TEXT(who, "me");
    CHECK(ml_match(m, "{'result' n ...}", &whole) == 1 && whole == 42.0);
    CHECK(ml_match(m, "{_ _ _ _ _ {1 2 x=m}}", &inner) == 1 && ml_match(inner, "{'inner'}") == 1);
    CHECK(ml_match(m, "{who='me'}") == 1);
    CHECK(ml_match(m, "{who='you'}") == 0);
    CHECK(ml_match(m, "{'result'}") == 0);
    CHECK(ml_match(m, "{'result' ...}") == 1);
    CHECK(ml_match(m, "{absent=nil}") == 1);
    CHECK(ml_match(m, "{absent=_}") == 0);
    CHECK(ml_match(m, "['result' ...]") == 0);
    i = 5;
    CHECK(ml_match(m, "{'result' i i ...}", &i, &i) == 0 && i == 5);    /* nothing touched */
    CHECK(ml_match(m, "{'result' 42 ...}") == 1);
    CHECK(ml_match(m, "{'result' 42.0 ...}") == 1);
    CHECK(ml_match(NULL, "nil") == 1);
    CHECK(ml_match(NULL, "_") == 0);
    ml_free(m);

    m = ml_pack("n", 3.0);
    CHECK(ml_match(m, "i", &i) == 1 && i == 3);
    ml_free(m);
    m = ml_pack("n", 3.5);
    CHECK(ml_match(m, "i", &i) == 0);
    ml_free(m);
    m = ml_pack("S", "a\0b", (size_t)3);
    size_t len = 0;
    CHECK(ml_match(m, "s", &s) == 0);           /* a C string would be cut */
    CHECK(ml_match(m, "S", &s, &len) == 1 && len == 3 && s[2] == 'b');
    ml_free(m);
    m = ml_pack("{}");
    CHECK(ml_match(m, "{}") == 1 && ml_match(m, "{...}") == 1 && ml_match(m, "{1}") == 0);
    ml_free(m);
}

static void looking(void)
{
    ml_msg *m = ml_pack("{'a' 'b' x=1 y={2}}");
    CHECK(ml_type(m) == ML_T_TABLE && ml_count(m) == 2);
    CHECK(ml_type(ml_index(m, 1)) == ML_T_STRING && !ml_index(m, 3) && !ml_index(m, 0));
    CHECK(ml_type(ml_field(m, "x")) == ML_T_INTEGER && !ml_field(m, "z"));
    CHECK(ml_type(ml_index(ml_field(m, "y"), 1)) == ML_T_INTEGER);
    CHECK(ml_type(NULL) == ML_T_NIL && ml_count(NULL) == 0);
    size_t pos = 0, n = 0;
    const ml_msg *k, *v;
    while (ml_each(m, &pos, &k, &v))
        n++;
    CHECK(n == 2);
    ml_msg *inner = ml_copy(ml_field(m, "y"));
    ml_free(m);
    shows(__LINE__, inner, "{ 2 }");
}

static int gone;
static void dtor(void *p) { gone += *(int *)p; }

static void resources(void)
{
    int *r = ml_resource(sizeof *r, dtor);
    void *out = NULL;
    *r = 7;
    ml_msg *m = ml_pack("{'it' R}", (void *)r), *copy = ml_copy(m);
    CHECK(ml_match(m, "{'it' R}", &out) == 1 && out == r);
    ml_free(m);
    ml_free(r);
    CHECK(gone == 0);
    CHECK(ml_match(copy, "{'it' R}", &out) == 1 && *(int *)out == 7);
    ml_retain(out);
    ml_free(copy);
    CHECK(gone == 0);
    ml_free(out);
    CHECK(gone == 7);
}

int main(void)
{
    packing();
    mistakes();
    matching();
    looking();
    resources();
    CHECK_TEXT(ml_version(), ML_VERSION);
    for (int code = ML_EERROR; code <= ML_DONE; code++)
        CHECK(strcmp(ml_strerror(code), "unknown status") != 0);
    ml_free(NULL);
    return wrong != 0;
}
