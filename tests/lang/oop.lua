-- lua: same
-- Classes in the usual way: methods, inheritance, super calls.

local Animal = {}
Animal.__index = Animal
function Animal.new(name) return setmetatable({name = name}, Animal) end
function Animal:speak() return self.name .. " makes a sound" end
function Animal.count(...) return select("#", ...) end

local Dog = setmetatable({}, {__index = Animal})
Dog.__index = Dog
function Dog.new(name) local d = Animal.new(name); return setmetatable(d, Dog) end
function Dog:speak() return Animal.speak(self) .. ": woof" end

local a, d = Animal.new("cat"), Dog.new("rex")
print(a:speak())                  --> cat makes a sound
print(d:speak())                  --> rex makes a sound: woof
print(d.count(1, 2), d:count(), rawget(d, "speak"))  --> 2	1	nil
print(getmetatable(d) == Dog, getmetatable(d) == Animal)  --> true	false

local Stack = {}
Stack.__index = Stack
Stack.__len = function(s) return s.n end
Stack.__call = function(s, v) s:push(v) return s end
Stack.__concat = function(a, b) return tostring(a) .. tostring(b) end
Stack.__tostring = function(s) return "Stack(" .. s.n .. ")" end
function Stack.new() return setmetatable({n = 0}, Stack) end
function Stack:push(v) self.n = self.n + 1; self[self.n] = v end
function Stack:pop() local v = self[self.n]; self[self.n] = nil; self.n = self.n - 1; return v end
local s = Stack.new()
s(1)(2)(3)
print(#s, s:pop(), s:pop(), #s, tostring(s), s .. "!", "!" .. s)
--> 3	3	2	1	Stack(1)	Stack(1)!	!Stack(1)

local obj = {a = {b = {}}}
function obj.a.b.f(x) return x end
function obj.a.b:m(x) return self == obj.a.b, x end
print(obj.a.b.f(1), obj.a.b:m(2)) --> 1	true	2
print(("%d items"):format(3), #("abc"):rep(2), ("x"):rep(3):upper():lower())  --> 3 items	6	xxx
