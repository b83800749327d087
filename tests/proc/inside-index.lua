-- receive in metamethods: __index, __newindex, __add, __eq, __lt, __len,
-- __concat, __call, __tostring, __pairs.
local me = self()
local store = spawn(function()
  local data = {}
  while true do
    receive
      case {"get", from, k} then from ! {"value", data[k]}
      case {"set", from, k, v} then data[k] = v from ! {"value", "ok"}
    end
  end
end)
local function call(...)
  store ! {...}
  receive case {"value", v or nil} then return v end
end
local mt = {}
mt.__index = function(_, k) return call("get", me, k) end
mt.__newindex = function(_, k, v) call("set", me, k, v) end
mt.__add = function(a, b) return call("get", me, "one") + b end
mt.__len = function() return call("get", me, "len") end
mt.__concat = function(_, s) return call("get", me, "name") .. s end
mt.__call = function(_, k) return call("get", me, k) end
mt.__tostring = function() return "remote " .. call("get", me, "name") end
mt.__eq = function(a, b) return call("get", me, "one") == 1 end
mt.__lt = function(a, b) return call("get", me, "one") == 1 end
mt.__unm = function() return -call("get", me, "one") end
local remote = setmetatable({}, mt)
remote.one = 1
remote.len = 42
remote.name = "box"
print(remote.one, remote.name, remote.none)    --> 1	box	nil
print(remote + 5, #remote, -remote)            --> 6	42	-1
print(remote .. "!", remote("len"))            --> box!	42
print(tostring(remote))                        --> remote box
print(remote == setmetatable({}, mt), remote < remote)     --> true	true
print(string.format("%s", remote))             --> remote box
