-- A small supervisor: a worker that ends badly is started again.
local me = self()
local function worker(id)
  me ! {"started", id, self()}
  receive
    case "crash" then exit("crashed")
    case "stop" then return
  end
end
local function supervisor(ids)
  process_flag("trap_exit", true)
  local by_pid = {}
  local function start(id) by_pid[spawn_link(worker, id)] = id end
  for _, id in ipairs(ids) do start(id) end
  local left = #ids
  while left > 0 do
    receive
      case {"EXIT", p, reason = "normal"} then
        by_pid[p] = nil
        left = left - 1
      case {"EXIT", p, reason = r} then
        local id = by_pid[p]
        by_pid[p] = nil
        start(id)
    end
  end
  me ! "all done"
end
spawn(supervisor, {"a", "b"})
local pids, starts = {}, {}
local function started()
  receive
    case {"started", id, p} then
      pids[id] = p
      starts[id] = (starts[id] or 0) + 1
  end
end
started(); started()
pids.a ! "crash"; started()
pids.a ! "crash"; started()
pids.b ! "crash"; started()
pids.a ! "stop"; pids.b ! "stop"
receive case "all done" then print(starts.a, starts.b) end     --> 3	2
