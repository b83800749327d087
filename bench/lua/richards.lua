-- A small operating system: tasks that hand packets to each other. Objects with
-- methods, linked lists, tests on fields.
-- quick: 1
local N = tonumber(arg and arg[1]) or 30
local IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
local DEV, WORK = 0, 1
local DATA = 4

local Packet = {}
Packet.__index = Packet
function Packet.new(link, id, kind)
  return setmetatable({ link = link, id = id, kind = kind, datum = 0, data = { 0, 0, 0, 0 } }, Packet)
end
-- Itself at the end of a queue; the queue.
function Packet:append(queue)
  self.link = nil
  if not queue then return self end
  local last = queue
  while last.link do last = last.link end
  last.link = self
  return queue
end

local Task = {}
Task.__index = Task
local Os = {}
Os.__index = Os

function Task.new(os, id, priority, queue, run)
  local t = setmetatable({ os = os, id = id, priority = priority, queue = queue, run = run,
                           held = false, suspended = true, ready = queue ~= nil, link = os.list }, Task)
  os.list = t
  os.block[id] = t
  return t
end

function Task:can_run() return not self.held and (not self.suspended or self.ready) end

function Task:step()
  local packet
  if self.suspended and self.ready then
    packet = self.queue
    self.queue = packet.link
    self.suspended = false
    self.ready = self.queue ~= nil
  end
  return self:run(packet)
end

-- A packet arrives; who runs next.
function Task:check_priority(other, packet)
  if self.queue then
    self.queue = packet:append(self.queue)
  else
    packet.link = nil
    self.queue = packet
    self.ready = true
    if self.priority > other.priority then return self end
  end
  return other
end

function Os.new() return setmetatable({ block = {}, list = nil, queued = 0, holds = 0 }, Os) end

function Os:schedule()
  local t = self.list
  while t do
    if t:can_run() then
      self.current = t
      t = t:step()
    else
      t = t.link
    end
  end
end

function Os:wait()
  self.current.suspended = true
  return self.current
end

function Os:hold()
  self.holds = self.holds + 1
  self.current.held = true
  return self.current.link
end

function Os:release(id)
  local t = self.block[id]
  t.held = false
  if t.priority > self.current.priority then return t end
  return self.current
end

function Os:send(packet)
  local t = self.block[packet.id]
  self.queued = self.queued + 1
  packet.id = self.current.id
  return t:check_priority(self.current, packet)
end

local function idle(t)
  t.left = t.left - 1
  if t.left == 0 then return t.os:hold() end
  if t.bits % 2 == 0 then
    t.bits = t.bits / 2
    return t.os:release(DEVICE_A)
  end
  -- a shift register with feedback: (bits >> 1) xor 0xD008
  local x, y, r, bit = (t.bits - 1) / 2, 53256, 0, 1
  while x > 0 or y > 0 do
    if x % 2 ~= y % 2 then r = r + bit end
    x, y, bit = (x - x % 2) / 2, (y - y % 2) / 2, bit * 2
  end
  t.bits = r
  return t.os:release(DEVICE_B)
end

local function worker(t, packet)
  if not packet then return t.os:wait() end
  t.dest = t.dest == HANDLER_A and HANDLER_B or HANDLER_A
  packet.id = t.dest
  packet.datum = 1
  for i = 1, DATA do
    t.count = t.count + 1
    if t.count > 26 then t.count = 1 end
    packet.data[i] = 64 + t.count
  end
  return t.os:send(packet)
end

local function handler(t, packet)
  if packet then
    if packet.kind == WORK then
      t.work = packet:append(t.work)
    else
      t.devices = packet:append(t.devices)
    end
  end
  local work = t.work
  if work then
    local at = work.datum
    if at > DATA then
      t.work = work.link
      return t.os:send(work)
    end
    local device = t.devices
    if device then
      t.devices = device.link
      device.datum = work.data[at]
      work.datum = at + 1
      return t.os:send(device)
    end
  end
  return t.os:wait()
end

local function device(t, packet)
  if packet then
    t.pending = packet
    return t.os:hold()
  end
  local pending = t.pending
  if not pending then return t.os:wait() end
  t.pending = nil
  return t.os:send(pending)
end

local function run()
  local os = Os.new()
  local t = Task.new(os, IDLE, 0, nil, idle)
  t.bits, t.left, t.suspended = 1, 10000, false
  local q = Packet.new(nil, WORKER, WORK)
  q = Packet.new(q, WORKER, WORK)
  t = Task.new(os, WORKER, 1000, q, worker)
  t.dest, t.count = HANDLER_A, 0
  for i, id in ipairs({ HANDLER_A, HANDLER_B }) do
    local device_id = i == 1 and DEVICE_A or DEVICE_B
    q = nil
    for _ = 1, 3 do q = Packet.new(q, device_id, DEV) end
    Task.new(os, id, 1000 + i * 1000, q, handler)
  end
  Task.new(os, DEVICE_A, 4000, nil, device)
  Task.new(os, DEVICE_B, 5000, nil, device)
  os:schedule()
  return os.queued, os.holds
end

local queued, holds
for _ = 1, N do queued, holds = run() end
print(string.format("%d %d", queued, holds))
