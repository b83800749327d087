-- needs: lua-cliargs
-- Arguments, options and flags of a command line; help and errors.
local new = require("cliargs.core")

local function tool()
  local cli = new()
  cli:set_name("tool")
  cli:set_description("Does things.")
  cli:argument("INPUT", "a file")
  cli:splat("MORE", "more files", nil, 3)
  cli:option("-o, --output=FILE", "where to", "out.txt")
  cli:option("-I, --include=FOLDER", "folders", {})
  cli:flag("-v, --[no-]verbose", "say more", true)
  cli:flag("-q, --quiet", "say less", false, function(key, value) print("callback", key, value) end)
  return cli
end

print(tool().printer.generate_help_and_usage())
local function try(...)
  local args, e = tool():parse({ ... })
  if not args then return print("error", e) end
  print(args.INPUT, table.concat(args.MORE or {}, "+"), args.o, args.output, table.concat(args.I, "+"), args.v, args.verbose, args.quiet)
end
try("a")
try("a", "b", "c", "--output", "x", "-I", "one", "-I", "two", "-q")
try("a", "--output=y", "--no-verbose")
try()
try("a", "--none")
try("a", "b", "c", "d", "e")
try("a", "-o")
local sub = new()
sub:set_name("multi")
sub:command("run", "runs"):argument("WHAT", "it"):action(function(options) print("running", options.WHAT) end)
sub:parse({ "run", "this" })
