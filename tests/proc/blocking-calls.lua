-- outside
-- Calls that wait for the outside hold up nobody else. Each waits for something
-- that only the ticker does, a process that has been running all the while: if
-- the call stopped the others, it would wait for ever.
local folder = os.tmpname()
os.remove(folder)
assert(os.execute("mkdir " .. folder))
local function path(name) return folder .. "/" .. name end
local function fifo(name)
  assert(os.execute("mkfifo " .. path(name)))
  return path(name)
end

-- Runs `release` in another process after some ticks; meanwhile `f` waits.
local function waits(what, f, release)
  local ticker, ref = spawn_monitor(function()
    local ticks = 0
    while ticks < 20 do
      ticks = ticks + 1
      sleep(1)
    end
    release()
  end)
  print(what, f())
  receive
    case {"DOWN", ^ref, reason = r} then if r ~= "normal" then print(r[2]) end
  end
end

local function write_to(name, text)
  return function()
    local file = assert(io.open(name, "w"))
    file:write(text)
    file:close()
  end
end

-- opening and reading a named pipe: nobody writes yet
local p = fifo("read")
waits("open", function()
  local file <close> = io.open(p)
  return file:read("l", "n", "a")
end, write_to(p, "a line\n12 rest"))
--> open	a line	12	 rest

p = fifo("lines")
waits("lines", function()
  local n = 0
  for line in io.lines(p) do n = n + #line end
  return n
end, write_to(p, "one\ntwo\n"))
--> lines	6

-- writing one: nobody reads yet
p = fifo("write")
local me = self()
waits("write", function()
  local file = io.open(p, "w")
  for _ = 1, 100 do file:write(("x"):rep(10000)) end
  return file:close()
end, function()
  local file <close> = io.open(p)
  me ! {"read", #file:read("a")}
end)
--> write	true
receive case {"read", n} then print(n) end
--> 1000000

-- a command
p = fifo("execute")
waits("execute", function() return os.execute("exit $(cat " .. p .. ")") end, write_to(p, "7"))
--> execute	nil	exit	7

-- what a command writes; its end
p = fifo("popen")
waits("popen", function()
  local file = io.popen("cat " .. p)
  return file:read("a"), file:close()
end, write_to(p, "from a command"))
--> popen	from a command	true	exit	0

p = fifo("close")
waits("close", function()
  local file = io.popen("exec 0</dev/null; exit $(cat " .. p .. ")", "w")
  return file:close()
end, write_to(p, "3"))
--> close	nil	exit	3

-- a command that reads late
p = fifo("late")
waits("feed", function()
  local file = io.popen("cat " .. p .. " >/dev/null; wc -c", "w")
  for _ = 1, 50 do file:write(("y"):rep(10000)) end
  return file:close()
end, write_to(p, "now"))
--> 500000
--> feed	true	exit	0

-- code from a pipe
p = fifo("code")
waits("dofile", function() return dofile(p) end, write_to(p, "return 'loaded', ..."))
--> dofile	loaded
p = fifo("module.lua")
package.path = folder .. "/?.lua"
waits("require", function() return (require("module")) end, write_to(p, "return 'required'"))
--> require	required

-- a large file, that is there: others take their turns meanwhile
local big = path("big")
assert(os.execute("head -c 30000000 /dev/zero > " .. big))
local turns = spawn(function()
  local n = 0
  while true do
    receive
      case {"how many", from} then from ! {"turns", n}
      after 0 then n = n + 1
    end
  end
end)
local function taken()
  turns ! {"how many", me}
  receive case {"turns", n} then return n end
end
local before = taken()
local file <close> = io.open(big)
print("big", #file:read("a"), taken() > before + 2)     --> big	30000000	true
before = taken()
file:seek("set")
print("line", #file:read("l"), taken() > before + 2)    --> line	30000000	true
exit(turns, "kill")

os.execute("rm -r " .. folder)
