-- needs: lua-busted
-- A file that runs itself as a specification; the output is TAP.
arg = { [-1] = arg[-1], [0] = arg[0], "-o", "TAP", "--no-auto-insulate", "--suppress-pending" }
require("busted.runner")()

describe("a stack", function()
  local stack
  setup(function() print("# setup") end)
  teardown(function() print("# teardown") end)
  before_each(function() stack = {} end)
  after_each(function() stack = nil end)

  it("starts empty", function() assert.are.equal(0, #stack) end)
  it("gives back what was pushed", function()
    table.insert(stack, "x")
    assert.are.same({ "x" }, stack)
    assert.equal("x", table.remove(stack))
  end)
  describe("when it is full", function()
    lazy_setup(function() print("# lazy") end)
    it("complains #tagged", function()
      assert.has_error(function() error("full") end, "full")
    end)
  end)
  pending("is shared")
end)

insulate("what a block does to globals", function()
  GLOBAL = 1
  package.loaded.something = {}
  it("is seen inside", function() assert.is_equal(1, GLOBAL) end)
end)

expose("or is exposed", function()
  it("as finally runs, too", function()
    finally(function() print("# finally") end)
    assert.spy(spy.new(function() end)).was_not.called()
  end)
end)

describe("functions", function()
  it("have an environment of their own", function()
    local before = rawget(_G, "leaked")
    leaked = true
    assert.is_nil(before)
    assert.is_true(leaked)
  end)
  it("do not share it", function() assert.is_nil(rawget(_G, "leaked")) end)
  it("work in coroutines", function()
    local co = coroutine.wrap(function() coroutine.yield(1) assert.is_true(true) return 2 end)
    assert.are.equal(3, co() + co())
  end)
  it("can be stubbed", function()
    local t = { f = function() return 1 end }
    stub(t, "f").returns(2)
    assert.equal(2, t.f())
  end)
end)
