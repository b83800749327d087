#!/bin/bash
# help.sh - :h tells something about every function of the library: a line
# with its name and arguments, then what it does.

cd "${TMPDIR:?}" || exit 1
cat > names.lua <<'LUA'
local names = {}
for _, lib in ipairs {"_G", "coroutine", "package", "string", "utf8", "table", "math", "io", "os"} do
  for name, f in pairs(_G[lib]) do
    if type(f) == "function" then names[#names + 1] = (lib == "_G" and "" or lib .. ".") .. name end
  end
end
for name in pairs(getmetatable(io.stdout).__index) do
  if name:sub(1, 2) ~= "__" then names[#names + 1] = "io.stdout:" .. name end
end
for _, name in ipairs(names) do
  print("io.write('" .. name .. " = ')")
  print(":h " .. name)
end
LUA
"$MOONLET" names.lua > asked || exit 1
"$MOONLET" -i < asked > told 2>&1 || exit 1
[ "$(grep -c ' = .*(' told)" = "$(grep -c '^:h' asked)" ] && ! grep -E "^there is no '|^nothing is written about" told && exit 0
grep ' = ' told | grep -v '('
exit 1
