-- _G and _ENV compared after the first write of a global, which gives the
-- process a table of its own.
g = "x"
print(g, _G.g, _ENV.g, _G == _ENV)     --> x	x	x	true
print(package.loaded._G == _G)         --> true
