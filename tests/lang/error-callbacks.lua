-- lua: same
-- A built-in function that a built-in one calls is named by itself, and has no place in the text.
local function fails(code) print(select(2, pcall(load(code, "=code")))) end
fails "table.sort({1, 2, 3}, table.sort)"           --> bad argument #1 to 'table.sort' (table expected, got number)
fails "table.sort({1, 2, 3}, setmetatable)"           --> bad argument #1 to 'setmetatable' (table expected, got number)
fails "string.gsub('s', 's', setmetatable)"         --> bad argument #1 to 'setmetatable' (table expected, got string)
fails "table.sort(1)"                               --> code:1: bad argument #1 to 'sort' (table expected, got number)
fails "table.concat({1, {}})"                       --> code:1: invalid value (table) at index 2 in table for 'concat'
