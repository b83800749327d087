#ifndef SESSION_LUA_H
#define SESSION_LUA_H

/* session_lua.h - the text of the evaluator, see session_lua.c. */
extern const char session_source[];

#endif
