-- csv-pipeline.lua - read, parse, enrich and write a CSV file, in four
-- processes.
--
--     moonlet examples/csv-pipeline.lua examples/data/orders.csv
--
-- Expect the orders with two more columns, `total` and `size`; a line that is
-- no order is reported at the end.
--
--     reader --line--> parser --order--> enricher --order--> writer
--
-- The reader must not run ahead of a slow writer with a large file. So the
-- writer hands out credit: the reader starts with some, pays one for each
-- line, and waits when it has none left.

local CREDIT = 16

-- Split one line of CSV. A field may stand in quotes, "" is a quote in it.
local function split(line)
  local fields, at = {}, 1
  repeat
    local field
    if line:sub(at, at) == '"' then
      local from = at + 1
      at = from
      repeat
        local quote = line:find('"', at, true) or #line + 1
        at = quote + 2
      until line:sub(quote + 1, quote + 1) ~= '"'
      field = line:sub(from, at - 3):gsub('""', '"')
      at = at - 1
    else
      local comma = line:find(",", at, true) or #line + 1
      field = line:sub(at, comma - 1)
      at = comma
    end
    fields[#fields + 1] = field
    local more = line:sub(at, at) == ","
    at = at + 1
  until not more
  return fields
end

local function quote(field)
  field = tostring(field)
  if field:find('[,"]') then
    field = '"' .. field:gsub('"', '""') .. '"'
  end
  return field
end

local function reader(path, parser)
  local credit, number = CREDIT, 0
  for line in io.lines(path) do
    if credit == 0 then
      receive
        case {"credit", n} then credit = n
      end
    end
    credit, number = credit - 1, number + 1
    parser ! {"line", number, line}
  end
  parser ! "end"
end

local function parser(enricher)
  local names
  while true do
    receive
      case {"line", 1, line} then
        names = split(line)
        enricher ! {"names", names}
      case {"line", number, line} then
        local fields, order = split(line), {}
        for i, name in ipairs(names) do
          order[name] = fields[i]
        end
        order.amount, order.price = tonumber(order.amount), tonumber(order.price)
        if #fields == #names and order.amount and order.price then
          enricher ! {"order", order}
        else
          enricher ! {"bad", number, line}
        end
      case "end" then
        enricher ! "end"
        return
    end
  end
end

local function enricher(writer)
  while true do
    receive
      case {"names", names} then
        table.move({"total", "size"}, 1, 2, #names + 1, names)
        writer ! {"names", names}
      case {"order", order} then
        order.total = string.format("%.2f", order.amount * order.price)
        order.size = order.amount >= 10 and "large" or "small"
        writer ! {"order", order}
      case other then                         -- "bad" and "end" go through
        writer ! other
        if other == "end" then return end
    end
  end
end

local function writer(report_to)
  local reader, names
  local taken, good, bad = 0, 0, {}
  local function took()
    taken = taken + 1
    if taken % CREDIT == 0 then
      reader ! {"credit", CREDIT}
    end
  end
  receive
    case {"reader", pid: pid} then reader = pid
  end
  while true do
    receive
      case {"names", list} then
        names = list
        print(table.concat(names, ","))
        took()
      case {"order", order} then
        local row = {}
        for i, name in ipairs(names) do
          row[i] = quote(order[name])
        end
        print(table.concat(row, ","))
        good = good + 1
        took()
      case {"bad", number, line} then
        bad[#bad + 1] = "line " .. number .. " is no order: " .. line
        took()
      case "end" then
        report_to ! {"done", good, bad}
        return
    end
  end
end

local path = arg[1]
if not path then
  io.stderr:write("usage: moonlet csv-pipeline.lua FILE.csv\n")
  os.exit(2)
end

local w = spawn(writer, self())
local e = spawn(enricher, w)
local p = spawn(parser, e)
local r, ref = spawn_monitor(reader, path, p)
w ! {"reader", r}

while true do
  receive
    case {"done", good, bad} then
      for _, text in ipairs(bad) do print("# " .. text) end
      print("# " .. good .. " orders")
      return
    case {"DOWN", ^ref, reason = "normal"} then
      -- The reader has read everything; the rest is on its way.
    case {"DOWN", ^ref, reason = reason} then
      print("# cannot read " .. path)
      os.exit(1)
  end
end
