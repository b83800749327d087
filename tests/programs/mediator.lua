-- needs: lua-mediator
-- Channels, subscribers with priorities and conditions, what stops a message.
local mediator = require("mediator")()
local function subscriber(name, stop)
  return function(...)
    print(name, ...)
    return name, not stop
  end
end
local a = mediator:subscribe({ "car" }, subscriber("a"))
mediator:subscribe({ "car", "drive" }, subscriber("b"), { priority = 1 })
local c = mediator:subscribe({ "car", "drive" }, subscriber("c"))
mediator:subscribe({ "car", "drive" }, subscriber("only fast"), { predicate = function(v) return v > 100 end })
print(#mediator:publish({ "car" }, 1))
print(table.concat(mediator:publish({ "car", "drive" }, 50), " "))
print(table.concat(mediator:publish({ "car", "drive" }, 150), " "))
c:update { fn = subscriber("changed", true), options = { priority = 1 } }
print(table.concat(mediator:publish({ "car", "drive" }, 150), " "))
print(mediator:getSubscriber(a.id, { "car" }) == a)
mediator:removeSubscriber(a.id, { "car" })
print(mediator:getSubscriber(a.id, { "car" }), #mediator:publish({ "car" }, 2))
print(#mediator:publish({ "no", "such", "channel" }))
