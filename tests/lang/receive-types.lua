-- Name : type takes a value of that type only.

local me = self()
local function kind(m)
  me ! m
  receive
    case v: integer then return "integer " .. v
    case v: float then return "float " .. v
    case v: string then return "string " .. v
    case v: boolean then return "boolean " .. tostring(v)
    case v: table then return "table of " .. #v
    case v: pid then return "pid " .. tostring(v == me)
    case v: ref then return "ref " .. type(v)
    case v: function then return "function " .. v(20)
    case other then return "other " .. type(other)
  end
end
print(kind(1))                     --> integer 1
print(kind(1.0))                   --> float 1.0
print(kind("1"))                   --> string 1
print(kind(false))                 --> boolean false
print(kind({1, 2}))                --> table of 2
print(kind(me))                    --> pid true
print(kind(make_ref()))            --> ref ref
print(kind(function(x) return x * 2 end))   --> function 40
print(kind(math.floor))            --> function 20
print(kind(io.stdout))             --> other userdata

local function number(m)
  me ! {"n", m}
  receive
    case {"n", v: number} then return math.type(v)
    case {"n", _: table} then return "a table, not taken"
    case {"n", u: userdata} then return "userdata"
    case {"n", _} then return "no number"
  end
end
print(number(3), number(3.5), number("3"), number({}), number(io.stderr))
--> integer	float	no number	a table, not taken	userdata

-- With a field name, in nested tables, and with a default.
me ! {"order", {id = 7, price = 1.5}}
receive
  case {"order", {id = id: string}} then print("string id")
  case {"order", {id = id: integer, price = p: float, name = n: string or "none"}} then
    print(id, p, n)                --> 7	1.5	none
end

-- The words for types are ordinary names elsewhere.
me ! {1, "x"}
receive case {integer, string} then print(integer, string) end   --> 1	x
me ! 5
receive case integer: integer then print(integer) end            --> 5
