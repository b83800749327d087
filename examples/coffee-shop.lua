-- coffee-shop.lua - customers, a cashier and two baristas, a process each.
--
-- Expect, in some order (who is served first differs from run to run):
--   Ada got an espresso
--   Alan got a latte
--   ...
--   the shop made 6 coffees
--
--     customer --order--> cashier --cup--> barista --coffee--> customer
--                            ^--------free-----'
--
-- A barista tells the cashier when he is free. The cashier takes orders at any
-- time but hands out a cup only when a barista is free: the two clauses that
-- wait for a pair are all the scheduling there is.

local function barista(cashier)
  while true do
    cashier ! {"free", self()}
    receive
      case {"cup", customer: pid, drink} then
        sleep(#drink)                  -- longer names take longer to make
        customer ! {"coffee", drink}
      case "go home" then
        return
    end
  end
end

local function cashier(report_to, expected)
  local served = 0
  while served < expected do
    -- First a barista, then the oldest order for him.
    receive
      case {"free", who: pid} then
        receive
          case {"order", customer: pid, drink: string} then
            who ! {"cup", customer, drink}
            served = served + 1
        end
    end
  end
  report_to ! {"made", served}
end

local function customer(name, drink, shop, report_to)
  shop ! {"order", self(), drink}
  receive
    case {"coffee", cup} then
      local article = cup:find("^[aeiou]") and "an" or "a"
      print(name .. " got " .. article .. " " .. cup)
    after 10000 then
      print(name .. " left without coffee")
  end
  report_to ! {"bye", name}
end

local orders = {
  {"Ada", "espresso"}, {"Alan", "latte"},     {"Grace", "mocha"},
  {"Edsger", "tea"},   {"Barbara", "cortado"}, {"Tony", "americano"},
}

local shop = spawn(cashier, self(), #orders)
local baristas = {spawn(barista, shop), spawn(barista, shop)}
for _, order in ipairs(orders) do
  spawn(customer, order[1], order[2], shop, self())
end

for _ = 1, #orders do
  receive case {"bye", _} then end
end
for _, b in ipairs(baristas) do b ! "go home" end
receive
  case {"made", n} then print("the shop made " .. n .. " coffees")
end
