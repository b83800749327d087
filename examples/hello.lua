-- hello.lua - two processes, one message in each direction.
--
-- Expect:
--   main sees: Hello, world!
--
-- A process runs a function on its own: own variables, own memory. The only
-- way to reach it is to send it a message. `spawn` starts one and returns its
-- pid, `to ! message` sends, and `receive` waits for a message that fits one
-- of its patterns.

local function greeter()
  receive
    case {"greet", from: pid, name: string} then
      from ! {"greeting", "Hello, " .. name .. "!"}
  end
end

local p = spawn(greeter)
p ! {"greet", self(), "world"}

receive
  case {"greeting", text} then
    print("main sees: " .. text)
end
