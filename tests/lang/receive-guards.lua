-- Guards: a clause fits when its pattern does and its guard is true.

local me = self()
local function size(m)
  me ! m
  receive
    case n: number if n < 10 then return "small"
    case n: number if n < 100 then return "medium"
    case n: number then return "large"
    case s: string if #s > 3 and s:find("^%a+$") then return "word"
    case {items} if #items == 0 then return "none"
    case {items} if items[1].price > 5 then return "dear"
    case _ then return "other"
  end
end
print(size(5), size(50), size(500))               --> small	medium	large
print(size("word"), size("two words"), size("abc"))   --> word	other	other
print(size({{}}), size({{{price = 6}}}), size({{{price = 1}}}))   --> none	dear	other

-- An error in a guard fails the clause.
print(size({{5}}))                                --> other
print(size({7}))                                  --> other
me ! {"calc", 0}
receive
  case {"calc", n} if 1 // n > 0 then print("divided")
  case {"calc", n} if error("no") then print("never")
  case {"calc", n} if undefined_function(n) then print("never")
  case {"calc", n} then print("every guard failed")   --> every guard failed
end

-- A guard that fails leaves the message where it is.
me ! {"n", 1}; me ! {"n", 20}; me ! {"n", 3}
receive case {"n", n} if n > 10 then print(n) end     --> 20
receive case {"n", n} then print(n) end               --> 1
receive case {"n", n} then print(n) end               --> 3

-- Guards see outer variables, functions and the names of the pattern.
local limit = 2
local function ok(v) return v > limit end
me ! {1}; me ! {3}
receive case {v} if ok(v) then print(v) end           --> 3
limit = 0
receive case {v} if ok(v) then print(v) end           --> 1

-- Any value but false and nil is true.
me ! "x"
receive case _ if 0 then print("0 is true") end       --> 0 is true
me ! "x"
receive
  case _ if nil then print("never")
  case _ if not nil then print("not nil")             --> not nil
end

-- A guard must not wait: that is an error, so the clause fails.
me ! "m"; me ! "other"
receive
  case "m" if sleep(5) or true then print("slept")
  case "m" then print("a guard cannot wait")          --> a guard cannot wait
end
receive case other then print(other) end              --> other

-- What a guard does stays done.
local tried = 0
me ! 1; me ! 2; me ! 3
receive
  case n if (function() tried = tried + 1; return n == 3 end)() then print(n, tried)   --> 3	3
end
