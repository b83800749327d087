-- A solver for one-way constraints, by plans that it keeps up to date: objects
-- with several kinds of methods, lists of objects.
-- quick: 20
local N = tonumber(arg and arg[1]) or 10000
local REQUIRED, STRONG, PREFERRED, NORMAL, WEAK = 0, 1, 2, 4, 6
local NONE, FORWARD, BACKWARD = 0, 1, 2

local function class(base)
  local c = setmetatable({}, { __index = base })
  c.__index = c
  return c
end

-- A variable: its value, who may change it, who determines it.
local Variable = class()
function Variable.new(value)
  return setmetatable({ value = value, users = {}, by = nil, mark = 0, strength = 7, stays = true }, Variable)
end
function Variable:add(c) self.users[#self.users + 1] = c end
function Variable:remove(c)
  local users = self.users
  for i = #users, 1, -1 do if users[i] == c then table.remove(users, i) end end
  if self.by == c then self.by = nil end
end

local Planner = class()
function Planner.new() return setmetatable({ mark = 0 }, Planner) end
function Planner:new_mark()
  self.mark = self.mark + 1
  return self.mark
end

local Constraint = class()
function Constraint:is_input() return false end
function Constraint:attach(planner)
  self:add_to_graph()
  planner:add(self)
end
function Constraint:detach(planner)
  if self:is_satisfied() then planner:remove(self) else self:remove_from_graph() end
end
-- Chooses a method; whom it displaces.
function Constraint:satisfy(mark, planner)
  self:choose(mark)
  if not self:is_satisfied() then
    assert(self.strength ~= REQUIRED, "a required constraint cannot hold")
    return nil
  end
  self:mark_inputs(mark)
  local out = self:output()
  local displaced = out.by
  if displaced then displaced:unsatisfy() end
  out.by = self
  assert(planner:propagate(self, mark), "a cycle")
  out.mark = mark
  return displaced
end

-- Constraints on one variable.
local Unary = class(Constraint)
function Unary.init(o, v, strength)
  o.v, o.strength, o.on = v, strength, false
  return o
end
function Unary:add_to_graph()
  self.v:add(self)
  self.on = false
end
function Unary:remove_from_graph()
  self.v:remove(self)
  self.on = false
end
function Unary:choose(mark) self.on = self.v.mark ~= mark and self.strength < self.v.strength end
function Unary:is_satisfied() return self.on end
function Unary:unsatisfy() self.on = false end
function Unary:mark_inputs() end
function Unary:output() return self.v end
function Unary:inputs_known() return true end
function Unary:recalculate()
  self.v.strength = self.strength
  self.v.stays = not self:is_input()
  if self.v.stays then self:execute() end
end

local Stay = class(Unary)
function Stay.new(v, strength, planner)
  local c = Unary.init(setmetatable({}, Stay), v, strength)
  c:attach(planner)
  return c
end
function Stay:execute() end
local Edit = class(Unary)
function Edit.new(v, strength, planner)
  local c = Unary.init(setmetatable({}, Edit), v, strength)
  c:attach(planner)
  return c
end
function Edit:is_input() return true end
function Edit:execute() end

-- Constraints between two.
local Binary = class(Constraint)
function Binary.init(o, a, b, strength)
  o.a, o.b, o.strength, o.direction = a, b, strength, NONE
  return o
end
function Binary:add_to_graph()
  self.a:add(self)
  self.b:add(self)
  self.direction = NONE
end
function Binary:remove_from_graph()
  self.a:remove(self)
  self.b:remove(self)
  self.direction = NONE
end
function Binary:choose(mark)
  local a, b, s = self.a, self.b, self.strength
  if a.mark == mark then
    self.direction = b.mark ~= mark and s < b.strength and FORWARD or NONE
  elseif b.mark == mark then
    self.direction = s < a.strength and BACKWARD or NONE
  elseif a.strength > b.strength then
    self.direction = s < a.strength and BACKWARD or NONE
  else
    self.direction = s < b.strength and FORWARD or NONE
  end
end
function Binary:is_satisfied() return self.direction ~= NONE end
function Binary:unsatisfy() self.direction = NONE end
function Binary:input() return self.direction == FORWARD and self.a or self.b end
function Binary:output() return self.direction == FORWARD and self.b or self.a end
function Binary:mark_inputs(mark) self:input().mark = mark end
function Binary:inputs_known(mark)
  local i = self:input()
  return i.mark == mark or i.stays or not i.by
end
function Binary:recalculate()
  local i, o = self:input(), self:output()
  o.strength = math.max(self.strength, i.strength)
  o.stays = i.stays
  if o.stays then self:execute() end
end

local Equal = class(Binary)
function Equal.new(a, b, strength, planner)
  local c = Binary.init(setmetatable({}, Equal), a, b, strength)
  c:attach(planner)
  return c
end
function Equal:execute() self:output().value = self:input().value end

local Scale = class(Binary)
function Scale.new(a, scale, offset, b, strength, planner)
  local c = Binary.init(setmetatable({}, Scale), a, b, strength)
  c.scale, c.offset = scale, offset
  c:attach(planner)
  return c
end
function Scale:add_to_graph()
  Binary.add_to_graph(self)
  self.scale:add(self)
  self.offset:add(self)
end
function Scale:remove_from_graph()
  Binary.remove_from_graph(self)
  self.scale:remove(self)
  self.offset:remove(self)
end
function Scale:mark_inputs(mark)
  Binary.mark_inputs(self, mark)
  self.scale.mark, self.offset.mark = mark, mark
end
function Scale:execute()
  if self.direction == FORWARD then
    self.b.value = self.a.value * self.scale.value + self.offset.value
  else
    self.a.value = (self.b.value - self.offset.value) / self.scale.value
  end
end
function Scale:recalculate()
  local i, o = self:input(), self:output()
  o.strength = math.max(self.strength, i.strength)
  o.stays = i.stays and self.scale.stays and self.offset.stays
  if o.stays then self:execute() end
end

function Planner:add(c)
  local mark = self:new_mark()
  local displaced = c:satisfy(mark, self)
  while displaced do displaced = displaced:satisfy(mark, self) end
end
local function consumers(v, into)
  for _, c in ipairs(v.users) do
    if c ~= v.by and c:is_satisfied() then into[#into + 1] = c end
  end
end
function Planner:propagate(c, mark)
  local todo = { c }
  while #todo > 0 do
    local d = table.remove(todo)
    if d:output().mark == mark then
      self:remove(c)
      return false
    end
    d:recalculate()
    consumers(d:output(), todo)
  end
  return true
end
function Planner:remove(c)
  local out = c:output()
  c:unsatisfy()
  c:remove_from_graph()
  local loose = self:remove_from(out)
  for strength = REQUIRED, WEAK do
    for _, d in ipairs(loose) do if d.strength == strength then self:add(d) end end
  end
end
-- What depended on a variable that nobody determines any more.
function Planner:remove_from(out)
  out.by, out.strength, out.stays = nil, 7, true
  local loose, todo = {}, { out }
  while #todo > 0 do
    local v = table.remove(todo)
    for _, c in ipairs(v.users) do if not c:is_satisfied() then loose[#loose + 1] = c end end
    local next = {}
    consumers(v, next)
    for _, c in ipairs(next) do
      c:recalculate()
      todo[#todo + 1] = c:output()
    end
  end
  return loose
end
-- The constraints to execute, in order, when inputs change.
function Planner:plan(sources)
  local mark, plan, todo = self:new_mark(), {}, sources
  while #todo > 0 do
    local c = table.remove(todo)
    if c:output().mark ~= mark and c:inputs_known(mark) then
      plan[#plan + 1] = c
      c:output().mark = mark
      consumers(c:output(), todo)
    end
  end
  return plan
end
local function execute(plan) for _, c in ipairs(plan) do c:execute() end end

local function change(v, value, planner)
  local edit = Edit.new(v, PREFERRED, planner)
  local plan = planner:plan({ edit })
  for _ = 1, 10 do
    v.value = value
    execute(plan)
  end
  edit:detach(planner)
end

-- A chain of equal variables.
local function chain(n)
  local planner = Planner.new()
  local all = {}
  for i = 1, n + 1 do all[i] = Variable.new(0) end
  for i = 1, n do Equal.new(all[i], all[i + 1], REQUIRED, planner) end
  Stay.new(all[n + 1], STRONG + 2, planner)
  local edit = Edit.new(all[1], PREFERRED, planner)
  local plan = planner:plan({ edit })
  for i = 1, 100 do
    all[1].value = i
    execute(plan)
    assert(all[n + 1].value == i)
  end
  edit:detach(planner)
end

-- Many sources, each scaled into a destination.
local function projection(n)
  local planner = Planner.new()
  local scale, offset = Variable.new(10), Variable.new(1000)
  local from, to = {}, {}
  for i = 1, n do
    from[i], to[i] = Variable.new(i), Variable.new(i)
    Stay.new(from[i], NORMAL, planner)
    Scale.new(from[i], scale, offset, to[i], REQUIRED, planner)
  end
  change(from[n], 17, planner)
  assert(to[n].value == 1170)
  change(to[n], 1050, planner)
  assert(from[n].value == 5)
  change(scale, 5, planner)
  for i = 1, n - 1 do assert(to[i].value == i * 5 + 1000) end
  change(offset, 2000, planner)
  for i = 1, n - 1 do assert(to[i].value == i * 5 + 2000) end
end

chain(N)
projection(N)
print(string.format("%d", N))
