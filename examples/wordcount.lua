-- wordcount.lua - count the words of text files, in the MapReduce way.
--
--     moonlet examples/wordcount.lua FILE...
--
-- Expect the same as from this line of shell, which is how a test checks it:
--
--     cat FILE... | tr -cs 'A-Za-z' '\n' | tr A-Z a-z | grep . |
--         LC_ALL=C sort | uniq -c | LC_ALL=C sort -k1,1nr -k2
--
-- that is: a word is a run of ASCII letters, big and small letters are the
-- same; one line per word, the count in seven columns, the most frequent word
-- first, equally frequent ones in the order of the alphabet.
--
--     reader --text--> mapper 1..4 --counts--> reducer 1..3 --list--> main
--
-- The reader cuts the files into pieces at line ends and gives a piece to any
-- mapper that asks for one. A mapper counts the words of its piece and sends
-- each reducer the part of the counts that it is responsible for: the same
-- word always goes to the same reducer. Each reducer adds up and sorts, and
-- main puts the lists together.

local MAPPERS, REDUCERS = 4, 3
local PIECE = 64 * 1024

local function reader(paths)
  local function give(text)
    receive
      case {"more", mapper: pid} then mapper ! {"text", text}
    end
  end
  for _, path in ipairs(paths) do
    local file <close> = assert(io.open(path))
    while true do
      local text, rest_of_line = file:read(PIECE, "L")
      if not text then break end
      give(text .. (rest_of_line or ""))
    end
    give("\n")                         -- a word never spans two files
  end
  for _ = 1, MAPPERS do
    receive
      case {"more", mapper: pid} then mapper ! "end"
    end
  end
end

local function mapper(source, reducers)
  while true do
    source ! {"more", self()}
    receive
      case {"text", text} then
        local parts = {}
        for i = 1, #reducers do parts[i] = {} end
        for word in text:gmatch("%a+") do
          word = word:lower()
          local part = parts[(word:byte() + #word) % #reducers + 1]
          part[word] = (part[word] or 0) + 1
        end
        for i, part in ipairs(parts) do
          reducers[i] ! {"counts", part}
        end
      case "end" then
        for _, r in ipairs(reducers) do r ! "end" end
        return
    end
  end
end

-- The order of the output: by falling count, then by the alphabet.
local function before(a, b)
  if a.count ~= b.count then return a.count > b.count end
  return a.word < b.word
end

local function reducer(report_to)
  local total, at_work = {}, MAPPERS
  while at_work > 0 do
    receive
      case {"counts", part} then
        for word, count in pairs(part) do
          total[word] = (total[word] or 0) + count
        end
      case "end" then
        at_work = at_work - 1
    end
  end
  local list = {}
  for word, count in pairs(total) do
    list[#list + 1] = {word = word, count = count}
  end
  table.sort(list, before)
  report_to ! {"list", list}
end

if #arg == 0 then
  io.stderr:write("usage: moonlet wordcount.lua FILE...\n")
  os.exit(2)
end
for _, path in ipairs(arg) do
  local file, why = io.open(path)
  if not file then
    io.stderr:write("wordcount: ", why, "\n")
    os.exit(1)
  end
  file:close()
end

local paths = table.move(arg, 1, #arg, 1, {})
local source = spawn_link(reader, paths)
local reducers = {}
for i = 1, REDUCERS do
  reducers[i] = spawn_link(reducer, self())
end
for _ = 1, MAPPERS do
  spawn_link(mapper, source, reducers)
end

-- Merge the sorted lists: always take the first of the fronts.
local lists = {}
for i = 1, REDUCERS do
  receive
    case {"list", list} then lists[i] = {front = 1, entries = list}
  end
end
while true do
  local best
  for _, list in ipairs(lists) do
    local entry = list.entries[list.front]
    if entry and (not best or before(entry, best.entries[best.front])) then
      best = list
    end
  end
  if not best then break end
  local entry = best.entries[best.front]
  best.front = best.front + 1
  print(string.format("%7d %s", entry.count, entry.word))
end
