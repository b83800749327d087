-- lua: same
-- Lines that Lua 5.4 refuses, so that the dialect may use them. Some mean
-- something in Moonlet; the others are refused there too.

local lines = {
  -- text, meaning in Moonlet
  {'receive case {"incr", n} then total = total + n end', "receive"},
  {'receive case "stop" then return end', "receive"},
  {'receive after 10 then x() end', "receive"},
  {'receive else x() end', "receive"},
  {'receive do end'},
  {'f() receive case {1} then end', "call, then receive"},
  {'do receive\n case x then end end', "receive"},
  {'pid ! {1,2}', "send"},
  {'x = pid ! {1}'},
  {'receive local x'},
  {'receive ! 1', "send to what the variable `receive` holds"},
  {'receive 5'},
  {'receive ...'},
  {'receive nil'},
  {'receive function() end'},
  {'receive ^ 2'},
  {'receive < const >'},
  {'spawn function() end'},
  {'local p = spawn function() end'},
  {'match x case 1 then end'},
}
local moonlet = spawn ~= nil
local wrong = 0
for _, line in ipairs(lines) do
  local accepted = load(line[1]) ~= nil
  local expected = moonlet and line[2] ~= nil
  if accepted ~= expected then
    wrong = wrong + 1
    print(accepted and "accepted" or "refused", line[1])
  end
end
print(#lines, wrong)               --> 20	0
