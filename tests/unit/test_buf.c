/* test_buf.c - a growing run of bytes. */

#include "tests/unit/test.h"
#include "vm/base/buf.h"

TEST(puts_one_after_another)
{
    Mem m;
    Buf b;
    ml_mem_init(&m, NULL, NULL, 0);
    ml_buf_init(&b, &m);
    CHECK_STR(ml_buf_cstr(&b), "");
    ml_buf_put(&b, "ab\0c", 4);
    ml_buf_puts(&b, "de");
    ml_buf_putc(&b, 'f');
    ml_buf_put(&b, NULL, 0);
    CHECK_EQ(b.len, 7);
    CHECK(memcmp(ml_buf_cstr(&b), "ab\0cdef", 8) == 0);
    CHECK_EQ(b.len, 7);
    ml_buf_clear(&b);
    CHECK_STR(ml_buf_cstr(&b), "");
    ml_buf_fini(&b);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST(printf_of_any_length)
{
    Mem m;
    Buf b;
    char word[500];
    ml_mem_init(&m, NULL, NULL, 0);
    for (int n = 0; n < 500; n++) {
        memset(word, 'x', sizeof word);
        word[n] = 0;
        ml_buf_init(&b, &m);
        ml_buf_printf(&b, "<%s>", word);
        CHECK_EQ(b.len, n + 2);
        CHECK_EQ(ml_buf_cstr(&b)[n + 1], '>');
        CHECK_EQ(strlen(ml_buf_cstr(&b)), n + 2);
        ml_buf_fini(&b);
    }
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST(room_is_there_to_write)
{
    Mem m;
    Buf b;
    ml_mem_init(&m, NULL, NULL, 0);
    ml_buf_init(&b, &m);
    for (int i = 0; i < 300; i++) {
        char *to = ml_buf_room(&b, i);
        CHECK(to != NULL);
        memset(to, i, i);
        b.len += i;
    }
    size_t at = 0;
    for (int i = 0; i < 300; i++)
        for (int k = 0; k < i; k++)
            CHECK_EQ((unsigned char)b.data[at++], (unsigned char)i);
    CHECK_EQ(at, b.len);
    ml_buf_fini(&b);
}

TEST(after_a_failure_the_rest_is_dropped)
{
    Mem m;
    Buf b;
    ml_mem_init(&m, NULL, NULL, 100);
    ml_buf_init(&b, &m);
    for (int i = 0; i < 90; i++)
        ml_buf_putc(&b, 'a');
    CHECK(!b.oom);                      /* 64, then what was needed, not 128 */
    for (int i = 0; i < 90; i++)
        ml_buf_putc(&b, 'b');
    CHECK(b.oom);
    CHECK(b.len <= 100);
    size_t len = b.len;
    ml_buf_puts(&b, "");
    ml_buf_printf(&b, "%d", 5);
    CHECK(ml_buf_room(&b, 0) == NULL);
    CHECK_EQ(b.len, len);
    ml_buf_clear(&b);
    ml_buf_putc(&b, 'c');
    CHECK(!b.oom);
    CHECK_STR(ml_buf_cstr(&b), "c");
    ml_buf_fini(&b);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST(absurd_sizes_fail)
{
    Mem m;
    Buf b;
    ml_mem_init(&m, NULL, NULL, 0);
    ml_buf_init(&b, &m);
    ml_buf_putc(&b, 'a');
    CHECK(ml_buf_room(&b, SIZE_MAX) == NULL);
    CHECK(b.oom);
    ml_buf_fini(&b);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST_MAIN
