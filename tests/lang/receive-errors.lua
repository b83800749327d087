-- Text that looks like the dialect but is refused, with the line it is in.

local bad = {
  'receive case {"a", ..., "b"} then end',       -- ... is not last
  'receive case {...rest, 1} then end',
  'receive case {x, x} then end',                -- bound twice
  'receive case {x, {n = x}} then end',
  'receive case {x} as x then end',
  'receive case x: strange then end',            -- no such type
  'receive case {"a", x} | {"b", y} then end',   -- not the same names
  'receive case {"a", x} | {"b"} then end',
  'receive case x then',                         -- no end
  'receive case x end',                          -- no then
  'receive case then end',
  'receive case {1} if then end',
  'receive after then end',
  'receive after 10 end',
  'receive after 1 then after 2 then end',       -- two of them
  'receive else after 1 then end',
  'receive after 1 then else end',
  'receive after 1 then case x then end',        -- after comes last
  'receive else case x then end',
  'receive case ^1 then end',
  'receive case ^f() then end',
  'receive case ^ then end',
  'receive case f() then end',                   -- no pattern
  'receive case a.b then end',
  'receive case -"x" then end',
  'receive case -x then end',
  'receive case {[x] = 1} then end',             -- key is no literal
  'receive case {[nil] = 1} then end',
  'receive case {1 2} then end',
  'receive case {x or} then end',
  'receive case {a = } then end',
  'receive case 1 + 1 then end',
  'receive case x | then end',
  'receive case x as then end',
  'receive case x as 1 then end',
  'case {1} then end',                           -- not inside receive
  'after 10 then end',
  'receive case x then goto nowhere end',
  'receive case x then break end',               -- no loop around
}
local accepted = 0
for _, text in ipairs(bad) do
  local f, message = load(text, "=bad")
  if f then
    accepted = accepted + 1
    print("accepted", text)
  elseif not message:find("^bad:1:") then
    print("no line", message)
  end
end
print(#bad, accepted)                            --> 39	0

local good = {
  'receive case x then end',
  'receive case _ then end',
  'receive case {_, _} then end',
  'receive case {} then end',
  'receive case {...} then end',
  'receive case {...rest} then end',
  'receive case {1, 2,} then end',
  'receive case {x = x, y = y: integer or 0; "a"} then end',
  'receive case ^x | ^(f()) | nil then end',
  'receive case {[1] = a, ["b"] = c, [true] = d, [-1] = e, [1.5] = g} then end',
  'receive case {"a", x} | {"b", _, x} then end',
  'receive case x if x > 1 then return case y then return end',
  'receive case x then break_it() else end',
  'receive case x then else end',
  'receive after 1 then end',
  'receive else end',
  'while true do receive case x then break end end',
  'receive case function_name: function then end',
  'receive case pid: pid | {pid: pid} then end',
  'if x then receive case y then end else receive case z then end end',
  'return function() receive case x then return x end end',
  'x ! y receive case z then end',
  'x = 1 receive case y then end',
  'x = y receive case z then end',
  'local x receive case z then end',
}
for _, text in ipairs(good) do
  local f, message = load(text, "=good")
  if not f then print("refused", text, message) end
end
print(#good)                                     --> 25
