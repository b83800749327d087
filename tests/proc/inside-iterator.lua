-- receive in the iterator of a for loop.
local me = self()
local source = spawn(function()
  local n = 0
  while true do
    receive
      case {"next", from} then
        n = n + 1
        from ! {"item", n <= 4 and n * n or nil}
    end
  end
end)
local sum = 0
for item in function()
  source ! {"next", me}
  receive case {"item", v or nil} then return v end
end do
  sum = sum + item
end
print(sum)                         --> 30

-- With __pairs.
local t = setmetatable({}, {__pairs = function()
  return function(_, k)
    source ! {"next", me}
    receive case {"item", _ or nil} then end
    if (k or 0) < 3 then return (k or 0) + 1, "v" end
  end
end})
local keys = {}
for k, v in pairs(t) do keys[#keys + 1] = k .. v end
print(table.concat(keys, " "))     --> 1v 2v 3v
