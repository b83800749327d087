#ifndef ML_CHECK_H
#define ML_CHECK_H

/*
 * check.h - what must be true.
 *
 * ML_CHECK stays on in every build: it guards what would corrupt memory.
 * ML_ASSERT is for the checks build (--enable-checks), where slow is fine.
 */

void ml_check_failed(const char *cond, const char *file, int line)
    __attribute__((noreturn, cold));

#define ML_CHECK(c) \
    (__builtin_expect(!!(c), 1) ? (void)0 : ml_check_failed(#c, __FILE__, __LINE__))

#ifdef ML_CHECKS
#define ML_ASSERT(c) ML_CHECK(c)
#else
#define ML_ASSERT(c) ((void)sizeof(c))
#endif

#define ML_LIKELY(c)   __builtin_expect(!!(c), 1)
#define ML_UNLIKELY(c) __builtin_expect(!!(c), 0)
#define ML_NELEM(a)    (sizeof(a) / sizeof((a)[0]))

#endif
