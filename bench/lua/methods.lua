-- Objects with methods, one class above another.
-- quick: 1000
-- counted: 50000
local N = tonumber(arg and arg[1]) or 5000000
local Account = {}
Account.__index = Account
function Account.new(n) return setmetatable({ balance = n, moves = 0 }, Account) end
function Account:deposit(n)
  self.balance = self.balance + n
  self.moves = self.moves + 1
end
function Account:limit() return 0 end
function Account:withdraw(n)
  if self.balance - n >= self:limit() then
    self.balance = self.balance - n
    self.moves = self.moves + 1
  end
end
local Credit = setmetatable({}, { __index = Account })
Credit.__index = Credit
function Credit.new(n)
  local o = Account.new(n)
  return setmetatable(o, Credit)
end
function Credit:limit() return -1000 end
local a, b = Account.new(100), Credit.new(0)
for i = 1, N / 2 do
  a:deposit(i % 10)
  a:withdraw(i % 13)
  b:deposit(i % 7)
  b:withdraw(i % 11)
end
print(string.format("%d %d %d %d", a.balance, a.moves, b.balance, b.moves))
