-- needs: lua-filesystem
-- What the stand-in is held to, with the module itself.
dofile("tests/lang/lfs.lua")
