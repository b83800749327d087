-- lua: same
-- A few small programs that use many things at once.

local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(20))                    --> 6765

local function sieve(n)
  local composite, primes = {}, {}
  for i = 2, n do
    if not composite[i] then
      primes[#primes + 1] = i
      for j = i * i, n, i do composite[j] = true end
    end
  end
  return primes
end
print(#sieve(1000), table.concat(sieve(30), " "))  --> 168	2 3 5 7 11 13 17 19 23 29

local function queens(n)
  local count, cols, d1, d2 = 0, {}, {}, {}
  local function place(r)
    if r > n then count = count + 1 return end
    for c = 1, n do
      if not cols[c] and not d1[r + c] and not d2[r - c + n] then
        cols[c], d1[r + c], d2[r - c + n] = true, true, true
        place(r + 1)
        cols[c], d1[r + c], d2[r - c + n] = nil, nil, nil
      end
    end
  end
  place(1)
  return count
end
print(queens(6))                  --> 4

local words = {}
for w in ("the quick brown fox jumps over the lazy dog the end"):gmatch("%a+") do
  words[w] = (words[w] or 0) + 1
end
local list = {}
for w, c in pairs(words) do list[#list + 1] = {w, c} end
table.sort(list, function(a, b) if a[2] ~= b[2] then return a[2] > b[2] end return a[1] < b[1] end)
for i = 1, 3 do io.write(list[i][1], "=", list[i][2], " ") end
print(".")                        --> the=3 brown=1 dog=1 .

local function serialize(v, indent)
  if type(v) ~= "table" then return type(v) == "string" and ("%q"):format(v) or tostring(v) end
  local keys, out = {}, {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, k in ipairs(keys) do out[#out + 1] = "[" .. serialize(k) .. "]=" .. serialize(v[k]) end
  return "{" .. table.concat(out, ",") .. "}"
end
print(serialize({1, {a = 2, b = {true, "x\ny"}}, z = 1.5}))
--> {[1]=1,[2]={["a"]=2,["b"]={[1]=true,[2]="x\
--> y"}},["z"]=1.5}

-- Ackermann, string building, matrix product.
local function ack(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ack(m - 1, 1) end
  return ack(m - 1, ack(m, n - 1))
end
print(ack(2, 5))                  --> 13
local function mul(a, b)
  local r = {}
  for i = 1, #a do r[i] = {} for j = 1, #b[1] do
    local s = 0
    for k = 1, #b do s = s + a[i][k] * b[k][j] end
    r[i][j] = s
  end end
  return r
end
local m = mul({{1, 2}, {3, 4}}, {{5, 6}, {7, 8}})
print(m[1][1], m[1][2], m[2][1], m[2][2])  --> 19	22	43	50
