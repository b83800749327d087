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
