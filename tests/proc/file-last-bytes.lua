-- The last bytes of a file whose process ended without closing it are there
-- for whoever opens it afterwards, and do not come after what he writes.
local name = os.tmpname()

local function leave(text)
  local f = assert(io.open(name, "w"))
  f:write(text)
  exit("gone")
end

local function after(text)
  local _, ref = spawn_monitor(leave, text)
  receive case {"DOWN", ^ref, reason = r} then assert(r == "gone", r) end
end

local short, long = "short", ("x"):rep(100000)
for i = 1, 20 do
  after(i % 2 == 0 and short or long)
  local f = assert(io.open(name))
  local got = f:read("a")
  f:close()
  assert(got == (i % 2 == 0 and short or long), #got)

  after(long)
  f = assert(io.open(name, "w"))
  f:write("mine")
  f:close()
  f = assert(io.open(name))
  assert(f:read("a") == "mine")
  f:close()
end
os.remove(name)
print("ok")            --> ok
