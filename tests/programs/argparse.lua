-- needs: lua-argparse
-- A command line with options, commands, conversions, help and errors.
local argparse = require("argparse")

local parser = argparse("tool", "Does things to files.", "See also: nothing.")
parser:argument("input", "Files to read."):args("1-3")
parser:option("-o --output", "Where to write.", "out.txt")
parser:option("-l --level", "How much."):convert(tonumber):default("3")
parser:option("-I --include", "Folders."):count("*")
parser:option("--pair"):args(2):argname { "<from>", "<to>" }
parser:option("--mode"):choices { "fast", "slow" }
parser:flag("-v --verbose", "Say more."):count("0-2"):target("verbosity")
parser:flag("-q --quiet")
parser:mutex(parser:flag("--yes"), parser:flag("--no"))

local function show(t, indent)
  indent = indent or ""
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, k in ipairs(keys) do
    if type(t[k]) == "table" then
      print(indent .. tostring(k) .. ":")
      show(t[k], indent .. "  ")
    else
      print(indent .. tostring(k) .. " = " .. tostring(t[k]) .. " " .. type(t[k]))
    end
  end
end

show(parser:parse { "a", "b", "-ofile", "-vv", "--level=7", "-I", "x", "-Iy", "--pair", "1", "2" })
show(parser:parse { "a", "--mode", "slow", "--yes", "-q" })
print(parser:get_usage())
print(parser:get_help())

for _, args in ipairs {
  {}, { "a", "b", "c", "d" }, { "a", "--nope" }, { "a", "--outptu", "x" }, { "a", "-vvv" },
  { "a", "--mode", "middling" }, { "a", "--yes", "--no" }, { "a", "--level", "much" }, { "a", "-o" },
} do
  local ok, result = parser:pparse(args)
  print(ok, ok and result.verbosity or result)
end

-- Commands, and actions.
local git = argparse("git"):require_command(true):command_target("command")
git:command("add a", "Adds."):argument("file"):args("+")
local commit = git:command("commit", "Records.")
commit:option("-m --message"):count(1)
commit:flag("--amend"):action(function(args, name) args[name] = "amended" end)
show(git:parse { "a", "x", "y" })
show(git:parse { "commit", "-m", "why", "--amend" })
print(git:pparse { "comit" })
print(git:pparse { "commit" })
print(commit:get_help())
