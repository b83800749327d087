-- string.lua - what of the string library is a closure or calls back.

local native = ...
local slow, gmatch_next, gsub = native.slow, native.gmatch_next, string.gsub

-- The iterator of gmatch, around the state it has made.
slow["string.gmatch"] = function(state)
    return function() return gmatch_next(state) end
end

-- For tables with an __index, which may do anything.
slow["string.gsub"] = function(s, pattern, t, n)
    return gsub(s, pattern, function(key) return t[key] end, n)
end

utf8.charpattern = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*"
