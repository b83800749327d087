-- chat.lua - a chat room and its users, a process each.
--
-- Expect what each user saw:
--   ann: <bob> hello | <cid> hi all | * bob left | <cid> bye bob | * cid left
--   bob: <ann> welcome | <cid> hi all
--   cid: <ann> welcome | <bob> hello | * bob left
--
-- The room owns the list of members, so no lock is needed: what happens in
-- the room happens in the order in which the room reads its messages. It
-- monitors its members, so a user who just ends leaves the room by that.

local function room(owner)
  local members = {}                   -- pid -> name

  local function tell_all(text, but)
    for member in pairs(members) do
      if member ~= but then member ! {"text", text} end
    end
  end

  while true do
    receive
      case {"join", user: pid, name: string} then
        members[user] = name
        monitor(user)
        owner ! {"joined", name}
      case {"say", user: pid, text: string} if members[user] then
        tell_all("<" .. members[user] .. "> " .. text, user)
        owner ! {"said", members[user]}
      case {"DOWN", _, pid = user} then
        local name = members[user]
        members[user] = nil
        tell_all("* " .. name .. " left")
        owner ! {"left", name}
    end
  end
end

-- A user remembers what he sees, and does what main tells him.
local function user(name, chat_room, main)
  local seen = {}
  chat_room ! {"join", self(), name}
  while true do
    receive
      case {"text", text} then
        seen[#seen + 1] = text
      case {"say", text} then
        chat_room ! {"say", self(), text}
      case "quit" then
        main ! {"saw", name, seen}
        return
    end
  end
end

-- Main is the one who makes the story: it tells a user what to do, and waits
-- until the room says that it happened.

local chat_room = spawn(room, self())
local users, saw = {}, {}

local function happened(what, name)
  receive
    case {^what, ^name} then return
  end
end

local function join(name)
  users[name] = spawn(user, name, chat_room, self())
  happened("joined", name)
end

local function say(name, text)
  users[name] ! {"say", text}
  happened("said", name)
end

local function quit(name)
  users[name] ! "quit"
  receive
    case {"saw", ^name, seen} then saw[name] = seen
  end
  happened("left", name)
end

join("ann")
join("bob")
join("cid")
say("ann", "welcome")
say("bob", "hello")
say("cid", "hi all")
quit("bob")
say("cid", "bye bob")
quit("cid")
quit("ann")

for _, name in ipairs {"ann", "bob", "cid"} do
  print(name .. ": " .. table.concat(saw[name], " | "))
end
