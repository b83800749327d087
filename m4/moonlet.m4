# moonlet.m4 - the questions configure.ac asks, under names.

# ML_MACHINE: 64 bits, little-endian, x86_64 or aarch64.
AC_DEFUN([ML_MACHINE], [
    AC_MSG_CHECKING([whether the machine is one Moonlet runs on])
    AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#if !defined __LP64__ || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error needs 64 bits, little-endian
#endif
#if !defined __x86_64__ && !defined __aarch64__
#error needs x86_64 or aarch64
#endif
int ok;
]])],
        [AC_MSG_RESULT([yes])],
        [AC_MSG_RESULT([no])
         AC_MSG_ERROR([Moonlet runs on x86_64 and aarch64, 64 bits little-endian only])])
])

# ML_TRY_CFLAGS(VARIABLE, FLAGS): adds those of FLAGS that the compiler takes
# without a warning.
AC_DEFUN([ML_TRY_CFLAGS], [
    for ml_flag in $2; do
        AC_MSG_CHECKING([whether $CC takes $ml_flag])
        ml_saved_CFLAGS=$CFLAGS
        CFLAGS="-Werror $ml_flag"
        AC_COMPILE_IFELSE([AC_LANG_SOURCE([[int ok;]])],
            [AC_MSG_RESULT([yes]); $1="$$1 $ml_flag"],
            [AC_MSG_RESULT([no])])
        CFLAGS=$ml_saved_CFLAGS
    done
])

# ML_NEED(NAME, MODULE, PACKAGE, PURPOSE): NAME_CFLAGS and NAME_LIBS from
# pkg-config. What is missing is collected, so that it is told in one go.
AC_DEFUN([ML_NEED], [
    AC_PATH_PROGS([PKG_CONFIG], [pkg-config pkgconf])
    AC_MSG_CHECKING([for $2 ($4)])
    AS_IF([test -z "$PKG_CONFIG"],
        [AC_MSG_RESULT([no pkg-config])
         ML_MISSING="$ML_MISSING pkg-config:pkg-config"],
        [AS_IF([$PKG_CONFIG --exists $2],
            [$1[]_CFLAGS=`$PKG_CONFIG --cflags $2`
             $1[]_LIBS=`$PKG_CONFIG --libs $2`
             AC_MSG_RESULT([`$PKG_CONFIG --modversion $2`])],
            [AC_MSG_RESULT([no])
             ML_MISSING="$ML_MISSING $2:$3"])])
    AC_SUBST([$1][_CFLAGS])
    AC_SUBST([$1][_LIBS])
])

# ML_TELL_MISSING: stops, naming what is missing and how to get it.
AC_DEFUN([ML_TELL_MISSING], [
    AS_IF([test -n "$ML_MISSING"], [
        ml_packages=
        for ml_item in $ML_MISSING; do
            ml_name=`echo "$ml_item" | sed 's/:.*//'`
            ml_package=`echo "$ml_item" | sed 's/.*://'`
            AC_MSG_WARN([$ml_name is missing: it is in the package $ml_package])
            ml_packages="$ml_packages $ml_package"
        done
        AC_MSG_ERROR([install what is missing, on Debian with: apt-get install$ml_packages])
    ])
])
